/**
 * One person, complete: the entry with what the settings want of it, its account, its memberships. Owns with which
 * attributes an entry is read; how it is found is users.ts's, how its memberships are read is given.
 */
import type { Clock, Deadline } from '../../deadline.ts';
import type { Person } from '../../person.ts';
import { PARTIAL_NOTE, type PersonEvidence } from '../entries/completeness.ts';
import { type Entry, plainAttributes } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { loginComparisons } from '../filters/filter-template.ts';
import { listUncounted, readUncounted } from '../groups/uncounted.ts';
import type { MembershipReader } from '../memberships/memberships.ts';
import type { ResourceForest } from '../memberships/resource-forest.ts';
import type { AccountSign } from '../settings/account-signs.ts';
import type { DirectorySettings } from '../settings/settings.ts';
import { VENDORS } from '../settings/vendors.ts';
import { readAccount, signsThatMatter } from './accounts.ts';
import { personTest } from './person-entry.ts';
import { findUser, type UserSearch, userTemplate } from './users.ts';

/** A person as read, with the other forests that showed no group for them. */
export interface PersonReading extends PersonEvidence {
  readonly silent: readonly ResourceForest[];
}

export class PersonReader {
  /** How people are found, and with which attributes. */
  readonly search: UserSearch;
  readonly #source: EntrySource;
  readonly #settings: DirectorySettings;
  readonly #clock: Clock;
  readonly #kept: readonly string[];
  readonly #accountSigns: readonly AccountSign[];
  readonly #isPartial: (deadline: Deadline) => Promise<boolean>;

  /**
   * @param attributes names of those that {@link Person.attributes} is to hold, beside the login attributes
   * @param groupAttributes what the readers of memberships need of an entry
   * @param isPartial whether memberships in groups of other domains are left out
   */
  constructor(
    source: EntrySource,
    settings: DirectorySettings,
    attributes: Iterable<string>,
    clock: Clock,
    groupAttributes: readonly string[],
    isPartial: (deadline: Deadline) => Promise<boolean>,
  ) {
    const { users, memberships } = settings;
    const template = userTemplate(users);
    const test = personTest(VENDORS[settings.vendor]);
    this.#source = source;
    this.#settings = settings;
    this.#clock = clock;
    this.#isPartial = isPartial;
    this.#accountSigns = signsThatMatter(settings);
    this.#kept = uniqueNames([
      ...loginComparisons(template).map(({ attribute }) => attribute),
      ...attributes,
    ]);
    this.search = {
      bases: users.bases,
      template,
      attributes: uniqueNames([
        ...this.#kept,
        ...groupAttributes,
        ...(memberships.uncountedAttribute === undefined ? [] : [memberships.uncountedAttribute]),
        ...this.#accountSigns.map(({ attribute }) => attribute),
        ...test.attributes,
      ]),
      test,
    };
  }

  /** Undefined where no entry matches. Throws {@link Failure}. */
  async find(
    name: string,
    userid: string,
    groups: MembershipReader,
    deadline: Deadline,
  ): Promise<PersonReading | undefined> {
    const readAt = this.#clock.now();
    const entry = await findUser(this.#source, this.search, name, userid, deadline);
    return entry && this.complete(entry, readAt, groups, deadline);
  }

  /**
   * Throws {@link Failure}.
   * @param readAt when the read of the entry began
   */
  async complete(
    entry: Entry,
    readAt: number,
    groups: MembershipReader,
    deadline: Deadline,
  ): Promise<PersonReading> {
    const account = readAccount(entry, this.#accountSigns, this.#settings.accounts);
    const reading = await groups.read(entry, deadline);
    const { memberships, readAt: oldest, isListed, silent = [] } = reading;
    const { uncountedAttribute } = this.#settings.memberships;
    const saved = uncountedAttribute === undefined ? [] : readUncounted(entry, uncountedAttribute);
    const list = listUncounted([...reading.uncounted, ...saved]);
    const notes = [...reading.notes, ...list.notes];
    const isPartial = await this.#isPartial(deadline);
    const person: Person = {
      directory: this.#settings.name,
      dn: entry.dn,
      attributes: plainAttributes(entry, this.#kept),
      memberships,
      uncounted: list.uncounted,
      account,
      completeness: { isWhole: !isPartial, notes: isPartial ? [...notes, PARTIAL_NOTE] : notes },
      readAt: Math.min(readAt, oldest),
    };
    return { person, isListed, silent };
  }
}

function uniqueNames(attributes: readonly string[]): readonly string[] {
  return [...new Map(attributes.map((attribute) => [attribute.toLowerCase(), attribute])).values()];
}
