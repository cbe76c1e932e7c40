/**
 * A bounded memory of what was made of texts before. It forgets all at once when it is full, in place of keeping an
 * order of use: making a value again costs about a microsecond, and an order would cost every look-up more than that
 * saves.
 */
export class Memory<Value> {
  readonly #most: number;
  #values = new Map<string, Value>();

  /** @param most how many values it holds */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many values it holds now. */
  get size(): number {
    return this.#values.size;
  }

  get(text: string): Value | undefined {
    return this.#values.get(text);
  }

  set(text: string, value: Value): void {
    if (this.#values.size >= this.#most && !this.#values.has(text)) this.#values = new Map();
    this.#values.set(text, value);
  }
}
