/**
 * Which groups the settings' memberships do not show to their own members: told by looking at some of each kind, and
 * at one of their members. A server's overlay or plug-in that keeps memberOf covers some attributes, and only groups
 * that were written since; a filter compares what it names; dynamic groups are shown where the server expands them.
 */
import type { Deadline } from '../deadline.ts';
import { isFailure } from '../failure.ts';
import { equalDn, formatDn, keyOfDn, tryParseDn } from '../names/dn.ts';
import { type Entry, plainValues } from './entry.ts';
import type { EntrySource } from './entry-source.ts';
import { equality, type Filter } from './filter.ts';
import { parseGroupFilterTemplate } from './filter-template.ts';
import { isWithin, KINDS, type Kind, lookAtMembers, parsedOf, textsOf } from './group-members.ts';
import { isPlainMemberSearch } from './groups-by-search.ts';
import { mapConcurrently } from './reading.ts';
import type { DirectorySettings } from './settings.ts';
import { suffixOf } from './suffix.ts';
import { type TransitiveGap, transitiveGaps } from './transitive-gaps.ts';
import { nestsByDefault, VENDORS } from './vendors.ts';

/** A group that is not in the memberships of its members, or not of all of them. */
export interface UnseenGroup {
  readonly dn: string;
  /** In words, what does not show it: `memberOf does not show groups by uniqueMember (groupOfUniqueNames)`. */
  readonly reason: string;
  readonly cure: string;
}

/** Several of them, of one kind. */
export interface UnseenKind extends Omit<UnseenGroup, 'dn'> {
  /** How many were seen, and whether there may be more. */
  readonly count: number;
  readonly isWhole: boolean;
  readonly first: string;
}

/** Every method throws {@link Failure} where it cannot tell. */
export interface GroupKindSight {
  unseenKinds(): Promise<readonly UnseenKind[]>;
  /** Why each of these groups is not seen; those that are, or of which it cannot be told, are left out. */
  unseenGroups(dns: readonly string[]): Promise<readonly UnseenGroup[]>;
}

const MOST_COUNTED = 500;
const SAMPLED = 5;
const MEMBERS_TRIED = 3;
/** How many are read to find these. */
const MEMBERS_READ = 12;
const AT_ONCE = 4;
/** What of a mapping's groups is looked at one by one. */
const MOST_NAMED = 200;

type Verdict = 'seen' | 'unseen' | 'unknown';

/** The keys of the DNs of all groups of the person at a DN, as a lookup reads them. Throws {@link Failure}. */
export type ReadMembershipKeys = (personDn: string) => Promise<ReadonlySet<string>>;

/** Looks at the groups of these settings. */
export function lookAtKinds(
  settings: DirectorySettings,
  source: EntrySource,
  time: () => Deadline,
  membershipsOf: ReadMembershipKeys,
): GroupKindSight {
  const { memberships, users, vendor } = settings;
  const { from, attribute, base } = memberships;
  const { groupClasses, backLink } = VENDORS[vendor];
  // There the server itself keeps the attribute, and every token is made of all groups.
  const isKept =
    from.includes('token-groups') ||
    (from.includes('attribute') && backLink?.toLowerCase() === attribute.toLowerCase()) ||
    (from.includes('search') &&
      backLink !== undefined &&
      isPlainMemberSearch(parseGroupFilterTemplate(memberships.filter)));
  const { groupAt, personOf } = lookAtMembers(settings, source, time);
  // There no walk goes on above what a person's own attribute names.
  const isTrusted = !memberships.nested && !nestsByDefault(VENDORS[vendor], from, attribute);
  const peopleBases = parsedOf(users.bases);
  const groupBases = base === undefined ? suffixesOf(users.bases) : [base];
  const ofClasses: Filter = {
    kind: 'or',
    filters: groupClasses.map((each) => equality('objectClass', each)),
  };

  // People who are in many of the groups are read once for all looks that run at the time.
  const read = new Map<string, Promise<ReadonlySet<string>>>();
  let looks = 0;

  return {
    async unseenKinds() {
      if (isKept) return [];
      return looking(async () => {
        const found: UnseenKind[] = [];
        const { groups, isWhole } = await groupsByKind();
        for (const [kind, dns] of groups) found.push(...(await unseenOf(kind, dns, isWhole)));
        const gaps = await gapsInMemberships();
        const [first] = gaps;
        if (first !== undefined)
          found.push({ ...wordsOfGap(first), count: gaps.length, isWhole: false, first: first.dn });
        return found;
      });
    },
    async unseenGroups(dns) {
      return looking(async () => {
        const asked = dns.slice(0, MOST_NAMED);
        const found = await mapConcurrently(asked, AT_ONCE, whyUnseen);
        const gaps = new Map((await gapsInMemberships()).map((gap) => [keyOf(gap.dn), gap]));
        return asked.flatMap((dn, i): UnseenGroup[] => {
          const unseen = found[i];
          if (unseen !== undefined) return [unseen];
          const gap = gaps.get(keyOf(dn));
          return gap === undefined ? [] : [{ dn, ...wordsOfGap(gap) }];
        });
      });
    },
  };

  async function looking<T>(look: () => Promise<T>): Promise<T> {
    looks++;
    try {
      return await look();
    } finally {
      looks--;
      if (looks === 0) read.clear();
    }
  }

  function groupsOf(personDn: string): Promise<ReadonlySet<string>> {
    const known = read.get(personDn);
    if (known !== undefined) return known;
    const reading = membershipsOf(personDn);
    read.set(personDn, reading);
    return reading;
  }

  /** The DNs of groups by kind, as their classes tell it. */
  async function groupsByKind(): Promise<{
    readonly groups: ReadonlyMap<Kind, string[]>;
    readonly isWhole: boolean;
  }> {
    const groups = new Map<Kind, string[]>(KINDS.map((kind) => [kind, []]));
    let count = 0;
    for (const each of groupBases) {
      const search = { base: each, scope: 'sub', filter: ofClasses, attributes: ['objectClass'] } as const;
      for await (const page of source.pages(
        { ...search, references: 'ignored', connection: 'shared' },
        MOST_COUNTED,
      )) {
        for (const group of page) {
          const classes = textsOf(group, 'objectClass').map((name) => name.toLowerCase());
          for (const kind of KINDS)
            if (kind.classes.some((name) => classes.includes(name))) groups.get(kind)?.push(group.dn);
        }
        count += page.length;
        if (count >= MOST_COUNTED) return { groups, isWhole: false };
      }
    }
    return { groups, isWhole: true };
  }

  async function unseenOf(
    kind: Kind,
    groups: readonly string[],
    isWhole: boolean,
  ): Promise<readonly UnseenKind[]> {
    // The last are the youngest at most servers, and the first are older than an overlay that came later.
    const sample = [...new Set([...groups.slice(0, SAMPLED - 1), ...groups.slice(-1)])];
    const verdicts = await mapConcurrently(sample, AT_ONCE, async (dn) => verdictOf(await groupAt(dn), kind));
    const unseen = sample.filter((_, i) => verdicts[i] === 'unseen');
    const isDynamic = kind.lists === 'urls' && groups.length > 0 && !verdicts.includes('seen');
    const [first] = isDynamic ? groups : unseen;
    if (first === undefined) return [];
    const isAll = !verdicts.includes('seen');
    return [
      {
        ...wordsOf(kind, isAll),
        count: isAll ? groups.length : unseen.length,
        isWhole: isAll ? isWhole : false,
        first,
      },
    ];
  }

  async function whyUnseen(dn: string): Promise<UnseenGroup | undefined> {
    if (from.every((each) => each === 'search') && !isWithin(dn, parsedOf(groupBases)))
      return {
        dn,
        reason: `it lies outside of memberships.base, ${groupBases.join(' and ')}`,
        cure: 'widen memberships.base',
      };
    const group = isKept ? undefined : await groupAt(dn);
    if (group === undefined) return undefined;
    let unseen: Kind | undefined;
    for (const kind of KINDS) {
      if (plainValues(group, kind.attribute).length === 0) continue;
      const verdict = await verdictOf(group, kind);
      if (verdict === 'seen') return undefined;
      if (verdict === 'unseen' || kind.lists === 'urls') unseen ??= kind;
    }
    return unseen && { dn, ...wordsOf(unseen, unseen.lists !== 'dns' || unseen.attribute !== 'member') };
  }

  /** Whether the memberships of one of its members show it. */
  async function verdictOf(group: Entry | undefined, kind: Kind): Promise<Verdict> {
    if (group === undefined) return 'unknown';
    let verdict: Verdict = 'unknown';
    const members = textsOf(group, kind.attribute);
    // Many groups hold thousands, of other places perhaps: those who lie among the people come first.
    const people = kind.lists === 'dns' ? members.filter((dn) => isWithin(dn, peopleBases)) : members;
    let tried = 0;
    for (const member of [...new Set([...people.slice(0, MEMBERS_READ), ...members])].slice(
      0,
      MEMBERS_READ,
    )) {
      if (tried === MEMBERS_TRIED) break;
      const person = await personOf(kind, member);
      if (person === undefined) continue;
      tried++;
      const shown = await isShown(group.dn, person);
      if (shown === true) return 'seen';
      if (shown === false) verdict = 'unseen';
    }
    return verdict;
  }

  async function isShown(groupDn: string, personDn: string): Promise<boolean | undefined> {
    try {
      const key = keyOf(groupDn);
      return key !== undefined && (await groupsOf(personDn)).has(key);
    } catch (error) {
      // That person cannot be answered; whether the group is shown to others is not told by that.
      if (isFailure(error, 'directory_incomplete')) return undefined;
      throw error;
    }
  }

  async function gapsInMemberships(): Promise<readonly TransitiveGap[]> {
    if (!isTrusted) return [];
    return transitiveGaps({
      source,
      peopleBases: users.bases,
      groupBases,
      groupClasses,
      attribute,
      most: MOST_COUNTED,
    });
  }

  function wordsOfGap({ below }: TransitiveGap): Pick<UnseenGroup, 'reason' | 'cure'> {
    return {
      reason: `${attribute} of some people does not show every group above theirs, as those above ${below}`,
      cure: 'write memberships: { nested: yes }, so that the groups are asked what is above them',
    };
  }

  function wordsOf(kind: Kind, isAll: boolean): Pick<UnseenGroup, 'reason' | 'cure'> {
    const what = from.map((each) => (each === 'attribute' ? attribute : 'memberships.filter')).join(' and ');
    const which = isAll ? kind.words : `some ${kind.words}, which may be older than what keeps it`;
    const search = from.includes('search')
      ? `let memberships.filter compare ${kind.attribute}`
      : 'write memberships.from: [attribute, search]';
    const server =
      kind.lists === 'urls'
        ? 'let the server expand them (OpenLDAP: the dynlist overlay), or list their members'
        : from.includes('attribute')
          ? `or let the server keep ${attribute} for ${kind.attribute} (OpenLDAP: another memberof overlay, 389 Directory Server: memberOfGroupAttr and its fix-up task)`
          : undefined;
    const cures = kind.lists === 'urls' ? [server] : [search, server];
    return {
      reason: `${what} does not show ${which}`,
      cure: cures.filter((each) => each !== undefined).join('; '),
    };
  }
}

function suffixesOf(bases: readonly string[]): readonly string[] {
  const suffixes = parsedOf(bases).map(suffixOf);
  const outermost = suffixes.filter((dn, i) => !suffixes.slice(0, i).some((other) => equalDn(dn, other)));
  return outermost.map(formatDn);
}

function keyOf(text: string): string | undefined {
  const dn = tryParseDn(text);
  return dn && keyOfDn(dn);
}
