/**
 * The one {@link Directory} there is, above any source of entries: names, people, memberships, sentinel, in this
 * order. Each step is a file of its own; this one holds the story and the directory's state.
 */

import { type Clock, Deadline } from '../deadline.ts';
import { type FailureCode, isFailure } from '../failure.ts';
import { comparisonKey, exactComparisonKey } from '../names/insignificant-spaces.ts';
import type { Person } from '../person.ts';
import type { Directory, DirectoryState } from './directory.ts';
import {
  incomplete,
  judgeDomains,
  liesIn,
  looksLikeLostRights,
  type PersonEvidence,
  untrusted,
} from './entries/completeness.ts';
import { type Entry, plainAttributes } from './entries/entry.ts';
import type { EntrySource, Partition } from './entries/entry-source.ts';
import type { KeptReads } from './entries/kept-reads.ts';
import { readEntry } from './entries/reads.ts';
import { commonSuffix } from './entries/suffix.ts';
import { loginComparisons, mentions } from './filters/filter-template.ts';
import { partitionsOf } from './forests/forest.ts';
import { ForestListings } from './forests/forest-listings.ts';
import { Trusts } from './forests/trusts.ts';
import { keyOf } from './memberships/group.ts';
import type { Dated } from './memberships/group-graph.ts';
import type { ListedGroup } from './memberships/group-list.ts';
import { listGroups, type WantedGroup } from './memberships/group-list.ts';
import type { ReadGroup } from './memberships/groups-by-attribute.ts';
import type { MembershipReader } from './memberships/memberships.ts';
import type { ListedPrincipals, ResourceForest } from './memberships/resource-forest.ts';
import { type DomainDirectory, domainSids } from './memberships/sid-domains.ts';
import { type GroupOptions, Strategies } from './memberships/strategies.ts';
import { listUncounted, readUncounted } from './memberships/uncounted.ts';
import { readAccount, signsThatMatter } from './people/accounts.ts';
import type { PeopleWalk } from './people/people-walk.ts';
import { countPeople, walkPeople } from './people/people-walk.ts';
import { personTest } from './people/person-entry.ts';
import { nameFromUserId, parseUserIdPattern, type UserIdPattern } from './people/userids.ts';
import { findUser, type UserSearch, userTemplate } from './people/users.ts';
import { Sentinel } from './sentinel.ts';
import type { AccountSign } from './settings/account-signs.ts';
import type { DirectorySettings } from './settings/settings.ts';
import { timeFor } from './settings/settings.ts';
import { VENDORS } from './settings/vendors.ts';
import { KINDS } from './sight/member-kinds.ts';
import { lookAt, type Sight } from './sight/sight.ts';

const PARTIAL_NOTE = 'left out by partial: yes, memberships in groups of other domains of the forest';
// How many searches, one after the other, a page of people or groups may take beside itself.
const SEARCHES_PER_PAGE = 20;

/** A person as read, with the other forests that showed no group for them. */
interface PersonReading extends PersonEvidence {
  readonly silent: readonly ResourceForest[];
}

/** A directory over the entries of a source. */
export class EntryDirectory implements Directory, DomainDirectory, ResourceForest {
  readonly name: string;
  readonly domain: string;
  readonly sight: Sight;
  readonly #settings: DirectorySettings;
  readonly #source: EntrySource;
  readonly #clock: Clock;
  readonly #patterns: readonly UserIdPattern[];
  readonly #users: UserSearch;
  readonly #kept: readonly string[];
  readonly #accountSigns: readonly AccountSign[];
  readonly #groups: Strategies;
  readonly #partitions: (deadline: Deadline) => Promise<readonly Partition[]>;
  readonly #domainSids: KeptReads<string, string>;
  readonly #foreign: () => readonly ResourceForest[];
  readonly #listings: () => ForestListings;
  readonly #trusts: Trusts;
  readonly #sentinel: Sentinel | undefined;
  readonly #keyNeeds: { readonly name: boolean; readonly userid: boolean; readonly fold: boolean };
  #lastFailure: FailureCode | undefined;

  /**
   * Throws the errors of the template and pattern parsers where the settings were not checked before.
   * @param attributes names of the attributes that {@link Person.attributes} is to hold, beside the login attributes
   * @param groupOptions without them no group is kept, and none tells its identities
   */
  constructor(
    settings: DirectorySettings,
    source: EntrySource,
    attributes: Iterable<string>,
    clock: Clock,
    groupOptions: GroupOptions = { fresh: 0, identities: false },
  ) {
    const { users, memberships, sentinel } = settings;
    const template = userTemplate(users);
    const test = personTest(VENDORS[settings.vendor]);
    const logins = loginComparisons(template).map(({ attribute }) => attribute);
    this.name = settings.name;
    this.domain = commonSuffix(users.bases.slice(0, 1)) ?? '';
    this.#settings = settings;
    this.#source = source;
    this.#clock = clock;
    this.sight = lookAt(settings, source, clock, (dn) => this.#membershipKeys(dn));
    this.#patterns = users.userids.map(parseUserIdPattern);
    this.#groups = new Strategies(source, settings, clock, groupOptions);
    this.#partitions = partitionsOf(source, commonSuffix(users.bases.slice(0, 1)), clock, this.#patience());
    this.#domainSids = domainSids(source, clock, this.#patience());
    this.#foreign = groupOptions.foreign ?? (() => []);
    let listings: ForestListings | undefined;
    this.#listings = () => {
      listings ??= new ForestListings(source, settings, this.domain, clock, groupOptions);
      return listings;
    };
    const youth = groupOptions.fresh / 2;
    this.#trusts = new Trusts(source, this.domain, clock, youth, this.#patience());
    this.#accountSigns = signsThatMatter(settings);
    this.#kept = uniqueNames([...logins, ...attributes]);
    this.#users = {
      bases: users.bases,
      template,
      attributes: uniqueNames([
        ...this.#kept,
        ...this.#groups.attributes,
        ...(memberships.uncountedAttribute === undefined ? [] : [memberships.uncountedAttribute]),
        ...this.#accountSigns.map(({ attribute }) => attribute),
        ...test.attributes,
      ]),
      test,
    };
    this.#sentinel = sentinel && new Sentinel(sentinel, () => this.#readSentinel(sentinel.userid));
    this.#keyNeeds = {
      name: mentions(template, 'name'),
      userid: mentions(template, 'userid'),
      fold: logins.every((attribute) => source.ignoresCase(attribute)),
    };
  }

  get state(): DirectoryState {
    return { bound: this.#source.bound, lastFailure: this.#lastFailure };
  }

  nameFor(userid: string): string | undefined {
    return nameFromUserId(this.#patterns, userid);
  }

  keyOf(name: string, userid: string): string {
    const { name: needsName, userid: needsUserId, fold } = this.#keyNeeds;
    const texts = [needsName ? name : '', needsUserId ? userid : ''];
    return JSON.stringify(texts.map((text) => (fold ? comparisonKey(text) : exactComparisonKey(text))));
  }

  findPerson(name: string, userid: string, deadline: Deadline): Promise<Person | undefined> {
    return this.#watched(async () => {
      const evidence = await this.#read(name, userid, this.#groups.forLookup(), deadline);
      await this.#confirm(evidence, deadline);
      return evidence?.person;
    });
  }

  confirmSentinel(deadline: Deadline): Promise<void> {
    return this.#watched(async () => {
      await this.#sentinel?.confirm(deadline);
    });
  }

  people(): PeopleWalk {
    const readAt = this.#clock.now();
    const pageTime = () => this.#ownTime(SEARCHES_PER_PAGE);
    return walkPeople(this.#source, {
      users: this.#users,
      patterns: this.#patterns,
      openGroups: () => this.#groups.forWalk(pageTime),
      complete: async (entry, groups, deadline) => {
        const { person } = await this.#complete(entry, readAt, groups, deadline);
        return person;
      },
      confirm: async () => {
        await this.#sentinel?.confirm(this.#ownTime(4));
        await Promise.all(this.#foreign().map((forest) => forest.confirmSentinel(this.#ownTime(4))));
      },
      searchesAtOnce: this.#settings.limits.concurrent,
      personTime: () => this.#ownTime(),
      pageTime,
    });
  }

  countPeople(): Promise<number> {
    return countPeople(this.#source, this.#users, () => this.#ownTime());
  }

  async *groups(
    under: readonly string[],
    connection?: 'shared',
    wanted?: WantedGroup,
  ): AsyncGenerator<ListedGroup> {
    yield* this.#ownGroups(under, connection, wanted);
    for (const forest of this.#foreign()) yield* forest.groups(under, connection, wanted);
  }

  openListed(memory: 'shared' | 'none'): ListedPrincipals {
    const listed = this.#listings().open(memory);
    return {
      ...listed,
      read: (sids, deadline) =>
        this.#watched(async () => {
          const isPart = await this.#isPart(deadline);
          const listings = await listed.read(sids, deadline);
          return isPart
            ? { ...listings, notes: [`${PARTIAL_NOTE}, in the directory ${this.name}`] }
            : listings;
        }),
    };
  }

  judgeTrust(domainSid: string, deadline: Deadline): Promise<void> {
    return this.#watched(async () => {
      if (!(await this.#trusts.mayCover(domainSid, deadline))) throw untrusted(this.name, domainSid);
    });
  }

  #ownGroups(
    under: readonly string[],
    connection?: 'shared',
    wanted?: WantedGroup,
  ): AsyncIterable<ListedGroup> {
    const { users, memberships, vendor, source, alsoHolds = [] } = this.#settings;
    const { from, base } = memberships;
    // Only a search is bound to the base; what an attribute or a token names counts wherever it is.
    const isBound = from.every((strategy) => strategy === 'search');
    return listGroups(
      this.#source,
      {
        base: isBound ? base : undefined,
        userBases: users.bases,
        alsoHolds: isBound || base === undefined ? alsoHolds : [...alsoHolds, base],
        classes: VENDORS[vendor].groupClasses,
        listing: source.kind === 'ldif' ? KINDS.map(({ attribute }) => attribute) : [],
        facts: this.#groups.listedFacts,
        pageTime: () => this.#ownTime(SEARCHES_PER_PAGE),
      },
      under,
      connection,
      wanted,
    );
  }

  async domainSid(deadline: Deadline): Promise<string | undefined> {
    if (!VENDORS[this.#settings.vendor].hasForest) return undefined;
    const known = await this.#domainSids.get([this.#settings.users.bases[0] ?? ''], deadline);
    return [...known.values()][0]?.value;
  }

  groupsOfSids(sids: readonly string[], deadline: Deadline): Promise<Dated<ReadonlyMap<string, ReadGroup>>> {
    return this.#groups.groupsOfSids(sids, deadline);
  }

  connect(deadline: Deadline): Promise<void> {
    return this.#watched(() => this.#source.connect(deadline));
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  async #read(
    name: string,
    userid: string,
    groups: MembershipReader,
    deadline: Deadline,
  ): Promise<PersonReading | undefined> {
    const readAt = this.#clock.now();
    const entry = await findUser(this.#source, this.#users, name, userid, deadline);
    return entry && this.#complete(entry, readAt, groups, deadline);
  }

  async #membershipKeys(personDn: string): Promise<ReadonlySet<string>> {
    const entry = await readEntry(this.#source, personDn, this.#users.attributes, this.#ownTime());
    const { memberships } = await this.#groups.afresh().read(entry, this.#ownTime(SEARCHES_PER_PAGE));
    return new Set(memberships.map(({ dn }) => keyOf(dn)));
  }

  async #complete(
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
      directory: this.name,
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

  // What looks as it would where a right to read is lost, here or in a resource forest.
  async #confirm(evidence: PersonReading | undefined, deadline: Deadline): Promise<void> {
    const silent = evidence?.silent ?? [];
    const { sentinel } = this.#settings;
    const isProof = sentinel !== undefined && silent.some((forest) => liesIn(sentinel, forest.domain));
    if (looksLikeLostRights(evidence) || isProof) await this.#sentinel?.confirm(deadline);
    await Promise.all(silent.map((forest) => forest.confirmSentinel(deadline)));
  }

  // In a forest of several domains a domain controller shows no memberships in groups of other domains.
  async #isPartial(deadline: Deadline): Promise<boolean> {
    const { from, distribution } = this.#settings.memberships;
    // A token holds the security groups of other domains too, and no others.
    const isWhole = from.includes('token-groups') && distribution !== true;
    return !isWhole && this.#isPart(deadline);
  }

  // Whether the groups of this domain are taken for those of the forest. Throws where they must not be.
  async #isPart(deadline: Deadline): Promise<boolean> {
    const { vendor, memberships, source } = this.#settings;
    if (!VENDORS[vendor].hasForest || source.kind === 'ldif') return false;
    if (memberships.partial === true) return true;
    const partitions = await this.#partitions(deadline);
    judgeDomains(partitions.filter(({ isDomain }) => isDomain).map(({ dn }) => dn));
    return false;
  }

  // Many answers share this read, so it has a time of its own: no caller's short deadline may end it for the others.
  async #readSentinel(userid: string): Promise<PersonEvidence | undefined> {
    const name = this.nameFor(userid);
    if (name === undefined) {
      throw incomplete('sentinel', `no pattern of userids matches the sentinel ${userid}`);
    }
    // Groups that were read before prove nothing of what can be read now.
    return this.#read(name, userid, this.#groups.afresh(), this.#ownTime());
  }

  #ownTime(searches?: number): Deadline {
    return new Deadline(this.#clock, this.#patience(searches));
  }

  // Milliseconds for so many searches, one after the other.
  #patience(searches = 2): number {
    return timeFor(this.#settings.limits, searches);
  }

  async #watched<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#lastFailure = undefined;
      return result;
    } catch (error) {
      // That several entries match is a fact about the person, and the directory is well.
      this.#lastFailure = isFailure(error) && error.code !== 'ambiguous_user' ? error.code : undefined;
      throw error;
    }
  }
}

function uniqueNames(attributes: readonly string[]): readonly string[] {
  return [...new Map(attributes.map((attribute) => [attribute.toLowerCase(), attribute])).values()];
}
