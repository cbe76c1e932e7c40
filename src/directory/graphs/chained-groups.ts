/**
 * A search by the in-chain rule where some groups do not count: the server follows nesting through these too. Owns which
 * of the groups that it found are reached by a way of groups that count, as their back links tell it.
 */
import type { Deadline } from '../../deadline.ts';
import { incomplete } from '../entries/completeness.ts';
import type { Group } from '../groups/group.ts';
import type { GroupGraph } from './group-graph.ts';

/** What lies above some groups, by their keys. */
interface Reached {
  readonly counted: ReadonlyMap<string, Group>;
  /** Groups that do not count, behind which nothing was looked for. */
  readonly stops: ReadonlyMap<string, Group>;
  readonly readAt: number;
}

/**
 * The graph of the search without what only leads through groups that do not count.
 * @param chained finds groups at any distance
 * @param linked tells the groups directly above, wherever they are
 */
export function withoutDetours(chained: GroupGraph, linked: GroupGraph): GroupGraph {
  const climb = async (
    from: readonly Group[],
    passes: (group: Group) => boolean,
    deadline: Deadline,
  ): Promise<Reached> => {
    const counted = new Map<string, Group>();
    const stops = new Map<string, Group>();
    let readAt = Number.POSITIVE_INFINITY;
    const take = (groups: readonly Group[]): Group[] =>
      groups.filter((group) => {
        if (counted.has(group.key) || stops.has(group.key)) return false;
        (passes(group) ? counted : stops).set(group.key, group);
        return counted.has(group.key);
      });
    for (let level = take(from); level.length > 0; ) {
      const above = await linked.parents(level, deadline);
      readAt = Math.min(readAt, above.readAt);
      level = take([...above.value.values()].flat());
    }
    return { counted, stops, readAt };
  };
  // Throws where the back links do not explain what was found: they cannot all be read then.
  const kept = async (
    found: readonly Group[],
    from: readonly Group[],
    dn: string,
    deadline: Deadline,
  ): Promise<{ readonly value: readonly Group[]; readonly readAt: number }> => {
    const reached = await climb(from, ({ uncounted }) => uncounted === undefined, deadline);
    const isReached = ({ key }: Group): boolean => reached.counted.has(key) || reached.stops.has(key);
    const others = found.filter((group) => !isReached(group));
    let { readAt } = reached;
    if (others.length > 0) {
      const behind = await climb([...reached.stops.values()], () => true, deadline);
      readAt = Math.min(readAt, behind.readAt);
      const lost = others.find(({ key }) => !behind.counted.has(key));
      if (lost !== undefined) {
        const hint = 'write memberships.from: token-groups, or distribution: yes';
        throw incomplete('value', `by which way ${dn} is in ${lost.dn} cannot be read: ${hint}`);
      }
    }
    return { value: found.filter(isReached), readAt };
  };

  return {
    ...chained,
    attributes: [...new Set([...chained.attributes, ...linked.attributes])],
    async direct(person, deadline) {
      const [found, first] = await Promise.all([
        chained.direct(person, deadline),
        linked.direct(person, deadline),
      ]);
      const { value, readAt } = await kept(found.value, first.value, person.dn, deadline);
      return {
        ...found,
        value,
        readAt: Math.min(found.readAt, first.readAt, readAt),
        listed: found.value.length,
      };
    },
    async parents(groups, deadline) {
      const told = await chained.parents(groups, deadline);
      const first = await linked.parents(groups, deadline);
      let readAt = Math.min(told.readAt, first.readAt);
      const above = new Map<string, readonly Group[]>();
      for (const { key, dn } of groups) {
        const found = told.value.get(key) ?? [];
        const of = await kept(found, first.value.get(key) ?? [], dn, deadline);
        above.set(key, of.value);
        readAt = Math.min(readAt, of.readAt);
      }
      return { value: above, readAt };
    },
  };
}
