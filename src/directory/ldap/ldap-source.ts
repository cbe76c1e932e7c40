/**
 * Entries from LDAP servers. Owns what makes a search complete: result codes, references, paging, and the one retry on
 * a fresh connection. Sockets and binds are connections.ts'.
 */

import { resolveSrv } from 'node:dns/promises';
import { PagedResultsControl, SearchRequest } from 'ldapts';
import { type Clock, Deadline } from '../../deadline.ts';
import { Failure, isFailure } from '../../failure.ts';
import { tryParseDn } from '../../names/dn.ts';
import { matchingRuleOf } from '../entries/attribute-types.ts';
import { absentBase, brokenWalk, judgeSearch } from '../entries/completeness.ts';
import type { Entry } from '../entries/entry.ts';
import type { EntrySource, Partition, Search, SearchOutcome } from '../entries/entry-source.ts';
import { isTemporary, SIZE_LIMIT_EXCEEDED } from '../entries/ldap-result.ts';
import { commonSuffix, suffixOf } from '../entries/suffix.ts';
import { ANY_ENTRY } from '../filters/filter.ts';
import { Forest } from '../forests/forest.ts';
import { harmfulReferences, type Reference } from '../forests/references.ts';
import type { DirectorySettings, LdapSettings } from '../settings/settings.ts';
import { timeFor } from '../settings/settings.ts';
import { VENDORS } from '../settings/vendors.ts';
import { BindBackoff } from './bind-backoff.ts';
import {
  ConnectionLostError,
  type LdapConnection,
  OperationTimeoutError,
  type SearchResult,
} from './connection.ts';
import { LdapConnections, type OpenConnection } from './connections.ts';
import { EncodedFilter } from './filter-encoding.ts';
import { ConnectionOpener } from './opener.ts';
import { cookieOf, firstPage, type PageRequest } from './paging.ts';
import type { Network } from './servers.ts';

const LARGEST_PAGE = 500;
// For a search that brings everybody at once, in place of one for each page.
const UNPAGED_TIMES = 60;
// RFC 4511 section 4.5.1.8: an empty list would ask for all attributes.
const NO_ATTRIBUTES = ['1.1'];

/** What another attempt may cure, on the way from the connection to the retry. */
class TemporaryResultError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The servers of one directory. */
export class LdapSource implements EntrySource {
  readonly #settings: DirectorySettings;
  readonly #connections: LdapConnections;
  readonly #clock: Clock;
  readonly #forest: Forest;
  #refusesPages = false;

  /**
   * @param servers the settings' `source`, where that is LDAP
   * @param backoff the memory of refusals of this very secret, where there is one already
   */
  constructor(
    settings: DirectorySettings,
    servers: LdapSettings,
    clock: Clock,
    network: Network = { resolveSrv, random: Math.random },
    backoff: BindBackoff = new BindBackoff(clock),
  ) {
    const opener = new ConnectionOpener(servers, settings.limits, clock, network, backoff);
    this.#settings = settings;
    this.#clock = clock;
    this.#forest = new Forest(
      (one, deadline) => this.search(one, deadline),
      commonSuffix(settings.users.bases.slice(0, 1)),
      clock,
      timeFor(settings.limits, 2),
    );
    this.#connections = new LdapConnections(opener, settings.limits, clock);
  }

  get bound(): boolean {
    return this.#connections.bound;
  }

  async connect(deadline: Deadline): Promise<void> {
    this.#connections.release(await this.#acquire(0, deadline));
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  ignoresCase(attribute: string): boolean {
    return VENDORS[this.#settings.vendor].ignoresCase || matchingRuleOf(attribute) === 'caseIgnore';
  }

  partitions(deadline: Deadline): Promise<readonly Partition[]> {
    return this.#forest.partitions(deadline);
  }

  async search(search: Search, deadline: Deadline): Promise<SearchOutcome> {
    let newerThan = 0;
    for (let attempt = 1; ; attempt++) {
      const open = await this.#acquire(newerThan, deadline);
      newerThan = this.#connections.newestSerial;
      try {
        return await this.#searchOn(open.connection, search, deadline);
      } catch (error) {
        if (!isWorthRetrying(error)) throw error;
        // A search changes nothing: once more, on a connection that was opened since. Those of before may have died
        // with this one, unnoticed.
        if (attempt === 1 && deadline.remaining() > 0) continue;
        throw failureOf(error);
      } finally {
        this.#connections.release(open);
      }
    }
  }

  get refusesPages(): boolean {
    return this.#refusesPages;
  }

  async *pages(search: Search, size: number): AsyncGenerator<readonly Entry[]> {
    const pageTime = () => new Deadline(this.#clock, this.#settings.limits.search);
    const shared =
      search.connection === 'shared'
        ? await this.#acquire(0, new Deadline(this.#clock, timeFor(this.#settings.limits, 1)))
        : undefined;
    const connection = shared?.connection ?? (await this.#connections.openApart());
    try {
      const first = await firstPage(
        (page) => this.#operation(connection, search, pageTime(), { page }),
        size,
      );
      if (first === undefined) {
        this.#refusesPages = true;
        yield* this.#inOne(connection, search, size);
        return;
      }
      let isEmpty = true;
      for (let { page } = first; ; ) {
        const entries = await this.#entriesOf(connection, search, page, pageTime());
        const cookie = cookieOf(page, search.base);
        isEmpty &&= entries.length === 0;
        yield entries;
        if (cookie === undefined) break;
        page = await this.#furtherPage(connection, search, pageTime(), { size: first.size, cookie });
      }
      if (isEmpty) await this.#proveBase(connection, search, pageTime());
    } catch (error) {
      throw isWorthRetrying(error) ? failureOf(error) : error;
    } finally {
      if (shared === undefined) connection.retire();
      else this.#connections.release(shared);
    }
  }

  // Where its size limit cuts, what came is worth something as a sample alone, and the failure follows.
  async *#inOne(connection: LdapConnection, search: Search, size: number): AsyncGenerator<readonly Entry[]> {
    const atMost = UNPAGED_TIMES * this.#settings.limits.search;
    const deadline = new Deadline(this.#clock, atMost);
    const whole = await this.#operation(connection, search, deadline, { atMost });
    const { entries } = whole;
    if (whole.code !== SIZE_LIMIT_EXCEEDED) await this.#entriesOf(connection, search, whole, deadline);
    for (let i = 0; i < entries.length; i += size) yield entries.slice(i, i + size);
    if (whole.code === SIZE_LIMIT_EXCEEDED) await this.#entriesOf(connection, search, whole, deadline);
  }

  // 389 Directory Server answers a paged search below a base that is not there with success and no entry.
  async #proveBase(connection: LdapConnection, { base }: Search, deadline: Deadline): Promise<void> {
    const read: Search = { base, scope: 'base', filter: ANY_ENTRY, attributes: [] };
    await this.#entriesOf(connection, read, await this.#operation(connection, read, deadline), deadline);
  }

  // What was given out already cannot be taken back, so a walk that broke off is not begun again.
  async #furtherPage(
    connection: LdapConnection,
    search: Search,
    deadline: Deadline,
    page: PageRequest,
  ): Promise<SearchResult> {
    try {
      return await this.#operation(connection, search, deadline, { page });
    } catch (error) {
      if (!isWorthRetrying(error)) throw error;
      throw brokenWalk(search.base, error);
    }
  }

  async #acquire(newerThan: number, deadline: Deadline): Promise<OpenConnection> {
    const acquiring = this.#connections.acquire(newerThan);
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

  async #searchOn(connection: LdapConnection, search: Search, deadline: Deadline): Promise<SearchOutcome> {
    // Without pages first: lookups yield few entries, and servers bear only few paged searches on a connection.
    const whole = await this.#operation(connection, search, deadline);
    if (whole.code !== SIZE_LIMIT_EXCEEDED) return this.#outcome(connection, search, whole, deadline);
    // As many as the server gave of its own accord: one that limits pages refuses larger ones.
    const size = Math.min(whole.entries.length || LARGEST_PAGE, LARGEST_PAGE);
    const first = await firstPage((page) => this.#operation(connection, search, deadline, { page }), size);
    if (first === undefined) return this.#outcome(connection, search, whole, deadline);
    const entries: Entry[] = [];
    for (let { page } = first; ; ) {
      const outcome = await this.#outcome(connection, search, page, deadline);
      if (outcome.base === 'absent') return outcome;
      entries.push(...outcome.entries);
      // An empty page is not the last one; only an empty cookie says so (RFC 2696 section 3).
      const cookie = cookieOf(page, search.base);
      if (cookie === undefined) return { base: 'present', entries };
      page = await this.#operation(connection, search, deadline, { page: { size: first.size, cookie } });
    }
  }

  async #entriesOf(
    connection: LdapConnection,
    search: Search,
    result: SearchResult,
    deadline: Deadline,
  ): Promise<readonly Entry[]> {
    const outcome = await this.#outcome(connection, search, result, deadline);
    if (outcome.base === 'absent') throw absentBase(search.base);
    return outcome.entries;
  }

  async #operation(
    connection: LdapConnection,
    { base, scope, filter, attributes }: Search,
    deadline: Deadline,
    { page, atMost = this.#settings.limits.search }: { page?: PageRequest; atMost?: number } = {},
  ): Promise<SearchResult> {
    const milliseconds = Math.min(atMost, deadline.remaining());
    if (milliseconds === 0)
      throw new Failure('directory_timeout', `the deadline passed before the search of ${base}`);
    const request = new SearchRequest({
      messageId: 0,
      baseDN: base,
      scope,
      filter: new EncodedFilter(filter),
      attributes: attributes.length === 0 ? NO_ATTRIBUTES : [...attributes],
      sizeLimit: 0,
      timeLimit: Math.ceil(milliseconds / 1000),
      controls: page === undefined ? [] : [new PagedResultsControl({ critical: true, value: page })],
    });
    return connection.search(request, milliseconds);
  }

  async #outcome(
    connection: LdapConnection,
    search: Search,
    result: SearchResult,
    deadline: Deadline,
  ): Promise<SearchOutcome> {
    const what = `${connection.server}, search of ${search.base}`;
    const mayRefer = this.#settings.referrals === 'ignore' || search.references === 'ignored';
    const references = mayRefer ? [] : await this.#harmful(result.references, deadline);
    try {
      const base = judgeSearch({ ...result, references }, what, this.#limitCure());
      return base === 'absent' ? { base } : { base, entries: result.entries };
    } catch (error) {
      if (!isFailure(error) || !isTemporary(result.code)) throw error;
      connection.retire();
      throw new TemporaryResultError(error);
    }
  }

  #limitCure(): string {
    const { vendor, source } = this.#settings;
    const bind = source.kind === 'ldap' ? source.bind : undefined;
    return VENDORS[vendor].limitCure(bind?.kind === 'simple' ? bind.dn : undefined);
  }

  async #harmful(references: readonly Reference[], deadline: Deadline): Promise<readonly string[]> {
    if (references.length === 0) return [];
    const { vendor, beside = [] } = this.#settings;
    // Elsewhere a group of the other domain may name people of this one, and nobody would ask for it.
    if (!VENDORS[vendor].hasForest) return harmfulReferences(references, [], async () => []);
    return harmfulReferences(
      references,
      beside.flatMap(({ bases }) => bases.map(tryParseDn).flatMap((dn) => (dn ? [suffixOf(dn)] : []))),
      () => this.partitions(deadline),
    );
  }
}

function isWorthRetrying(error: unknown): error is Error {
  return (
    error instanceof ConnectionLostError ||
    error instanceof OperationTimeoutError ||
    error instanceof TemporaryResultError
  );
}

function failureOf(error: Error): Failure {
  if (error instanceof TemporaryResultError) return error.failure;
  const code = error instanceof OperationTimeoutError ? 'directory_timeout' : 'directory_unavailable';
  return new Failure(code, error.message, { cause: error });
}
