/**
 * What becomes of servers that fail: they are left, probed, gone back to once they have answered, and where none answers
 * the directory is known to be failing. Owns the probes; when a failing directory is asked is outage.ts's, which server
 * comes next servers.ts's.
 */
import { type Clock, Deadline } from '../../../deadline.ts';
import { Failure, type FailureCode, isFailure } from '../../../failure.ts';
import type { Search, TriedServer } from '../../entries/entry-source.ts';
import { describe, isTemporary } from '../../entries/ldap-result.ts';
import { ANY_ENTRY } from '../../filters/filter.ts';
import type { DirectorySettings } from '../../settings/settings.ts';
import type { LdapConnection } from '../connection.ts';
import type { LdapConnections } from '../connections.ts';
import { failureOf, isWorthRetrying, type SearchOperations } from '../search-operations.ts';
import type { ServerNews } from './news.ts';
import { Outage } from './outage.ts';
import type { Failed, Servers } from './servers.ts';

/** What it works with. */
export interface FailoverParts {
  readonly settings: DirectorySettings;
  readonly servers: Servers;
  readonly connections: LdapConnections;
  readonly operations: SearchOperations;
  readonly clock: Clock;
  /** From 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  readonly news: ServerNews;
}

export class Failover {
  readonly #parts: FailoverParts;
  readonly #outage: Outage;
  #wellSince: number | undefined;
  #whenFailing: (failure: Failure) => void = () => {};
  #isProbing = false;

  constructor(parts: FailoverParts) {
    this.#parts = parts;
    this.#outage = new Outage(() => this.#probe(), parts.random, {
      known: (failure) => {
        parts.news.failing(failure.message);
        this.#whenFailing(failure);
      },
      over: () => parts.news.answering(),
    });
  }

  /** When a probe last found the directory well, on the clock; undefined where none was sent that did. */
  get wellSince(): number | undefined {
    return this.#wellSince;
  }

  /** Has the listener, in place of one before, told each time that the directory becomes known to be failing. */
  whenFailing(listener: (failure: Failure) => void): void {
    this.#whenFailing = listener;
  }

  /** Throws `directory_unavailable` while the directory is known to be failing. */
  check(): void {
    this.#outage.check();
  }

  /** Notes that a search over this connection was answered. */
  answered({ server, usable }: LdapConnection): void {
    const { servers } = this.#parts;
    servers.answered(server);
    const due = servers.due();
    if (due !== undefined && usable && !this.#isProbing) void this.#probeOne(due, server);
  }

  /** Others are asked meanwhile; where there are none it stays the one to ask. */
  leave({ server }: LdapConnection, error: unknown): void {
    this.#parts.servers.failed(server, error);
    this.#parts.connections.leave(server);
  }

  /** Notes that no server could be asked, where that is what the error says. */
  notOpened(error: unknown): void {
    if (isFailure(error, 'directory_unavailable')) this.#outage.begin(error);
  }

  /** Notes that a search failed at whichever server was asked: a probe tells whether it was the search. */
  suspect(): void {
    this.#outage.suspect();
  }

  /** Each server in its turn, whatever is known of it; a refused bind ends it. */
  async *tryEach(): AsyncGenerator<TriedServer> {
    const { connections, servers } = this.#parts;
    const unnamed: string[] = [];
    for await (const server of servers.inOrder(unnamed)) {
      try {
        await this.#askAnything(await connections.openApart(server));
        yield { problem: undefined, isLast: false };
      } catch (error) {
        if (!isFailure(error)) throw error;
        const isLast = error.code === 'directory_refused';
        yield { problem: error.message, isLast };
        if (isLast) return;
      }
    }
    for (const problem of unnamed) yield { problem, isLast: false };
  }

  /** Sends no further probe. */
  end(): void {
    this.#outage.end();
  }

  // Each server in its turn: one that binds may still not search. A refusal of the account is told at once.
  async #probe(): Promise<void> {
    const { connections, servers, clock } = this.#parts;
    const problems: string[] = [];
    const unnamed: string[] = [];
    let code: FailureCode = 'directory_unavailable';
    for await (const server of servers.inOrder(unnamed)) {
      try {
        await this.#askAnything(await connections.openApart(server));
        this.#wellSince = clock.now();
        return;
      } catch (error) {
        if (!isFailure(error) || error.code === 'directory_refused') throw error;
        ({ code } = error);
        problems.push(error.message);
      }
    }
    const all = [...problems, ...unnamed];
    throw new Failure(code, all.length === 0 ? 'DNS names no server' : all.join('; '));
  }

  // One at a time. Searches go to a preferred server only once it has answered one; those under way end where they are.
  async #probeOne(due: Failed, current: string): Promise<void> {
    const { connections, servers } = this.#parts;
    this.#isProbing = true;
    try {
      const connection = await connections.openApart(due);
      await this.#askAnything(connection);
      if (servers.isPreferred(connection.server, current)) connections.leave(current);
    } catch (error) {
      if (!isFailure(error)) throw error;
      servers.failed(due, error);
    } finally {
      this.#isProbing = false;
    }
  }

  // A read that costs a server nothing: whatever it answers, it answers. The connection is for this alone.
  async #askAnything(connection: LdapConnection): Promise<void> {
    const { operations, servers, settings, clock } = this.#parts;
    const [base = ''] = settings.users.bases;
    const read: Search = { base, scope: 'base', filter: ANY_ENTRY, attributes: [] };
    try {
      const result = await operations.send(connection, read, new Deadline(clock, settings.limits.search));
      if (isTemporary(result.code))
        throw new Failure('directory_unavailable', `${connection.server}: ${describe(result)}`);
      servers.answered(connection.server);
    } catch (error) {
      this.leave(connection, error);
      throw isWorthRetrying(error) ? failureOf(error) : error;
    } finally {
      connection.retire();
    }
  }
}
