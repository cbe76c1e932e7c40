/**
 * When two names are the same name: Unicode simple case folding after NFC. One rule for cache keys, group names,
 * DNs, user ids and mapping texts. What a DN or a pattern makes of it is theirs.
 */
import { SIMPLE_CASE_FOLDING } from './simple-case-folding.ts';

const foldedByCodePoint = new Map<number, string>();
for (const [first, last, step, delta] of SIMPLE_CASE_FOLDING) {
  for (let codePoint = first; codePoint <= last; codePoint += step) {
    foldedByCodePoint.set(codePoint, String.fromCodePoint(codePoint + delta));
  }
}

const BEYOND_ASCII = /[^\0-\x7f]/;

/** The text in NFC. ASCII is that already, which is found out faster here than by `normalize`. */
export function toNfc(text: string): string {
  return BEYOND_ASCII.test(text) ? text.normalize('NFC') : text;
}

/**
 * The simple case folding (CaseFolding.txt, statuses C and S) of a text that is NFC already. Keeps the length in
 * UTF-16 code units, so that an index into the folded text is an index into the text itself. `ß` stays `ß`.
 */
export function foldCaseOfNfc(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text.toLowerCase();
  let folded = '';
  for (const character of text) {
    folded += foldedByCodePoint.get(character.codePointAt(0) ?? 0) ?? character;
  }
  return folded;
}

/** The key under which texts that differ only in case are one. Not idempotent for a few letters: fold once. */
export function foldCase(text: string): string {
  return foldCaseOfNfc(toNfc(text));
}

/** Whether two texts are the same but for case, under simple case folding after NFC. */
export function equalIgnoringCase(a: string, b: string): boolean {
  return a === b || foldCase(a) === foldCase(b);
}
