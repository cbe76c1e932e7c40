/**
 * The place of a piece of work in the lines where it waits: since when, and for whom. Who waits says so here; the lines
 * themselves are directory/entries/turns.ts's.
 */

/** For whom work is done: somebody who waits, nobody in particular, or nobody any more, so that it need not be begun. */
export type Interest = 'caller' | 'background' | 'nobody';

let last = 0;

/** A place that only who waits for the work can change. */
export class Place {
  #interest: Interest;
  #order: number;
  #watching: Set<() => void> | undefined;

  /** @param order of who came; behind all others where left out */
  constructor(interest: Interest = 'caller', order: number = ++last) {
    this.#interest = interest;
    this.#order = order;
  }

  get interest(): Interest {
    return this.#interest;
  }

  /** Who came later has a greater one. */
  get order(): number {
    return this.#order;
  }

  become(interest: Interest, order: number = this.#order): void {
    if (interest === this.#interest && order === this.#order) return;
    this.#interest = interest;
    this.#order = order;
    for (const changed of [...(this.#watching ?? [])]) changed();
  }

  /** Told after each change, until what is returned is called. */
  watch(changed: () => void): () => void {
    this.#watching ??= new Set();
    this.#watching.add(changed);
    return () => this.#watching?.delete(changed);
  }
}
