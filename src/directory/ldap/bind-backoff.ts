/**
 * After a refused bind: when the same secret may be tried again. Five refused binds may lock the service account, and
 * there are several replicas.
 */
import type { Clock } from '../../deadline.ts';
import { Failure } from '../../failure.ts';

const SHORTEST = 30_000;
const LONGEST = 300_000;

/** Remembers refusals of one secret. */
export class BindBackoff {
  readonly #clock: Clock;
  #refusals = 0;
  #until = Number.NEGATIVE_INFINITY;
  #reason = '';
  #isProven = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Runs a bind, which must note its outcome here. Until the secret was once accepted they run one after another, so
   * that several directories with the same wrong secret send it once and not each. Throws as {@link check}.
   */
  inTurn<T>(bind: () => Promise<T>): Promise<T> {
    if (this.#isProven) return bind();
    const turn = this.#turn.then(() => {
      this.check();
      return bind();
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Why the last bind was refused; undefined where none was, or one was accepted since. */
  get refusal(): string | undefined {
    return this.#refusals === 0 ? undefined : this.#reason;
  }

  /** Throws the `directory_refused` failure of the last refusal while its time has not passed. */
  check(): void {
    if (this.#clock.now() >= this.#until) return;
    throw new Failure('directory_refused', this.#reason);
  }

  /** Notes a refusal: 30 seconds, doubled each time up to 5 minutes. */
  refused(reason: string): void {
    const rest = Math.min(SHORTEST * 2 ** this.#refusals, LONGEST);
    this.#until = this.#clock.now() + rest;
    this.#refusals++;
    // Not what is left of it: the same failure would else have another text each time.
    this.#reason = `${reason}; no further bind for ${rest / 1000} s, so as not to lock the account`;
    this.#isProven = false;
  }

  succeeded(): void {
    this.#refusals = 0;
    this.#isProven = true;
    this.#until = Number.NEGATIVE_INFINITY;
  }
}
