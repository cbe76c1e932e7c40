/**
 * The primary group of Active Directory, which no membership attribute holds: a RID beside the person's own SID. It is
 * a direct membership like any other, under every strategy.
 */
import type { Deadline } from '../deadline.ts';
import { domainOfSid } from '../names/sid.ts';
import { incomplete } from './completeness.ts';
import { type Entry, plainValues } from './entry.ts';
import { type Group, uniqueGroups } from './group.ts';
import type { GroupGraph } from './group-graph.ts';
import { type SidGroups, sidIn } from './sid-groups.ts';
import type { PrimaryGroupAttributes } from './vendors.ts';

/** The SID of a person's primary group. Throws {@link Failure} where the entry does not tell it. */
export function primaryGroupSid(person: Entry, { rid, sid }: PrimaryGroupAttributes): string {
  const own = sidIn(person, sid);
  if (own === undefined) throw incomplete('value', `${person.dn} has no readable ${sid}`);
  const [value] = plainValues(person, rid);
  if (typeof value !== 'string' || !/^\d{1,10}$/.test(value)) {
    throw incomplete('value', `${person.dn} has no readable ${rid}`);
  }
  return `${domainOfSid(own)}-${value}`;
}

/** The graph with the primary group among the direct ones. */
export function withPrimaryGroup(
  graph: GroupGraph,
  attributes: PrimaryGroupAttributes,
  groups: SidGroups,
): GroupGraph {
  const primary = async (person: Entry, deadline: Deadline) => {
    const sid = primaryGroupSid(person, attributes);
    const { value, readAt } = await groups.get([sid], deadline);
    return { group: value.get(sid)?.group, readAt };
  };
  return {
    ...graph,
    attributes: [...graph.attributes, attributes.rid, attributes.sid],
    async direct(person, deadline) {
      const [direct, { group, readAt }] = await Promise.all([
        graph.direct(person, deadline),
        primary(person, deadline),
      ]);
      const all: readonly Group[] = group === undefined ? direct.value : [...direct.value, group];
      return {
        value: uniqueGroups(all),
        readAt: Math.min(direct.readAt, readAt),
        listed: direct.value.length,
      };
    },
  };
}
