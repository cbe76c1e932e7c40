/**
 * A bounded memory of what many lookups need again: what was not asked for lately is forgotten. In two generations in
 * place of an order of use, since a person brings dozens of keys and none of them shall cost more than a look into a
 * map; and without memory for what is not there yet.
 */

/** Keeps at the least half of `most` and at the most `most` of the values that were used last. */
export class RecentMap<Value extends object> {
  readonly #most: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Value | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    this.#young.set(key, value);
    if (this.#young.size < this.#most / 2) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
