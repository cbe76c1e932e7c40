/**
 * Groups below memberships.base that list groups outside of it: a search there does not go on from those, and their
 * people lack what lies above.
 */
import { isWithin, parsedOf } from '../../names/dn-texts.ts';
import { orElse } from '../entries/completeness.ts';
import type { Entry } from '../entries/entry.ts';
import type { EntrySource, Search } from '../entries/entry-source.ts';
import { lots } from '../entries/sampling.ts';
import { equality, type Filter } from '../filters/filter.ts';
import { type FilterTemplate, substitute } from '../filters/filter-template.ts';

export interface OutsideLook {
  readonly source: EntrySource;
  readonly base: string;
  /** The trees that the groups are in. */
  readonly trees: readonly string[];
  readonly groupClasses: readonly string[];
  /** By which a group above is searched for. */
  readonly template: FilterTemplate;
  /** Of how many groups outside. */
  readonly most: number;
}

const ABOVE_MOST = 50;

/** The DNs of groups above others that lie outside, some of them where there are many. Throws {@link Failure}. */
export async function groupsAboveOutside(look: OutsideLook): Promise<readonly string[]> {
  const { source, base, trees, groupClasses, template, most } = look;
  const bases = parsedOf([base]);
  const filter: Filter = { kind: 'or', filters: groupClasses.map((each) => equality('objectClass', each)) };
  const outside: string[] = [];
  for (const tree of trees) {
    // What may not be listed as a whole may be searched for all the same.
    await orElse(async () => {
      for await (const page of pagesOf(source, tree, filter, most)) {
        outside.push(...page.map(({ dn }) => dn).filter((dn) => !isWithin(dn, bases)));
        if (outside.length >= most) return;
      }
    }, undefined);
  }
  const above = new Set<string>();
  for (const lot of lots(outside.slice(0, most))) {
    const naming = substitute(template, { dn: lot, uid: [] });
    if (naming === undefined) break;
    for await (const page of pagesOf(source, base, naming, ABOVE_MOST)) {
      for (const { dn } of page) above.add(dn);
      if (above.size >= ABOVE_MOST) return [...above];
    }
  }
  return [...above];
}

function pagesOf(
  source: EntrySource,
  base: string,
  filter: Filter,
  size: number,
): AsyncIterable<readonly Entry[]> {
  const search: Search = { base, scope: 'sub', filter, attributes: [] };
  return source.pages({ ...search, references: 'ignored', connection: 'shared' }, size);
}
