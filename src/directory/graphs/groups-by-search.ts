/**
 * The strategy `search`: the groups that name an entry as a member are searched for. What was found above a group is
 * kept; what a person is in directly is searched each time. Values of `member` are never read.
 */
import { bulkhead } from 'cockatiel';
import type { Deadline } from '../../deadline.ts';
import { plainValues } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { DNS_PER_FILTER, READS_AT_ONCE } from '../entries/group-entries.ts';
import { datedValues, type KeepingRules, KeptReads, type Shelf } from '../entries/kept-reads.ts';
import { searchAll } from '../entries/reads.ts';
import type { Filter } from '../filters/filter.ts';
import { type FilterTemplate, mentions, substitute } from '../filters/filter-template.ts';
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
}

/**
 * @param template of the search, with `<dn>` and `<uid>`
 * @param proof that the in-chain rule is followed, where the template has it
 */
export function groupsBySearch(
  source: EntrySource,
  { base, uidAttribute, ignoresCase, caseIgnoringRule }: GroupSearch,
  template: FilterTemplate,
  facts: GroupFacts,
  keeping: KeepingRules,
  shelf: Shelf<readonly Group[]>,
  proof?: InChainProof,
): GroupGraph {
  const attributes = attributesFor(facts);
  const byPerson = ignoresCase ? template : ignoringCaseOfUid(template, caseIgnoringRule);
  const find = async (filter: Filter | undefined, deadline: Deadline): Promise<readonly Group[]> => {
    if (filter === undefined) return [];
    const entries = await searchAll(source, { base, scope: 'sub', filter, attributes }, deadline);
    return uniqueGroups(entries.map((entry) => groupOfEntry(entry, facts)));
  };
  const turns = bulkhead(READS_AT_ONCE, Number.POSITIVE_INFINITY);
  const above = async (
    children: readonly Group[],
    deadline: Deadline,
  ): Promise<readonly (readonly Group[])[]> => {
    const dns = children.map(({ dn }) => dn);
    const found = await turns.execute(() => find(substitute(template, { dn: dns, uid: [] }), deadline));
    if (found.length === 0) return children.map(() => []);
    if (children.length === 1) return [found];
    const lots = inLots(children, children.length > SMALLER_LOT ? SMALLER_LOT : 1);
    return (await Promise.all(lots.map((lot) => above(lot, deadline)))).flat();
  };
  const reads = new KeptReads<Group, readonly Group[]>(
    { keyOf: ({ key }) => key, read: above, batch: DNS_PER_FILTER, atOnce: BATCHES_AT_ONCE },
    keeping,
    shelf,
  );

  return {
    attributes: mentions(template, 'uid') ? [uidAttribute] : [],
    async direct(person, deadline) {
      const readAt = keeping.clock.now();
      const uids = plainValues(person, uidAttribute).map((value) => textOf(value, person.dn, uidAttribute));
      const uid = ignoresCase || caseIgnoringRule !== undefined ? uids : uids.flatMap(spellingsOf);
      const [value] = await Promise.all([
        find(substitute(byPerson, { dn: [person.dn], uid }), deadline),
        proof?.confirm(person.dn, deadline),
      ]);
      return { value, readAt };
    },
    async parents(groups, deadline) {
      const known = await reads.get(groups, deadline);
      return datedValues(known);
    },
    async prepare() {},
    parentsTold: (key) => (reads.peek(key) ?? []).map(({ dn }) => dn),
  };
}

function inLots<Item>(items: readonly Item[], size: number): (readonly Item[])[] {
  const lots: (readonly Item[])[] = [];
  for (let i = 0; i < items.length; i += size) lots.push(items.slice(i, i + size));
  return lots;
}
