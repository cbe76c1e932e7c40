/**
 * The Express app: one list of named steps in the order of the outside contract: path, method, authentication, caller,
 * userid, answer. Listening, and the admin routes, are server.ts's and admin.ts's.
 */
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { Logger } from 'pino';
import { Deadline } from '../deadline.ts';
import { Failure } from '../failure.ts';
import { authenticate, type FailedLoginLimit } from './callers/authentication.ts';
import {
  type Exchange,
  type ExchangeParts,
  exchangeOf,
  keepExchange,
  noteAnswer,
  openExchange,
  required,
  sendAnswer,
} from './exchange.ts';
import { problemHandler } from './problems.ts';
import { readUserid } from './userid.ts';

/** What the app is made of. */
export interface AppParts extends ExchangeParts {
  readonly failedLogins: FailedLoginLimit;
  /** Milliseconds since 1970, for the dates of certificates. */
  readonly wallNow: () => number;
  /** For what should not happen. */
  readonly log: Logger;
  /** Whether no new connection is taken any more: then nothing is begun. */
  readonly isClosed: () => boolean;
  /** Told of each request that was answered about a person. */
  readonly answered?: ((request: Request, exchange: Exchange) => void) | undefined;
}

/** The app that answers callers; every path through it ends in an answer or a problem. */
export function createApp(parts: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  const pipeline: readonly RequestHandler[] = [
    atOnce(beginExchange(parts), refuseWhenClosed(parts), findEndpoint, allowMethod),
    authenticate(parts.failedLogins, parts.wallNow),
    atOnce(admitCaller, takeUserid),
    answerUserInfo(parts),
  ];
  app.use(...pipeline);
  app.use(problemHandler(parts.log));
  return app;
}

/** A step that waits for nothing. Throws a Failure where it ends the request. */
type Step = (request: Request, response: Response) => void;

// Express takes longer from one handler to the next than most steps take.
function atOnce(...steps: readonly Step[]): RequestHandler {
  return (request, response, next) => {
    for (const step of steps) step(request, response);
    next();
  };
}

function beginExchange(parts: ExchangeParts): Step {
  return (request, response) => keepExchange(response, openExchange(request, response, parts));
}

function refuseWhenClosed({ isClosed }: AppParts): Step {
  return () => {
    if (isClosed()) throw new Failure('shutting_down', 'the service is shutting down');
  };
}

const findEndpoint: Step = (request, response) => {
  const exchange = exchangeOf(response);
  exchange.endpoint = exchange.served.endpoints.get(request.path);
  if (exchange.endpoint === undefined) throw new Failure('not_found', 'no endpoint has this path');
};

const allowMethod: Step = ({ method }) => {
  if (method !== 'GET' && method !== 'HEAD')
    throw new Failure('method_not_allowed', `the method was ${method}`);
};

const admitCaller: Step = (_request, response) => {
  const { caller, endpoint } = exchangeOf(response);
  const admitted = required(endpoint, 'findEndpoint').callers.has(required(caller, 'authenticate').name);
  if (!admitted) throw new Failure('forbidden', 'the endpoint does not list this caller');
};

const takeUserid: Step = (request, response) => {
  exchangeOf(response).userid = readUserid(request.url);
};

function answerUserInfo({ clock, answered }: AppParts): RequestHandler {
  return async (request, response) => {
    const exchange = exchangeOf(response);
    const endpoint = required(exchange.endpoint, 'findEndpoint');
    response.setHeader('Cache-Status', 'ldap-user-info; fwd=miss');
    const deadline = new Deadline(clock, exchange.startedAt + endpoint.deadline - clock.now());
    // Nobody is looked up any more for a client that hung up before its turn came.
    response.once('close', () => deadline.place.become('nobody'));
    const answer = await endpoint.userInfo.answer(required(exchange.userid, 'takeUserid'), deadline);
    noteAnswer(response, exchange, answer);
    if (answer.kind === 'not_found') throw new Failure('unknown_user', answer.reason);
    sendAnswer(response, exchange, answer.text);
    answered?.(request, exchange);
  };
}
