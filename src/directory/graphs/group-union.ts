/**
 * Several strategies as one: what any of them tells is a membership, and a group found by one is followed upwards by all
 * of them, as is one that no list tells. A failure of one is a failure of the whole.
 */
import type { Deadline } from '../../deadline.ts';
import type { Entry } from '../entries/entry.ts';
import { oldestOf } from '../entries/kept-reads.ts';
import { type Group, uniqueGroups } from '../groups/group.ts';
import { type DirectGroups, type GroupGraph, unitedParents } from './group-graph.ts';

/** The graph with further direct groups, which are told otherwise than by a list of members or of memberships. */
export function withUnlisted(
  graph: GroupGraph,
  attributes: readonly string[],
  read: (person: Entry, deadline: Deadline) => Promise<DirectGroups>,
): GroupGraph {
  return {
    ...graph,
    attributes: [...new Set([...graph.attributes, ...attributes])],
    async direct(person, deadline) {
      const [direct, more] = await Promise.all([graph.direct(person, deadline), read(person, deadline)]);
      return {
        value: more.value.length === 0 ? direct.value : uniqueGroups([...direct.value, ...more.value]),
        readAt: Math.min(direct.readAt, more.readAt),
        listed: direct.listed ?? direct.value.length,
        notes: [...(direct.notes ?? []), ...(more.notes ?? [])],
        beyond: more.beyond ?? [],
      };
    },
  };
}

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
        readAt: oldestOf(told),
        listed: told.reduce((sum, each) => sum + listedBy(each), 0),
        notes: told.flatMap(({ notes = [] }) => notes),
      };
    },
    async parents(groups, deadline) {
      const told = await Promise.all(graphs.map((graph) => graph.parents(groups, deadline)));
      const above = groups.map(({ key }): readonly [string, readonly Group[]] => [
        key,
        uniqueGroups(told.flatMap(({ value }) => value.get(key) ?? [])),
      ]);
      return { value: new Map(above), readAt: oldestOf(told) };
    },
    async prepare(people: readonly Entry[], deadline) {
      await Promise.all(graphs.map((graph) => graph.prepare(people, deadline)));
    },
    parentsTold: (key) => unitedParents(graphs.map((graph) => graph.parentsTold(key))),
  };
}
