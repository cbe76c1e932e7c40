/**
 * What the steps of the pipeline learn about one request and hand on: its id, endpoint, caller and userid. Each field
 * is set by one step and read by later ones.
 */
import type { Response } from 'express';
import type { FailureCode } from '../failure.ts';
import type { Completeness } from '../person.ts';
import type { Caller, ServedEndpoint } from './served.ts';

export interface Exchange {
  readonly requestId: string;
  /** The service's clock when the request arrived, in milliseconds. */
  readonly startedAt: number;
  endpoint: ServedEndpoint | undefined;
  caller: Caller | undefined;
  userid: string | undefined;
  /** The problem that was answered; `internal_error` where it was a defect. */
  code: FailureCode | 'internal_error' | undefined;
  /** Why, for the log alone; also why an old answer was served. */
  reason: string | undefined;
  /** The verdict on what was read of the person. */
  completeness: Completeness | undefined;
  /** The bytes of the answer about a person. */
  answer: Buffer | undefined;
}

const KEY = 'exchange';

/** Starts the record of one request. */
export function beginExchange(response: Response, requestId: string, startedAt: number): void {
  const exchange: Exchange = {
    requestId,
    startedAt,
    endpoint: undefined,
    caller: undefined,
    userid: undefined,
    code: undefined,
    reason: undefined,
    completeness: undefined,
    answer: undefined,
  };
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
