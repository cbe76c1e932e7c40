/** "Did you mean": the known word nearest to a mistyped one. */
import { distance } from 'fastest-levenshtein';

/**
 * The known word a few edits away (a third of its length, two from four letters on), ignoring case; else undefined.
 * Of equally near ones that of the most similar length.
 */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  let nearest: { readonly word: string; readonly edits: number; readonly lengths: number } | undefined;
  for (const each of known) {
    const edits = distance(lower, each.toLowerCase());
    const lengths = Math.abs(each.length - word.length);
    if (edits > reachOf(each.length)) continue;
    if (
      nearest === undefined ||
      edits < nearest.edits ||
      (edits === nearest.edits && lengths < nearest.lengths)
    ) {
      nearest = { word: each, edits, lengths };
    }
  }
  return nearest?.word;
}

// Two letters exchanged are two edits, so a word of four letters must allow two.
function reachOf(length: number): number {
  if (length < 3) return 0;
  return length === 3 ? 1 : Math.max(2, Math.floor(length / 3));
}

/** The hint for {@link Problem}: `did you mean "when"?`, or undefined. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const nearest = suggest(word, known);
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`;
}
