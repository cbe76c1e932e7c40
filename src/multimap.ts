/**
 * Many values under each of many keys: in plain maps of lists, and in little memory, hundreds of thousands of short
 * lists as chains through two long arrays.
 */

/** Puts the value at the end of the list under the key. */
export function addUnder<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** The values under their keys, in their order; those without a key are left out. */
export function groupedBy<Key, Value>(
  values: Iterable<Value>,
  keyOf: (value: Value) => Key | undefined,
): ReadonlyMap<Key, readonly Value[]> {
  const lists = new Map<Key, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    if (key !== undefined) addUnder(lists, key, value);
  }
  return lists;
}

const NONE = -1;

export class CompactMultimap<Value> {
  readonly #newest = new Map<string, number>();
  readonly #values: Value[] = [];
  readonly #older: number[] = [];

  /** Puts the value under the key, unless it came last there. Values of one key should come together. */
  add(key: string, value: Value): void {
    const newest = this.#newest.get(key) ?? NONE;
    // To look through all of them would cost the square of their number.
    if (newest !== NONE && this.#values[newest] === value) return;
    this.#newest.set(key, this.#values.push(value) - 1);
    this.#older.push(newest);
  }

  /** The values of a key, the newest first; one that came again after others stands there as often. */
  get(key: string): Value[] {
    const values: Value[] = [];
    for (let at = this.#newest.get(key) ?? NONE; at !== NONE; at = this.#older[at] ?? NONE) {
      const value = this.#values[at];
      if (value !== undefined) values.push(value);
    }
    return values;
  }
}
