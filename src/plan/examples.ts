/**
 * How many people something is true of, and a few of them as examples: the first by code point, so that the same
 * people give the same examples in whatever order they come.
 */
import { compareByCodePoint } from '../names/code-points.ts';

/** So many people, and the user ids of at most {@link MOST_EXAMPLES}. */
export interface PeopleSample {
  readonly people: number;
  readonly examples: readonly string[];
}

export const MOST_EXAMPLES = 5;

/** Counts, in memory that does not grow with the count. */
export class Examples {
  readonly #most: number;
  readonly #examples: string[] = [];
  #count = 0;

  constructor(most = MOST_EXAMPLES) {
    this.#most = most;
  }

  add(example: string): void {
    this.#count++;
    const last = this.#examples.at(-1);
    const isFull = this.#examples.length === this.#most;
    if (isFull && last !== undefined && compareByCodePoint(example, last) >= 0) return;
    if (isFull) this.#examples.pop();
    const at = this.#examples.findIndex((other) => compareByCodePoint(example, other) < 0);
    this.#examples.splice(at < 0 ? this.#examples.length : at, 0, example);
  }

  get count(): number {
    return this.#count;
  }

  get examples(): readonly string[] {
    return [...this.#examples];
  }

  sample(): PeopleSample {
    return { people: this.#count, examples: this.examples };
  }
}
