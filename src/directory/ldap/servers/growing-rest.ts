/** How long to leave alone what failed: longer each time, and by chance, so that replicas do not come back together. */

/** Milliseconds. */
export interface RestBounds {
  readonly shortest: number;
  readonly longest: number;
}

export class GrowingRest {
  readonly #bounds: RestBounds;
  readonly #random: () => number;
  #next: number;

  /** @param random from 0 inclusive to 1 exclusive */
  constructor(bounds: RestBounds, random: () => number) {
    this.#bounds = bounds;
    this.#random = random;
    this.#next = bounds.shortest;
  }

  /** Milliseconds: the shortest at first, doubled each time up to the longest, and each time by chance up to half less. */
  next(): number {
    const rest = this.#next * (1 - this.#random() / 2);
    this.#next = Math.min(2 * this.#next, this.#bounds.longest);
    return rest;
  }

  /** Begins with the shortest again. */
  reset(): void {
    this.#next = this.#bounds.shortest;
  }
}
