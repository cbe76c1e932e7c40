/**
 * Memberships in groups of other forests, beside those in the person's own: a resource forest lists people by their SID,
 * and the global and universal groups that they are in likewise. Owns whose SIDs are asked for and what all the forests
 * say together; what one forest says of one SID is listed-principals.ts's.
 */
import type { Deadline } from '../../deadline.ts';
import { domainOfSid } from '../../names/sid.ts';
import type { Membership } from '../../person.ts';
import { incomplete, judgeCount } from '../entries/completeness.ts';
import type { Entry } from '../entries/entry.ts';
import { oldestOf } from '../entries/kept-reads.ts';
import { type Dated, unitedParents } from '../graphs/group-graph.ts';
import type { ReadGroup } from '../graphs/groups-by-attribute.ts';
import { type Group, keyOf, membershipIn, NO_WAY } from '../groups/group.ts';
import { SID_ATTRIBUTE, sidIn } from '../sids/sid-groups.ts';
import { type MembershipReader, type MembershipReading, withoutMemberships } from './memberships.ts';
import type { Listing, ResourceForest } from './resource-forest.ts';

export interface ForeignGroupRules {
  readonly forests: readonly ResourceForest[];
  /** As for {@link ResourceForest.openListed}. With none the parents of groups are told. */
  readonly memory: 'shared' | 'none';
  /**
   * The SIDs of the person's global and universal security groups, the primary group and nested ones included. Domain
   * local groups are nothing outside of their domain.
   */
  readonly carriedSids: (person: Entry, deadline: Deadline) => Promise<Dated<readonly string[]>>;
  /** The groups of such SIDs, as far as their domains are served. */
  readonly groupsOf: (
    sids: readonly string[],
    ownDomain: string,
    deadline: Deadline,
  ) => Promise<Dated<ReadonlyMap<string, ReadGroup>>>;
  /** How many groups a person may be in. */
  readonly most: number;
}

/** The reader with the forests' groups among what it tells. */
export function withForeignGroups(own: MembershipReader, rules: ForeignGroupRules): MembershipReader {
  const { forests, memory, carriedSids, groupsOf, most } = rules;
  const opened = forests.map((forest) => ({ forest, listed: forest.openListed(memory) }));
  // For a walk, which tells it in the end.
  const above = memory === 'none' ? new Map<string, Set<string>>() : undefined;
  return {
    ...own,
    attributes: [...new Set([...own.attributes, SID_ATTRIBUTE])],
    async read(person, deadline): Promise<MembershipReading> {
      const sid = ownSid(person);
      const domain = domainOfSid(sid);
      const [reading, carried] = await Promise.all([
        own.read(person, deadline),
        carriedSids(person, deadline),
      ]);
      const sids = [...new Set([sid, ...carried.value])];
      const answers = await Promise.all(
        opened.map(async ({ forest, listed }) => {
          const listings = await listed.read(sids, deadline);
          if (listings.value.size > 0) await forest.judgeTrust(domain, deadline);
          return { forest, ...listings };
        }),
      );
      const through = [...new Set(answers.flatMap(({ value }) => [...value.keys()]))];
      const groups = await groupsOf(
        through.filter((each) => each !== sid),
        domain,
        deadline,
      );
      const memberships = united(
        reading.memberships,
        answers.flatMap(({ value }) => [...value]),
        (each) => (each === sid ? undefined : (groups.value.get(each)?.group ?? each)),
        above,
      );
      judgeCount(memberships.length, most, person.dn);
      return {
        ...reading,
        memberships,
        uncounted: withoutMemberships(
          [reading, ...answers.flatMap(({ value }) => [...value.values()])].flatMap(
            ({ uncounted }) => uncounted,
          ),
          memberships,
        ),
        readAt: oldestOf([reading, carried, groups, ...answers]),
        notes: [reading, ...answers].flatMap(({ notes }) => notes),
        silent: answers.flatMap(({ forest, value }) => (value.size === 0 ? [forest] : [])),
      };
    },
    async prepare(people, deadline) {
      const sids = people.flatMap((person) => sidIn(person) ?? []);
      await own.prepare(people, deadline);
      await Promise.all(opened.map(({ listed }) => listed.read(sids, deadline)));
    },
    parentsTold: (key) =>
      unitedParents([
        own.parentsTold(key),
        [...(above?.get(key) ?? [])],
        ...opened.map(({ listed }) => listed.parentsTold(key)),
      ]),
  };
}

function ownSid(person: Entry): string {
  const sid = sidIn(person);
  if (sid === undefined) throw incomplete('value', `${person.dn} has no readable ${SID_ATTRIBUTE}`);
  return sid;
}

/**
 * All of them, each once and by a shortest way.
 * @param groupOf the group of the own forest whose SID is listed, or the SID where that is all that is known of it;
 *   undefined for the person's own SID
 * @param above takes what lies above groups of the own forest
 */
function united(
  own: readonly Membership[],
  listings: readonly (readonly [sid: string, Listing])[],
  groupOf: (sid: string) => Group | string | undefined,
  above: Map<string, Set<string>> | undefined,
): readonly Membership[] {
  if (listings.length === 0) return own;
  const ways = new Map(own.map(({ dn, name, via }) => [keyOf(dn), [...via, name]]));
  const foreign = new Map<string, Membership>();
  for (const [sid, { memberships }] of listings) {
    const group = groupOf(sid);
    const way = wayTo(group, ways);
    for (const membership of memberships) {
      const { dn, via } = membership;
      const length = foreign.get(dn)?.via.length ?? Number.POSITIVE_INFINITY;
      if (way.length + via.length < length) foreign.set(dn, membershipIn(membership, [...way, ...via]));
      if (via.length > 0 || above === undefined || typeof group !== 'object') continue;
      above.set(group.key, (above.get(group.key) ?? new Set()).add(dn));
    }
  }
  return [...own, ...foreign.values()];
}

function wayTo(
  group: Group | string | undefined,
  ways: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  if (group === undefined) return NO_WAY;
  return typeof group === 'string' ? [group] : (ways.get(group.key) ?? [group.name]);
}
