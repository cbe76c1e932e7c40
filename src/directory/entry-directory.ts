/**
 * The one {@link Directory} there is, above any source of entries: names, people, memberships, sentinel, in this
 * order. Each step is a file of its own; this one holds the story and the directory's state.
 */
import { type Clock, Deadline } from '../deadline.ts';
import { isFailure } from '../failure.ts';
import { comparisonKey, exactComparisonKey } from '../names/insignificant-spaces.ts';
import type { Directory, DirectoryState, PersonQuestion } from './directory.ts';
import { incomplete, liesIn, looksLikeLostRights, type PersonEvidence } from './entries/completeness.ts';
import type { EntrySource, TriedServer } from './entries/entry-source.ts';
import { readEntry } from './entries/reads.ts';
import { loginComparisons, mentions } from './filters/filter-template.ts';
import { Domain } from './forests/domain.ts';
import type { Dated } from './graphs/group-graph.ts';
import type { ReadGroup } from './graphs/groups-by-attribute.ts';
import { keyOf } from './groups/group.ts';
import { type ListedGroup, listGroups, type WantedGroup } from './groups/group-list.ts';
import { Health, type HealthNews, NO_HEALTH_NEWS } from './health.ts';
import type { ListedPrincipals, ResourceForest } from './memberships/resource-forest.ts';
import { type GroupOptions, Strategies } from './memberships/strategies.ts';
import { countPeople, type PeopleWalk, walkPeople } from './people/people-walk.ts';
import { PersonReader, type PersonReading } from './people/person-reader.ts';
import { nameFromUserId, parseUserIdPattern, type UserIdPattern } from './people/userids.ts';
import { Sentinel } from './sentinel.ts';
import { type DirectorySettings, timeFor } from './settings/settings.ts';
import { VENDORS } from './settings/vendors.ts';
import type { DomainDirectory } from './sids/sid-domains.ts';
import { MEMBER_KINDS } from './sight/member-kinds.ts';
import { lookAt, type Sight } from './sight/sight.ts';

// How many searches, one after the other, a page of people or groups may take beside itself.
const SEARCHES_PER_PAGE = 20;

/** A directory over the entries of a source. */
export class EntryDirectory implements Directory, DomainDirectory, ResourceForest {
  readonly name: string;
  readonly sight: Sight;
  readonly #settings: DirectorySettings;
  readonly #source: EntrySource;
  readonly #clock: Clock;
  readonly #patterns: readonly UserIdPattern[];
  readonly #person: PersonReader;
  readonly #groups: Strategies;
  readonly #domain: Domain;
  readonly #foreign: () => readonly ResourceForest[];
  readonly #sentinel: Sentinel | undefined;
  readonly #keyNeeds: { readonly name: boolean; readonly userid: boolean; readonly fold: boolean };
  readonly #health: Health;

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
    news: HealthNews = NO_HEALTH_NEWS,
  ) {
    const { users, sentinel } = settings;
    this.name = settings.name;
    this.#settings = settings;
    this.#source = source;
    this.#clock = clock;
    this.#health = new Health(clock, news);
    this.sight = lookAt(settings, source, clock, (dn) => this.#membershipKeys(dn));
    this.#patterns = users.userids.map(parseUserIdPattern);
    this.#domain = new Domain(source, settings, clock, groupOptions);
    this.#groups = new Strategies(source, settings, clock, groupOptions);
    this.#foreign = groupOptions.foreign ?? (() => []);
    this.#person = new PersonReader(
      source,
      settings,
      attributes,
      clock,
      this.#groups.attributes,
      (deadline) => this.#domain.isPartial(deadline),
    );
    this.#sentinel = sentinel && new Sentinel(sentinel, () => this.#readSentinel(sentinel.userid));
    const { template } = this.#person.search;
    this.#keyNeeds = {
      name: mentions(template, 'name'),
      userid: mentions(template, 'userid'),
      fold: loginComparisons(template).every(({ attribute }) => source.ignoresCase(attribute)),
    };
  }

  get domain(): string {
    return this.#domain.dn;
  }

  get state(): DirectoryState {
    const { bound, wellSince } = this.#source;
    return { bound, lastFailure: this.#health.lastFailure(wellSince) };
  }

  ask(userid: string): PersonQuestion | undefined {
    const name = nameFromUserId(this.#patterns, userid);
    if (name === undefined) return undefined;
    return {
      key: this.#keyOf(name, userid),
      find: (deadline) =>
        this.#watched(
          () =>
            this.#inTurn(async () => {
              const evidence = await this.#person.find(name, userid, this.#groups.forLookup(), deadline);
              await this.#confirm(evidence, deadline);
              return evidence?.person;
            }, deadline),
          deadline,
        ),
      check: () => this.#source.check?.(),
    };
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
      users: this.#person.search,
      patterns: this.#patterns,
      openGroups: () => this.#groups.forWalk(pageTime),
      complete: async (entry, groups, deadline) => {
        const { person } = await this.#person.complete(entry, readAt, groups, deadline);
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
    return countPeople(this.#source, this.#person.search, () => this.#ownTime());
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
    const listed = this.#domain.openListed(memory);
    return { ...listed, read: (sids, deadline) => this.#watched(() => listed.read(sids, deadline)) };
  }

  judgeTrust(domainSid: string, deadline: Deadline): Promise<void> {
    return this.#watched(() => this.#domain.judgeTrust(domainSid, deadline));
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
        listing: source.kind === 'ldif' ? MEMBER_KINDS.map(({ attribute }) => attribute) : [],
        facts: this.#groups.listedFacts,
        pageTime: () => this.#ownTime(SEARCHES_PER_PAGE),
      },
      under,
      connection,
      wanted,
    );
  }

  domainSid(deadline: Deadline): Promise<string | undefined> {
    return this.#domain.sid(deadline);
  }

  groupsOfSids(sids: readonly string[], deadline: Deadline): Promise<Dated<ReadonlyMap<string, ReadGroup>>> {
    return this.#groups.groupsOfSids(sids, deadline);
  }

  connect(deadline: Deadline): Promise<void> {
    return this.#watched(() => this.#source.connect(deadline));
  }

  async *tryServers(): AsyncGenerator<TriedServer> {
    yield* this.#source.tryEach?.() ?? [];
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  // A filter may compare the user id beside, or instead of, the name.
  #keyOf(name: string, userid: string): string {
    const { name: needsName, userid: needsUserId, fold } = this.#keyNeeds;
    const texts = [needsName ? name : '', needsUserId ? userid : ''];
    return JSON.stringify(texts.map((text) => (fold ? comparisonKey(text) : exactComparisonKey(text))));
  }

  async #membershipKeys(personDn: string): Promise<ReadonlySet<string>> {
    const entry = await readEntry(this.#source, personDn, this.#person.search.attributes, this.#ownTime());
    const { memberships } = await this.#groups.afresh().read(entry, this.#ownTime(SEARCHES_PER_PAGE));
    return new Set(memberships.map(({ dn }) => keyOf(dn)));
  }

  // What looks as it would where a right to read is lost, here or in a resource forest.
  async #confirm(evidence: PersonReading | undefined, deadline: Deadline): Promise<void> {
    const silent = evidence?.silent ?? [];
    const { sentinel } = this.#settings;
    const isProof = sentinel !== undefined && silent.some((forest) => liesIn(sentinel, forest.domain));
    if (looksLikeLostRights(evidence) || isProof) await this.#sentinel?.confirm(deadline);
    await Promise.all(silent.map((forest) => forest.confirmSentinel(deadline)));
  }

  // Many answers share this read, so it has a time of its own: no caller's short deadline may end it for the others.
  async #readSentinel(userid: string): Promise<PersonEvidence | undefined> {
    const name = nameFromUserId(this.#patterns, userid);
    if (name === undefined) {
      throw incomplete('sentinel', `no pattern of userids matches the sentinel ${userid}`);
    }
    // Groups that were read before prove nothing of what can be read now.
    return this.#person.find(name, userid, this.#groups.afresh(), this.#ownTime());
  }

  #ownTime(searches?: number): Deadline {
    return new Deadline(this.#clock, this.#patience(searches));
  }

  // Milliseconds for so many searches, one after the other.
  #patience(searches = 2): number {
    return timeFor(this.#settings.limits, searches);
  }

  #inTurn<T>(lookup: () => Promise<T>, deadline: Deadline): Promise<T> {
    return this.#source.inTurn === undefined ? lookup() : this.#source.inTurn(lookup, deadline);
  }

  async #watched<T>(work: () => Promise<T>, deadline?: Deadline): Promise<T> {
    try {
      const result = await work();
      this.#health.succeeded();
      return result;
    } catch (error) {
      // What nobody waited for until its end says nothing of the directory.
      if (deadline?.place.interest === 'nobody') throw error;
      // That several entries match is a fact about the person, and the directory is well.
      if (isFailure(error) && error.code !== 'ambiguous_user') this.#health.failed(error);
      else this.#health.succeeded();
      throw error;
    }
  }
}
