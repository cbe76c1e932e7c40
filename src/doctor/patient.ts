/**
 * A directory under examination: its settings as far as they are known to be right by now, a source that is bound, and
 * samples of its entries. Every read here is bounded in number and in time.
 */
import { type Clock, Deadline } from '../deadline.ts';
import { type Entry, plainValues } from '../directory/entries/entry.ts';
import type { EntrySource, Search } from '../directory/entries/entry-source.ts';
import { equality, type Filter } from '../directory/filters/filter.ts';
import { parseFilter } from '../directory/filters/filter-parser.ts';
import {
  type FilterTemplate,
  loginTemplate,
  parseUserFilterTemplate,
} from '../directory/filters/filter-template.ts';
import { everybodyFilter } from '../directory/people/login-values.ts';
import { userTemplate as withPeople } from '../directory/people/users.ts';
import { type DirectorySettings, timeFor } from '../directory/settings/settings.ts';
import { VENDORS } from '../directory/settings/vendors.ts';
import { isFailure } from '../failure.ts';
import { type Dn, formatDn, keyOfDn, tryParseDn } from '../names/dn.ts';
import type { RootDse } from './steps/root-dse.ts';

export interface Patient {
  readonly settings: DirectorySettings;
  readonly source: EntrySource;
  readonly rootDse: RootDse;
  readonly clock: Clock;
}

/** Some entries of a search, in no certain order. */
export interface EntrySample {
  readonly entries: readonly Entry[];
  /** Whether these are all. */
  readonly isWhole: boolean;
}

const PAGE = 200;

/** The first entries of a search, at most so many. Throws {@link Failure}. */
export async function sampleOf(source: EntrySource, search: Search, most: number): Promise<EntrySample> {
  const entries: Entry[] = [];
  try {
    for await (const page of source.pages({ ...search, references: 'ignored' }, Math.min(PAGE, most))) {
      entries.push(...page);
      if (entries.length >= most) return { entries: entries.slice(0, most), isWhole: false };
    }
  } catch (error) {
    // A limit of the server's that lookups do not come to leaves a sample.
    if (entries.length === 0 || !isFailure(error) || error.cure === undefined) throw error;
    return { entries, isWhole: false };
  }
  return { entries, isWhole: true };
}

/** A time for one search that begins now. */
export function searchTime({ settings, clock }: Pick<Patient, 'settings' | 'clock'>): Deadline {
  return new Deadline(clock, timeFor(settings.limits, 1));
}

/** `users.filter`, or what `users.attribute` stands for. */
export function userTemplate({ users }: DirectorySettings): FilterTemplate {
  return users.filter === undefined
    ? loginTemplate(users.attribute ?? 'uid')
    : parseUserFilterTemplate(users.filter);
}

/** Everybody whom the settings could find. */
export function peopleFilter(settings: DirectorySettings): Filter {
  return everybodyFilter(withPeople(settings.users));
}

/** What a `users.filter` matches and the vendor says is nobody; undefined where neither says so. */
export function strangersFilter(settings: DirectorySettings): Filter | undefined {
  const { filter, people } = settings.users;
  if (filter === undefined || people === undefined) return undefined;
  const matched = everybodyFilter(userTemplate(settings));
  return { kind: 'and', filters: [matched, { kind: 'not', filter: everybodyFilter(parseFilter(people)) }] };
}

/** Entries of the classes that people have somewhere; a class that a server does not know matches nothing there. */
export const ANYBODY: Filter = {
  kind: 'or',
  filters: ['person', 'user', 'inetOrgPerson', 'posixAccount', 'account'].map((each) =>
    equality('objectClass', each),
  ),
};

/**
 * The first people of a search, as {@link sampleOf}. In Active Directory groups and machines have login names too:
 * they are left out.
 */
export async function samplePeople(source: EntrySource, search: Search, most: number): Promise<EntrySample> {
  const filter: Filter = { kind: 'and', filters: [search.filter, ANYBODY] };
  const attributes = [...search.attributes, 'objectClass'];
  const { entries, isWhole } = await sampleOf(source, { ...search, filter, attributes }, most);
  return { entries: entries.filter((entry) => !isMachine(entry)), isWhole };
}

function isMachine(entry: Entry): boolean {
  return plainValues(entry, 'objectClass').some(
    (each) => typeof each === 'string' && each.toLowerCase() === 'computer',
  );
}

/** Entries of the classes of groups. */
export function groupsFilter({ vendor }: DirectorySettings): Filter {
  return {
    kind: 'or',
    filters: VENDORS[vendor].groupClasses.map((objectClass) => equality('objectClass', objectClass)),
  };
}

/** The entry below which most of these are, directly. */
export function commonestParent(
  entries: readonly Entry[],
): { readonly dn: string; readonly count: number } | undefined {
  const parents = new Map<string, { dn: string; count: number }>();
  for (const { dn } of entries) {
    const parsed = tryParseDn(dn);
    if (parsed === undefined || parsed.keys.length < 2) continue;
    const parent: Dn = { rdns: parsed.rdns.slice(1), keys: parsed.keys.slice(1) };
    const key = keyOfDn(parent);
    const known = parents.get(key) ?? { dn: formatDn(parent), count: 0 };
    known.count++;
    parents.set(key, known);
  }
  return [...parents.values()].sort((a, b) => b.count - a.count)[0];
}

/** Who needs a right that is missing. */
export function binder({ source }: DirectorySettings): string {
  return source.kind === 'ldap' && source.bind.kind === 'simple' ? source.bind.dn : 'the account that binds';
}
