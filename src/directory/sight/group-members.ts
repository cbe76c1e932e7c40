/**
 * Who is in a group, by what its entry lists: the entries that are there, read many at a time, and whether each is a
 * person's or a group's. Whether memberships show the group to them is group-shortfall.ts's.
 */
import type { Deadline } from '../../deadline.ts';
import { addUnder } from '../../multimap.ts';
import { type Dn, formatDn, isAtOrUnder, keyOfDn, tryParseDn } from '../../names/dn.ts';
import { keyOfDnText, parsedOf } from '../../names/dn-texts.ts';
import { orElse } from '../entries/completeness.ts';
import { type Entry, showsAttribute, textsOf } from '../entries/entry.ts';
import type { EntrySource, Search } from '../entries/entry-source.ts';
import { READS_AT_ONCE } from '../entries/group-entries.ts';
import { mapConcurrently } from '../entries/reads.ts';
import { fromBothEnds, LOT, lots } from '../entries/sampling.ts';
import { suffixOf } from '../entries/suffix.ts';
import { ANY_ENTRY, equality, type Filter } from '../filters/filter.ts';
import { loginComparisons } from '../filters/filter-template.ts';
import { personTest } from '../people/person-entry.ts';
import { userTemplate } from '../people/users.ts';
import type { DirectorySettings } from '../settings/settings.ts';
import { VENDORS } from '../settings/vendors.ts';
import { MEMBER_KINDS, type MemberKind } from './member-kinds.ts';
import { searchOfUrl } from './member-url.ts';

/** An entry that a group lists. */
export interface ListedMember {
  readonly entry: Entry;
  readonly key: string;
  readonly is: 'person' | 'group';
  /** Whether the value has the optional bit string of RFC 4517 section 3.3.21, which no server compares away. */
  readonly hasBits: boolean;
}

/** Both throw {@link Failure} where they cannot tell. */
export interface GroupMembers {
  /** The group's entry with what lists its members; undefined where none is shown. */
  groupAt(dn: string): Promise<Entry | undefined>;
  /**
   * Who is listed and there, of the first and the last in turn.
   * @param isKnown by the keys of their DNs, who need not be read
   * @param most values to go through
   */
  listed(
    kind: MemberKind,
    group: Entry,
    isKnown: (key: string) => boolean,
    most: number,
  ): AsyncGenerator<ListedMember>;
  /** People whose own number is the group's. */
  ofNumber(group: Entry): AsyncGenerator<ListedMember>;
}

/** Of the values that lie outside of the people, which may be groups, how many come first. */
const OTHERS_FIRST = 50;

/** Looks into the groups of these settings. */
export function lookAtMembers(
  settings: DirectorySettings,
  source: EntrySource,
  time: () => Deadline,
): GroupMembers {
  const { memberships, users, vendor } = settings;
  const { uidAttribute, posixGroup, attribute } = memberships;
  const defaults = VENDORS[vendor];
  const { groupClasses, dnAttribute, groupType } = {
    dnAttribute: undefined,
    groupType: undefined,
    ...defaults,
  };
  const isFile = settings.source.kind === 'ldif';
  const peopleBases = parsedOf(users.bases);
  const test = personTest(defaults);
  const logins = loginComparisons(userTemplate(users)).map((each) => each.attribute);
  const attributes = [
    ...new Set([
      ...test.attributes,
      ...logins,
      uidAttribute,
      attribute,
      ...(groupType === undefined ? [] : [groupType.attribute]),
      ...(posixGroup === undefined ? [] : [posixGroup.number]),
      // A file may hold entries without their classes; elsewhere members are too many to read by the way.
      ...(isFile ? MEMBER_KINDS.map((kind) => kind.attribute) : []),
    ]),
  ];
  return { groupAt, listed, ofNumber };

  async function groupAt(dn: string): Promise<Entry | undefined> {
    return readOne(dn, [...attributes, ...MEMBER_KINDS.map((kind) => kind.attribute)]);
  }

  async function* listed(
    kind: MemberKind,
    group: Entry,
    isKnown: (key: string) => boolean,
    most: number,
  ): AsyncGenerator<ListedMember> {
    const values = textsOf(group, kind.attribute);
    switch (kind.lists) {
      case 'dns':
        yield* byDn(values, isKnown, most);
        return;
      case 'uids':
        for (const uids of lots(fromBothEnds(values).slice(0, most))) {
          const filters = uids.map((uid) => equality(uidAttribute, uid));
          for (const base of users.bases)
            yield* found({ base, scope: 'sub', filter: { kind: 'or', filters }, attributes }, LOT);
        }
        return;
      case 'urls':
        for (const url of values) {
          const search = searchOfUrl(url, attributes);
          // It may lead to what is not there; that is nobody.
          const met = search === undefined ? [] : await orElse(() => collect(found(search, most)), []);
          yield* met;
        }
    }
  }

  async function* byDn(
    values: readonly string[],
    isKnown: (key: string) => boolean,
    most: number,
  ): AsyncGenerator<ListedMember> {
    const withBits: NamedMember[] = [];
    const others: NamedMember[] = [];
    const people: NamedMember[] = [];
    for (const value of values) {
      const plain = value.replace(/#'[01]*'B$/i, '');
      const dn = tryParseDn(plain);
      if (dn === undefined) continue;
      const named = { dn: plain, parsed: dn, key: keyOfDn(dn), hasBits: plain !== value };
      if (named.hasBits) withBits.push(named);
      else if (isKnown(named.key)) continue;
      else if (peopleBases.some((base) => isAtOrUnder(dn, base))) people.push(named);
      else others.push(named);
    }
    const asked = [
      ...withBits.slice(0, LOT),
      ...others.slice(0, OTHERS_FIRST),
      ...fromBothEnds([...people, ...others.slice(OTHERS_FIRST)]),
    ].slice(0, most);
    for (const lot of lots(asked)) {
      const entries = await readAll(lot);
      for (const named of lot) {
        const entry = entries.get(named.key);
        const member = entry && memberIn(entry, named.hasBits);
        if (member !== undefined) yield member;
      }
    }
  }

  async function* ofNumber(group: Entry): AsyncGenerator<ListedMember> {
    const [number] = posixGroup === undefined ? [] : textsOf(group, posixGroup.number);
    if (posixGroup === undefined || number === undefined) return;
    for (const base of users.bases)
      yield* found({ base, scope: 'sub', filter: equality(posixGroup.number, number), attributes }, LOT);
  }

  /** No more than so many. */
  async function* found(search: Search, most: number): AsyncGenerator<ListedMember> {
    let count = 0;
    const shared = { ...search, references: 'ignored', connection: 'shared' } as const;
    for await (const page of source.pages(shared, Math.min(most, LOT))) {
      for (const entry of page) {
        const member = memberIn(entry, false);
        if (member?.is === 'person') yield member;
      }
      count += page.length;
      if (count >= most) return;
    }
  }

  /** Those that are there, by their keys. */
  async function readAll(named: readonly NamedMember[]): Promise<ReadonlyMap<string, Entry>> {
    const entries = new Map<string, Entry>();
    const singly: NamedMember[] = [];
    const trees = new Map<string, NamedMember[]>();
    for (const each of named) {
      const base = formatDn(suffixOf(each.parsed));
      if (dnAttribute === undefined || isFile || named.length === 1) singly.push(each);
      else addUnder(trees, base, each);
    }
    for (const [base, these] of trees) {
      const filters = these.map(({ dn }) => equality(dnAttribute ?? '', dn));
      const filter: Filter = { kind: 'or', filters };
      const search: Search = { base, scope: 'sub', filter, attributes, references: 'ignored' };
      const outcome = await orElse(() => source.search(search, time()), { base: 'absent' } as const);
      if (outcome.base === 'absent') singly.push(...these);
      else for (const entry of outcome.entries) entries.set(keyOfDnText(entry.dn), entry);
    }
    await mapConcurrently(singly, READS_AT_ONCE, async ({ dn, key }) => {
      const entry = await readOne(dn, attributes);
      if (entry !== undefined) entries.set(key, entry);
    });
    return entries;
  }

  function memberIn(entry: Entry, hasBits: boolean): ListedMember | undefined {
    const dn = tryParseDn(entry.dn);
    if (dn === undefined) return undefined;
    const classes = textsOf(entry, 'objectClass').map((each) => each.toLowerCase());
    const lists = MEMBER_KINDS.some((kind) => showsAttribute(entry, kind.attribute));
    const isGroup = groupClasses.some((each) => classes.includes(each.toLowerCase())) || (isFile && lists);
    const isPerson =
      peopleBases.some((base) => isAtOrUnder(dn, base)) &&
      test.isPerson(entry) &&
      logins.some((each) => showsAttribute(entry, each)) &&
      !(isGroup && classes.length === 0);
    const member = { entry, key: keyOfDn(dn), hasBits };
    if (isPerson) return { ...member, is: 'person' };
    return isGroup && counts(entry) ? { ...member, is: 'group' } : undefined;
  }

  // What does not count is not passed through.
  function counts(entry: Entry): boolean {
    if (groupType === undefined || memberships.distribution === true) return true;
    const [value] = textsOf(entry, groupType.attribute);
    return value === undefined ? isFile : (Number(value) & groupType.security) !== 0;
  }

  async function readOne(base: string, wanted: readonly string[]): Promise<Entry | undefined> {
    const search: Search = { base, scope: 'base', filter: ANY_ENTRY, attributes: wanted };
    const outcome = await source.search({ ...search, references: 'ignored' }, time());
    return outcome.base === 'present' ? outcome.entries[0] : undefined;
  }
}

interface NamedMember {
  readonly dn: string;
  readonly parsed: Dn;
  readonly key: string;
  readonly hasBits: boolean;
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
