/** What the cache holds of one person: what was read, and beside it the answers that mappings made of it. */
import type { Mapping } from '../mapping/mapping.ts';
import type { AnswerText } from './answer-text.ts';
import type { Found } from './lookup.ts';

/** An answer, and when the same facts will make another, in milliseconds since 1970. */
export interface Made {
  readonly text: AnswerText;
  readonly changesAt: number | undefined;
}

interface MadeFor extends Made {
  readonly mapping: Mapping;
}

/** What was found, with the answers that were made of it. */
export class Remembered {
  readonly found: Found;
  /** On the service's clock: until then a refresh that failed is not tried again. */
  noRefreshBefore = Number.NEGATIVE_INFINITY;
  #answer: MadeFor | undefined;
  #others: Map<Mapping, Made> | undefined;

  constructor(found: Found) {
    this.found = found;
  }

  /**
   * What `make` gave for this mapping, made once and again when a date has changed them. One endpoint is
   * usual, so a second one costs a map.
   * @param now milliseconds since 1970
   */
  answerFor(mapping: Mapping, now: number, make: () => Made): AnswerText {
    const known = this.#answer?.mapping === mapping ? this.#answer : this.#others?.get(mapping);
    if (known !== undefined && (known.changesAt === undefined || now < known.changesAt)) return known.text;
    const { text, changesAt } = make();
    if (this.#answer === undefined || this.#answer.mapping === mapping) {
      this.#answer = { mapping, text, changesAt };
    } else {
      this.#others ??= new Map();
      this.#others.set(mapping, { text, changesAt });
    }
    return text;
  }
}
