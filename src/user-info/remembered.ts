/** What the cache holds of one person: what was read, and beside it the bytes that mappings made of it. */
import type { Mapping } from '../mapping/mapping.ts';
import type { Found } from './lookup.ts';

/** What was found, with the bytes of the answers that were made of it. */
export class Remembered {
  readonly found: Found;
  /** On the service's clock: until then a refresh that failed is not tried again. */
  noRefreshBefore = Number.NEGATIVE_INFINITY;
  #answer: { readonly mapping: Mapping; readonly bytes: Buffer } | undefined;
  #others: Map<Mapping, Buffer> | undefined;

  constructor(found: Found) {
    this.found = found;
  }

  /** The bytes that `make` gave for this mapping, made once. One endpoint is usual, so a second one costs a map. */
  answerFor(mapping: Mapping, make: () => Buffer): Buffer {
    if (this.#answer !== undefined && this.#answer.mapping === mapping) return this.#answer.bytes;
    const known = this.#others?.get(mapping);
    if (known !== undefined) return known;
    const bytes = make();
    if (this.#answer === undefined) {
      this.#answer = { mapping, bytes };
    } else {
      this.#others ??= new Map();
      this.#others.set(mapping, bytes);
    }
    return bytes;
  }
}
