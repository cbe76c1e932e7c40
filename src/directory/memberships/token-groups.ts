/**
 * The strategy `token-groups`: Active Directory computes the SIDs of all security groups of a person, nested ones, the
 * primary group and BUILTIN's included (MS-ADTS 3.1.1.4.5.19). Owns which groups these are and by which way the person
 * is in them; what memberOf names beyond them is beyond-token.ts's. It costs the server much, so only few are asked for
 * at once.
 */
import type { Deadline } from '../../deadline.ts';
import { domainOfSid, isBuiltinSid, sidOf } from '../../names/sid.ts';
import type { Membership } from '../../person.ts';
import { foreignNote, incomplete, judgeCount, judgeDepth, sortSids } from '../entries/completeness.ts';
import { plainValues } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { readEntry } from '../entries/reads.ts';
import { Turns } from '../entries/turns.ts';
import type { ReadGroup } from '../graphs/groups-by-attribute.ts';
import { dnsIn, keyOf, membershipIn, NO_WAY } from '../groups/group.ts';
import type { MembershipSettings } from '../settings/settings.ts';
import type { PrimaryGroupAttributes } from '../settings/vendor.ts';
import type { BeyondToken } from '../sids/beyond-token.ts';
import { primaryGroupSid } from '../sids/primary-group.ts';
import type { SidDomains } from '../sids/sid-domains.ts';
import { SID_ATTRIBUTE, type SidGroups, sidIn } from '../sids/sid-groups.ts';
import type { MembershipReader, MembershipReading } from './memberships.ts';

const TOKEN_GROUPS = 'tokenGroups';
/** What of it a person takes along into other forests (MS-ADTS 3.1.1.4.5.21). */
const CARRIED_GROUPS = 'tokenGroupsGlobalAndUniversal';
const TOKENS_AT_ONCE = 4;

/** Lets only so many questions for tokens run at once; shared by all who ask one directory. */
export type TokenTurns = <T>(work: () => Promise<T>, deadline: Deadline) => Promise<T>;

/** @param queue how many questions may wait */
export function tokenTurns(queue: number): TokenTurns {
  const turns = new Turns({
    atOnce: TOKENS_AT_ONCE,
    waiting: queue,
    crowded: 'too many people wait for their tokenGroups',
  });
  return (work, deadline) =>
    deadline.limit(turns.run(work, deadline.place, deadline), 'the reading of tokenGroups');
}

export interface TokenGroupsRules {
  readonly source: EntrySource;
  readonly settings: Pick<MembershipSettings, 'attribute' | 'limits'>;
  readonly primaryGroup: PrimaryGroupAttributes;
  readonly groups: SidGroups;
  readonly beyond: BeyondToken;
  /** Where SIDs of other domains are looked for. */
  readonly domains: SidDomains;
  readonly turns: TokenTurns;
  readonly now: () => number;
  /** Takes what lies directly above each group, by their keys; for a walk, which tells it in the end. */
  readonly parents: Map<string, readonly string[]> | undefined;
}

export function tokenGroups(rules: TokenGroupsRules): MembershipReader {
  const { settings, primaryGroup, groups, beyond, domains, parents } = rules;
  const { attribute } = settings;
  return {
    attributes: [...new Set([SID_ATTRIBUTE, attribute, primaryGroup.rid, primaryGroup.sid])],
    atOnce: TOKENS_AT_ONCE,
    async read(person, deadline): Promise<MembershipReading> {
      const ownSid = sidIn(person);
      if (ownSid === undefined) throw incomplete('value', `${person.dn} has no readable ${SID_ATTRIBUTE}`);
      const tokenReadAt = rules.now();
      const sids = await readToken(rules, person.dn, deadline);
      const { own, foreign } = sortSids(sids, domainOfSid(ownSid), domainOfSid);
      const [mine, others] = await Promise.all([
        groups.get(own, deadline, person.dn),
        domains.get(foreign, deadline),
      ]);
      judgeCount(mine.value.size + others.value.size, settings.limits.groups, person.dn);
      const listed = dnsIn(person, attribute);
      const primarySid = primaryGroupSid(person, primaryGroup);
      // A token without the primary group: that one is not for security then.
      const outside = await groups.get(mine.value.has(primarySid) ? [] : [primarySid], deadline);
      const unheld = outside.value.get(primarySid)?.group;
      const token = {
        dn: person.dn,
        direct: unheld === undefined ? listed : [...listed, unheld.dn],
        own: mine.value,
        others: [...others.value.values()],
      };
      const more = await beyond.find(token, deadline);
      const bySid = new Map([...mine.value, ...more.renamed]);
      const ours = [...bySid.values(), ...more.value];
      const found = [...ours, ...others.value.values()];
      judgeCount(found.length, settings.limits.groups, person.dn);
      for (const { group, parents: above } of ours) parents?.set(group.key, above);
      const primary = bySid.get(primarySid)?.group ?? unheld;
      const direct = new Set(listed.map(keyOf));
      if (primary !== undefined) direct.add(primary.key);
      if (beyond.isWhole && listed.length === 0 && foreign.size === 0) {
        judgeAbsence(person.dn, attribute, bySid, waysTo(ours, direct));
      }
      return {
        memberships: withWays(found, direct, (depth) => judgeDepth(depth, settings.limits.depth, person.dn)),
        uncounted: more.uncounted,
        readAt: Math.min(tokenReadAt, mine.readAt, others.readAt, outside.readAt, more.readAt),
        // The token holds the primary group too, and all or nothing of it can be read.
        isListed: !beyond.isWhole || listed.length > 0,
        notes: [...(others.unknown.length === 0 ? [] : [foreignNote(others.unknown)]), ...more.notes],
      };
    },
    async prepare() {},
    parentsTold: (key) => parents?.get(key) ?? [],
  };
}

/** The SIDs of the person's global and universal security groups, the primary group and nested ones included. */
export function readCarriedSids(
  rules: Pick<TokenGroupsRules, 'source' | 'turns'>,
  dn: string,
  deadline: Deadline,
): Promise<string[]> {
  return readToken(rules, dn, deadline, CARRIED_GROUPS);
}

async function readToken(
  { source, turns }: Pick<TokenGroupsRules, 'source' | 'turns'>,
  dn: string,
  deadline: Deadline,
  attribute = TOKEN_GROUPS,
): Promise<string[]> {
  const entry = await turns(() => readEntry(source, dn, [attribute], deadline), deadline);
  const values = plainValues(entry, attribute);
  // Everybody has a primary group.
  if (values.length === 0) {
    const hint = 'the bind account may have to be in the Windows Authorization Access Group';
    throw incomplete('value', `${dn} has no readable ${attribute}: ${hint}`);
  }
  return values.map((value) => {
    const sid = sidOf(value);
    if (sid === undefined) throw incomplete('value', `${dn} has a broken ${attribute}`);
    return sid;
  });
}

// Only a membership leads to a group of the own domain that is not above the primary one. Of BUILTIN's groups that is
// not certain, and one of another domain, which is not shown here, may be in between.
function judgeAbsence(
  dn: string,
  attribute: string,
  bySid: ReadonlyMap<string, ReadGroup>,
  ways: ReadonlyMap<string, readonly string[]>,
): void {
  for (const [sid, { group }] of bySid) {
    if (isBuiltinSid(sid) || ways.has(group.key)) continue;
    throw incomplete(
      'value',
      `${dn} shows no ${attribute}, though tokenGroups holds ${group.dn}: give the right to read ${attribute}`,
    );
  }
}

// The shortest way from the person to each group, as far as the groups tell what they are in. A group that no way leads
// to, as through another domain, counts as direct: that the person is in it is certain.
function withWays(
  groups: readonly ReadGroup[],
  direct: ReadonlySet<string>,
  judge: (depth: number) => void,
): readonly Membership[] {
  const ways = waysTo(groups, direct, judge);
  const byKey = new Map(groups.map(({ group }) => [group.key, group]));
  return [...byKey.values()].map((group) => membershipIn(group, ways.get(group.key) ?? NO_WAY));
}

function waysTo(
  groups: readonly ReadGroup[],
  direct: ReadonlySet<string>,
  judge: (depth: number) => void = () => {},
): ReadonlyMap<string, readonly string[]> {
  const byKey = new Map(groups.map((each) => [each.group.key, each]));
  const ways = new Map<string, readonly string[]>();
  let level = [...byKey.values()].filter(({ group }) => direct.has(group.key));
  for (const { group } of level) ways.set(group.key, NO_WAY);
  for (let depth = 1; level.length > 0; depth++) {
    const next: ReadGroup[] = [];
    for (const { group, parents } of level) {
      const via = [...(ways.get(group.key) ?? []), group.name];
      for (const key of parents.map(keyOf)) {
        const above = byKey.get(key);
        if (above === undefined || ways.has(key)) continue;
        judge(depth);
        ways.set(key, via);
        next.push(above);
      }
    }
    level = next;
  }
  return ways;
}
