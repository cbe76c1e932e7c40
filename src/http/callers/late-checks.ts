/**
 * Checks of passwords from addresses that have given too many wrong ones: one at a time, whatever their number. First
 * those that come again after they were not looked at, as a caller's own password does and a guess does not; then the
 * newest, and of each connection one within a while.
 */
import { LRUCache } from 'lru-cache';
import { Failure } from '../../failure.ts';

const MOST_WAITING = 16;
/** Milliseconds in which a connection has one check here. */
const ONE_WITHIN = 60_000;
/** A guess that was not looked at is forgotten for others; at a thousand a second this is most of a minute. */
const NOT_LOOKED_AT = 50_000;

interface WaitingCheck {
  readonly key: string;
  readonly check: () => Promise<boolean>;
  readonly resolve: (passes: boolean) => void;
  readonly reject: (error: unknown) => void;
}

export class LateChecks {
  /** Both in the order of coming. */
  #again: WaitingCheck[] = [];
  #new: WaitingCheck[] = [];
  #isRunning = false;
  readonly #lastOf = new WeakMap<object, number>();
  readonly #notLookedAt = new LRUCache<string, true>({ max: NOT_LOOKED_AT });

  /**
   * The outcome of the check. Rejects with the Failure `too_many_failures` where the connection has had its check, and
   * `overloaded` where others came after it.
   */
  run(key: string, connection: object, check: () => Promise<boolean>): Promise<boolean> {
    const now = performance.now();
    const isAgain = this.#notLookedAt.delete(key);
    if (!isAgain && now - (this.#lastOf.get(connection) ?? -ONE_WITHIN) < ONE_WITHIN) {
      this.#notLookedAt.set(key, true);
      return Promise.reject(
        new Failure(
          'too_many_failures',
          'too many failed authentications from this address to look at this one',
        ),
      );
    }
    this.#lastOf.set(connection, now);
    return new Promise((resolve, reject) => {
      const waiting = isAgain ? this.#again : this.#new;
      waiting.push({ key, check, resolve, reject });
      if (waiting.length > MOST_WAITING) this.#turnAway(waiting.shift());
      void this.#runNext();
    });
  }

  #turnAway(waiting: WaitingCheck | undefined): void {
    if (waiting === undefined) return;
    this.#notLookedAt.set(waiting.key, true);
    waiting.reject(new Failure('overloaded', 'too many password checks of this address wait'));
  }

  async #runNext(): Promise<void> {
    if (this.#isRunning) return;
    const next = this.#again.shift() ?? this.#new.pop();
    if (next === undefined) return;
    this.#isRunning = true;
    await next.check().then(next.resolve, next.reject);
    this.#isRunning = false;
    void this.#runNext();
  }
}
