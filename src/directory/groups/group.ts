/**
 * A group as its entry, or its DN alone, tells it: its name, where asked the identities that survive a rename, and
 * whether it counts at all. What lies above a group is the graphs'.
 */
import { firstRdnValue, keyOfDn, tryParseDn } from '../../names/dn.ts';
import { guidOf } from '../../names/guid.ts';
import { comparisonKey } from '../../names/insignificant-spaces.ts';
import { sidOf } from '../../names/sid.ts';
import type { AttributeValue, Membership, UncountedGroup } from '../../person.ts';
import { recentMap } from '../../recent-map.ts';
import { canonicalName } from '../entries/attribute-types.ts';
import { incomplete, judgeDn } from '../entries/completeness.ts';
import { type Entry, plainValues } from '../entries/entry.ts';
import type { GroupIdentity, GroupType } from '../settings/vendor.ts';

export interface Group {
  readonly dn: string;
  /** Equal for equal DNs. */
  readonly key: string;
  /** As in a {@link Membership}. */
  readonly name: string;
  readonly names?: readonly string[] | undefined;
  readonly sid?: string | undefined;
  readonly guid?: string | undefined;
  /** Set where it does not count, and what lies above it therefore neither; one object for all who are in it. */
  readonly uncounted?: UncountedGroup | undefined;
  /** {@link directMembership} once it was made. */
  direct?: Membership;
}

/** By what a group's entry tells that it does not count. */
export type CountingRule =
  /** `always`: every group has the attribute, and where one is not shown the right to read it is missing. */
  | { readonly by: 'type'; readonly type: GroupType; readonly always: boolean }
  /** In a snapshot the reason was saved. */
  | { readonly by: 'reason'; readonly attribute: string };

/** What is read of a group beside its DN. */
export interface GroupFacts {
  /** The attribute that names it; without one the value of its first RDN does. */
  readonly name: string | undefined;
  /** Undefined where nobody asks for identities. */
  readonly identity: GroupIdentity | undefined;
  /** Whether a group that does not show them may do without: no mapping decides by them. */
  readonly identityIsOptional?: boolean;
  /** Undefined where every group counts. */
  readonly counting?: CountingRule | undefined;
  /** Whether a server shows the entries, and with them their objectClass at least; in a file it may be left out. */
  readonly isServed?: boolean;
}

/** The attributes that the facts stand in; none where a DN is enough. */
export function attributesFor({ name, identity, counting }: GroupFacts): readonly string[] {
  const kind = counting?.by === 'type' ? counting.type.attribute : counting?.attribute;
  return [name, identity?.sid, identity?.guid, kind].filter((attribute) => attribute !== undefined);
}

// The same few groups come with everybody: their DNs are not parsed each time, and each is one object for all.
const groups = recentMap<Group>(50_000);

/** The group of a DN where that is enough to know it. Throws {@link Failure} `directory_incomplete`. */
export function groupOfDn(dn: string): Group {
  const known = groups.get(dn);
  if (known !== undefined) return known;
  const group = parsedGroup(dn);
  groups.set(dn, group);
  return group;
}

function parsedGroup(dn: string): Group {
  const parsed = tryParseDn(dn);
  const name = parsed && firstRdnValue(parsed);
  if (parsed === undefined || name === undefined) {
    throw incomplete('value', `${dn} has no readable name`);
  }
  return { dn, key: keyOfDn(parsed), name, sid: undefined, guid: undefined, uncounted: undefined };
}

/** The group that an entry is. Throws {@link Failure} `directory_incomplete` where it does not show what it must. */
export function groupOfEntry(
  entry: Entry,
  { name: nameAttribute, identity, identityIsOptional, counting }: GroupFacts,
): Group {
  const plain = groupOfDn(entry.dn);
  const { dn, key, name: rdnValue } = plain;
  const need = identityIsOptional ? 'optional' : identity?.always ? 'always' : 'sound';
  const sid = identityIn(entry, identity?.sid, sidOf, need);
  const guid = identityIn(entry, identity?.guid, guidOf, need);
  const possible = nameAttribute === undefined ? [rdnValue] : namesIn(entry, nameAttribute);
  const names = possible.length > 1 ? possible : undefined;
  const name = names === undefined ? (possible[0] ?? rdnValue) : dn;
  const reason = reasonNotToCount(entry, counting);
  const uncounted = reason === undefined ? undefined : { dn, name, reason };
  const isPlain = sid === undefined && guid === undefined && names === undefined && uncounted === undefined;
  if (isPlain && name === rdnValue) return plain;
  return names === undefined
    ? { dn, key, name, sid, guid, uncounted }
    : { dn, key, name, names, sid, guid, uncounted };
}

// Of several values the one of the entry's RDN. Where none is, each could be the name by which a rule gives or a never
// takes: which of them it is stays open.
function namesIn(entry: Entry, attribute: string): readonly string[] {
  const values = plainValues(entry, attribute).map((value) => textOf(value, entry.dn, attribute));
  const [first, ...others] = values;
  if (first === undefined) throw incomplete('value', `${entry.dn} has no readable ${attribute}`);
  if (others.length === 0) return values;
  const rdn = tryParseDn(entry.dn)?.rdns[0] ?? [];
  const naming = rdn.filter(({ type }) => canonicalName(type) === canonicalName(attribute));
  const keys = new Set(
    naming.map(({ value }) => (typeof value === 'string' ? comparisonKey(value) : undefined)),
  );
  const name = values.find((value) => keys.has(comparisonKey(value)));
  return name === undefined ? values : [name];
}

const DISTRIBUTION = 'distribution group; memberships.distribution: no';

function reasonNotToCount(entry: Entry, rule: CountingRule | undefined): string | undefined {
  if (rule === undefined) return undefined;
  const attribute = rule.by === 'type' ? rule.type.attribute : rule.attribute;
  const [value] = plainValues(entry, attribute);
  if (rule.by === 'reason') return typeof value === 'string' ? value : undefined;
  if (value === undefined && !rule.always) return undefined;
  if (typeof value !== 'string' || !/^-?\d{1,10}$/.test(value)) {
    const hint = `give the right to read it, or write memberships: { distribution: yes }`;
    throw incomplete(
      'value',
      `${entry.dn} has no readable ${attribute}, which tells whether it counts: ${hint}`,
    );
  }
  // A signed number of 32 bits.
  return (Number(value) & rule.type.security) === 0 ? DISTRIBUTION : undefined;
}

/** The way to a group that the person is in directly. */
export const NO_WAY: readonly string[] = [];

/**
 * A person's membership in the group. There are millions of them in memory, so all are written with the same
 * properties in the same order, apart from the few without a certain name: copies by rest and spread would each have a
 * hidden class of their own.
 */
export function membershipIn(
  { dn, name, names, sid, guid }: Omit<Group, 'key'>,
  via: readonly string[],
): Membership {
  return names === undefined ? { dn, name, via, sid, guid } : { dn, name, via, sid, guid, names };
}

/** The membership of those who are in the group directly: one object for all of them. */
export function directMembership(group: Group): Membership {
  group.direct ??= membershipIn(group, NO_WAY);
  return group.direct;
}

/** Each group once. */
export function uniqueGroups(groups: readonly Group[]): readonly Group[] {
  return [...new Map(groups.map((group) => [group.key, group])).values()];
}

/** The DNs in an attribute. Throws {@link Failure} `directory_incomplete` where a value is no text. */
export function dnsIn(entry: Entry, attribute: string): readonly string[] {
  return plainValues(entry, attribute).map((value) => textOf(value, entry.dn, attribute));
}

/** The value as text. Throws {@link Failure} `directory_incomplete`. */
export function textOf(value: AttributeValue, dn: string, attribute: string): string {
  if (typeof value === 'string') return value;
  throw incomplete('value', `${dn} has a value of ${attribute} that is no text`);
}

/** The key under which spellings of a DN are the same. Throws {@link Failure} `directory_incomplete`. */
export function keyOf(dn: string): string {
  return keyOfDn(judgeDn(dn));
}

function identityIn(
  entry: Entry,
  attribute: string | undefined,
  read: (value: AttributeValue) => string | undefined,
  need: 'optional' | 'always' | 'sound',
): string | undefined {
  if (attribute === undefined) return undefined;
  const [value] = plainValues(entry, attribute);
  if (value === undefined) {
    if (need === 'always') throw incomplete('value', `${entry.dn} has no readable ${attribute}`);
    return undefined;
  }
  const identity = read(value);
  if (identity === undefined && need !== 'optional') {
    throw incomplete('value', `${entry.dn} has a broken ${attribute}`);
  }
  return identity;
}
