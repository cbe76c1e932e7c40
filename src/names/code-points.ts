/**
 * Order and safety of texts by Unicode code point: the order of answers, and the characters that never leave or
 * never come in. Which field a rule applies to is the caller's business.
 */

/** Orders by code point, as UTF-8 bytes would; `Array.sort`'s own order differs beyond U+FFFF. */
export function compareByCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rankOfCodeUnit(x) - rankOfCodeUnit(y);
  }
  return a.length - b.length;
}

// Surrogates stand for code points above U+FFFF and so come after U+E000..U+FFFF.
function rankOfCodeUnit(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** C0, DEL, C1, U+2028 and U+2029. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
export const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Embeddings, overrides and isolates (UAX #9): they make a text look like another one. */
export const BIDIRECTIONAL_OVERRIDE = /[\u202a-\u202e\u2066-\u2069]/;

/**
 * Characters without any width of their own: zero-width spaces and joiners, soft hyphens, byte order marks, variation
 * selectors and their like (Default_Ignorable_Code_Point), and the anchors of interlinear annotations.
 */
export const INVISIBLE_CHARACTER = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;

/** Whether the text holds a surrogate without its partner, that is, is no Unicode text. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
