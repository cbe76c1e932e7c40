/**
 * All groups of a person, the direct ones and where asked those above them. Owns the walk and its limits; how groups
 * are read is the graph's.
 */
import type { Deadline } from '../deadline.ts';
import { Failure } from '../failure.ts';
import type { Membership } from '../person.ts';
import type { Entry } from './entry.ts';
import type { Group, GroupGraph } from './groups.ts';
import type { MembershipSettings } from './settings.ts';

/**
 * Walks upwards level by level, each group once, so that cycles end and `via` is a shortest way. Throws
 * {@link Failure}: more groups or levels than the limits allow are `directory_incomplete`.
 */
export async function readMemberships(
  graph: GroupGraph,
  person: Entry,
  { nested, limits }: Pick<MembershipSettings, 'nested' | 'limits'>,
  deadline: Deadline,
): Promise<readonly Membership[]> {
  const memberships = new Map<string, Membership>();
  const add = ({ dn, key, name }: Group, via: readonly string[]) => {
    memberships.set(key, { dn, name, via });
    if (memberships.size > limits.groups) {
      throw new Failure('directory_incomplete', `${person.dn} is in more than ${limits.groups} groups`);
    }
  };
  let level = await graph.direct(person, deadline);
  for (const group of level) add(group, []);
  for (let depth = 1; nested && level.length > 0; depth++) {
    const above = await graph.above(level, new Set(memberships.keys()), deadline);
    if (above.length > 0 && depth > limits.depth) {
      throw new Failure(
        'directory_incomplete',
        `the groups of ${person.dn} nest deeper than ${limits.depth} levels`,
      );
    }
    const next: Group[] = [];
    for (const { group, child } of above) {
      if (memberships.has(group.key)) continue;
      const below = memberships.get(child.key);
      add(group, [...(below?.via ?? []), child.name]);
      next.push(group);
    }
    level = next;
  }
  return [...memberships.values()];
}
