/**
 * How lookups of one directory end: the last failure, and a word as they begin to fail and as they do no longer. That no
 * server answers is told where servers are; what is degraded is read off here by readiness.
 */
import type { Clock } from '../deadline.ts';
import type { Failure, FailureCode } from '../failure.ts';

/** Who is told. */
export interface HealthNews {
  /** Lookups begin to fail, or fail in a way that was not told yet. */
  failing(failure: Failure): void;
  /** None has failed for a minute. */
  well(): void;
}

/** For those who look once, and tell what they met themselves. */
export const NO_HEALTH_NEWS: HealthNews = { failing() {}, well() {} };

/** What a probe can find to be over. */
const MAY_PASS: readonly FailureCode[] = ['directory_unavailable', 'directory_timeout'];
// One person whose entry cannot be read whole fails among many who can.
const QUIET = 60_000;

export class Health {
  readonly #clock: Clock;
  readonly #news: HealthNews;
  #last: { readonly code: FailureCode; readonly at: number } | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;
  readonly #told = new Set<FailureCode>();

  constructor(clock: Clock, news: HealthNews = NO_HEALTH_NEWS) {
    this.#clock = clock;
    this.#news = news;
  }

  /**
   * The code of the last lookup's failure, while it lasts.
   * @param wellSince when a probe found the directory well, on the clock
   */
  lastFailure(wellSince = Number.NEGATIVE_INFINITY): FailureCode | undefined {
    const last = this.#last;
    return last !== undefined && MAY_PASS.includes(last.code) && wellSince >= last.at
      ? undefined
      : last?.code;
  }

  /** A lookup came to its end. */
  succeeded(): void {
    this.#last = undefined;
    if (this.#told.size === 0 || this.#clock.now() - this.#failedAt < QUIET) return;
    this.#told.clear();
    this.#news.well();
  }

  /** A lookup failed, and not by what it found of the person. */
  failed(failure: Failure): void {
    const at = this.#clock.now();
    this.#last = { code: failure.code, at };
    if (failure.code === 'directory_unavailable') return;
    this.#failedAt = at;
    if (this.#told.has(failure.code)) return;
    this.#told.add(failure.code);
    this.#news.failing(failure);
  }
}
