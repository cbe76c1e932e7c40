/**
 * Everything that can go wrong on the way from a request to an answer, as a closed union of stable codes. An error
 * says what happened; http/problems.ts alone turns codes into statuses.
 */

/** The codes of the outside contract; callers of the service rely on them. */
export type FailureCode =
  | 'bad_userid'
  | 'unauthenticated'
  | 'forbidden'
  | 'unknown_user'
  | 'not_found'
  | 'method_not_allowed'
  | 'ambiguous_user'
  | 'too_many_failures'
  | 'directory_refused'
  | 'directory_incomplete'
  | 'required_attribute_missing'
  | 'directory_unavailable'
  | 'overloaded'
  | 'shutting_down'
  | 'directory_timeout';

/** What a failure may say beside its message. */
export interface FailureOptions extends ErrorOptions {
  /** What to set, and where, so that it does not happen again; becomes the end of the message. */
  readonly cure?: string;
}

/**
 * The one error of the service's own. `message` is for the operator's log: it may name hosts and DNs, and so never
 * leaves in an answer. It holds no secret.
 */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly cure: string | undefined;
  constructor(code: FailureCode, message: string, options: FailureOptions = {}) {
    const { cure } = options;
    super(cure === undefined ? message : `${message}; ${cure}`, options);
    this.name = 'Failure';
    this.code = code;
    this.cure = cure;
  }
}

/** Whether the error is a {@link Failure}, of that code where one is given. */
export function isFailure(error: unknown, code?: FailureCode): error is Failure {
  return error instanceof Failure && (code === undefined || error.code === code);
}

/** A line for people: the code and what happened; what is incomplete stands behind the code, and is said once. */
export function lineOf({ code, message }: Failure): string {
  return `${code}: ${message}`.replace(/^directory_incomplete: incomplete /, 'directory_incomplete ');
}

/** What the work gives, or the {@link Failure} that it throws; any other error goes on. */
export function orFailure<T>(work: () => T): T | Failure {
  try {
    return work();
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
}
