/**
 * Texts that look like another one: other accents, dashes, letters of other scripts, invisible characters. To explain
 * why a text fits nothing; no answer ever turns on it. Which texts are held against each other is near-texts.ts.
 */
import { INVISIBLE_CHARACTER } from '../../names/code-points.ts';

/** Letters and signs that NFKD leaves as they are, in pairs with what they look like or are written for. */
const PAIRS = [
  // Cyrillic
  'АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX ҮY аa еe оo рp сc уy хx ѕs іi јj кk һh ԁd ԛq ԝw ѵv',
  // Greek
  'ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX αa γy ιi κk νv οo ρp υu χx ϲc ϳj',
  // Latin letters with strokes, and without dots
  'ŁL łl ØO øo ĐD đd ĦH ħh ŦT ŧt ıi ɡg ɑa',
  // Quotation marks, apostrophes, slashes, the bullet that stands for a hyphen
  "‘' ’' ‛' ′' ʹ' ʻ' ʼ' ˈ' “\" ”\" ″\" ⁄/ ∕/ ⁃- ˗-",
];
const LETTERS_FOR_TWO = 'ß:ss ẞ:SS æ:ae Æ:AE œ:oe Œ:OE';

const LOOKS_LIKE: ReadonlyMap<string, string> = new Map([
  ...PAIRS.flatMap((pairs) => pairs.split(' ')).map((pair): [string, string] => [
    pair.slice(0, 1),
    pair.slice(1),
  ]),
  ...LETTERS_FOR_TWO.split(' ').map((pair): [string, string] => [pair.slice(0, 1), pair.slice(2)]),
]);

const DASH = /^[\u2010-\u2015\u2212\ufe58]$/;
// The accents of Latin, Greek and Cyrillic letters; signs of other scripts are letters of their own.
const MARK = /^[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]$/;

/** The text in the plain letters and signs that it looks like, in its own case. */
export function plainLetters(text: string): string {
  let plain = '';
  for (const character of text.normalize('NFKD')) {
    if (MARK.test(character) || INVISIBLE_CHARACTER.test(character)) continue;
    plain += DASH.test(character) ? '-' : (LOOKS_LIKE.get(character) ?? character);
  }
  return plain;
}

/** What is odd in a text that looks like the other one: `U+2013 (a dash) in place of "-"`; what both have is not. */
export function oddities(text: string, other: string): string[] {
  const known = new Set(other.normalize('NFC').toLowerCase());
  const odd = new Set([...text.normalize('NFC')].filter((character) => !known.has(character.toLowerCase())));
  return [...odd].flatMap((character) => oddityOf(character) ?? []);
}

function oddityOf(character: string): string | undefined {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  if (INVISIBLE_CHARACTER.test(character)) return `${code} (an invisible character)`;
  if (MARK.test(character)) return `${code} (an accent)`;
  const plain = plainLetters(character);
  if (plain === character) return undefined;
  const decomposed = character.normalize('NFD');
  const kind = DASH.test(character)
    ? 'a dash'
    : decomposed !== character && decomposed.startsWith(plain)
      ? 'a letter with an accent'
      : 'a look-alike';
  return `${code} (${kind}) in place of "${plain}"`;
}
