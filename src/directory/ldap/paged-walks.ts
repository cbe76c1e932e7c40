/**
 * Everything that a search finds, page after page over one connection: the walks of those who read everybody. A lookup's
 * search, pages of it included, is ldap-source.ts's; which connection it takes paging-turns.ts's.
 */
import { type Clock, Deadline } from '../../deadline.ts';
import { brokenWalk } from '../entries/completeness.ts';
import type { Entry } from '../entries/entry.ts';
import type { Search } from '../entries/entry-source.ts';
import { SIZE_LIMIT_EXCEEDED } from '../entries/ldap-result.ts';
import { ANY_ENTRY } from '../filters/filter.ts';
import type { LdapConnection, SearchResult } from './connection.ts';
import { cookieOf, firstPage, type PageRequest } from './paging.ts';
import type { PagingTurns } from './paging-turns.ts';
import { failureOf, isWorthRetrying, type SearchOperations } from './search-operations.ts';
import type { Failover } from './servers/failover.ts';

/** What walks work with. */
export interface WalkParts {
  /** Milliseconds for one page. */
  readonly time: number;
  readonly operations: SearchOperations;
  readonly turns: PagingTurns;
  readonly failover: Failover;
  readonly clock: Clock;
}

// For a search that brings everybody at once, in place of one for each page.
const UNPAGED_TIMES = 60;

export class PagedWalks {
  readonly #parts: WalkParts;
  #refusesPages = false;

  constructor(parts: WalkParts) {
    this.#parts = parts;
  }

  /** Whether a server refused pages, so that everything came at once. */
  get refusesPages(): boolean {
    return this.#refusesPages;
  }

  /** Throws {@link Failure}: what came before is then worth nothing. */
  async *pages(search: Search, size: number): AsyncGenerator<readonly Entry[]> {
    const pageTime = () => new Deadline(this.#parts.clock, this.#parts.time);
    const { connection, end } = await this.#parts.turns.connectionFor(search.connection);
    try {
      const first = await firstPage(
        (page) => this.#parts.operations.send(connection, search, pageTime(), { page }),
        size,
      );
      if (first === undefined) {
        this.#refusesPages = true;
        yield* this.#inOne(connection, search, size);
        return;
      }
      let isEmpty = true;
      for (let { page } = first; ; ) {
        const entries = await this.#parts.operations.entriesOf(connection, search, page, pageTime());
        const cookie = cookieOf(page, search.base);
        isEmpty &&= entries.length === 0;
        yield entries;
        if (cookie === undefined) break;
        page = await this.#furtherPage(connection, search, pageTime(), { size: first.size, cookie });
      }
      if (isEmpty) await this.#proveBase(connection, search, pageTime());
    } catch (error) {
      if (!isWorthRetrying(error)) throw error;
      this.#parts.failover.leave(connection, error);
      throw failureOf(error);
    } finally {
      end();
    }
  }

  // Where its size limit cuts, what came is worth something as a sample alone, and the failure follows.
  async *#inOne(connection: LdapConnection, search: Search, size: number): AsyncGenerator<readonly Entry[]> {
    const atMost = UNPAGED_TIMES * this.#parts.time;
    const deadline = new Deadline(this.#parts.clock, atMost);
    const whole = await this.#parts.operations.send(connection, search, deadline, { atMost });
    const { entries } = whole;
    if (whole.code !== SIZE_LIMIT_EXCEEDED)
      await this.#parts.operations.entriesOf(connection, search, whole, deadline);
    for (let i = 0; i < entries.length; i += size) yield entries.slice(i, i + size);
    if (whole.code === SIZE_LIMIT_EXCEEDED)
      await this.#parts.operations.entriesOf(connection, search, whole, deadline);
  }

  // 389 Directory Server answers a paged search below a base that is not there with success and no entry.
  async #proveBase(connection: LdapConnection, { base }: Search, deadline: Deadline): Promise<void> {
    const read: Search = { base, scope: 'base', filter: ANY_ENTRY, attributes: [] };
    await this.#parts.operations.entriesOf(
      connection,
      read,
      await this.#parts.operations.send(connection, read, deadline),
      deadline,
    );
  }

  // What was given out already cannot be taken back: to begin again, at another server, is for whoever walks.
  async #furtherPage(
    connection: LdapConnection,
    search: Search,
    deadline: Deadline,
    page: PageRequest,
  ): Promise<SearchResult> {
    try {
      return await this.#parts.operations.send(connection, search, deadline, { page });
    } catch (error) {
      if (!isWorthRetrying(error)) throw error;
      this.#parts.failover.leave(connection, error);
      throw brokenWalk(search.base, error);
    }
  }
}
