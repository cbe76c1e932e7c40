/**
 * Several strategies as one: what any of them tells is a membership, and a group found by one is followed upwards by all
 * of them. A failure of one is a failure of the whole.
 */
import type { Entry } from './entry.ts';
import { type Group, uniqueGroups } from './group.ts';
import type { DirectGroups, GroupGraph } from './group-graph.ts';

/** The union of the graphs, of which there is at least one. */
export function unitedGraphs(graphs: readonly GroupGraph[]): GroupGraph {
  const [only, ...others] = graphs;
  if (only !== undefined && others.length === 0) return only;
  const listedBy = ({ listed, value }: DirectGroups): number => listed ?? value.length;
  return {
    attributes: [...new Set(graphs.flatMap(({ attributes }) => attributes))],
    async direct(person, deadline) {
      const told = await Promise.all(graphs.map((graph) => graph.direct(person, deadline)));
      return {
        value: uniqueGroups(told.flatMap(({ value }) => value)),
        readAt: Math.min(...told.map(({ readAt }) => readAt)),
        listed: told.reduce((sum, each) => sum + listedBy(each), 0),
      };
    },
    async parents(groups, deadline) {
      const told = await Promise.all(graphs.map((graph) => graph.parents(groups, deadline)));
      const above = groups.map(({ key }): readonly [string, readonly Group[]] => [
        key,
        uniqueGroups(told.flatMap(({ value }) => value.get(key) ?? [])),
      ]);
      return { value: new Map(above), readAt: Math.min(...told.map(({ readAt }) => readAt)) };
    },
    async prepare(people: readonly Entry[], deadline) {
      await Promise.all(graphs.map((graph) => graph.prepare(people, deadline)));
    },
    parentsTold: (key) => [...new Set(graphs.flatMap((graph) => graph.parentsTold(key)))],
  };
}
