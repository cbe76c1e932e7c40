/**
 * Looking at a part of what may be very much: which part, and in what portions. What is looked for is the
 * looks' own.
 */
import { orElse } from './completeness.ts';
import type { Entry } from './entry.ts';
import type { EntrySource, Search } from './entry-source.ts';

/** Of how many values a filter is made. */
export const LOT = 50;

/** The first, the last, the second, the last but one … The first are the oldest at most servers, the last the youngest. */
export function fromBothEnds<Item>(items: readonly Item[]): readonly Item[] {
  const half = Math.ceil(items.length / 2);
  const last = items.slice(half).reverse();
  return items.slice(0, half).flatMap((item, i) => {
    const other = last[i];
    return other === undefined ? [item] : [item, other];
  });
}

/** In parts of the size that fits a filter. */
export function lots<Item>(items: readonly Item[]): (readonly Item[])[] {
  const parts: (readonly Item[])[] = [];
  for (let i = 0; i < items.length; i += LOT) parts.push(items.slice(i, i + LOT));
  return parts;
}

/**
 * Entries below the bases, no more than a page past so many; a base where the search is refused or cannot be whole adds
 * those that came before.
 */
export async function someEntries(
  source: EntrySource,
  bases: readonly string[],
  { filter, attributes }: Pick<Search, 'filter' | 'attributes'>,
  most: number,
  pageSize = most,
): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  for (const base of bases) {
    const search: Search = {
      base,
      scope: 'sub',
      filter,
      attributes,
      references: 'ignored',
      connection: 'shared',
    };
    await orElse(async () => {
      for await (const page of source.pages(search, pageSize)) {
        found.push(...page);
        if (found.length >= most) return;
      }
    }, undefined);
    if (found.length >= most) break;
  }
  return found;
}
