/**
 * One line for each request once it is over: the audit's for what an endpoint answered about a person, a plain one for
 * everything that came to no answer. Wrapped around the requests; what is in a line is known only here.
 */
import type { Logger } from 'pino';
import type { Completeness } from '../person.ts';

/** What is recorded of answers: who asked for whom, the same with what was answered, or nothing that names people. */
export type AuditLevel = 'yes' | 'no' | 'values';

/** The answer about a person that was sent. */
export interface AnsweredText {
  readonly bytes: Buffer;
  /** SHA-256 in hexadecimal digits. */
  readonly digest: string;
  /** Whether nothing was due. */
  readonly isEmpty: boolean;
}

/** A request that is over. What it did not come to is undefined. */
export interface FinishedRequest {
  readonly requestId: string;
  readonly method: string;
  readonly endpoint: string | undefined;
  /** Of the endpoint's mapping. */
  readonly revision: string | undefined;
  readonly caller: string | undefined;
  readonly userid: string | undefined;
  readonly status: number;
  /** Of the problem that was answered. */
  readonly code: string | undefined;
  readonly reason: string | undefined;
  /** The verdict on what was read of the person; undefined where nobody was read. */
  readonly completeness?: Completeness | undefined;
  /** The field Cache-Status of the answer. */
  readonly cache: string;
  /** What was answered about a person. */
  readonly answer: AnsweredText | undefined;
  readonly milliseconds: number;
  /** Whether all of the answer was handed to the network. */
  readonly sent: boolean;
}

/**
 * Records finished requests. The audit is written whatever the log's level.
 * @param audit asked anew for each request
 */
export function requestLog(log: Logger, audit: () => AuditLevel): (finished: FinishedRequest) => void {
  // The keys of a line are all written here: there is no secret among them to look for in each.
  const auditLog = log.child({}, { level: 'info', redact: [] });
  return (finished) => {
    const { requestId, method, endpoint, caller, status, code, reason, cache, milliseconds, sent } = finished;
    const level = status >= 500 ? 'warn' : 'info';
    const kind = audit();
    if (finished.userid === undefined || kind === 'no') {
      const line = { request_id: requestId, method, endpoint, caller, status, code, reason, cache };
      // Without an audit nothing is left of answers, for their number and order tell of people too.
      log[finished.answer === undefined ? level : 'debug']({ ...line, milliseconds, sent }, 'request');
      return;
    }
    const leftOut = leftOutOf(finished);
    // One literal, of which what is undefined is not written: put together from parts it takes as long as the answer.
    auditLog[level](
      {
        request_id: requestId,
        method,
        endpoint,
        caller,
        status,
        code,
        reason,
        cache,
        userid: finished.userid,
        outcome: outcomeOf(finished),
        mapping: finished.revision,
        complete: leftOut?.isWhole,
        left_out: leftOut?.notes,
        digest: finished.answer?.digest,
        answer: kind === 'values' ? valuesOf(finished) : undefined,
        milliseconds,
        sent,
      },
      'answer',
    );
  };
}

function outcomeOf({ answer, code }: FinishedRequest): string | undefined {
  if (answer === undefined) return code;
  return answer.isEmpty ? 'empty' : 'answered';
}

// That all was read is the rule; what is told is what was left out.
function leftOutOf({ completeness }: FinishedRequest): Completeness | undefined {
  return completeness?.isWhole && completeness.notes.length === 0 ? undefined : completeness;
}

function valuesOf({ answer }: FinishedRequest): unknown {
  return answer && JSON.parse(answer.bytes.toString('utf8'));
}
