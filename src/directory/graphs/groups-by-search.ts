/**
 * The strategy `search`: the groups that name an entry as a member are searched for. What was found above a group is
 * kept; what a person is in directly is searched each time. Members of a group are never read, but which of those it was
 * searched for.
 */
import { bulkhead } from 'cockatiel';
import type { Deadline } from '../../deadline.ts';
import { type Entry, plainValues } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { DNS_PER_FILTER, READS_AT_ONCE } from '../entries/group-entries.ts';
import { datedValues, type KeepingRules, KeptReads, type Shelf } from '../entries/kept-reads.ts';
import { searchAll } from '../entries/reads.ts';
import type { Filter } from '../filters/filter.ts';
import { type FilterTemplate, mentions, type Substitution, substitute } from '../filters/filter-template.ts';
import {
  attributesFor,
  type Group,
  type GroupFacts,
  groupOfEntry,
  textOf,
  uniqueGroups,
} from '../groups/group.ts';
import type { GroupGraph } from './group-graph.ts';
import type { InChainProof } from './in-chain.ts';
import { ignoringCaseOfUid, spellingsOf } from './member-uid.ts';
import { groupsByMember, listingAttributes } from './told-members.ts';

// A search for the groups above many does not tell which lies above which: those above whom it found any are asked
// about in smaller lots, and at last one by one.
const SMALLER_LOT = 10;
const BATCHES_AT_ONCE = 4;

export interface GroupSearch {
  readonly base: string;
  readonly uidAttribute: string;
  /** Whether the servers compare every text without regard to case. */
  readonly ignoresCase: boolean;
  /** The matching rule by which they do so otherwise, where they have one. */
  readonly caseIgnoringRule: string | undefined;
  /** As of the vendor. */
  readonly matchesValues: boolean;
}

/**
 * @param template of the search, with `<dn>` and `<uid>`
 * @param proof that the in-chain rule is followed, where the template has it
 */
export function groupsBySearch(
  source: EntrySource,
  { base, uidAttribute, ignoresCase, caseIgnoringRule, matchesValues }: GroupSearch,
  template: FilterTemplate,
  facts: GroupFacts,
  keeping: KeepingRules,
  shelf: Shelf<readonly Group[]>,
  proof?: InChainProof,
): GroupGraph {
  const attributes = attributesFor(facts);
  const byPerson = ignoresCase ? template : ignoringCaseOfUid(template, caseIgnoringRule);
  const listing = matchesValues ? listingAttributes(template) : undefined;
  const search = async (filter: Filter | undefined, deadline: Deadline): Promise<readonly Entry[]> =>
    filter === undefined ? [] : searchAll(source, { base, scope: 'sub', filter, attributes }, deadline);
  const groupsIn = (entries: readonly Entry[]): readonly Group[] =>
    uniqueGroups(entries.map((entry) => groupOfEntry(entry, facts)));
  const turns = bulkhead(READS_AT_ONCE, Number.POSITIVE_INFINITY);
  const aboveInLots = async (
    children: readonly Group[],
    deadline: Deadline,
  ): Promise<readonly (readonly Group[])[]> => {
    const lots = inLots(children, children.length > SMALLER_LOT ? SMALLER_LOT : 1);
    return (await Promise.all(lots.map((lot) => above(lot, deadline)))).flat();
  };
  const above = async (
    children: readonly Group[],
    deadline: Deadline,
  ): Promise<readonly (readonly Group[])[]> => {
    const found = groupsIn(
      await turns.execute(() => search(substitute(template, asked(children)), deadline)),
    );
    if (found.length === 0) return children.map(() => []);
    if (children.length === 1) return [found];
    return aboveInLots(children, deadline);
  };
  // One search for all of them, where what it finds tells for whom.
  const aboveAtOnce = async (
    children: readonly Group[],
    deadline: Deadline,
  ): Promise<readonly (readonly Group[])[]> => {
    const filter = substitute(template, asked(children));
    if (listing === undefined || filter === undefined || children.length === 1)
      return above(children, deadline);
    const matching = listing.flatMap((attribute) =>
      children.map(({ dn }) => ({ attribute, value: Buffer.from(dn) })),
    );
    const entries = await turns.execute(() =>
      searchAll(
        source,
        { base, scope: 'sub', filter, attributes: [...attributes, 'objectClass'], matching },
        deadline,
      ),
    );
    const keys = new Set(children.map(({ key }) => key));
    const told = groupsByMember(entries, keys, listing, attributes);
    if (told !== undefined) return children.map(({ key }) => groupsIn(told.get(key) ?? []));
    return aboveInLots(children, deadline);
  };
  const reads = new KeptReads<Group, readonly Group[]>(
    { keyOf: ({ key }) => key, read: aboveAtOnce, batch: DNS_PER_FILTER, atOnce: BATCHES_AT_ONCE },
    keeping,
    shelf,
  );

  return {
    attributes: mentions(template, 'uid') ? [uidAttribute] : [],
    async direct(person, deadline) {
      const readAt = keeping.clock.now();
      const uids = plainValues(person, uidAttribute).map((value) => textOf(value, person.dn, uidAttribute));
      const uid = ignoresCase || caseIgnoringRule !== undefined ? uids : uids.flatMap(spellingsOf);
      const [entries] = await Promise.all([
        search(substitute(byPerson, { dn: [person.dn], uid }), deadline),
        proof?.confirm(person.dn, deadline),
      ]);
      return { value: groupsIn(entries), readAt };
    },
    async parents(groups, deadline) {
      const known = await reads.get(groups, deadline);
      return datedValues(known);
    },
    async prepare() {},
    parentsTold: (key) => (reads.peek(key) ?? []).map(({ dn }) => dn),
  };
}

function asked(groups: readonly Group[]): Substitution {
  return { dn: groups.map(({ dn }) => dn), uid: [] };
}

function inLots<Item>(items: readonly Item[], size: number): (readonly Item[])[] {
  const lots: (readonly Item[])[] = [];
  for (let i = 0; i < items.length; i += size) lots.push(items.slice(i, i + size));
  return lots;
}
