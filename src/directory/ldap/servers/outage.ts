/**
 * Whether a directory is known to be failing: since then nobody waits for it, but one probe at a time asks on until it is
 * answered. Owns when probes go out; what a probe is, and what counts as failing, is failover.ts's.
 */
import { Failure, isFailure } from '../../../failure.ts';
import { GrowingRest } from './growing-rest.ts';

// Between the end of a probe and the next one.
const RESTS = { shortest: 250, longest: 5000 };

/** Who is told. */
export interface OutageListener {
  /** It became known: with what {@link Outage.check} throws from now on. */
  known(failure: Failure): void;
  /** It was known, and is over. */
  over(): void;
}

export class Outage {
  readonly #probe: () => Promise<void>;
  readonly #listener: OutageListener;
  readonly #rest: GrowingRest;
  #reason: Failure | undefined;
  #isProbing = false;
  #timer: NodeJS.Timeout | undefined;
  #isEnded = false;

  /**
   * @param probe rejects with a Failure where the directory does not answer: `directory_unavailable` or
   *   `directory_timeout`; with another one it answers, and says no
   * @param random from 0 inclusive to 1 exclusive
   */
  constructor(probe: () => Promise<void>, random: () => number, listener: OutageListener) {
    this.#probe = probe;
    this.#listener = listener;
    this.#rest = new GrowingRest(RESTS, random);
  }

  /** Throws `directory_unavailable` while the directory is known to be failing. */
  check(): void {
    if (this.#reason !== undefined) throw knownAs(this.#reason);
  }

  /** It is known from now on. */
  begin(reason: Failure): void {
    if (this.#isProbing || this.#timer !== undefined) this.#know(this.#reason ?? reason);
    else this.#askLater(reason);
  }

  /** It may be failing, or one search was too much for it: a probe tells at once. */
  suspect(): void {
    if (this.#isEnded || this.#isProbing || this.#timer !== undefined) return;
    void this.#ask();
  }

  /** Sends no further probe. */
  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    this.#isProbing = true;
    try {
      await this.#probe();
      this.#over();
    } catch (error) {
      if (isFailure(error, 'directory_unavailable') || isFailure(error, 'directory_timeout'))
        this.#askLater(error);
      else this.#over();
    } finally {
      this.#isProbing = false;
    }
  }

  #over(): void {
    const wasKnown = this.#reason !== undefined;
    this.#reason = undefined;
    this.#rest.reset();
    if (wasKnown) this.#listener.over();
  }

  #know(reason: Failure): void {
    const isNew = this.#reason === undefined;
    this.#reason = reason;
    if (isNew) this.#listener.known(knownAs(reason));
  }

  #askLater(reason: Failure): void {
    if (this.#isEnded) return;
    this.#know(reason);
    this.#timer = setTimeout(() => void this.#ask(), this.#rest.next()).unref();
  }
}

function knownAs(reason: Failure): Failure {
  return new Failure('directory_unavailable', `known to be failing: ${reason.message}`);
}
