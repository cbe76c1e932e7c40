/**
 * Whether memberships show a group to all whom it lists, directly and by the groups that it lists. Whose attribute names
 * the group is taken from one search for many; whoever is left is asked as a lookup asks. One who lacks it is enough.
 */
import type { Deadline } from '../../deadline.ts';
import { type Failure, isFailure } from '../../failure.ts';
import { tryParseDn } from '../../names/dn.ts';
import { isWithin, keyOfDnText, parsedOf } from '../../names/dn-texts.ts';
import { type Entry, textsOf } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { someEntries } from '../entries/sampling.ts';
import { equality } from '../filters/filter.ts';
import { parseGroupFilterTemplate, substitute } from '../filters/filter-template.ts';
import { chainedAttributes } from '../graphs/in-chain.ts';
import type { DirectorySettings } from '../settings/settings.ts';
import { nestsByDefault } from '../settings/vendor.ts';
import { VENDORS } from '../settings/vendors.ts';
import type { GroupMembers, ListedMember } from './group-members.ts';
import { MEMBER_KINDS, type MemberKind } from './member-kinds.ts';

/** The keys of the DNs of all groups of the person at a DN, as a lookup reads them. Throws {@link Failure}. */
export type ReadMembershipKeys = (personDn: string) => Promise<ReadonlySet<string>>;

/** What was found of one way in which a group lists its members. */
export type ShortfallFinding =
  /** Nobody who is listed and lacks it was met; `shown` where somebody who has it was. */
  | { readonly verdict: 'shown' | 'nobody' }
  /** Somebody is listed, and cannot be answered. */
  | { readonly verdict: 'untold'; readonly failure: Failure }
  | {
      readonly verdict: 'lacking';
      /** Whether others who are listed have it. */
      readonly isShownToOthers: boolean;
      /** The group between, where the one who lacks it is not listed directly. */
      readonly below: string | undefined;
      readonly hasBits: boolean;
    };

/** How far a look goes: values gone through, and people whose memberships are read. */
export interface Thoroughness {
  readonly values: number;
  readonly people: number;
}

/** Throws {@link Failure} where it cannot tell. */
export interface Shortfalls {
  of(group: Entry, kind: MemberKind, thoroughness: Thoroughness): Promise<ShortfallFinding>;
  /** The same, where those whom it lists directly are certain; what lies below is looked at. */
  ofGroupsBelow(group: Entry, kind: MemberKind, thoroughness: Thoroughness): Promise<ShortfallFinding>;
  /** Whether the attribute of anybody names the group. */
  isNamedByAnybody(groupDn: string): Promise<boolean>;
}

interface Doubt {
  readonly dn: string;
  readonly below: string | undefined;
  readonly hasBits: boolean;
}

/** People whose attribute names a group. */
interface Naming {
  /** The key of the group's DN; undefined where it would prove nothing. */
  readonly groupKey: string | undefined;
  /** Those whom one search found, in keys of DNs. */
  readonly people: ReadonlySet<string>;
}

const NO_PROOF: Naming = { groupKey: undefined, people: new Set() };

const NAMED_MOST = 2000;
const NAMED_PER_PAGE = 500;
/** How many groups below a group are gone through, and how many people of each. */
const MOST_BELOW = 50;
const PEOPLE_BELOW = 3;

interface Descent {
  /** Whether those whom the group lists directly are left out. */
  readonly isForGroups?: boolean;
  /** The groups that were gone through, by their keys. */
  readonly met?: Set<string>;
}

export function lookForShortfalls(
  settings: DirectorySettings,
  source: EntrySource,
  time: () => Deadline,
  { groupAt, listed, ofNumber }: GroupMembers,
  groupsOf: ReadMembershipKeys,
): Shortfalls {
  const { memberships, users, vendor } = settings;
  const { from, attribute, nested, base } = memberships;
  const byAttribute = from.includes('attribute');
  const template = from.includes('search') ? parseGroupFilterTemplate(memberships.filter) : undefined;
  // There no walk goes on above what a person's own attribute names.
  const isTransitive = !nested && !nestsByDefault(VENDORS[vendor], from, attribute);
  const isChained = template !== undefined && chainedAttributes(template).length > 0;
  const descends = nested || isTransitive || isChained;
  const bases = parsedOf(base === undefined ? [] : [base]);

  return {
    async of(group, kind, thoroughness) {
      const naming = await peopleNaming(group.dn);
      const isShown =
        kind.lists === 'dns' &&
        textsOf(group, kind.attribute).some((dn) => naming.people.has(keyOfDnText(dn)));
      return judge(group, doubts(group, kind, naming, thoroughness.values), thoroughness, isShown);
    },
    ofGroupsBelow(group, kind, thoroughness) {
      const below = doubts(group, kind, NO_PROOF, thoroughness.values, { isForGroups: true });
      return judge(group, below, thoroughness, false);
    },
    async isNamedByAnybody(groupDn) {
      return (await peopleNaming(groupDn, 1)).people.size > 0;
    },
  };

  async function judge(
    group: Entry,
    candidates: AsyncIterable<Doubt | 'shown'>,
    { people }: Thoroughness,
    isKnownShown: boolean,
  ): Promise<ShortfallFinding> {
    const key = keyOfDnText(group.dn);
    const asked = new Set<string>();
    let isShown = isKnownShown;
    let failure: Failure | undefined;
    for await (const candidate of candidates) {
      if (candidate === 'shown') {
        isShown = true;
        continue;
      }
      const person = keyOfDnText(candidate.dn);
      if (asked.has(person)) continue;
      if (asked.size === people) break;
      asked.add(person);
      const has = await isShownTo(key, candidate.dn);
      if (has === true) isShown = true;
      else if (has === false)
        return {
          verdict: 'lacking',
          isShownToOthers: isShown,
          below: candidate.below,
          hasBits: candidate.hasBits,
        };
      else failure ??= has;
    }
    if (failure !== undefined && !isShown) return { verdict: 'untold', failure };
    return { verdict: isShown ? 'shown' : 'nobody' };
  }

  /** Why not, where that person cannot be answered: whether the group is shown to others is not told by that. */
  async function isShownTo(groupKey: string, personDn: string): Promise<boolean | Failure> {
    try {
      return (await groupsOf(personDn)).has(groupKey);
    } catch (error) {
      if (isFailure(error, 'directory_incomplete')) return error;
      throw error;
    }
  }

  /** Who is listed, and may lack it; `shown` for one who certainly does not. */
  async function* doubts(
    group: Entry,
    kind: MemberKind,
    naming: Naming,
    values: number,
    { isForGroups = false, met = new Set([keyOfDnText(group.dn)]) }: Descent = {},
  ): AsyncGenerator<Doubt | 'shown'> {
    for await (const member of listed(kind, group, (key) => naming.people.has(key), values)) {
      if (member.is === 'group') {
        if (!descends || met.has(member.key) || met.size > MOST_BELOW) continue;
        met.add(member.key);
        yield* doubtsBelow(group, member, naming, values, met);
      } else if (!isForGroups) {
        if (isProven(member, naming)) yield 'shown';
        else yield { dn: member.entry.dn, below: undefined, hasBits: member.hasBits };
      }
    }
  }

  async function* doubtsBelow(
    group: Entry,
    { entry, hasBits }: ListedMember,
    naming: Naming,
    values: number,
    met: Set<string>,
  ): AsyncGenerator<Doubt | 'shown'> {
    const below = entry.dn;
    const inner = await groupAt(below);
    if (inner === undefined) return;
    const isLeadingUp = !hasBits && (await isLinked(entry, group));
    // Where no walk goes up from a group, everybody below must have the upper one by themselves.
    const having = isTransitive ? naming : isLeadingUp ? await peopleNaming(below) : NO_PROOF;
    const most = isLeadingUp && !byAttribute ? 1 : PEOPLE_BELOW;
    for (const kind of MEMBER_KINDS) {
      let count = 0;
      for await (const doubt of doubts(inner, kind, having, values, { met })) {
        if (doubt === 'shown') continue;
        yield { dn: doubt.dn, below: doubt.below ?? below, hasBits: hasBits || doubt.hasBits };
        if (++count === most) break;
      }
    }
    if (isLeadingUp) return;
    for await (const { entry: person } of ofNumber(inner)) {
      yield { dn: person.dn, below, hasBits };
      return;
    }
  }

  /** Whether a walk that came to the lower one goes on to the upper one. */
  async function isLinked(lower: Entry, upper: Entry): Promise<boolean> {
    if (!nested && !isTransitive) return false;
    const key = keyOfDnText(upper.dn);
    if (byAttribute && textsOf(lower, attribute).some((dn) => keyOfDnText(dn) === key)) return true;
    if (template === undefined || !isWithin(upper.dn, bases) || (!byAttribute && !isWithin(lower.dn, bases)))
      return false;
    const filter = substitute(template, { dn: [lower.dn], uid: [] });
    if (filter === undefined) return false;
    const search = { base: upper.dn, scope: 'base', filter, attributes: [] } as const;
    const outcome = await source.search({ ...search, references: 'ignored' }, time());
    return outcome.base === 'present' && outcome.entries.length > 0;
  }

  function isProven({ entry, key, hasBits }: ListedMember, { groupKey, people }: Naming): boolean {
    if (people.has(key)) return true;
    if (!byAttribute || hasBits || groupKey === undefined) return false;
    return textsOf(entry, attribute).some((dn) => keyOfDnText(dn) === groupKey);
  }

  /** Not all, where there are very many or the search is refused: the others are asked one by one. */
  async function peopleNaming(groupDn: string, most = NAMED_MOST): Promise<Naming> {
    const keys = new Set<string>();
    if (!byAttribute || tryParseDn(groupDn) === undefined) return NO_PROOF;
    const naming = { filter: equality(attribute, groupDn), attributes: [] };
    const pageSize = Math.min(most, NAMED_PER_PAGE);
    for (const { dn } of await someEntries(source, users.bases, naming, most, pageSize))
      keys.add(keyOfDnText(dn));
    return { groupKey: keyOfDnText(groupDn), people: keys };
  }
}
