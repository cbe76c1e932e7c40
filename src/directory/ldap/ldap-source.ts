/**
 * Entries from LDAP servers. Owns what makes a search complete: result codes, references, paging, and the one retry on
 * a fresh connection. Sockets and binds are connections.ts'.
 */
import { resolveSrv } from 'node:dns/promises';
import { PagedResultsControl, SearchRequest } from 'ldapts';
import type { Clock, Deadline } from '../../deadline.ts';
import { Failure } from '../../failure.ts';
import { matchingRuleOf } from '../attribute-types.ts';
import type { Entry } from '../entry.ts';
import type { EntrySource, Search, SearchOutcome } from '../entry-source.ts';
import type { DirectorySettings, LdapSettings } from '../settings.ts';
import { VENDORS } from '../vendors.ts';
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
import { isTemporary, NO_SUCH_OBJECT, SIZE_LIMIT_EXCEEDED, SUCCESS, searchFailure } from './result-codes.ts';
import type { Network } from './servers.ts';

const LARGEST_PAGE = 500;
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
    if (whole.code !== SIZE_LIMIT_EXCEEDED) return this.#outcome(connection, search, whole);
    // As many as the server gave of its own accord: one that limits pages refuses larger ones.
    const size = Math.min(whole.entries.length || LARGEST_PAGE, LARGEST_PAGE);
    const entries: Entry[] = [];
    let cookie: Buffer = Buffer.alloc(0);
    for (;;) {
      const page = await this.#operation(connection, search, deadline, { size, cookie });
      const outcome = this.#outcome(connection, search, page);
      if (outcome.base === 'absent') return outcome;
      entries.push(...outcome.entries);
      // An empty page is not the last one; only an empty cookie says so (RFC 2696 section 3).
      if (page.cookie === undefined) return { base: 'present', entries };
      cookie = page.cookie;
    }
  }

  async #operation(
    connection: LdapConnection,
    { base, scope, filter, attributes }: Search,
    deadline: Deadline,
    page?: { readonly size: number; readonly cookie: Buffer },
  ): Promise<SearchResult> {
    const milliseconds = Math.min(this.#settings.limits.search, deadline.remaining());
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

  #outcome(connection: LdapConnection, search: Search, result: SearchResult): SearchOutcome {
    const what = `${connection.server}, search of ${search.base}`;
    if (result.references > 0 && this.#settings.referrals === 'error') {
      throw new Failure('directory_incomplete', `${what}: the server refers to another one`);
    }
    if (result.code === NO_SUCH_OBJECT) return { base: 'absent' };
    if (result.code === SUCCESS) return { base: 'present', entries: result.entries };
    const failure = searchFailure(result, what);
    if (!isTemporary(result.code)) throw failure;
    connection.retire();
    throw new TemporaryResultError(failure);
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
