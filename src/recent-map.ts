/**
 * A bounded memory of what many lookups need again: what was not asked for lately is forgotten. In two generations in
 * place of an order of use, since a person brings dozens of keys and none of them shall cost more than a look into a
 * map; and without memory for what is not there yet. Whoever holds a value goes on holding it.
 */

interface Weighed<Value> {
  readonly value: Value;
  readonly weight: number;
}

/** Keeps about half of its bound at the least, and all of it at the most, of the values that were used last. */
export interface RecentMap<Value> {
  get(key: string): Value | undefined;
  /** @param weight of the value with its key; 1 where left out */
  set(key: string, value: Value, weight?: number): void;
}

/** @param most the weight of all, in whatever the values are weighed by: by their number, or by octets */
export function recentMap<Value>(most: number): RecentMap<Value> {
  return new Generations(most);
}

class Generations<Value> implements RecentMap<Value> {
  readonly #most: number;
  #weight = 0;
  #young = new Map<string, Weighed<Value>>();
  #old = new Map<string, Weighed<Value>>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young.value;
    const old = this.#old.get(key);
    if (old !== undefined) this.#add(key, old);
    return old?.value;
  }

  set(key: string, value: Value, weight = 1): void {
    this.#add(key, { value, weight });
  }

  #add(key: string, added: Weighed<Value>): void {
    const weight = this.#weight + added.weight - (this.#young.get(key)?.weight ?? 0);
    const isFull = weight > this.#most / 2;
    if (isFull) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, added);
    this.#weight = isFull ? added.weight : weight;
  }
}
