/** "Did you mean": the known word nearest to a mistyped one. */
import { closest, distance } from 'fastest-levenshtein';

/** The known word a few edits away (a third of its length, two from four letters on), ignoring case; else undefined. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const lower = word.toLowerCase();
  const byLower = new Map(known.map((each) => [each.toLowerCase(), each]));
  const nearest = closest(lower, [...byLower.keys()]);
  return distance(lower, nearest) <= reachOf(nearest.length) ? byLower.get(nearest) : undefined;
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
