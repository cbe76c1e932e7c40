/**
 * Whether an attribute that the server itself keeps is shown by nobody, though groups list people: then the right to
 * read it is missing, and a few searches tell.
 */
import type { Deadline } from '../../deadline.ts';
import { type Entry, showsAttribute } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { someEntries } from '../entries/sampling.ts';
import { equality, type Filter } from '../filters/filter.ts';
import { parseFilter } from '../filters/filter-parser.ts';
import { loginComparisons, substitute } from '../filters/filter-template.ts';
import { personTest } from '../people/person-entry.ts';
import { userTemplate } from '../people/users.ts';
import type { DirectorySettings } from '../settings/settings.ts';
import { VENDORS } from '../settings/vendors.ts';

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
