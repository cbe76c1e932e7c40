/**
 * The primary group of Active Directory, which no membership attribute holds: a RID beside the person's own SID. It is
 * a direct membership like any other, under every strategy.
 */
import { domainOfSid } from '../../names/sid.ts';
import { incomplete } from '../entries/completeness.ts';
import { type Entry, plainValues } from '../entries/entry.ts';
import type { GroupGraph } from '../graphs/group-graph.ts';
import { withUnlisted } from '../graphs/group-union.ts';
import type { PrimaryGroupAttributes } from '../settings/vendor.ts';
import { type SidGroups, sidIn } from './sid-groups.ts';

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
  return withUnlisted(graph, [attributes.rid, attributes.sid], async (person, deadline) => {
    const sid = primaryGroupSid(person, attributes);
    const { value, readAt } = await groups.get([sid], deadline);
    const primary = value.get(sid)?.group;
    return { value: primary === undefined ? [] : [primary], readAt };
  });
}
