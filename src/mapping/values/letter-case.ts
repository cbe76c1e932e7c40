/** `case: upper` and `lower`: the letters of a text in another case, and still the same text to every comparison. */
import { foldCase } from '../../names/case-folding.ts';

export type LetterCase = 'keep' | 'upper' | 'lower';

/** Letter by letter, and only where the letter stays the same one to {@link foldCase}: `ß` does not become `SS`. */
export function recase(text: string, to: LetterCase): string {
  if (to === 'keep') return text;
  return Array.from(text.normalize('NFC'), (letter) => {
    const recased = to === 'upper' ? letter.toUpperCase() : letter.toLowerCase();
    return foldCase(recased) === foldCase(letter) ? recased : letter;
  }).join('');
}
