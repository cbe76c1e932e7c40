/**
 * Groups and what lies directly above them, by either strategy: DNs held in an attribute (memberOf), or a search for
 * the groups that name a member. Owns groups' names. Walking further up is memberships.ts'.
 */
import type { Deadline } from '../deadline.ts';
import { Failure } from '../failure.ts';
import { firstRdnValue, keyOfDn, tryParseDn } from '../names/dn.ts';
import { type Entry, plainValues } from './entry.ts';
import type { EntrySource } from './entry-source.ts';
import type { Filter } from './filter.ts';
import { type FilterTemplate, mentions, substitute } from './filter-template.ts';
import { mapConcurrently, readEntry, searchAll } from './reading.ts';
import type { MembershipSettings } from './settings.ts';

export interface Group {
  readonly dn: string;
  /** Equal for equal DNs. */
  readonly key: string;
  readonly name: string;
  /** The DNs of the groups above, where reading the group's name has told them already. */
  readonly parents?: readonly string[];
}

/** A group and one of the groups, of those asked about, that is a member of it. */
export interface GroupAbove {
  readonly group: Group;
  readonly child: Group;
}

/** One strategy. Both methods are complete or throw {@link Failure}. */
export interface GroupGraph {
  /** What an entry must be read with so that {@link direct} can tell its groups. */
  readonly attributes: readonly string[];
  direct(person: Entry, deadline: Deadline): Promise<readonly Group[]>;
  /** The groups directly above a level, save those whose keys are known already. */
  above(
    level: readonly Group[],
    known: ReadonlySet<string>,
    deadline: Deadline,
  ): Promise<readonly GroupAbove[]>;
}

// How many groups of one person are read at once, and how many DNs stand in one filter.
const READS_AT_ONCE = 16;
const DNS_PER_FILTER = 100;

/** The strategy `attribute`. */
export function groupsByAttribute(source: EntrySource, settings: MembershipSettings): GroupGraph {
  const { attribute, name } = settings;
  const groupAttributes = name === undefined ? [attribute] : [attribute, name];

  const withParents = async (dn: string, deadline: Deadline) => {
    const entry = await readEntry(source, dn, groupAttributes, deadline);
    return { ...groupOf(dn, entry, name), parents: dnsIn(entry, attribute) };
  };
  const named = (dns: readonly string[], deadline: Deadline): Promise<readonly Group[]> =>
    name === undefined
      ? Promise.resolve(dns.map((dn) => groupOf(dn, undefined, undefined)))
      : mapConcurrently(dns, READS_AT_ONCE, (dn) => withParents(dn, deadline));

  return {
    attributes: [attribute],
    async direct(person, deadline) {
      return uniqueGroups(await named(dnsIn(person, attribute), deadline));
    },
    async above(level, known, deadline) {
      const parents = await mapConcurrently(level, READS_AT_ONCE, async (child) => {
        const dns = child.parents ?? (await withParents(child.dn, deadline)).parents;
        return dns.map((dn) => ({ dn, child }));
      });
      const fresh = new Map<string, { dn: string; child: Group }>();
      for (const parent of parents.flat()) {
        const key = keyOf(parent.dn);
        if (!known.has(key) && !fresh.has(key)) fresh.set(key, parent);
      }
      const groups = await named(
        [...fresh.values()].map(({ dn }) => dn),
        deadline,
      );
      return groups.flatMap((group) => {
        const child = fresh.get(group.key)?.child;
        return child === undefined ? [] : [{ group, child }];
      });
    },
  };
}

/** The strategy `search`. */
export function groupsBySearch(
  source: EntrySource,
  settings: MembershipSettings & { readonly base: string },
  template: FilterTemplate,
): GroupGraph {
  const { base, name, uidAttribute } = settings;
  const find = async (filter: Filter | undefined, deadline: Deadline): Promise<readonly Group[]> => {
    if (filter === undefined) return [];
    const attributes = name === undefined ? [] : [name];
    const entries = await searchAll(source, { base, scope: 'sub', filter, attributes }, deadline);
    return uniqueGroups(entries.map((entry) => groupOf(entry.dn, entry, name)));
  };
  const findAbove = (level: readonly Group[], deadline: Deadline) =>
    find(substitute(template, { dn: level.map((group) => group.dn), uid: [] }), deadline);

  // One search finds the groups above many; which of these lies below each is then halved out. The groups that the
  // first half does not have are the second half's.
  const attribute = async (
    level: readonly Group[],
    groups: readonly Group[],
    deadline: Deadline,
  ): Promise<readonly GroupAbove[]> => {
    const [only] = level;
    if (groups.length === 0 || only === undefined) return [];
    if (level.length === 1) return groups.map((group) => ({ group, child: only }));
    const middle = Math.ceil(level.length / 2);
    const first = level.slice(0, middle);
    const keys = new Set((await findAbove(first, deadline)).map((group) => group.key));
    const halves = await Promise.all([
      attribute(
        first,
        groups.filter((group) => keys.has(group.key)),
        deadline,
      ),
      attribute(
        level.slice(middle),
        groups.filter((group) => !keys.has(group.key)),
        deadline,
      ),
    ]);
    return halves.flat();
  };

  return {
    attributes: mentions(template, 'uid') ? [uidAttribute] : [],
    direct(person, deadline) {
      const uid = plainValues(person, uidAttribute).map((value) => textOf(value, person.dn, uidAttribute));
      return find(substitute(template, { dn: [person.dn], uid }), deadline);
    },
    async above(level, known, deadline) {
      const batches: (readonly Group[])[] = [];
      for (let i = 0; i < level.length; i += DNS_PER_FILTER) batches.push(level.slice(i, i + DNS_PER_FILTER));
      const found = await mapConcurrently(batches, READS_AT_ONCE, async (batch) => {
        const groups = (await findAbove(batch, deadline)).filter((group) => !known.has(group.key));
        return attribute(batch, groups, deadline);
      });
      return found.flat();
    },
  };
}

function uniqueGroups(groups: readonly Group[]): readonly Group[] {
  return [...new Map(groups.map((group) => [group.key, group])).values()];
}

function groupOf(dn: string, entry: Entry | undefined, nameAttribute: string | undefined): Group {
  const parsed = tryParseDn(dn);
  const [named] = entry && nameAttribute !== undefined ? plainValues(entry, nameAttribute) : [];
  const name = nameAttribute === undefined ? parsed && firstRdnValue(parsed) : named;
  if (parsed === undefined || name === undefined || typeof name !== 'string') {
    throw new Failure('directory_incomplete', `${dn} has no readable ${nameAttribute ?? 'name'}`);
  }
  return { dn, key: keyOfDn(parsed), name };
}

function dnsIn(entry: Entry, attribute: string): readonly string[] {
  return plainValues(entry, attribute).map((value) => textOf(value, entry.dn, attribute));
}

function textOf(value: string | Uint8Array, dn: string, attribute: string): string {
  if (typeof value === 'string') return value;
  throw new Failure('directory_incomplete', `${dn} has a value of ${attribute} that is no text`);
}

function keyOf(dn: string): string {
  const parsed = tryParseDn(dn);
  if (parsed === undefined) throw new Failure('directory_incomplete', `${JSON.stringify(dn)} is no DN`);
  return keyOfDn(parsed);
}
