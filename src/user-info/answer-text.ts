/** The JSON text of an answer as it is sent, with what is recorded of it: made once, however often it is served. */
import { createHash } from 'node:crypto';
import { EMPTY_ANSWER, formatAnswer } from '../mapping/answer.ts';

/** An answer about a person. */
export class AnswerText {
  readonly bytes: Buffer;
  #digest: string | undefined;

  /** @param text by {@link formatAnswer} */
  constructor(text: string) {
    this.bytes = Buffer.from(text, 'utf8');
  }

  /** SHA-256 of the bytes in hexadecimal digits. */
  get digest(): string {
    this.#digest ??= createHash('sha256').update(this.bytes).digest('hex');
    return this.#digest;
  }

  /** Whether nothing is due. */
  get isEmpty(): boolean {
    return this.bytes.equals(EMPTY_TEXT.bytes);
  }
}

/** Nothing is due. */
export const EMPTY_TEXT = new AnswerText(formatAnswer(EMPTY_ANSWER));
