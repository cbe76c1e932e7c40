/**
 * Which spaces of a text mean nothing, and when two texts are the same text: as directories compare them, by RFC 4518.
 * One rule for values, names of groups, DNs, table codes, lists and user ids. What is compared is for others to say.
 */
import { equalIgnoringCase, foldCase, toNfc } from './case-folding.ts';

// RFC 4518 section 2.2: what is mapped to SPACE. Zero-width and other invisible characters are not among them here:
// a text that holds one is another text.
const SPACES = /[\t-\r\u0085\p{Z}]+/gu;
// ASCII words with single spaces between them, as almost all texts are: found out faster than anything is replaced.
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** Whether the text is ASCII without insignificant spaces, so that its key is the text itself in lower case. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/** The text with none of these spaces at its ends, and one U+0020 wherever one or more stand inside (section 2.6.1). */
export function withoutInsignificantSpaces(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(SPACES, ' ').replace(/^ | $/g, '');
}

/**
 * The text with one U+0020 wherever one or more of these spaces stand, also at its ends: what a part of a text is
 * there, where the text around it goes on.
 */
export function withSingleSpaces(text: string): string {
  return PLAIN.test(text) ? text : text.replace(SPACES, ' ');
}

/** The key under which texts are one that differ in case and insignificant spaces only. Of a key no key is made. */
export function comparisonKey(text: string): string {
  return PLAIN.test(text) ? text.toLowerCase() : foldCase(withoutInsignificantSpaces(text));
}

/** The key under which texts are one that differ in insignificant spaces only, for what is compared exactly. */
export function exactComparisonKey(text: string): string {
  return toNfc(withoutInsignificantSpaces(text));
}

/** Whether two texts are the same but for case and insignificant spaces. */
export function equalText(a: string, b: string): boolean {
  return a === b || equalIgnoringCase(withoutInsignificantSpaces(a), withoutInsignificantSpaces(b));
}
