/**
 * Everybody in a directory, page by page: who could be asked for, each once and complete. Owns that a walk is whole or
 * throws; how one person's entry, account and memberships are read is shared with the lookup of one person.
 */
import type { Deadline } from '../../deadline.ts';
import { isUnder } from '../../names/dn.ts';
import { parsedOf } from '../../names/dn-texts.ts';
import type { Person } from '../../person.ts';
import { incomplete } from '../entries/completeness.ts';
import { type Entry, showsAttribute } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { inTurn, searchInPages } from '../entries/reads.ts';
import { type FilterTemplate, loginComparisons } from '../filters/filter-template.ts';
import { keyOf } from '../groups/group.ts';
import type { ListedGroup } from '../groups/group-list.ts';
import type { MembershipReader } from '../memberships/memberships.ts';
import { everybodyFilter, userIdOf } from './login-values.ts';
import type { UserIdPattern } from './userids.ts';
import type { UserSearch } from './users.ts';

/** A person met on a walk, with a user id under which Immuta may ask for them. */
export interface WalkedPerson {
  readonly userid: string;
  readonly person: Person;
}

/** A group with the DNs of those directly above it; none where nesting is not read. */
export type GroupOfWalk = ListedGroup & { readonly parents: readonly string[] };

/** The people of a directory, to be walked once. */
export interface PeopleWalk extends AsyncIterable<WalkedPerson> {
  /** Who was left out so far, because no pattern of `userids` makes a user id of their login values. */
  readonly skipped: number;
  /** Every group of the people met so far, once, whose entry could be read. */
  knownGroups(): Iterable<GroupOfWalk>;
}

export interface WalkRules {
  readonly users: UserSearch;
  readonly patterns: readonly UserIdPattern[];
  /** Groups as they stand for this walk alone. */
  readonly openGroups: () => Promise<MembershipReader>;
  readonly complete: (entry: Entry, groups: MembershipReader, deadline: Deadline) => Promise<Person>;
  /** What must hold at the end so that nothing was hidden. */
  readonly confirm: () => Promise<void>;
  /** How many searches the directory bears at once. */
  readonly searchesAtOnce: number;
  /** A time that begins now for the reads of one person. */
  readonly personTime: () => Deadline;
  /** The same for a page of them. */
  readonly pageTime: () => Deadline;
}

const PEOPLE_PER_PAGE = 500;

/** A walk; it reads as it is iterated over, and that once. */
export function walkPeople(source: EntrySource, rules: WalkRules): PeopleWalk {
  const known = new KnownGroups();
  let skipped = 0;
  const people = walk(source, rules, known, () => skipped++);
  return {
    get skipped() {
      return skipped;
    },
    knownGroups: () => known.withKnownParents(),
    [Symbol.asyncIterator]: () => people,
  };
}

/** How many entries a walk will read; those in several bases as often as they are read. */
export async function countPeople(
  source: EntrySource,
  { bases, template }: UserSearch,
  pageTime: () => Deadline,
): Promise<number> {
  const filter = everybodyFilter(template);
  let count = 0;
  for (const base of bases) {
    const search = { base, scope: 'sub', filter, attributes: [], pages: 'all' } as const;
    for await (const page of searchInPages(source, search, PEOPLE_PER_PAGE, pageTime)) count += page.length;
  }
  return count;
}

async function* walk(
  source: EntrySource,
  rules: WalkRules,
  known: KnownGroups,
  skip: () => void,
): AsyncGenerator<WalkedPerson> {
  const { users, patterns, openGroups, complete, confirm, searchesAtOnce, personTime, pageTime } = rules;
  const { bases, template, attributes, test } = users;
  const groups = await openGroups();
  const filter = everybodyFilter(template);
  const isNew = newcomers(bases);
  for (const base of bases) {
    const search = { base, scope: 'sub', filter, attributes, pages: 'all' } as const;
    for await (const page of searchInPages(source, search, PEOPLE_PER_PAGE, pageTime)) {
      const due: { readonly userid: string; readonly entry: Entry }[] = [];
      for (const entry of page) {
        if (!test.isPerson(entry) || !isNew(entry)) continue;
        const userid = useridOf(entry, template, patterns);
        if (userid === undefined) skip();
        else due.push({ userid, entry });
      }
      await groups.prepare(
        due.map(({ entry }) => entry),
        pageTime(),
      );
      const people = inTurn(due, Math.min(groups.atOnce, searchesAtOnce), async ({ userid, entry }) => ({
        userid,
        person: await complete(entry, groups, personTime()),
      }));
      for await (const met of people) {
        known.note(met.person, groups);
        yield met;
      }
    }
  }
  await confirm();
}

function useridOf(
  entry: Entry,
  template: FilterTemplate,
  patterns: readonly UserIdPattern[],
): string | undefined {
  const logins = loginComparisons(template);
  if (!logins.some(({ attribute }) => showsAttribute(entry, attribute))) {
    const names = logins.map(({ attribute }) => attribute).join(', ');
    throw incomplete('value', `${entry.dn} matched, but has no readable ${names}`);
  }
  return userIdOf(entry, template, patterns);
}

/** The groups of those who were met, each once. */
class KnownGroups {
  readonly #byKey = new Map<string, GroupOfWalk>();
  // The same few groups come with everybody: their DNs are not parsed each time.
  readonly #spellings = new Set<string>();

  note({ memberships }: Person, groups: MembershipReader): void {
    for (const { dn, name, names, sid, guid } of memberships) {
      if (this.#spellings.has(dn)) continue;
      this.#spellings.add(dn);
      const key = keyOf(dn);
      const parents = groups.parentsTold(key);
      if (parents !== undefined && !this.#byKey.has(key))
        this.#byKey.set(key, { dn, name, names, sid, guid, parents });
    }
  }

  // A distribution group above a security group is nobody's security group.
  *withKnownParents(): Generator<GroupOfWalk> {
    for (const group of this.#byKey.values()) {
      yield { ...group, parents: group.parents.filter((dn) => this.#byKey.has(keyOf(dn))) };
    }
  }
}

// Entries can come twice only where one base lies in another.
function newcomers(bases: readonly string[]): (entry: Entry) => boolean {
  const parsed = parsedOf(bases);
  const overlap = parsed.some((dn, i) =>
    parsed.some((other, j) => i !== j && (isUnder(dn, other) || dn.keys.join() === other.keys.join())),
  );
  if (!overlap) return () => true;
  const met = new Set<string>();
  return ({ dn }) => {
    const key = keyOf(dn);
    if (met.has(key)) return false;
    met.add(key);
    return true;
  };
}
