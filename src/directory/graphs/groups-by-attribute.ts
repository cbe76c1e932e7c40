/**
 * The strategy `attribute`: an entry's groups are DNs in an attribute (memberOf), and so are a group's. Group entries
 * are read for what lies above them, for their names and identities, and for their spelling: the attribute may have
 * another, and a group has one whatever way led to it.
 */
import type { Deadline } from '../../deadline.ts';
import { type Failure, orFailure } from '../../failure.ts';
import { unreadNote } from '../entries/completeness.ts';
import type { Entry } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { DNS_PER_FILTER, type NamedEntry, READS_AT_ONCE, readEntries } from '../entries/group-entries.ts';
import {
  datedValues,
  type KeepingRules,
  type Kept,
  KeptReads,
  oldestOf,
  type Shelf,
  type Young,
} from '../entries/kept-reads.ts';
import {
  attributesFor,
  dnsIn,
  type Group,
  type GroupFacts,
  groupOfDn,
  groupOfEntry,
} from '../groups/group.ts';
import type { MembershipSettings } from '../settings/settings.ts';
import type { Dated, DirectGroups, GroupGraph } from './group-graph.ts';

/** What is kept of a group's entry. */
export interface ReadGroup {
  readonly group: Group;
  /** The DNs of the groups directly above. */
  readonly parents: readonly string[];
  /** Set where its entry could not be read, and its DN was enough. */
  readonly isUnread?: true;
  /** The groups of {@link parents} with the oldest read of all, once they were looked up: for all who come this way. */
  above?: Dated<readonly Group[]>;
}

const BATCHES_AT_ONCE = 4;
const NO_NOTES: readonly string[] = [];
const NONE_UNREAD: readonly string[] = [];

/** @param dnAttribute as for {@link readEntries} */
export function groupsByAttribute(
  source: EntrySource,
  { attribute, nested }: Pick<MembershipSettings, 'attribute' | 'nested'>,
  facts: GroupFacts,
  dnAttribute: string | undefined,
  keeping: KeepingRules,
  shelf: Shelf<ReadGroup>,
): GroupGraph {
  const namedOnce = (dns: Iterable<string>): ReadonlyMap<string, Group> => {
    const byKey = new Map<string, Group>();
    for (const dn of dns) {
      const group = groupOfDn(dn);
      if (!byKey.has(group.key)) byKey.set(group.key, group);
    }
    return byKey;
  };
  const named = attributesFor(facts);
  const attributes = nested ? [attribute, ...named] : named;
  const parts = { attributes, isServed: nested && facts.isServed === true };
  // A membership in a group that was deleted, or is hidden, is one all the same.
  const isDnEnough =
    !nested &&
    facts.name === undefined &&
    facts.counting === undefined &&
    (facts.identity === undefined || facts.identityIsOptional === true);
  const unread = ({ dn }: NamedEntry, failure: Failure): ReadGroup | Failure =>
    isDnEnough ? { group: groupOfDn(dn), parents: [], isUnread: true } : failure;
  const reads = new KeptReads<NamedEntry, ReadGroup>(
    {
      keyOf: ({ key }) => key,
      batch: dnAttribute === undefined ? 1 : DNS_PER_FILTER,
      atOnce: dnAttribute === undefined ? READS_AT_ONCE : BATCHES_AT_ONCE,
      read: async (groups, deadline) => {
        const entries = await readEntries(source, groups, parts, dnAttribute, deadline);
        return entries.map((entry, i) => {
          const asked = groups[i];
          if (entry instanceof Error) return asked === undefined ? entry : unread(asked, entry);
          return orFailure(() => ({
            group: groupOfEntry(entry, facts),
            parents: nested ? dnsIn(entry, attribute) : [],
          }));
        });
      },
    },
    keeping,
    shelf,
  );
  const read = async (groups: readonly NamedEntry[], deadline: Deadline) => {
    const known = await reads.get(groups, deadline);
    return { known, readAt: oldestOf(known.values()) };
  };
  // Of almost everybody all groups are known, and nothing but this is done for them.
  const kept = (dns: readonly string[]): DirectGroups | undefined => {
    const young = reads.young();
    const groups: Group[] = [];
    let unread = NONE_UNREAD;
    let readAt = Number.POSITIVE_INFINITY;
    for (const dn of dns) {
      const known = young.get(groupOfDn(dn).key);
      if (known === undefined) return undefined;
      const { group, isUnread } = known.value;
      groups.push(group);
      if (isUnread) unread = [...unread, group.dn];
      if (known.readAt < readAt) readAt = known.readAt;
    }
    return direct(groups, readAt, unread);
  };
  const groupsOf = async (
    dns: Iterable<string>,
    deadline: Deadline,
  ): Promise<Dated<ReadonlyMap<string, ReadGroup>>> => {
    return datedValues(await reads.get([...namedOnce(dns).values()], deadline));
  };
  const keptAbove = (
    { value, readAt: own }: Kept<ReadGroup>,
    young: Young<ReadGroup>,
  ): Dated<readonly Group[]> | undefined => {
    if (value.above !== undefined && value.above.readAt > young.after) return value.above;
    let readAt = own;
    const above: Group[] = [];
    for (const dn of value.parents) {
      const parent = young.get(groupOfDn(dn).key);
      if (parent === undefined) return undefined;
      above.push(parent.value.group);
      readAt = Math.min(readAt, parent.readAt);
    }
    value.above = { value: above, readAt };
    return value.above;
  };
  const keptParents = (
    groups: readonly Group[],
  ): Dated<ReadonlyMap<string, readonly Group[]>> | undefined => {
    const young = reads.young();
    const parents = new Map<string, readonly Group[]>();
    let readAt = Number.POSITIVE_INFINITY;
    for (const { key } of groups) {
      const known = young.get(key);
      const above = known && keptAbove(known, young);
      if (above === undefined) return undefined;
      readAt = Math.min(readAt, above.readAt);
      if (above.value.length > 0) parents.set(key, above.value);
    }
    return { value: parents, readAt };
  };
  // By their texts: everybody's are looked through.
  const prepared = new Set<string>();
  /** The groups for which was not prepared yet. */
  const unprepared = (dns: Iterable<string>): readonly Group[] => {
    const fresh: string[] = [];
    for (const dn of dns) if (prepared.size < prepared.add(dn).size) fresh.push(dn);
    return [...namedOnce(fresh).values()];
  };

  return {
    attributes: [attribute],
    async direct(person, deadline) {
      const dns = dnsIn(person, attribute);
      const known = kept(dns);
      if (known !== undefined) return known;
      const { value, readAt } = await groupsOf(dns, deadline);
      const groups = [...value.values()];
      const unread = groups.filter(({ isUnread }) => isUnread).map(({ group }) => group.dn);
      return direct(
        groups.map(({ group }) => group),
        readAt,
        unread,
      );
    },
    async parents(groups, deadline) {
      const young = keptParents(groups);
      if (young !== undefined) return young;
      const { known, readAt } = await read(groups, deadline);
      const dns = [...known.values()].flatMap(({ value }) => value.parents);
      const above = await groupsOf(dns, deadline);
      const parents = groups.map(({ key }) => {
        const of = known.get(key)?.value.parents ?? [];
        return [key, of.flatMap((dn) => above.value.get(groupOfDn(dn).key)?.group ?? [])] as const;
      });
      return { value: new Map(parents), readAt: Math.min(readAt, above.readAt) };
    },
    async prepare(people, deadline) {
      let level = unprepared(namesIn(people, attribute));
      while (level.length > 0) {
        const { known } = await read(level, deadline);
        const counted = [...known.values()].filter(({ value }) => value.group.uncounted === undefined);
        level = unprepared(counted.flatMap(({ value }) => value.parents));
      }
    },
    parentsTold: (key) => {
      const kept = reads.peek(key);
      return kept?.isUnread ? undefined : (kept?.parents ?? []);
    },
  };
}

function direct(value: readonly Group[], readAt: number, unread: readonly string[]): DirectGroups {
  return { value, readAt, notes: unread.length === 0 ? NO_NOTES : [unreadNote(unread)] };
}

function* namesIn(people: readonly Entry[], attribute: string): Generator<string> {
  for (const person of people) yield* dnsIn(person, attribute);
}
