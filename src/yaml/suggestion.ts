/** "Did you mean": the known word nearest to a mistyped one. */
import { distance } from 'fastest-levenshtein';

/** A known word with what tells cheaply how far it is from another at least. */
interface KnownWord {
  readonly word: string;
  readonly lower: string;
  readonly letters: number;
}

/** Words among which to look for the nearest: made once where many are mistyped. */
export interface Vocabulary {
  readonly isEmpty: boolean;
  /**
   * The known word a few edits away (a third of its length, two from four letters on), ignoring case; else undefined.
   * Of equally near ones that of the most similar length, and of these the first.
   */
  nearest(word: string): string | undefined;
  /** The hint for {@link Problem}: `did you mean "when"?`, or undefined. */
  didYouMean(word: string): string | undefined;
}

export function vocabularyOf(known: readonly string[]): Vocabulary {
  const words = known.map((word): KnownWord => {
    const lower = word.toLowerCase();
    return { word, lower, letters: lettersOf(lower) };
  });
  return {
    isEmpty: words.length === 0,
    nearest: (word) => nearestOf(words, word),
    didYouMean(word) {
      const nearest = nearestOf(words, word);
      return nearest === undefined ? undefined : `did you mean "${nearest}"?`;
    },
  };
}

/** See {@link Vocabulary.nearest}. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  return vocabularyOf(known).nearest(word);
}

/** See {@link Vocabulary.didYouMean}. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  return vocabularyOf(known).didYouMean(word);
}

function nearestOf(words: readonly KnownWord[], word: string): string | undefined {
  const lower = word.toLowerCase();
  const letters = lettersOf(lower);
  let nearest: { readonly word: string; readonly edits: number; readonly lengths: number } | undefined;
  for (const each of words) {
    const reach = Math.min(reachOf(each.word.length), nearest?.edits ?? Number.POSITIVE_INFINITY);
    // Where many words are asked for among many, almost all are too far by this alone.
    if (Math.abs(each.lower.length - lower.length) > reach) continue;
    if (count(each.letters & ~letters) > reach || count(letters & ~each.letters) > reach) continue;
    const edits = distance(lower, each.lower);
    const lengths = Math.abs(each.word.length - word.length);
    if (edits > reach || (edits === nearest?.edits && lengths >= nearest.lengths)) continue;
    nearest = { word: each.word, edits, lengths };
  }
  return nearest?.word;
}

// Two letters exchanged are two edits, so a word of four letters must allow two.
function reachOf(length: number): number {
  if (length < 3) return 0;
  return length === 3 ? 1 : Math.max(2, Math.floor(length / 3));
}

/** Which letters a text has, a bit for each of 32 classes: one edit takes at most one of them away, and adds one. */
function lettersOf(lower: string): number {
  let letters = 0;
  for (let i = 0; i < lower.length; i++) letters |= 1 << (lower.charCodeAt(i) & 31);
  return letters;
}

function count(bits: number): number {
  let rest = bits;
  let found = 0;
  for (; rest !== 0; rest &= rest - 1) found++;
  return found;
}
