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
    const line = { request_id: requestId, method, endpoint, caller, status, code, reason, cache };
    const level = status >= 500 ? 'warn' : 'info';
    if (finished.userid === undefined || audit() === 'no') {
      // Without an audit nothing is left of answers, for their number and order tell of people too.
      log[finished.answer === undefined ? level : 'debug']({ ...line, milliseconds, sent }, 'request');
      return;
    }
    auditLog[level](
      {
        ...line,
        userid: finished.userid,
        outcome: outcomeOf(finished),
        mapping: finished.revision,
        ...verdictOf(finished),
        ...answerOf(finished, audit()),
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
function verdictOf({ completeness }: FinishedRequest): object {
  if (completeness === undefined || (completeness.isWhole && completeness.notes.length === 0)) return {};
  return { complete: completeness.isWhole, left_out: completeness.notes };
}

function answerOf({ answer }: FinishedRequest, audit: AuditLevel): object {
  if (answer === undefined) return {};
  const { digest, bytes } = answer;
  return audit === 'values' ? { digest, answer: JSON.parse(bytes.toString('utf8')) as unknown } : { digest };
}
