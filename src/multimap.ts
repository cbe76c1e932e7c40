/**
 * Many values under each of many keys: in plain maps of lists, and in little memory, hundreds of thousands of short lists
 * as chains through one long array.
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

const NUMBERS_OF_A_PIECE = 2 ** 16;

/** Whole numbers below 2³². Grows piece by piece, so that nothing is copied and no more is taken than is soon needed. */
class Numbers {
  readonly #pieces: Uint32Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** How many there are then. */
  push(number: number): number {
    if (this.#length % NUMBERS_OF_A_PIECE === 0) this.#pieces.push(new Uint32Array(NUMBERS_OF_A_PIECE));
    this.set(this.#length, number);
    return ++this.#length;
  }

  at(index: number): number {
    return this.#pieces[Math.floor(index / NUMBERS_OF_A_PIECE)]?.[index % NUMBERS_OF_A_PIECE] ?? 0;
  }

  set(index: number, number: number): void {
    const piece = this.#pieces[Math.floor(index / NUMBERS_OF_A_PIECE)];
    if (piece !== undefined) piece[index % NUMBERS_OF_A_PIECE] = number;
  }
}

/** What stands in place of the number of a link where there is none; links count from 1. */
const NONE = 0;

/** A few values, each of them under very many keys, which are put in value by value. */
export class CompactMultimap<Value> {
  readonly #places = new Map<string, number>();
  /** By the place of a key, its newest link. */
  readonly #newest = new Numbers();
  /** By link, the one before it under the same key. */
  readonly #older = new Numbers();
  /** The values in the order in which they came, and the first link of each. */
  readonly #values: Value[] = [];
  readonly #firsts: number[] = [];

  /** The place of the key, which stays the same: it stands for the key wherever the key itself costs time to find. */
  placeOf(key: string): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.#newest.push(NONE) - 1;
    this.#places.set(key, place);
    return place;
  }

  /** Puts the value under the key of this place, unless it came last there. The keys of one value should come together. */
  add(place: number, value: Value): void {
    if (this.#values.length === 0 || this.#values.at(-1) !== value) {
      this.#values.push(value);
      this.#firsts.push(this.#older.length + 1);
    }
    const newest = this.#newest.at(place);
    // To look through all of them would cost the square of their number.
    if (newest !== NONE && newest >= (this.#firsts.at(-1) ?? NONE)) return;
    this.#newest.set(place, this.#older.push(newest));
  }

  /** The values of a key, the newest first; one that came again after others stands there as often. */
  get(key: string): Value[] {
    const values: Value[] = [];
    const place = this.#places.get(key);
    if (place === undefined) return values;
    let before = this.#values.length;
    for (let link = this.#newest.at(place); link !== NONE; link = this.#older.at(link - 1)) {
      before = this.#valueOf(link, before);
      values.push(this.#values[before] as Value);
    }
    return values;
  }

  /** Where the value of the link is, which came among the first so many. */
  #valueOf(link: number, before: number): number {
    let low = 0;
    let high = before - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#firsts[middle] ?? 0) <= link) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
