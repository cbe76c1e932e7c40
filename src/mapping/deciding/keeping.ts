/** What `keep` keeps: of several values of an authorization only the lowest or highest. Comes after what `never` takes. */
import { addUnder } from '../../multimap.ts';
import { comparisonKey } from '../../names/insignificant-spaces.ts';
import type { Ranking } from '../mapping.ts';
import type { Output } from '../translation.ts';

/** A value that does not stay. */
export interface Outranked {
  readonly output: Output;
  readonly keep: Ranking['keep'];
  /** The value that stays; undefined where this one has no place in the order, and so is never certain. */
  readonly kept: string | undefined;
}

/**
 * The values that do not stay, by key.
 * @param outputs by key, what `never` has left
 */
export function outrank(
  outputs: ReadonlyMap<string, Output>,
  rankings: ReadonlyMap<string, Ranking>,
): ReadonlyMap<string, Outranked> {
  const outranked = new Map<string, Outranked>();
  if (rankings.size === 0) return outranked;
  const byRanking = new Map<Ranking, [key: string, output: Output][]>();
  for (const [key, output] of outputs) {
    const ranking = output.kind === 'authorization' ? rankings.get(comparisonKey(output.name)) : undefined;
    if (ranking !== undefined) addUnder(byRanking, ranking, [key, output]);
  }
  for (const [ranking, entries] of byRanking) {
    const { keep, ranks } = ranking;
    const ranked = entries
      .map(([key, output]) => ({ key, output, rank: ranks.get(comparisonKey(output.value ?? '')) }))
      .sort((a, b) => ((a.rank ?? 0) - (b.rank ?? 0)) * (keep === 'lowest' ? 1 : -1));
    const kept = ranked.find(({ rank }) => rank !== undefined);
    for (const { key, output, rank } of ranked) {
      if (key === kept?.key) continue;
      outranked.set(key, { output, keep, kept: rank === undefined ? undefined : kept?.output.value });
    }
  }
  return outranked;
}
