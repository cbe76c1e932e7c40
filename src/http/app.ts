/**
 * The Express app: one list of named steps in the order of the outside contract: path, method, authentication, caller,
 * userid, answer. Listening, and the admin routes, are server.ts's and admin.ts's.
 */
import express, { type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import { type Clock, Deadline } from '../deadline.ts';
import { Failure } from '../failure.ts';
import type { FinishedRequest } from '../observe/request-log.ts';
import { cacheStatus } from './cache-status.ts';
import { authenticate, type FailedLoginLimit } from './callers/authentication.ts';
import { beginExchange, exchangeOf, required } from './exchange.ts';
import { problemHandler } from './problems.ts';
import type { Served } from './served.ts';
import { readUserid } from './userid.ts';

/** What the app is made of. */
export interface AppParts {
  /** What is served now; asked anew for each request. */
  readonly served: () => Served;
  readonly failedLogins: FailedLoginLimit;
  readonly clock: Clock;
  /** Milliseconds since 1970, for the dates of certificates. */
  readonly wallNow: () => number;
  /** For what should not happen. */
  readonly log: Logger;
  /** Told of each request once it is over. */
  readonly observe: (finished: FinishedRequest) => void;
  /** A fresh id for each request. */
  readonly newRequestId: () => string;
  /** Whether no new connection is taken any more: then nothing is begun. */
  readonly isClosed: () => boolean;
}

/** The app that answers callers; every path through it ends in an answer or a problem. */
export function createApp(parts: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  const pipeline: readonly RequestHandler[] = [
    openExchange(parts),
    refuseWhenClosed(parts),
    findEndpoint(parts.served),
    allowMethod,
    authenticate(parts.served, parts.failedLogins, parts.wallNow),
    admitCaller,
    takeUserid,
    answerUserInfo(parts),
  ];
  app.use(...pipeline);
  app.use(problemHandler(parts.log));
  return app;
}

function openExchange({ clock, observe, newRequestId }: AppParts): RequestHandler {
  return (request, response, next) => {
    const requestId = newRequestId();
    beginExchange(response, requestId, clock.now());
    response.setHeader('X-Request-Id', requestId);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Cache-Status', 'ldap-user-info; fwd=bypass');
    response.once('close', () => {
      const { caller, endpoint, startedAt, ...exchange } = exchangeOf(response);
      observe({
        ...exchange,
        method: request.method,
        endpoint: endpoint?.path,
        revision: endpoint?.revision,
        caller: caller?.name,
        status: response.statusCode,
        cache: String(response.getHeader('Cache-Status')),
        milliseconds: Math.round(clock.now() - startedAt),
        sent: response.writableFinished,
      });
    });
    next();
  };
}

function refuseWhenClosed({ isClosed }: AppParts): RequestHandler {
  return (_request, _response, next) =>
    next(isClosed() ? new Failure('shutting_down', 'the service is shutting down') : undefined);
}

function findEndpoint(served: () => Served): RequestHandler {
  return (request, response, next) => {
    const endpoint = served().endpoints.get(request.path);
    exchangeOf(response).endpoint = endpoint;
    next(endpoint === undefined ? new Failure('not_found', 'no endpoint has this path') : undefined);
  };
}

const allowMethod: RequestHandler = (request, _response, next) => {
  const allowed = request.method === 'GET' || request.method === 'HEAD';
  next(allowed ? undefined : new Failure('method_not_allowed', `the method was ${request.method}`));
};

const admitCaller: RequestHandler = (_request, response, next) => {
  const { caller, endpoint } = exchangeOf(response);
  const admitted = required(endpoint, 'findEndpoint').callers.has(required(caller, 'authenticate').name);
  next(admitted ? undefined : new Failure('forbidden', 'the endpoint does not list this caller'));
};

const takeUserid: RequestHandler = (request, response, next) => {
  exchangeOf(response).userid = readUserid(request.url);
  next();
};

function answerUserInfo({ clock }: AppParts): RequestHandler {
  return async (_request, response) => {
    const exchange = exchangeOf(response);
    const endpoint = required(exchange.endpoint, 'findEndpoint');
    response.setHeader('Cache-Status', 'ldap-user-info; fwd=miss');
    const deadline = new Deadline(clock, exchange.startedAt + endpoint.deadline - clock.now());
    const answer = await endpoint.userInfo.answer(required(exchange.userid, 'takeUserid'), deadline);
    const { cache, completeness } = answer;
    if (cache !== undefined) response.setHeader('Cache-Status', cacheStatus(cache));
    exchange.reason = cache?.from === 'memory' ? cache.insteadOf?.message : undefined;
    exchange.completeness = completeness;
    if (answer.kind === 'not_found') throw new Failure('unknown_user', answer.reason);
    const { bytes } = answer;
    exchange.answer = bytes;
    response
      .setHeader('Content-Type', 'application/json')
      .setHeader('Content-Length', bytes.length)
      .end(bytes);
  };
}
