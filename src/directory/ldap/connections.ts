/**
 * The bound connections of one directory: opened one at a time, shared by searches, thrown away by age, disuse or at
 * the first fault. Every connection that leaves this file was bound as the config demands.
 */
import type { Clock } from '../../deadline.ts';
import { Failure, isFailure } from '../../failure.ts';
import type { DirectoryLimits, LdapSettings, LdapUrl } from '../settings.ts';
import { BindBackoff } from './bind-backoff.ts';
import { LdapConnection } from './connection.ts';
import { describe, isTemporary, SUCCESS } from './result-codes.ts';
import { openSocket } from './transport.ts';

/** A connection with its place in the order of opening. */
export interface OpenConnection {
  readonly connection: LdapConnection;
  /** Later connections have greater ones. */
  readonly serial: number;
}

interface Kept extends OpenConnection {
  readonly openedAt: number;
  /** How many acquired it and have not released it. */
  load: number;
}

// With so many searches on each connection a further one is opened, where the limit allows it.
const LOADED = 32;
const PAUSE_AFTER_FAILED_SPARE = 5000;

export class LdapConnections {
  readonly #settings: LdapSettings;
  readonly #limits: DirectoryLimits;
  readonly #clock: Clock;
  readonly #backoff: BindBackoff;
  #kept: Kept[] = [];
  #opening: Promise<Kept> | undefined;
  #lastSerial = 0;
  #noSpareBefore = Number.NEGATIVE_INFINITY;
  #bound = false;
  #closed = false;

  constructor(settings: LdapSettings, limits: DirectoryLimits, clock: Clock) {
    this.#settings = settings;
    this.#limits = limits;
    this.#clock = clock;
    this.#backoff = new BindBackoff(clock);
  }

  /** Whether any connection was ever bound. */
  get bound(): boolean {
    return this.#bound;
  }

  /** The serial of the connection that was opened last. */
  get newestSerial(): number {
    return this.#lastSerial;
  }

  /**
   * The least loaded connection, or a new one. Throws {@link Failure}: `directory_unavailable` where no server can be
   * reached, `directory_refused` where the bind is refused. Takes no longer than `limits.connect` for each server.
   * To be given back by {@link release}.
   * @param newerThan only connections with a greater serial will do
   */
  async acquire(newerThan = 0): Promise<OpenConnection> {
    this.#retireOld();
    const [best] = this.#kept.filter(({ serial }) => serial > newerThan).sort((a, b) => a.load - b.load);
    if (best && best.load >= LOADED && this.#kept.length < this.#limits.connections) this.#openSpare();
    const kept = best ?? (await this.#open());
    kept.load++;
    return kept;
  }

  /** Says that the search for which the connection was acquired has ended. */
  release(open: OpenConnection): void {
    const kept = this.#kept.find(({ serial }) => serial === open.serial);
    if (kept) kept.load--;
  }

  /** Ends the connections once their searches have ended, and lets none be opened any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening?.catch(() => {});
    const kept = this.#kept;
    this.#kept = [];
    for (const { connection } of kept) connection.retire();
    await Promise.all(kept.map(({ connection }) => connection.closed));
  }

  #retireOld(): void {
    const oldest = this.#clock.now() - this.#limits.age;
    for (const { connection, openedAt } of this.#kept) if (openedAt < oldest) connection.retire();
    this.#kept = this.#kept.filter(({ connection }) => connection.usable);
  }

  // Single-flight: however many searches wait, one connection is opened and one bind is sent.
  #open(): Promise<Kept> {
    this.#opening ??= this.#openAtFirstReachable().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  #openSpare(): void {
    if (this.#opening !== undefined || this.#clock.now() < this.#noSpareBefore) return;
    this.#open().catch(() => {
      this.#noSpareBefore = this.#clock.now() + PAUSE_AFTER_FAILED_SPARE;
    });
  }

  async #openAtFirstReachable(): Promise<Kept> {
    const problems: string[] = [];
    for (const url of this.#settings.urls) {
      if (this.#closed) throw new Failure('directory_unavailable', 'the directory is being closed');
      this.#backoff.check();
      try {
        const connection = await this.#openAt(url);
        const kept = { connection, serial: ++this.#lastSerial, openedAt: this.#clock.now(), load: 0 };
        this.#kept.push(kept);
        this.#bound = true;
        return kept;
      } catch (error) {
        // The same password is not tried elsewhere: the next server may well be a replica that counts with the first.
        if (isFailure(error)) throw error;
        problems.push(`${url.text}: ${explain(error)}`);
      }
    }
    throw new Failure('directory_unavailable', `no server can be reached: ${problems.join('; ')}`);
  }

  async #openAt(url: LdapUrl): Promise<LdapConnection> {
    const { tls, bind } = this.#settings;
    // RFC 4513 section 5.1.2: with a DN and no password the server says success and treats us as anonymous.
    if (bind.kind === 'simple' && bind.password === '') {
      throw new Failure('directory_refused', `the password of ${bind.dn} is empty`);
    }
    const { connect: limit, idle } = this.#limits;
    const started = performance.now();
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), limit);
    const socket = await openSocket(url, tls, abort.signal).finally(() => clearTimeout(timer));
    const connection = new LdapConnection(socket, url.text, idle);
    try {
      const left = Math.max(1, limit - (performance.now() - started));
      const [dn, password] = bind.kind === 'simple' ? [bind.dn, bind.password] : ['', ''];
      const result = await connection.bind(dn, password, left);
      if (isTemporary(result.code)) throw new Error(describe(result));
      if (result.code !== SUCCESS) {
        const who = dn === '' ? 'the anonymous bind' : `the bind as ${dn}`;
        const reason = `${url.text} refused ${who}: ${describe(result)}`;
        this.#backoff.refused(reason);
        throw new Failure('directory_refused', reason);
      }
      this.#backoff.succeeded();
      return connection;
    } catch (error) {
      connection.retire();
      throw error;
    }
  }
}

// A host with several addresses gives an AggregateError, whose own message is empty.
function explain(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(explain).join(', ');
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}
