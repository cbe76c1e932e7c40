/**
 * A directory made up as it is asked, so that a bench of memory or of the cache weighs the service alone: people `u0`,
 * `u1` and so on, each in so many of the same groups. Every text is made anew for each entry, as a connection makes it.
 */
import { type Entry, entryOf } from '../../src/directory/entries/entry.ts';
import type { EntrySource, Search, SearchOutcome } from '../../src/directory/entries/entry-source.ts';
import type { Filter } from '../../src/directory/filters/filter.ts';
import { GROUPS, PEOPLE } from '../../test/directory/example-settings.ts';

/** How many groups there are, and in how many of them each person is. */
export interface CrowdShape {
  readonly groups: number;
  readonly each: number;
}

// Flat, as what comes from a socket; a concatenation would keep its parts.
const flat = (text: string): string => Buffer.from(text).toString('utf8');
const team = (i: number): string => flat(`cn=IMM-Team-${i}-Readers,${GROUPS}`);

export function crowdSource({ groups, each }: CrowdShape): EntrySource {
  const step = 7919;
  const teamsOf = (i: number) => Array.from({ length: each }, (_, j) => team((i * 31 + j * step) % groups));
  const person = (i: number): Entry =>
    entryOf(flat(`uid=u${i},${PEOPLE}`), [
      ['objectClass', [flat('inetOrgPerson')]],
      ['uid', [flat(`u${i}`)]],
      ['mail', [flat(`user.number.${i}@example.test`)]],
      ['departmentNumber', [flat(String(4000 + (i % 90)))]],
      ['employeeType', [flat('Employee')]],
      ['memberOf', teamsOf(i)],
    ]);
  const group = (dn: string): Entry =>
    entryOf(flat(dn), [
      ['objectClass', [flat('groupOfNames')]],
      ['cn', [flat(dn.slice('cn='.length, dn.indexOf(',')))]],
    ]);
  const find = ({ base, filter, scope }: Search): readonly Entry[] => {
    if (scope === 'base') return [group(base)];
    const uid = comparedWith(filter, 'uid', /^u(\d+)$/);
    if (uid !== undefined) return [person(Number(uid))];
    const member = comparedWith(filter, 'member', /^uid=u(\d+),/);
    return member === undefined ? [] : teamsOf(Number(member)).map(group);
  };
  return {
    search: async (search): Promise<SearchOutcome> => ({ base: 'present', entries: find(search) }),
    async *pages() {},
    ignoresCase: () => false,
    connect: async () => {},
    bound: true,
    close: async () => {},
  };
}

function comparedWith(filter: Filter, attribute: string, pattern: RegExp): string | undefined {
  if (filter.kind === 'equality')
    return filter.attribute === attribute
      ? pattern.exec(Buffer.from(filter.value).toString())?.[1]
      : undefined;
  if (filter.kind !== 'and' && filter.kind !== 'or') return undefined;
  for (const each of filter.filters) {
    const found = comparedWith(each, attribute, pattern);
    if (found !== undefined) return found;
  }
  return undefined;
}
