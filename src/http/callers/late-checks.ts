/**
 * Checks of passwords from addresses that have given too many wrong ones: one at a time, whatever their number, and few
 * that wait. First comes what was sent most often and not looked at, as a caller sends its own password again and a guess
 * is sent once; then connections that have had no check for a while; of those in turn who came last and who came first.
 */
import { LRUCache } from 'lru-cache';
import { Failure } from '../../failure.ts';
import type { Attempt } from '../served.ts';

/** So that as many connections of one address, be all others those of guesses, only make each other wait. */
const MOST_WAITING = 256;
/** Milliseconds after which it is better sent again, as it then comes first. */
const LONGEST_WAIT = 5000;
/** Milliseconds in which a connection has one check before those that have had theirs. */
const ONE_WITHIN = 60_000;
/** A guess that was not looked at is forgotten for others; at a thousand a second this is most of a minute. */
const NOT_LOOKED_AT = 50_000;

interface WaitingCheck {
  readonly key: string;
  /** How often it was sent since it was looked at last. */
  readonly sent: number;
  /** Whether its connection has had no check for a while. */
  readonly isFirst: boolean;
  readonly from: Attempt;
  readonly check: () => Promise<boolean>;
  readonly resolve: (passes: boolean) => void;
  readonly reject: (error: unknown) => void;
}

export class LateChecks {
  /** In the order in which they have their turn. */
  readonly #waiting: WaitingCheck[] = [];
  #isRunning = false;
  #lastHadItsTurn = false;
  readonly #lastOf = new WeakMap<object, number>();
  readonly #notLookedAt = new LRUCache<string, number>({ max: NOT_LOOKED_AT });

  /**
   * The outcome of the check. Rejects with the Failure `overloaded` where too many go before it: never with one that
   * says that the password is wrong, as it was not looked at.
   */
  run(key: string, from: Attempt, check: () => Promise<boolean>): Promise<boolean> {
    const { connection } = from;
    const isFirst = performance.now() - (this.#lastOf.get(connection) ?? -ONE_WITHIN) >= ONE_WITHIN;
    this.hadOne(connection);
    const sent = 1 + (this.#notLookedAt.get(key) ?? 0);
    return new Promise((resolve, reject) => {
      const waiting = { key, sent, isFirst, from, check, resolve, reject };
      this.#add(waiting);
      setTimeout(() => this.#giveUp(waiting), LONGEST_WAIT).unref();
      void this.#runNext();
    });
  }

  /** Notes that a password which came over the connection was looked at, here or elsewhere. */
  hadOne(connection: object): void {
    this.#lastOf.set(connection, performance.now());
  }

  #giveUp(check: WaitingCheck): void {
    const at = this.#waiting.indexOf(check);
    if (at >= 0) for (const each of this.#waiting.splice(at, 1)) this.#turnAway(each);
  }

  #add(check: WaitingCheck): void {
    const behind = this.#waiting.findIndex((each) => goesBefore(check, each));
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, check);
    if (this.#waiting.length <= MOST_WAITING) return;
    const gone = this.#waiting.findIndex(({ from }) => from.isGone());
    for (const each of this.#waiting.splice(gone, 1)) this.#turnAway(each);
  }

  #turnAway({ key, sent, reject }: WaitingCheck): void {
    this.#notLookedAt.set(key, sent);
    reject(new Failure('overloaded', 'too many password checks of this address wait'));
  }

  // Behind a crowd a single request would else wait for all of it; and who came first is not forgotten for who comes later.
  #takeNext(): WaitingCheck | undefined {
    const [first] = this.#waiting;
    this.#lastHadItsTurn = !this.#lastHadItsTurn;
    if (first === undefined || !this.#lastHadItsTurn) return this.#waiting.shift();
    const last = this.#waiting.findLastIndex((each) => !goesBefore(first, each));
    return this.#waiting.splice(last, 1)[0];
  }

  async #runNext(): Promise<void> {
    if (this.#isRunning) return;
    const next = this.#takeNext();
    if (next === undefined) return;
    if (next.from.isGone()) {
      this.#turnAway(next);
      return this.#runNext();
    }
    this.#isRunning = true;
    this.#notLookedAt.delete(next.key);
    await next.check().then(next.resolve, next.reject);
    this.#isRunning = false;
    void this.#runNext();
  }
}

function goesBefore(one: WaitingCheck, other: WaitingCheck): boolean {
  if (one.sent !== other.sent) return one.sent > other.sent;
  return one.isFirst && !other.isFirst;
}
