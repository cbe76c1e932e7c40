/**
 * The JSON text of an answer as it is sent. Kept as a text of one octet a character: a buffer would take more than twice
 * the memory of a usual answer, or hold on to the slab that it was cut from.
 */
import { hash } from 'node:crypto';
import { EMPTY_ANSWER, formatAnswer } from '../mapping/answer.ts';

/** An answer about a person. */
export class AnswerText {
  /** Its UTF-8, a character for each octet: to be sent as `latin1`. */
  readonly octets: string;
  #digest: string | undefined;

  /** @param text by {@link formatAnswer} */
  constructor(text: string) {
    this.octets = Buffer.from(text, 'utf8').toString('latin1');
  }

  /** How many octets are sent. */
  get length(): number {
    return this.octets.length;
  }

  /** A buffer of its own for whoever asks. */
  get bytes(): Buffer {
    return Buffer.from(this.octets, 'latin1');
  }

  /** SHA-256 of what is sent in hexadecimal digits. */
  get digest(): string {
    this.#digest ??= hash('sha256', this.bytes, 'hex');
    return this.#digest;
  }

  /** Whether nothing is due. */
  get isEmpty(): boolean {
    return this.octets === EMPTY_TEXT.octets;
  }
}

/** Nothing is due. */
export const EMPTY_TEXT = new AnswerText(formatAnswer(EMPTY_ANSWER));
