/**
 * How much memory things take in V8 on 64 bits, by their shape: headers, pointers, characters. Nothing is walked that
 * was not made here, so an estimate costs next to nothing; `npm run bench -- weighing` holds it against the heap.
 */

const POINTER = 8;
const ARRAY_HEADERS = 48;
const OBJECT_HEADER = 24;
const TEXT_HEADER = 20;
const MAP_HEADERS = 72;
const MAP_SLOT = 28;
/** A number that is no small integer stands in a box of its own. */
export const NUMBER_OCTETS = 16;

// Text that is all in Latin-1 takes one octet a character, any other two.
const BEYOND_LATIN_1 = /[^\0-\xff]/;

export function textOctets(text: string | undefined): number {
  if (text === undefined) return 0;
  return TEXT_HEADER + (BEYOND_LATIN_1.test(text) ? 2 : 1) * text.length;
}

/** An array without what stands in it. */
export function arrayOctets(length: number): number {
  return ARRAY_HEADERS + POINTER * length;
}

/** An object without what its properties hold. */
export function objectOctets(properties: number): number {
  return OBJECT_HEADER + POINTER * properties;
}

/** A map without what stands in it; it has room for a power of two. */
export function mapOctets(size: number): number {
  return MAP_HEADERS + MAP_SLOT * Math.max(4, 2 ** Math.ceil(Math.log2(size)));
}
