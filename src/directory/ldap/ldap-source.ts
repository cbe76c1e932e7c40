/**
 * Entries from LDAP servers. Owns which connection a search goes over, in which pages, and how long it goes on from one
 * server to the next. What a result is worth is search-operations.ts's; sockets and binds are connections.ts's.
 */
import { type Clock, Deadline } from '../../deadline.ts';
import { type Failure, isFailure } from '../../failure.ts';
import { matchingRuleOf } from '../entries/attribute-types.ts';
import type { Entry } from '../entries/entry.ts';
import type { EntrySource, Partition, Search, SearchOutcome, TriedServer } from '../entries/entry-source.ts';
import { SIZE_LIMIT_EXCEEDED, UNAVAILABLE_CRITICAL_EXTENSION } from '../entries/ldap-result.ts';
import { homeOf } from '../entries/suffix.ts';
import { Forest } from '../forests/forest.ts';
import { type DirectorySettings, type LdapSettings, timeFor } from '../settings/settings.ts';
import { VENDORS } from '../settings/vendors.ts';
import { BindBackoff } from './bind-backoff.ts';
import type { LdapConnection, SearchResult } from './connection.ts';
import { LdapConnections, type OpenConnection } from './connections.ts';
import { ConnectionOpener } from './opener.ts';
import { PagedWalks } from './paged-walks.ts';
import { cookieOf, firstPage } from './paging.ts';
import { PagingTurns } from './paging-turns.ts';
import { failureOf, isSlow, isWorthRetrying, SearchOperations } from './search-operations.ts';
import { Attempts } from './servers/attempts.ts';
import { Failover } from './servers/failover.ts';
import { NO_NEWS, type ServerNews } from './servers/news.ts';
import { type Network, systemNetwork } from './servers/resolution.ts';
import { type FailedServer, Servers } from './servers/servers.ts';

const LARGEST_PAGE = 500;

/** The servers of one directory. */
export class LdapSource implements EntrySource {
  readonly #settings: DirectorySettings;
  readonly #servers: Servers;
  readonly #opener: ConnectionOpener;
  readonly #connections: LdapConnections;
  readonly #failover: Failover;
  readonly #forest: Forest;
  readonly #operations: SearchOperations;
  readonly #turns: PagingTurns;
  readonly #walks: PagedWalks;
  #refusesMatching = false;

  /**
   * @param servers the settings' `source`, where that is LDAP
   * @param backoff the memory of refusals of this very secret, where there is one already
   */
  constructor(
    settings: DirectorySettings,
    servers: LdapSettings,
    clock: Clock,
    network: Network = systemNetwork(),
    backoff: BindBackoff = new BindBackoff(clock),
    news: ServerNews = NO_NEWS,
  ) {
    const { limits } = settings;
    this.#servers = new Servers(servers.urls, limits.connect, clock, network, news);
    this.#opener = new ConnectionOpener(servers, limits, this.#servers, backoff);
    this.#settings = settings;
    this.#forest = new Forest(
      (one, deadline) => this.search(one, deadline),
      homeOf(settings.users.bases),
      clock,
      timeFor(limits, 2),
    );
    this.#operations = new SearchOperations(settings, (deadline) => this.partitions(deadline));
    this.#connections = new LdapConnections(this.#opener, limits, clock);
    this.#turns = new PagingTurns(this.#connections, () =>
      this.#acquire(new Deadline(clock, timeFor(limits, 1))),
    );
    this.#failover = new Failover({
      settings,
      servers: this.#servers,
      connections: this.#connections,
      operations: this.#operations,
      clock,
      random: network.random,
      news,
    });
    this.#walks = new PagedWalks({
      time: limits.search,
      operations: this.#operations,
      turns: this.#turns,
      failover: this.#failover,
      clock,
    });
  }

  get bound(): boolean {
    return this.#connections.bound;
  }

  async connect(deadline: Deadline): Promise<void> {
    this.#connections.release(await this.#acquire(deadline));
  }

  /** Servers that failed and are not back. */
  get failed(): readonly FailedServer[] {
    return this.#servers.failures;
  }

  /** Why the last bind was refused, as long as none was accepted since. */
  get refusedBind(): string | undefined {
    return this.#opener.refusal;
  }

  /**
   * Binds by another password of the same account from now on, and at once: connections that were bound by the one before
   * go on until one is bound by this. Resolves to why none is, where none is; then they stay.
   * @param settings the same but for the password
   * @param backoff what is remembered of refusals of the new one
   */
  async useSecret(settings: LdapSettings, backoff: BindBackoff): Promise<Failure | undefined> {
    this.#opener.useSecret(settings, backoff);
    try {
      await this.#connections.renew();
      return undefined;
    } catch (error) {
      if (isFailure(error)) return error;
      throw error;
    }
  }

  close(): Promise<void> {
    this.#failover.end();
    return this.#connections.close();
  }

  ignoresCase(attribute: string): boolean {
    return VENDORS[this.#settings.vendor].ignoresCase || matchingRuleOf(attribute) === 'caseIgnore';
  }

  partitions(deadline: Deadline): Promise<readonly Partition[]> {
    return this.#forest.partitions(deadline);
  }

  async search(search: Search, deadline: Deadline): Promise<SearchOutcome> {
    this.#failover.check();
    const attempts = new Attempts(this.#servers);
    for (let last: Error | undefined; ; ) {
      const open = await this.#acquire(deadline);
      const { connection } = open;
      try {
        if (!attempts.begin(connection.server) && last !== undefined) throw this.#givenUp(last);
        const outcome = await this.#searchOn(connection, search, deadline);
        this.#failover.answered(connection);
        return outcome;
      } catch (error) {
        if (!isWorthRetrying(error)) throw error;
        const goesOn = attempts.failed(connection.server, error);
        // Where there is no other, one that answers meanwhile is not left for one search that takes long.
        if (goesOn || !isSlow(error)) this.#failover.leave(connection, error);
        if (!goesOn || deadline.remaining() === 0) throw this.#givenUp(error);
        last = error;
      } finally {
        this.#connections.release(open);
      }
    }
  }

  check(): void {
    this.#failover.check();
  }

  whenFailing(listener: (failure: Failure) => void): void {
    this.#failover.whenFailing(listener);
  }

  tryEach(): AsyncIterable<TriedServer> {
    return this.#failover.tryEach();
  }

  #givenUp(error: Error): Failure {
    if (!isSlow(error)) this.#failover.suspect();
    return failureOf(error);
  }

  get wellSince(): number | undefined {
    return this.#failover.wellSince;
  }

  get refusesPages(): boolean {
    return this.#walks.refusesPages;
  }

  pages(search: Search, size: number): AsyncGenerator<readonly Entry[]> {
    return this.#walks.pages(search, size);
  }

  async #acquire(deadline: Deadline): Promise<OpenConnection> {
    const ready = this.#connections.acquireOpen();
    if (ready !== undefined) return ready;
    const acquiring = this.#connections.acquire();
    acquiring.catch((error: unknown) => this.#failover.notOpened(error));
    try {
      return await deadline.limit(acquiring, 'the connecting');
    } catch (error) {
      // Whoever gave up waiting does not load the connection that comes after all.
      acquiring.then(
        (open) => this.#connections.release(open),
        () => {},
      );
      throw error;
    }
  }

  async #searchOn(connection: LdapConnection, asked: Search, deadline: Deadline): Promise<SearchOutcome> {
    const search = this.#refusesMatching ? withoutMatching(asked) : asked;
    // Without pages first: lookups yield few entries, and servers bear only few paged searches on a connection.
    const whole = await this.#operations.send(connection, search, deadline);
    if (whole.code === UNAVAILABLE_CRITICAL_EXTENSION && search.matching !== undefined) {
      this.#refusesMatching = true;
      return this.#searchOn(connection, asked, deadline);
    }
    if (whole.code !== SIZE_LIMIT_EXCEEDED)
      return this.#operations.outcome(connection, search, whole, deadline);
    return this.#turns.alone(connection, deadline, (on) => this.#allPages(on, search, deadline, whole));
  }

  async #allPages(
    connection: LdapConnection,
    search: Search,
    deadline: Deadline,
    whole: SearchResult,
  ): Promise<SearchOutcome> {
    // As many as the server gave of its own accord: one that limits pages refuses larger ones.
    const size = Math.min(whole.entries.length || LARGEST_PAGE, LARGEST_PAGE);
    const first = await firstPage(
      (page) => this.#operations.send(connection, search, deadline, { page }),
      size,
    );
    if (first === undefined) return this.#operations.outcome(connection, search, whole, deadline);
    const entries: Entry[] = [];
    for (let { page } = first; ; ) {
      const outcome = await this.#operations.outcome(connection, search, page, deadline);
      if (outcome.base === 'absent') return outcome;
      entries.push(...outcome.entries);
      // An empty page is not the last one; only an empty cookie says so (RFC 2696 section 3).
      const cookie = cookieOf(page, search.base);
      if (cookie === undefined) return { base: 'present', entries };
      page = await this.#operations.send(connection, search, deadline, {
        page: { size: first.size, cookie },
      });
    }
  }
}

function withoutMatching({ matching, ...plain }: Search): Search {
  return plain;
}
