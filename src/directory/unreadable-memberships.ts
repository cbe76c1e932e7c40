/**
 * Whether an attribute that the server itself keeps is shown by nobody, though groups list people: then the right to
 * read it is missing, and a few searches tell.
 */

import type { Deadline } from '../deadline.ts';
import { type Entry, showsAttribute } from './entry.ts';
import type { EntrySource } from './entry-source.ts';
import { equality, type Filter } from './filter.ts';
import { parseFilter } from './filter-parser.ts';
import { loginComparisons, substitute } from './filter-template.ts';
import { personTest } from './person-entry.ts';
import { someEntries } from './sampling.ts';
import type { DirectorySettings } from './settings.ts';
import { userTemplate } from './users.ts';
import { VENDORS } from './vendors.ts';

export interface Unreadable {
  /** How many were looked at. */
  readonly people: number;
  /** The DNs of groups that list some of them. */
  readonly groups: readonly string[];
}

const PEOPLE_READ = 50;

/** Undefined where somebody shows it, or no group lists anybody. Throws {@link Failure}. */
export async function unreadableAttribute(
  { users, memberships, vendor }: DirectorySettings,
  source: EntrySource,
  time: () => Deadline,
  trees: readonly string[],
): Promise<Unreadable | undefined> {
  const { attribute } = memberships;
  const test = personTest(VENDORS[vendor]);
  const [login] = loginComparisons(userTemplate(users)).map((each) => each.attribute);
  if (login === undefined) return undefined;
  const own = users.people === undefined ? undefined : substitute(parseFilter(users.people), {});
  const showing = await read({ kind: 'present', attribute });
  if (showing.some((entry) => showsAttribute(entry, attribute))) return undefined;
  const people = await read({ kind: 'present', attribute: login });
  if (people.length === 0 || people.some((entry) => showsAttribute(entry, attribute))) return undefined;
  const groups: string[] = [];
  const filter: Filter = { kind: 'or', filters: people.map(({ dn }) => equality('member', dn)) };
  for (const base of trees) {
    const search = { base, scope: 'sub', filter, attributes: [], references: 'ignored' } as const;
    const outcome = await source.search(search, time());
    if (outcome.base === 'present') groups.push(...outcome.entries.map(({ dn }) => dn));
  }
  return groups.length === 0 ? undefined : { people: people.length, groups };

  async function read(each: Filter): Promise<readonly Entry[]> {
    const filter: Filter = own === undefined ? each : { kind: 'and', filters: [own, each] };
    const attributes = [...test.attributes, attribute];
    const found = await someEntries(source, users.bases, { filter, attributes }, PEOPLE_READ);
    return found.filter(test.isPerson);
  }
}
