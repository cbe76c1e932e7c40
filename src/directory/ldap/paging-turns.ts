/**
 * One lookup that reads pages at a time on a connection, and none beside a walk: OpenLDAP keeps the place of one paged
 * search alone, and answers the further pages of another with unwillingToPerform. Owns whose turn it is; the pages
 * themselves are ldap-source.ts's.
 */
import type { Deadline } from '../../deadline.ts';
import type { LdapConnection } from './connection.ts';
import type { LdapConnections, OpenConnection } from './connections.ts';

/** A connection for one walk. */
export interface WalkedConnection {
  readonly connection: LdapConnection;
  /** Gives it back. */
  readonly end: () => void;
}

export class PagingTurns {
  /** How many walks are on a connection. */
  readonly #walks = new WeakMap<LdapConnection, number>();
  /** When the last lookup that reads pages there, or waits for that, will have ended. */
  readonly #lookups = new WeakMap<LdapConnection, Promise<unknown>>();
  readonly #connections: Pick<LdapConnections, 'openApart' | 'release'>;
  readonly #acquire: () => Promise<OpenConnection>;

  /** @param acquire gives one of the shared connections */
  constructor(
    connections: Pick<LdapConnections, 'openApart' | 'release'>,
    acquire: () => Promise<OpenConnection>,
  ) {
    this.#connections = connections;
    this.#acquire = acquire;
  }

  /** A connection for this walk alone, or a shared one on which no lookup reads pages. Throws what the opening throws. */
  async connectionFor(which: 'shared' | undefined): Promise<WalkedConnection> {
    if (which === undefined) {
      const connection = await this.#connections.openApart();
      return { connection, end: () => connection.retire() };
    }
    const open = await this.#acquire();
    const { connection } = open;
    const leave = await this.#beside(connection);
    const end = () => {
      leave();
      this.#connections.release(open);
    };
    return { connection, end };
  }

  /**
   * Reads pages for a lookup, after the lookups that came before; where a walk has the connection, on another one. Throws
   * what the reading throws, and `directory_timeout` where the turn does not come within the deadline.
   */
  alone<T>(
    connection: LdapConnection,
    deadline: Deadline,
    read: (connection: LdapConnection) => Promise<T>,
  ): Promise<T> {
    const before = this.#lookups.get(connection) ?? Promise.resolve();
    const turn = before.then(() =>
      (this.#walks.get(connection) ?? 0) > 0 ? this.#apart(read) : read(connection),
    );
    this.#lookups.set(
      connection,
      turn.catch(() => {}),
    );
    return deadline.limit(turn, 'the reading of pages, one search at a time');
  }

  // Once the lookups before have ended. Several walks may be on one connection: a look at what is there takes the first page
  // alone, or has another one within it, for which it would wait for ever.
  async #beside(connection: LdapConnection): Promise<() => void> {
    this.#count(connection, 1);
    await this.#lookups.get(connection);
    return () => this.#count(connection, -1);
  }

  #count(connection: LdapConnection, change: number): void {
    this.#walks.set(connection, (this.#walks.get(connection) ?? 0) + change);
  }

  async #apart<T>(read: (connection: LdapConnection) => Promise<T>): Promise<T> {
    const connection = await this.#connections.openApart();
    try {
      return await read(connection);
    } finally {
      connection.retire();
    }
  }
}
