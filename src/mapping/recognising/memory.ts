/**
 * A bounded memory of what was made of texts before. It forgets all at once when it is full, in place of keeping an
 * order of use: making a value again costs about a microsecond, and an order would cost every look-up more than that
 * saves.
 */

/** What is made of a text holds parts of it: so many characters each are room enough for all that are usual. */
const CHARACTERS_OF_EACH = 128;

export class Memory<Value> {
  readonly #most: number;
  readonly #mostCharacters: number;
  #values = new Map<string, Value>();
  #characters = 0;

  /** @param most how many values it holds; fewer where their texts are long */
  constructor(most: number) {
    this.#most = most;
    this.#mostCharacters = most * CHARACTERS_OF_EACH;
  }

  /** How many values it holds now. */
  get size(): number {
    return this.#values.size;
  }

  get(text: string): Value | undefined {
    return this.#values.get(text);
  }

  set(text: string, value: Value): void {
    if (!this.#values.has(text)) {
      this.#characters += text.length;
      if (this.#values.size >= this.#most || this.#characters > this.#mostCharacters) {
        this.#values = new Map();
        this.#characters = text.length;
      }
    }
    this.#values.set(text, value);
  }
}
