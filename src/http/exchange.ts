/**
 * What is learnt about one request and handed on from step to step: its id, endpoint, caller and userid; and the one
 * shape of an answer about a person. Each field is set by one step and read by later ones.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Response } from 'express';
import type { ShownCertificate } from '../caller-certificate.ts';
import type { Clock } from '../deadline.ts';
import type { FailureCode } from '../failure.ts';
import type { FinishedRequest } from '../observe/request-log.ts';
import type { Completeness } from '../person.ts';
import type { AnswerText } from '../user-info/answer-text.ts';
import type { UserInfoAnswer } from '../user-info/user-info.ts';
import { cacheStatus } from './cache-status.ts';
import type { Caller, Served, ServedEndpoint } from './served.ts';

export interface Exchange {
  readonly requestId: string;
  /** The service's clock when the request arrived, in milliseconds. */
  readonly startedAt: number;
  /** What is served to this request from its first step to its last, whatever a reload brings meanwhile. */
  readonly served: Served;
  endpoint: ServedEndpoint | undefined;
  /** The client certificate that counted when the caller was recognised. */
  certificate: ShownCertificate | undefined;
  caller: Caller | undefined;
  userid: string | undefined;
  /** The problem that was answered; `internal_error` where it was a defect. */
  code: FailureCode | 'internal_error' | undefined;
  /** Why, for the log alone; also why an old answer was served. */
  reason: string | undefined;
  /** The verdict on what was read of the person. */
  completeness: Completeness | undefined;
  /** The answer about a person. */
  answer: AnswerText | undefined;
}

/** What every exchange is opened with. */
export interface ExchangeParts {
  /** What is served now; asked anew for each request. */
  readonly served: () => Served;
  readonly clock: Clock;
  /** Told of each request once it is over. */
  readonly observe: (finished: FinishedRequest) => void;
  /** A fresh id for each request. */
  readonly newRequestId: () => string;
}

/** Starts the record of one request, with the headers that every answer has; its end is observed. */
export function openExchange(
  request: IncomingMessage,
  response: ServerResponse,
  { served, clock, observe, newRequestId }: ExchangeParts,
): Exchange {
  const exchange: Exchange = {
    requestId: newRequestId(),
    startedAt: clock.now(),
    served: served(),
    endpoint: undefined,
    certificate: undefined,
    caller: undefined,
    userid: undefined,
    code: undefined,
    reason: undefined,
    completeness: undefined,
    answer: undefined,
  };
  response.setHeader('X-Request-Id', exchange.requestId);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Cache-Status', 'ldap-user-info; fwd=bypass');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.once('close', () => {
    observe({
      requestId: exchange.requestId,
      method: request.method ?? '',
      endpoint: exchange.endpoint?.path,
      revision: exchange.endpoint?.revision,
      caller: exchange.caller?.name,
      userid: exchange.userid,
      status: response.statusCode,
      code: exchange.code,
      reason: exchange.reason,
      completeness: exchange.completeness,
      cache: String(response.getHeader('Cache-Status')),
      answer: exchange.answer,
      milliseconds: Math.round(clock.now() - exchange.startedAt),
      sent: response.writableFinished,
    });
  });
  return exchange;
}

/** Notes where an answer came from, for the caller and the log. */
export function noteAnswer(response: ServerResponse, exchange: Exchange, answer: UserInfoAnswer): void {
  const { cache, completeness } = answer;
  if (cache !== undefined) response.setHeader('Cache-Status', cacheStatus(cache));
  exchange.reason = cache?.from === 'memory' ? cache.insteadOf?.message : undefined;
  exchange.completeness = completeness;
}

/** Sends the answer about a person. */
export function sendAnswer(response: ServerResponse, exchange: Exchange, text: AnswerText): void {
  exchange.answer = text;
  response
    .setHeader('Content-Type', 'application/json')
    .setHeader('Content-Length', text.length)
    .end(text.octets, 'latin1');
}

const KEY = 'exchange';

/** Keeps the record with the response, for the steps behind. */
export function keepExchange(response: Response, exchange: Exchange): void {
  response.locals[KEY] = exchange;
}

/** The record of the request that this response answers. */
export function exchangeOf(response: Response): Exchange {
  return response.locals[KEY] as Exchange;
}

/** The field's value; that a step before this one has set it is the pipeline's order. */
export function required<T>(value: T | undefined, step: string): T {
  if (value === undefined) throw new Error(`the pipeline lacks the step "${step}"`);
  return value;
}
