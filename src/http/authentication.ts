/**
 * The step that finds out who asks: passport with one strategy a kind of proof, and a limit on wrong proofs from one
 * socket address. What the caller may then ask for is decided by the step behind it.
 */
import type { Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { Passport, type PassportStatic } from 'passport';
import { Failure, isFailure } from '../failure.ts';
import { addressOf, StrictBasicStrategy } from './basic-strategy.ts';
import { exchangeOf } from './exchange.ts';
import type { Caller, Served } from './served.ts';

/** How many wrong proofs one socket address may give within `window` milliseconds before it is told to wait. */
export interface FailedLoginLimit {
  readonly count: number;
  readonly window: number;
}

/** Sets the exchange's caller, or fails with `unauthenticated`, `too_many_failures` or `overloaded`. */
export function authenticate(served: () => Served, limit: FailedLoginLimit): RequestHandler {
  const passport: PassportStatic = new Passport() as PassportStatic;
  passport.use(
    'basic',
    new StrictBasicStrategy<Caller>((credentials, address) =>
      served().callers.recognise(credentials, address),
    ),
  );
  const countFailure = failureCounter(limit);
  return (request, response, next) => {
    const decide = (error: unknown, caller?: Caller | false): void => {
      if (caller) exchangeOf(response).caller = caller;
      if (isFailure(error, 'too_many_failures')) response.setHeader('Retry-After', 1);
      if (caller || (error !== null && error !== undefined)) {
        next(error);
      } else if (request.headers.authorization === undefined) {
        // Without any proof the caller asks to be challenged; that is how HTTP clients begin, and no failure.
        next(unauthenticated('no credentials were sent'));
      } else {
        void countFailure(request, response, next);
      }
    };
    passport.authenticate(['basic'], { session: false }, decide)(request, response, next);
  };
}

function failureCounter({ count, window }: FailedLoginLimit): RequestHandler {
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
      next(new Failure('too_many_failures', `more than ${count} failed authentications from this address`));
    },
  });
  return (request, response, next) =>
    limiter(request, response, (error?: unknown) =>
      next(error ?? unauthenticated('the credentials are wrong')),
    );
}

function unauthenticated(reason: string): Failure {
  return new Failure('unauthenticated', reason);
}
