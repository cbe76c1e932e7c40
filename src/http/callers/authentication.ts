/**
 * The step that finds out who asks: passport with one strategy a kind of proof, and a limit on wrong proofs from one
 * socket address. What the caller may then ask for is decided by the step behind it.
 */
import type { Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { Passport, type PassportStatic } from 'passport';
import { Failure, isFailure } from '../../failure.ts';
import { exchangeOf, required } from '../exchange.ts';
import { noteProof } from '../proven.ts';
import type { Caller, Credentials } from '../served.ts';
import { addressOf, BASIC_CHALLENGE, type ProvingRequest, StrictBasicStrategy } from './basic-strategy.ts';
import { certificateStrategy } from './certificate-strategy.ts';
import { certificateState, provenCertificate } from './client-certificate.ts';

/** How many wrong proofs one socket address may give within `window` milliseconds before it is told to wait. */
export interface FailedLoginLimit {
  readonly count: number;
  readonly window: number;
}

/**
 * Sets the exchange's caller, or fails with `unauthenticated`, `too_many_failures` or `overloaded`. The challenge asks
 * for a password where one of the endpoint's callers gives one, even if that caller must show a certificate as well.
 * @param wallNow milliseconds since 1970, for the dates of certificates
 */
export function authenticate(limit: FailedLoginLimit, wallNow: () => number): RequestHandler {
  const failures = failureCounter(limit);
  const recognise = (request: ProvingRequest, credentials?: Credentials) => {
    const exchange = exchangeOf(required(request.res, 'beginExchange'));
    exchange.certificate = provenCertificate(request.socket, wallNow());
    const proofs = { credentials, certificate: exchange.certificate };
    const address = addressOf(request);
    return exchange.served.callers.recognise(proofs, {
      address,
      connection: request.socket,
      isGone: () => request.socket.destroyed,
      isBeyondLimit: async (pending) => (await failures.of(address)) + pending > limit.count,
    });
  };
  const passport: PassportStatic = new Passport() as PassportStatic;
  passport.use(
    'certificate',
    certificateStrategy<Caller>((request) => recognise(request)),
  );
  passport.use(
    'basic',
    new StrictBasicStrategy<Caller>((credentials, request) => recognise(request, credentials)),
  );
  return (request, response, next) => {
    const { endpoint, served } = exchangeOf(response);
    const refuse = (error: unknown): void => {
      const isChallenged =
        isFailure(error, 'unauthenticated') &&
        served.callers.anyByPassword(required(endpoint, 'findEndpoint').callers);
      if (isChallenged) response.setHeader('WWW-Authenticate', BASIC_CHALLENGE);
      next(error);
    };
    const decide = (error: unknown, caller?: Caller | false): void => {
      if (error !== null && error !== undefined) {
        refuse(error);
      } else if (caller) {
        exchangeOf(response).caller = caller;
        noteProof(request.socket);
        next();
      } else if (request.headers.authorization === undefined) {
        // Without any proof the caller asks to be challenged; that is how HTTP clients begin, and no failure. Nor is a
        // certificate of nobody: it cannot be guessed.
        refuse(
          unauthenticated(
            `no caller is known by this alone: no Authorization header, ${certificateState(request.socket)}`,
          ),
        );
      } else {
        void failures.count(request, response, refuse);
      }
    };
    // What stands in the header is a proof that must be right, whatever certificate comes with it.
    const proof = request.headers.authorization === undefined ? 'certificate' : 'basic';
    passport.authenticate(proof, { session: false }, decide)(request, response, next);
  };
}

interface FailureCounter {
  /** Counts one, and goes on with the failure that it is. */
  readonly count: RequestHandler;
  /** How many the address has in its window. */
  of(address: string): Promise<number>;
}

function failureCounter({ count, window }: FailedLoginLimit): FailureCounter {
  const limiter = rateLimit({
    limit: count,
    windowMs: window,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: (request: Request) => addressOf(request),
    handler: (request, response, next) => {
      const { resetTime } = (request as Request & { rateLimit: { resetTime?: Date } }).rateLimit;
      const left = resetTime === undefined ? window : resetTime.getTime() - Date.now();
      response.setHeader('Retry-After', Math.max(1, Math.ceil(left / 1000)));
      const reason = `more than ${count} failed authentications from ${addressOf(request)}`;
      next(new Failure('too_many_failures', reason));
    },
  });
  return {
    count: (request, response, next) =>
      limiter(request, response, (error?: unknown) =>
        next(
          error ??
            unauthenticated(
              `the proofs from ${addressOf(request)} are wrong, or not all of one caller: an Authorization header, ${certificateState(request.socket)}`,
            ),
        ),
      ),
    of: async (address) => (await limiter.getKey(address))?.totalHits ?? 0,
  };
}

function unauthenticated(reason: string): Failure {
  return new Failure('unauthenticated', reason);
}
