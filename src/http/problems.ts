/**
 * The one place that turns failures into answers: status, title and headers of each code, as problem+json (RFC 9457).
 * Nothing internal leaves: the failure's message goes to the log under the same request id.
 */
import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { type Failure, type FailureCode, isFailure } from '../failure.ts';
import { exchangeOf } from './exchange.ts';

interface Kind {
  readonly status: number;
  readonly title: string;
  /** Seconds after which the same request may succeed. */
  readonly retryAfter?: number;
}

const KINDS: Readonly<Record<FailureCode, Kind>> = {
  bad_userid: { status: 400, title: 'The parameter userid is missing or not acceptable' },
  unauthenticated: { status: 401, title: 'Credentials are missing or wrong' },
  forbidden: { status: 403, title: 'This caller may not use this endpoint' },
  unknown_user: { status: 404, title: 'No such person' },
  not_found: { status: 404, title: 'No such endpoint' },
  method_not_allowed: { status: 405, title: 'Only GET and HEAD are answered here' },
  ambiguous_user: { status: 409, title: 'More than one entry has this person' },
  too_many_failures: { status: 429, title: 'Too many failed authentications from this address' },
  directory_refused: { status: 502, title: 'The directory refused to answer' },
  directory_incomplete: { status: 502, title: 'The directory could not be read completely' },
  required_attribute_missing: { status: 502, title: 'A required attribute is missing' },
  directory_unavailable: { status: 503, title: 'The directory cannot be reached', retryAfter: 5 },
  overloaded: { status: 503, title: 'Too many requests at once', retryAfter: 1 },
  shutting_down: { status: 503, title: 'The service is shutting down', retryAfter: 1 },
  directory_timeout: { status: 504, title: 'The directory did not answer in time' },
};

const UNEXPECTED: Kind = { status: 500, title: 'The service failed' };

/** The status that callers get for a failure. */
export function statusOf(code: FailureCode): number {
  return KINDS[code].status;
}

/**
 * Express' last handler: every failure of the pipeline ends here. What is no Failure is a defect: 500, logged whole.
 */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const exchange = exchangeOf(response);
    exchange.code = isFailure(error) ? error.code : 'internal_error';
    if (isFailure(error)) exchange.reason = reasonOf(error);
    else log.error({ request_id: exchange.requestId, err: error }, 'a request failed unexpectedly');
    if (response.headersSent) {
      next(error);
      return;
    }
    sendProblem(response, isFailure(error) ? error.code : undefined, exchange.requestId);
  };
}

/** The JSON text of a problem. */
export function problem(
  { status, title, code }: { readonly status: number; readonly title: string; readonly code: string },
  requestId: string,
): string {
  return JSON.stringify({ type: `urn:ldap-user-info:${code}`, title, status, code, request_id: requestId });
}

function sendProblem(response: Response, code: FailureCode | undefined, requestId: string): void {
  const { status, title, retryAfter } = code === undefined ? UNEXPECTED : KINDS[code];
  const body = problem({ status, title, code: code ?? 'internal_error' }, requestId);
  if (code === 'method_not_allowed') response.setHeader('Allow', 'GET, HEAD');
  if (retryAfter !== undefined && !response.hasHeader('Retry-After'))
    response.setHeader('Retry-After', retryAfter);
  response.statusMessage = title;
  response
    .status(status)
    .setHeader('Content-Type', 'application/problem+json')
    .setHeader('Content-Length', Buffer.byteLength(body))
    .end(body);
}

function reasonOf({ message, cause }: Failure): string {
  return cause instanceof Error && cause.message !== message ? `${message} (${cause.message})` : message;
}
