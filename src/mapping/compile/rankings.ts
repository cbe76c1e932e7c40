/** `authorizations`: in which order the values of an authorization stand, and which of them stays. */
import { comparisonKey } from '../../names/insignificant-spaces.ts';
import type { Path } from '../../yaml/finding.ts';
import { didYouMean } from '../../yaml/suggestion.ts';
import type { Ranking } from '../mapping.ts';
import { type Report, refusePlaceholder, refuseUnsafe } from './report.ts';
import { AuthorizationSchema, fitting, keysOf } from './schema.ts';

/** An authorization with its order as written. */
export interface WrittenRanking extends Ranking {
  readonly name: string;
  readonly order: readonly string[];
}

/** The authorizations of which not all values stay, by folded name. */
export function compileRankings(part: unknown, report: Report): ReadonlyMap<string, WrittenRanking> {
  const rankings = new Map<string, WrittenRanking>();
  const names = new Map<string, string>();
  for (const [name, written] of Object.entries(keysOf(part))) {
    const path = ['authorizations', name];
    refusePlaceholder(name, { path, on: 'key' }, 'in the name of an authorization here', report);
    const first = names.get(comparisonKey(name));
    names.set(comparisonKey(name), name);
    if (first !== undefined) {
      report({
        path,
        on: 'key',
        message: `"${name}" and "${first}" are one authorization, as case is ignored`,
        hint: 'write it once',
      });
    }
    const { order, keep = 'all' } = fitting(AuthorizationSchema, written) ?? {};
    const ranks = order === undefined ? undefined : compileOrder(order, [...path, 'order'], report);
    if (keep === 'all') continue;
    if (order === undefined) {
      report({
        path: [...path, 'keep'],
        message: `"keep: ${keep}" needs an order`,
        hint: 'add for example order: [Basic, Gold], from the lowest to the highest',
      });
    } else if (ranks !== undefined) rankings.set(comparisonKey(name), { name, order, keep, ranks });
  }
  return rankings;
}

function compileOrder(
  order: readonly string[],
  path: Path,
  report: Report,
): ReadonlyMap<string, number> | undefined {
  const ranks = new Map<string, number>();
  let isRefused = false;
  for (const [i, text] of order.entries()) {
    const place = { path: [...path, i] };
    if (text === '')
      isRefused = true; // an empty scalar, refused as such
    else if (refusePlaceholder(text, place, 'in an order', report) || refuseUnsafe(text, place, report))
      isRefused = true;
    else if (ranks.has(comparisonKey(text))) {
      report({ ...place, message: `"${text}" stands twice in this order`, hint: 'remove one of them' });
      isRefused = true;
    }
    ranks.set(comparisonKey(text), i);
  }
  return isRefused ? undefined : ranks;
}

/** The hint for a value that has no place in an order. */
export function orderHint({ order }: WrittenRanking, value: string): string {
  return didYouMean(value, order) ?? `the order is ${order.join(', ')}; add it there`;
}
