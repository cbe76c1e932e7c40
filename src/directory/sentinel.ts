/**
 * The proof that the right to read is still there: a person who must always be found with a group. Owns when a proof
 * counts and that one serves all who wait; how the person is read is given to it.
 */
import type { Deadline } from '../deadline.ts';
import { judgeSentinel, type PersonEvidence } from './entries/completeness.ts';
import type { SentinelSettings } from './settings/settings.ts';

/** Reads the sentinel's person anew, within a time of its own. */
export type ReadSentinel = () => Promise<PersonEvidence | undefined>;

/** Shares reads of the sentinel among the answers that need one. */
export class Sentinel {
  readonly #settings: SentinelSettings;
  readonly #read: ReadSentinel;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(settings: SentinelSettings, read: ReadSentinel) {
    this.#settings = settings;
    this.#read = read;
  }

  /**
   * Resolves once the sentinel was found by a read that began after this call. Throws {@link Failure}:
   * `directory_incomplete` where it is not found with its group, and whatever its read threw.
   */
  confirm(deadline: Deadline): Promise<void> {
    // A read that runs already may have begun before the caller's own read ended: it proves nothing for them.
    this.#next ??= this.#startAfter(this.#running);
    return deadline.limit(this.#next, 'the read of the sentinel');
  }

  async #startAfter(running: Promise<void> | undefined): Promise<void> {
    // Where none runs this still waits for one microtask, so that `#next` is set before it moves on.
    await running?.catch(() => {});
    this.#running = this.#next;
    this.#next = undefined;
    judgeSentinel(await this.#read(), this.#settings);
  }
}
