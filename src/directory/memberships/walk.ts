/**
 * All groups of a person, the direct ones and where asked those above them. Owns the walk and its limits; how groups
 * are read is the graph's.
 */
import type { Deadline } from '../../deadline.ts';
import type { Membership, UncountedGroup } from '../../person.ts';
import { judgeCount, judgeDepth } from '../entries/completeness.ts';
import type { Entry } from '../entries/entry.ts';
import type { Dated, GroupGraph } from '../graphs/group-graph.ts';
import { directMembership, type Group, keyOf, membershipIn, NO_WAY } from '../groups/group.ts';
import type { MembershipSettings } from '../settings/settings.ts';

export interface ReadMemberships extends Dated<readonly Membership[]> {
  /** Groups that were met and do not count; what lies above them was not looked for. */
  readonly uncounted: readonly UncountedGroup[];
  /** Whether the directory lists any group as the person's. */
  readonly isListed: boolean;
  readonly notes: readonly string[];
}

const NO_GROUPS: readonly Group[] = [];
const NONE_UNCOUNTED: readonly UncountedGroup[] = [];
const NO_NOTES: readonly string[] = [];

/**
 * Walks upwards level by level, each group once, so that cycles end and `via` is a shortest way. Throws
 * {@link Failure}: more groups or levels than the limits allow are `directory_incomplete`.
 * @param given memberships that are known by other means, direct or not; the walk goes on from them too
 */
export async function readMemberships(
  graph: GroupGraph,
  person: Entry,
  { nested, limits }: Pick<MembershipSettings, 'nested' | 'limits'>,
  deadline: Deadline,
  given: readonly Membership[] = [],
): Promise<ReadMemberships> {
  const memberships: Membership[] = [];
  const counted = new Set<string>();
  const uncounted = new Map<string, UncountedGroup>();
  /** Whether it counts, and was not met before. */
  const add = (group: Group, via: readonly string[]): boolean => {
    if (group.uncounted !== undefined) {
      uncounted.set(group.key, group.uncounted);
      return false;
    }
    if (counted.size === counted.add(group.key).size) return false;
    memberships.push(via.length === 0 ? directMembership(group) : membershipIn(group, via));
    judgeCount(memberships.length, limits.groups, person.dn);
    return true;
  };
  const direct = await graph.direct(person, deadline);
  let { readAt } = direct;
  // The memberships of a level stand together, in its order.
  let level: Group[] = [];
  let first = 0;
  for (const group of direct.value) if (add(group, NO_WAY)) level.push(group);
  for (const { dn, name, names, sid, guid, via } of given) {
    const group = { dn, key: keyOf(dn), name, names, sid, guid, uncounted: undefined };
    if (add(group, via)) level.push(group);
  }
  const { beyond = [] } = direct;
  for (const { group, via } of beyond) if (!counted.has(group.key)) add(group, via);
  while (nested && level.length > 0) {
    const above = await graph.parents(level, deadline);
    readAt = Math.min(readAt, above.readAt);
    const next: Group[] = [];
    const start = memberships.length;
    let i = first;
    for (const child of level) {
      const own = memberships[i++];
      let via: readonly string[] | undefined;
      for (const group of above.value.get(child.key) ?? NO_GROUPS) {
        if (counted.has(group.key) || uncounted.has(group.key)) continue;
        via ??= [...(own?.via ?? NO_WAY), child.name];
        if (group.uncounted === undefined) judgeDepth(via.length, limits.depth, person.dn);
        if (add(group, via)) next.push(group);
      }
    }
    level = next;
    first = start;
  }
  return {
    value: memberships,
    uncounted: uncounted.size === 0 ? NONE_UNCOUNTED : [...uncounted.values()],
    readAt,
    isListed: (direct.listed ?? direct.value.length) > 0,
    notes: direct.notes ?? NO_NOTES,
  };
}
