/**
 * The bound connections of one directory: opened one at a time, shared by searches, thrown away by age, disuse or at
 * the first fault. How one is opened is opener.ts's.
 */
import type { Clock } from '../../deadline.ts';
import type { DirectoryLimits } from '../settings/settings.ts';
import type { LdapConnection } from './connection.ts';
import type { ConnectionOpener } from './opener.ts';
import type { Failed } from './servers/servers.ts';

/** A connection that is shared. */
export interface OpenConnection {
  readonly connection: LdapConnection;
  readonly openedAt: number;
  /** How many acquired it and have not released it. */
  load: number;
}

// With so many searches on each connection a further one is opened, where the limit allows it.
const LOADED = 32;
const PAUSE_AFTER_FAILED_SPARE = 5000;

export class LdapConnections {
  readonly #opener: ConnectionOpener;
  readonly #limits: Pick<DirectoryLimits, 'connections' | 'age'>;
  readonly #clock: Clock;
  /** Those that take searches. */
  #pool: OpenConnection[] = [];
  /** These, and those that only wait for their last searches to end. */
  readonly #open = new Set<LdapConnection>();
  #opening: Promise<OpenConnection> | undefined;
  #bound = false;
  #noSpareBefore = Number.NEGATIVE_INFINITY;

  constructor(opener: ConnectionOpener, limits: Pick<DirectoryLimits, 'connections' | 'age'>, clock: Clock) {
    this.#opener = opener;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Whether any connection was ever bound. */
  get bound(): boolean {
    return this.#bound;
  }

  /** The least loaded connection, or a new one; throws what the opener throws. To be given back by {@link release}. */
  async acquire(): Promise<OpenConnection> {
    const open = this.acquireOpen();
    if (open !== undefined) return open;
    const pooled = await this.#openOne();
    pooled.load++;
    return pooled;
  }

  /** The same, where one is open already: then nobody has to wait. */
  acquireOpen(): OpenConnection | undefined {
    this.#retireOld();
    let best: OpenConnection | undefined;
    for (const each of this.#pool) {
      if (best === undefined || each.load < best.load) best = each;
    }
    if (best === undefined) return undefined;
    if (best.load >= LOADED && this.#pool.length < this.#limits.connections) this.#openSpare();
    best.load++;
    return best;
  }

  /** Says that the search for which the connection was acquired has ended. */
  release(open: OpenConnection): void {
    open.load--;
  }

  /** Has no further search go over connections to this server; those under way end as they end. */
  leave(server: string): void {
    for (const { connection } of this.#pool) if (connection.server === server) connection.retire();
  }

  /**
   * A connection for its caller alone, who ends it by `retire`: servers keep the place of a paged search by connection,
   * and it must not end by its age. Throws what the opener throws.
   * @param only the server to open it at
   */
  async openApart(only?: Failed): Promise<LdapConnection> {
    const connection = await this.#opener.open(only);
    this.#bound = true;
    this.#note(connection);
    return connection;
  }

  /** Has a new connection take the place of those there are; where it cannot be opened they stay, and this throws. */
  async renew(): Promise<void> {
    // That one was begun before.
    await this.#opening?.catch(() => {});
    const before = [...this.#pool];
    await this.#openOne();
    for (const { connection } of before) connection.retire();
  }

  /** Ends the connections once their searches have ended, and lets none be opened any more. */
  async close(): Promise<void> {
    this.#opener.close();
    await this.#opening?.catch(() => {});
    this.#pool = [];
    for (const connection of this.#open) connection.retire();
    await Promise.all([...this.#open].map((connection) => connection.closed));
  }

  #retireOld(): void {
    const oldest = this.#clock.now() - this.#limits.age;
    for (const { connection, openedAt } of this.#pool) if (openedAt < oldest) connection.retire();
    if (this.#pool.some(({ connection }) => !connection.usable)) {
      this.#pool = this.#pool.filter(({ connection }) => connection.usable);
    }
  }

  // Single-flight: however many searches wait, one connection is opened and one bind is sent.
  #openOne(): Promise<OpenConnection> {
    this.#opening ??= this.#addOne().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #addOne(): Promise<OpenConnection> {
    const connection = await this.#opener.open();
    this.#bound = true;
    const pooled = { connection, openedAt: this.#clock.now(), load: 0 };
    this.#pool.push(pooled);
    this.#note(connection);
    return pooled;
  }

  #note(connection: LdapConnection): void {
    this.#open.add(connection);
    void connection.closed.then(() => this.#open.delete(connection));
  }

  #openSpare(): void {
    if (this.#opening !== undefined || this.#clock.now() < this.#noSpareBefore) return;
    this.#openOne().catch(() => {
      this.#noSpareBefore = this.#clock.now() + PAUSE_AFTER_FAILED_SPARE;
    });
  }
}
