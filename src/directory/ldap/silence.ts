/**
 * What it says of a server that an operation was not answered in time. Whoever asks may have less time than a server may
 * take; then it says nothing, as long as others are answered. Timers, and what is sent, are connection.ts's.
 */

/** What an operation may take. */
export interface OperationTime {
  /** Milliseconds until it is given up. */
  readonly milliseconds: number;
  /** Milliseconds after which a server that has not answered it does not work; the same where left out. */
  readonly patience?: number;
}

/** The server did not answer in time. */
export class OperationTimeoutError extends Error {
  /** Whether it answered others meanwhile: then it is this operation that takes long, and the connection goes on. */
  readonly isSlow: boolean;
  constructor(message: string, isSlow: boolean) {
    super(message);
    this.isSlow = isSlow;
  }
}

/** Whoever asked had no more time, and what the server may take had not passed. */
export class OperationCutError extends Error {}

/** Whoever had this part of the time that a server may take has waited for long enough to tell. */
const LONG_ENOUGH = 0.9;

/** The searches of one connection that were not answered. */
export class Silence {
  /** When the first was sent, of those given up early since a search was last answered. */
  #since: number | undefined;

  /** Notes that a search was answered, be it one that was given up. */
  end(): void {
    this.#since = undefined;
  }

  /** Whether it tells of the server that a search is given up now; times as {@link performance.now} has them. */
  tells(sentAt: number, { milliseconds, patience = milliseconds }: OperationTime): boolean {
    if (milliseconds >= patience * LONG_ENOUGH) return true;
    this.#since ??= sentAt;
    return performance.now() - this.#since >= patience;
  }
}
