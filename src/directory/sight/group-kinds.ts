/**
 * Which groups the settings' memberships do not show to their own members, or not to all of them: told by looking at
 * some of each kind, and thoroughly at those that are asked for. A server's overlay or plug-in that keeps memberOf covers
 * some attributes, and only groups that were written since; a filter compares what it names; dynamic groups are shown
 * where the server expands them.
 */
import type { Deadline } from '../../deadline.ts';
import { formatDn } from '../../names/dn.ts';
import { isWithin, keyOfDnText, parsedOf } from '../../names/dn-texts.ts';
import { textsOf } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { mapConcurrently } from '../entries/reads.ts';
import { fromBothEnds } from '../entries/sampling.ts';
import { suffixesOf } from '../entries/suffix.ts';
import { parseGroupFilterTemplate } from '../filters/filter-template.ts';
import { isPlainMemberSearch } from '../graphs/back-linked-groups.ts';
import { chainedAttributes } from '../graphs/in-chain.ts';
import type { DirectorySettings } from '../settings/settings.ts';
import { nestsByDefault } from '../settings/vendor.ts';
import { VENDORS } from '../settings/vendors.ts';
import { lookForClaims } from './claimed-groups.ts';
import { lookAtMembers } from './group-members.ts';
import { lookForShortfalls, type ReadMembershipKeys, type ShortfallFinding } from './group-shortfall.ts';
import { groupsAboveOutside } from './groups-outside.ts';
import { groupsByKind, kindsOf, type MemberKind } from './member-kinds.ts';
import { type TransitiveGap, transitiveGaps } from './transitive-gaps.ts';
import { unreadableAttribute } from './unreadable-memberships.ts';
import { reasonsFor } from './unseen-reasons.ts';

export type { ReadMembershipKeys } from './group-shortfall.ts';

/** A group that is not in the memberships of its members, or not of all of them. */
export interface UnseenGroup {
  readonly dn: string;
  /** In words, what does not show it: `memberOf does not show groups by uniqueMember (groupOfUniqueNames)`. */
  readonly reason: string;
  readonly cure: string | undefined;
  /** Whether it could only not be told. */
  readonly isUntold?: true;
}

/** Several of them, of one kind. */
export interface UnseenKind extends Omit<UnseenGroup, 'dn' | 'isUntold'> {
  /** How many were seen, and whether there may be more. */
  readonly count: number;
  readonly isWhole: boolean;
  readonly first: string;
}

/** Every method throws {@link Failure} where it cannot tell. */
export interface GroupKindSight {
  unseenKinds(): Promise<readonly UnseenKind[]>;
  /** Why each of these groups is not seen, or could not be told; those that are seen are left out. */
  unseenGroups(dns: readonly string[]): Promise<readonly UnseenGroup[]>;
}

const MOST_COUNTED = 500;
/** Groups outside of the base that one below it may list: few do, so that of a small part of them none may be met. */
const MOST_OUTSIDE = 2000;
const SAMPLED = 8;
const AT_ONCE = 4;
/** What of a mapping's groups is looked at one by one. */
const MOST_NAMED = 200;
const SAMPLE = { values: 100, people: 4 };
const THOROUGH = { values: 500, people: 40 };
/** Where memberships are searched for, all values of an attribute are found alike. */
const THOROUGH_BY_SEARCH = { values: 500, people: 12 };

/** Looks at the groups of these settings. */
export function lookAtKinds(
  settings: DirectorySettings,
  source: EntrySource,
  time: () => Deadline,
  membershipsOf: ReadMembershipKeys,
): GroupKindSight {
  const { memberships, users, vendor } = settings;
  const { from, attribute, base, nested } = memberships;
  const { groupClasses, backLink, groupType } = {
    backLink: undefined,
    groupType: undefined,
    ...VENDORS[vendor],
  };
  const isBySearch = from.every((each) => each === 'search');
  const template = from.includes('search') ? parseGroupFilterTemplate(memberships.filter) : undefined;
  // There every token is made of all groups.
  const isByToken = from.includes('token-groups');
  // There the server itself keeps the attribute.
  const isKeptAttribute = from.includes('attribute') && backLink?.toLowerCase() === attribute.toLowerCase();
  const isKept =
    isByToken ||
    isKeptAttribute ||
    (backLink !== undefined && template !== undefined && isPlainMemberSearch(template));
  // There no walk goes on above what a person's own attribute names.
  const isTrusted = !nested && !nestsByDefault(VENDORS[vendor], from, attribute);
  const groupBases = base === undefined ? treesOf(users.bases) : [base];
  const isFile = settings.source.kind === 'ldif';
  const members = lookAtMembers(settings, source, time);
  const shortfalls = lookForShortfalls(settings, source, time, members, groupsOf);
  const isUnbounded = template === undefined || chainedAttributes(template).length > 0;
  const isClaimed =
    isBySearch && !isKept && nested && (groupType === undefined || memberships.distribution === true);
  const claims = isClaimed ? lookForClaims(settings, source, time, groupsOf) : undefined;
  const reasons = reasonsFor(memberships);

  // People who are in many of the groups are read once for all looks that run at the time.
  const read = new Map<string, Promise<ReadonlySet<string>>>();
  let looks = 0;

  return {
    async unseenKinds() {
      if (isByToken) return [];
      return looking(async () => [
        ...(isKept ? [] : await unseenInSamples()),
        ...(isKeptAttribute ? await unseenForAnybody() : []),
        ...(await unseenAboveOthers()),
        ...(await unseenClaims()),
      ]);
    },
    async unseenGroups(dns) {
      return looking(async () => {
        const asked = dns.slice(0, MOST_NAMED);
        const found = await mapConcurrently(asked, AT_ONCE, whyUnseen);
        const gaps = new Map((await gapsInMemberships()).map((gap) => [keyOfDnText(gap.dn), gap]));
        return asked.flatMap((dn, i): UnseenGroup[] => {
          const gap = gaps.get(keyOfDnText(dn));
          const unseen = gap === undefined ? found[i] : { dn, ...reasons.ofGap(gap.below) };
          return unseen === undefined ? [] : [unseen];
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

  async function unseenInSamples(): Promise<readonly UnseenKind[]> {
    const found: UnseenKind[] = [];
    const { groups, isWhole } = await groupsByKind(source, groupBases, groupClasses, isFile, MOST_COUNTED);
    for (const [kind, dns] of groups) found.push(...(await unseenOf(kind, dns, isWhole)));
    const gaps = await gapsInMemberships();
    const [first] = gaps;
    if (first !== undefined)
      found.push({ ...reasons.ofGap(first.below), count: gaps.length, isWhole: false, first: first.dn });
    return found;
  }

  async function unseenForAnybody(): Promise<readonly UnseenKind[]> {
    const unreadable = await unreadableAttribute(settings, source, time, treesOf(users.bases));
    if (unreadable === undefined) return [];
    const { people, groups } = unreadable;
    const [first = ''] = groups;
    return [{ ...reasons.ofUnreadable(people), count: groups.length, isWhole: false, first }];
  }

  /** Groups below the base that list others outside of it, whose people lack them. */
  async function unseenAboveOthers(): Promise<readonly UnseenKind[]> {
    if (!isBySearch || base === undefined || template === undefined || isUnbounded || !nested) return [];
    const trees = treesOf([...users.bases, base]).filter((tree) => keyOfDnText(tree) !== keyOfDnText(base));
    const look = { source, base, trees, groupClasses, template, most: MOST_OUTSIDE };
    const above = await groupsAboveOutside(look);
    const lacking = [];
    for (const dn of fromBothEnds(above).slice(0, SAMPLED)) {
      const group = await members.groupAt(dn);
      const [kind] = group === undefined ? [] : kindsOf(group);
      if (group === undefined || kind === undefined) continue;
      const finding = await shortfalls.ofGroupsBelow(group, kind, SAMPLE);
      if (finding.verdict === 'lacking') lacking.push(dn);
    }
    const [first] = lacking;
    return first === undefined
      ? []
      : [{ ...reasons.ofOutside(base), count: lacking.length, isWhole: false, first }];
  }

  async function unseenClaims(): Promise<readonly UnseenKind[]> {
    const lost: string[] = [];
    for (const dn of (await claims?.lost()) ?? []) if (await isGroup(dn)) lost.push(dn);
    const [first] = lost;
    return first === undefined
      ? []
      : [{ ...reasons.ofClaims('groups'), count: lost.length, isWhole: false, first }];
  }

  async function isGroup(dn: string): Promise<boolean> {
    const entry = await members.groupAt(dn);
    const classes =
      entry === undefined ? [] : textsOf(entry, 'objectClass').map((each) => each.toLowerCase());
    return groupClasses.some((each) => classes.includes(each.toLowerCase()));
  }

  async function unseenOf(
    kind: MemberKind,
    groups: readonly string[],
    isWhole: boolean,
  ): Promise<readonly UnseenKind[]> {
    const sample = fromBothEnds(groups).slice(0, SAMPLED);
    const findings = await mapConcurrently(sample, AT_ONCE, async (dn): Promise<ShortfallFinding> => {
      const group = await members.groupAt(dn);
      return group === undefined ? { verdict: 'nobody' } : shortfalls.of(group, kind, SAMPLE);
    });
    const found: UnseenKind[] = [];
    const lacking = (hasBits: boolean) =>
      sample.filter((_, i) => {
        const finding = findings[i];
        return finding?.verdict === 'lacking' && finding.hasBits === hasBits;
      });
    const [withBits] = lacking(true);
    if (withBits !== undefined)
      found.push({ ...reasons.ofBits(), count: lacking(true).length, isWhole: false, first: withBits });
    const isShown = findings.some(
      (finding) => finding.verdict === 'shown' || (finding.verdict === 'lacking' && finding.isShownToOthers),
    );
    const unseen = lacking(false);
    const isDynamic = kind.lists === 'urls' && groups.length > 0 && !isShown;
    const [first] = isDynamic ? groups : unseen;
    if (first === undefined) return found;
    const isAll = !isShown;
    found.push({
      ...reasons.ofKind(kind, isAll),
      count: isAll ? groups.length : unseen.length,
      isWhole: isAll ? isWhole : false,
      first,
    });
    return found;
  }

  async function whyUnseen(dn: string): Promise<UnseenGroup | undefined> {
    if (isBySearch && !isWithin(dn, parsedOf(groupBases)))
      return {
        dn,
        reason: `it lies outside of memberships.base, ${groupBases.join(' and ')}`,
        cure: 'widen memberships.base',
      };
    if (isByToken || (isKeptAttribute && (await shortfalls.isNamedByAnybody(dn)))) return undefined;
    const group = await members.groupAt(dn);
    if (group === undefined) return undefined;
    const isForGroups = isKept && !isKeptAttribute;
    if (isForGroups && (isUnbounded || !nested)) return undefined;
    const thoroughness = isKept ? SAMPLE : isBySearch ? THOROUGH_BY_SEARCH : THOROUGH;
    const findings: (readonly [MemberKind, ShortfallFinding])[] = [];
    for (const kind of kindsOf(group)) {
      const look = isForGroups ? shortfalls.ofGroupsBelow : shortfalls.of;
      const finding = await look(group, kind, thoroughness);
      if (finding.verdict === 'lacking') return { dn, ...reasons.ofLacking(kind, finding) };
      findings.push([kind, finding]);
    }
    if (claims !== undefined && (await claims.isLost(dn))) return { dn, ...reasons.ofClaims('group') };
    if (findings.some(([, { verdict }]) => verdict === 'shown') || isKept) return undefined;
    const dynamic = findings.find(([{ lists }]) => lists === 'urls');
    if (dynamic !== undefined) return { dn, ...reasons.ofKind(dynamic[0], true) };
    const untold = findings.map(([, each]) => each).find((each) => each.verdict === 'untold');
    if (untold === undefined) return undefined;
    return { dn, reason: untold.failure.message, cure: undefined, isUntold: true };
  }

  async function gapsInMemberships(): Promise<readonly TransitiveGap[]> {
    if (!isTrusted || isKept) return [];
    return transitiveGaps({
      source,
      peopleBases: users.bases,
      groupBases,
      groupClasses,
      attribute,
      most: MOST_COUNTED,
    });
  }
}

function treesOf(bases: readonly string[]): readonly string[] {
  return suffixesOf(bases).map(formatDn);
}
