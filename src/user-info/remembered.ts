/** What is in memory of one person: what was read, and beside it the answers that mappings made of it. */
import type { Mapping } from '../mapping/mapping.ts';
import type { AnswerText } from './answer-text.ts';
import type { Found } from './lookup.ts';

/** An answer, and when the same facts will make another, in milliseconds since 1970. */
export interface Made {
  readonly text: AnswerText;
  readonly changesAt: number | undefined;
}

/** The memory that a person is in. */
export interface Keeper {
  /** The answer, or an equal one; the octets that it takes are then among the person's. */
  keepAnswer(remembered: Remembered, text: AnswerText): AnswerText;
}

/** What was found, with the answers that were made of it. */
export class Remembered {
  readonly found: Found;
  /** On the service's clock: until then a refresh that failed is not tried again. */
  noRefreshBefore: number | undefined;
  /** What it takes of the memory that it is in, and what its answers take. */
  octets = 0;
  octetsOfAnswers = 0;
  #keeper: Keeper | undefined;
  // One endpoint is usual, so the answer of the first stands here, and a second one costs a map.
  #mapping: Mapping | undefined;
  #text: AnswerText | undefined;
  #changesAt: number | undefined;
  #others: Map<Mapping, Made> | undefined;

  constructor(found: Found, keeper?: Keeper) {
    this.found = found;
    this.#keeper = keeper;
  }

  /**
   * What `make` gave for this mapping, made once and again when a date has changed them.
   * @param now milliseconds since 1970
   */
  answerFor(mapping: Mapping, now: number, make: () => Made): AnswerText {
    const isFirst = this.#mapping === mapping;
    const other = isFirst ? undefined : this.#others?.get(mapping);
    const text = isFirst ? this.#text : other?.text;
    const changesAt = isFirst ? this.#changesAt : other?.changesAt;
    if (text !== undefined && (changesAt === undefined || now < changesAt)) return text;
    const made = make();
    const kept = this.#keeper?.keepAnswer(this, made.text) ?? made.text;
    if (this.#mapping === undefined || isFirst) {
      this.#mapping = mapping;
      this.#text = kept;
      this.#changesAt = made.changesAt;
    } else {
      this.#others ??= new Map();
      this.#others.set(mapping, { text: kept, changesAt: made.changesAt });
    }
    return kept;
  }

  /** How many octets that gives back. */
  forgetAnswers(): number {
    const octets = this.octetsOfAnswers;
    this.octetsOfAnswers = 0;
    this.#mapping = undefined;
    this.#text = undefined;
    this.#changesAt = undefined;
    this.#others = undefined;
    return octets;
  }

  /** Is in no memory any more, and takes none of it. */
  letGo(): void {
    this.#keeper = undefined;
  }
}
