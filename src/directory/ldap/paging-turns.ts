/**
 * One paged search at a time on a connection: OpenLDAP keeps the place of one alone, and answers the further pages of
 * another with unwillingToPerform. Owns whose turn it is; the pages themselves are ldap-source.ts's.
 */
import type { Deadline } from '../../deadline.ts';
import type { LdapConnection } from './connection.ts';

/** The lookups on one connection that read pages, or wait for that. */
interface Turns {
  count: number;
  last: Promise<unknown>;
}

export class PagingTurns {
  readonly #walks = new WeakSet<LdapConnection>();
  readonly #lookups = new WeakMap<LdapConnection, Turns>();
  readonly #openApart: () => Promise<LdapConnection>;

  /** @param openApart opens a connection for one search alone */
  constructor(openApart: () => Promise<LdapConnection>) {
    this.#openApart = openApart;
  }

  /**
   * Takes the connection for a walk, which has no end in sight; false where others read pages there. To be given back
   * by {@link leave}.
   */
  take(connection: LdapConnection): boolean {
    if (this.#walks.has(connection) || (this.#lookups.get(connection)?.count ?? 0) > 0) return false;
    this.#walks.add(connection);
    return true;
  }

  /** Says that the walk has ended. */
  leave(connection: LdapConnection): void {
    this.#walks.delete(connection);
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
    const turns = this.#lookups.get(connection) ?? { count: 0, last: Promise.resolve() };
    this.#lookups.set(connection, turns);
    turns.count++;
    const turn = turns.last
      .then(() => (this.#walks.has(connection) ? this.#apart(read) : read(connection)))
      .finally(() => turns.count--);
    turns.last = turn.catch(() => {});
    return deadline.limit(turn, 'the reading of pages, one search at a time');
  }

  async #apart<T>(read: (connection: LdapConnection) => Promise<T>): Promise<T> {
    const connection = await this.#openApart();
    try {
      return await read(connection);
    } finally {
      connection.retire();
    }
  }
}
