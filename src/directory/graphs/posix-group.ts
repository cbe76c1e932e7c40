/**
 * The primary group of POSIX accounts (RFC 2307): the groups of the person's own number, which list nobody. They are
 * direct memberships like any other, and few enough to be kept.
 */
import type { Deadline } from '../../deadline.ts';
import { orFailure } from '../../failure.ts';
import { formatDn } from '../../names/dn.ts';
import { incomplete, judgeDn } from '../entries/completeness.ts';
import { type Entry, plainValues } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { type KeepingRules, KeptReads, oldestOf, type Shelf } from '../entries/kept-reads.ts';
import { searchAll } from '../entries/reads.ts';
import { suffixOf } from '../entries/suffix.ts';
import { equality } from '../filters/filter.ts';
import { attributesFor, type Group, type GroupFacts, groupOfEntry } from '../groups/group.ts';
import type { PosixGroupAttributes } from '../settings/vendor.ts';
import type { DirectGroups, GroupGraph } from './group-graph.ts';
import { withUnlisted } from './group-union.ts';

/** A number, and the DN below which its groups are. */
interface Numbered {
  readonly base: string;
  readonly number: string;
}

const NUMBERS_PER_FILTER = 100;
const BATCHES_AT_ONCE = 4;

export interface PosixGroupRules {
  readonly source: EntrySource;
  readonly attributes: PosixGroupAttributes;
  /** Where groups are; undefined for the whole tree that the person is in. */
  readonly base: string | undefined;
  readonly facts: GroupFacts;
  readonly keeping: KeepingRules;
  readonly shelf: Shelf<readonly PosixGroup[]>;
  /**
   * Tells the groups above a group in its entry, where no walk goes on because the attribute of people is transitive by
   * itself: it cannot cover a group that lists nobody.
   */
  readonly above: GroupGraph | undefined;
}

/** A group of a number, with what its own entry shows of the groups above. */
export interface PosixGroup {
  readonly group: Group;
  readonly entry: Entry;
}

/** The graph with the groups of a person's number among the direct ones. */
export function withPosixGroups(graph: GroupGraph, rules: PosixGroupRules): GroupGraph {
  const { attributes, base, keeping, shelf, above } = rules;
  const reads = new KeptReads<Numbered, readonly PosixGroup[]>(
    {
      keyOf: ({ base: below, number }) => `${number} ${below}`,
      batch: NUMBERS_PER_FILTER,
      atOnce: BATCHES_AT_ONCE,
      read: (numbered, deadline) => readGroups(rules, numbered, deadline),
    },
    keeping,
    shelf,
  );
  const numbersOf = (person: Entry): readonly Numbered[] =>
    plainValues(person, attributes.number).map((value) => ({
      base: base ?? treeOf(person.dn),
      number: numberIn(person.dn, attributes.number, value),
    }));
  const read = async (person: Entry, deadline: Deadline): Promise<DirectGroups> => {
    const known = [...(await reads.get(numbersOf(person), deadline)).values()];
    const groups = known.flatMap(({ value }) => value);
    const told = await Promise.all(
      above === undefined ? [] : groups.map(({ entry }) => above.direct(entry, deadline)),
    );
    return {
      value: groups.map(({ group }) => group),
      readAt: oldestOf([...known, ...told]),
      notes: told.flatMap(({ notes = [] }) => notes),
      beyond: told.flatMap(({ value }, i) => {
        const via = [groups[i]?.group.name ?? ''];
        return value.map((group) => ({ group, via }));
      }),
    };
  };
  return {
    ...withUnlisted(graph, [attributes.number], read),
    async prepare(people, deadline) {
      await Promise.all([graph.prepare(people, deadline), reads.get(people.flatMap(numbersOf), deadline)]);
    },
  };
}

// Groups of a number, for each of the numbers; that there is none is nothing to wonder at: it may be no directory's.
async function readGroups(
  { source, attributes, facts, above }: PosixGroupRules,
  numbered: readonly Numbered[],
  deadline: Deadline,
) {
  const found = new Map<string, readonly Entry[]>();
  for (const base of new Set(numbered.map((each) => each.base))) {
    const filters = numbered
      .filter((each) => each.base === base)
      .map(({ number }) => equality(attributes.number, number));
    const filter = {
      kind: 'and',
      filters: [equality('objectClass', attributes.objectClass), { kind: 'or', filters }],
    } as const;
    const wanted = [...new Set([...attributesFor(facts), attributes.number, ...(above?.attributes ?? [])])];
    found.set(base, await searchAll(source, { base, scope: 'sub', filter, attributes: wanted }, deadline));
  }
  return numbered.map(({ base, number }) => {
    const has = (entry: Entry): boolean =>
      plainValues(entry, attributes.number).some(
        (value) => numberIn(entry.dn, attributes.number, value) === number,
      );
    return orFailure(() =>
      (found.get(base) ?? []).filter(has).map((entry) => ({ group: groupOfEntry(entry, facts), entry })),
    );
  });
}

function numberIn(dn: string, attribute: string, value: unknown): string {
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return String(BigInt(value));
  throw incomplete('value', `${dn} has a value of ${attribute} that is no number`);
}

function treeOf(dn: string): string {
  return formatDn(suffixOf(judgeDn(dn)));
}
