/**
 * The strategy `attribute`: an entry's groups are DNs in an attribute (memberOf), and so are a group's. Group entries
 * are read for what lies above them, for their names and identities, and for their spelling: the attribute may have
 * another, and a group has one whatever way led to it.
 */
import type { Deadline } from '../../deadline.ts';
import { type Failure, orFailure } from '../../failure.ts';
import { unreadNote } from '../entries/completeness.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { DNS_PER_FILTER, type NamedEntry, READS_AT_ONCE, readEntries } from '../entries/group-entries.ts';
import { datedValues, type KeepingRules, KeptReads, oldestOf, type Shelf } from '../entries/kept-reads.ts';
import {
  attributesFor,
  dnsIn,
  type Group,
  type GroupFacts,
  groupOfDn,
  groupOfEntry,
} from '../groups/group.ts';
import type { MembershipSettings } from '../settings/settings.ts';
import type { Dated, GroupGraph } from './group-graph.ts';

/** What is kept of a group's entry. */
export interface ReadGroup {
  readonly group: Group;
  /** The DNs of the groups directly above. */
  readonly parents: readonly string[];
  /** Set where its entry could not be read, and its DN was enough. */
  readonly isUnread?: true;
}

const BATCHES_AT_ONCE = 4;

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
  const kept = (dns: readonly string[]): Dated<readonly ReadGroup[]> | undefined => {
    const young = reads.young();
    const byKey = new Map<string, ReadGroup>();
    let readAt = Number.POSITIVE_INFINITY;
    for (const dn of dns) {
      const { key } = groupOfDn(dn);
      const known = young(key);
      if (known === undefined) return undefined;
      byKey.set(key, known.value);
      readAt = Math.min(readAt, known.readAt);
    }
    return { value: [...byKey.values()], readAt };
  };
  const groupsOf = async (
    dns: Iterable<string>,
    deadline: Deadline,
  ): Promise<Dated<ReadonlyMap<string, ReadGroup>>> => {
    return datedValues(await reads.get([...namedOnce(dns).values()], deadline));
  };
  const keptParents = (
    groups: readonly Group[],
  ): Dated<ReadonlyMap<string, readonly Group[]>> | undefined => {
    const young = reads.young();
    const parents = new Map<string, readonly Group[]>();
    let readAt = Number.POSITIVE_INFINITY;
    for (const { key } of groups) {
      const known = young(key);
      if (known === undefined) return undefined;
      readAt = Math.min(readAt, known.readAt);
      if (known.value.parents.length === 0) continue;
      const above: Group[] = [];
      for (const dn of known.value.parents) {
        const parent = young(groupOfDn(dn).key);
        if (parent === undefined) return undefined;
        above.push(parent.value.group);
        readAt = Math.min(readAt, parent.readAt);
      }
      parents.set(key, above);
    }
    return { value: parents, readAt };
  };

  return {
    attributes: [attribute],
    async direct(person, deadline) {
      const dns = dnsIn(person, attribute);
      const { value, readAt } = kept(dns) ?? (await groupsOf(dns, deadline));
      const groups = [...value.values()];
      const unread = groups.filter(({ isUnread }) => isUnread).map(({ group }) => group.dn);
      return {
        value: groups.map(({ group }) => group),
        readAt,
        notes: unread.length === 0 ? [] : [unreadNote(unread)],
      };
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
      const met = new Set<string>();
      let level = unmet(namedOnce(people.flatMap((person) => dnsIn(person, attribute))), met);
      while (level.length > 0) {
        const { known } = await read(level, deadline);
        const counted = [...known.values()].filter(({ value }) => value.group.uncounted === undefined);
        level = unmet(namedOnce(counted.flatMap(({ value }) => value.parents)), met);
      }
    },
    parentsTold: (key) => {
      const kept = reads.peek(key);
      return kept?.isUnread ? undefined : (kept?.parents ?? []);
    },
  };
}

function unmet(named: ReadonlyMap<string, NamedEntry>, met: Set<string>): readonly NamedEntry[] {
  const fresh = [...named.values()].filter(({ key }) => !met.has(key));
  for (const { key } of fresh) met.add(key);
  return fresh;
}
