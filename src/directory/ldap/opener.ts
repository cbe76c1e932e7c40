/**
 * Opens one connection: at the first server that can be reached, encrypted and bound as the config demands, or not at
 * all. Keeping connections is connections.ts's.
 */
import type { Clock } from '../../deadline.ts';
import { Failure, isFailure } from '../../failure.ts';
import { describe, refusesBind, SUCCESS } from '../entries/ldap-result.ts';
import type { DirectoryLimits, LdapBind, LdapSettings, LdapUrl } from '../settings/settings.ts';
import type { BindBackoff } from './bind-backoff.ts';
import { ConnectionLostError, LdapConnection } from './connection.ts';
import { type Network, Servers } from './servers.ts';
import { openSocket } from './transport.ts';

export class ConnectionOpener {
  readonly #settings: LdapSettings;
  readonly #limits: DirectoryLimits;
  readonly #servers: Servers;
  readonly #backoff: BindBackoff;
  #closed = false;

  /** @param backoff the memory of refusals of this very secret */
  constructor(
    settings: LdapSettings,
    limits: DirectoryLimits,
    clock: Clock,
    network: Network,
    backoff: BindBackoff,
  ) {
    this.#settings = settings;
    this.#limits = limits;
    this.#servers = new Servers(settings.urls, limits.connect, clock, network);
    this.#backoff = backoff;
  }

  /**
   * Throws {@link Failure}: `directory_unavailable` where no server can be reached in the way that is demanded,
   * `directory_refused` where one refuses the bind; one that cannot tell is passed over. Takes no longer than
   * `limits.connect` for each server.
   */
  async open(): Promise<LdapConnection> {
    const problems: string[] = [];
    this.#check();
    for await (const url of this.#servers.inOrder(problems)) {
      this.#check();
      try {
        return await this.#openAt(url);
      } catch (error) {
        // The same secret is not tried elsewhere: the next server may well be a replica that counts with the first.
        if (isFailure(error)) throw error;
        this.avoid(url.text);
        const said = `${explain(error)}${this.#hintFor(url, error)}`;
        problems.push(said.startsWith(url.text) ? said : `${url.text}: ${said}`);
      }
    }
    throw new Failure('directory_unavailable', `no server can be reached: ${problems.join('; ')}`);
  }

  /** Tries this server after all others for a while: that it binds does not make it well. */
  avoid(server: string): void {
    this.#servers.avoid(server);
  }

  /** Says that the server answered a search. */
  answered(server: string): void {
    this.#servers.answered(server);
  }

  /** As {@link Servers.mayGoBack}. */
  mayGoBack(server: string): boolean {
    return this.#servers.mayGoBack(server);
  }

  /** Lets no further server be tried. */
  close(): void {
    this.#closed = true;
  }

  // In TLS 1.3 a server judges our certificate after the handshake: it looks like a connection lost at the bind.
  #hintFor(url: LdapUrl, error: unknown): string {
    const { client, startTls } = this.#settings.tls;
    const isEncrypted = url.scheme === 'ldaps' || startTls === true;
    if (!isEncrypted || !(error instanceof ConnectionLostError || isAboutUs(error))) return '';
    return client === undefined
      ? '; it may demand a client certificate, and tls.certificate is not set'
      : '; it may not accept the client certificate';
  }

  #check(): void {
    if (this.#closed) throw new Failure('directory_unavailable', 'the directory is being closed');
    this.#backoff.check();
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
      await this.#backoff.inTurn(() => this.#bind(connection, left));
      return connection;
    } catch (error) {
      connection.retire();
      throw error;
    }
  }

  async #bind(connection: LdapConnection, milliseconds: number): Promise<void> {
    const { bind } = this.#settings;
    const result = await connection.bind(bind, milliseconds);
    if (result.code !== SUCCESS && !refusesBind(result.code)) throw new Error(describe(result));
    if (result.code !== SUCCESS) {
      const reason = `${connection.server} refused ${nameOf(bind)}: ${describe(result)}`;
      this.#backoff.refused(reason);
      throw new Failure('directory_refused', reason);
    }
    this.#backoff.succeeded();
  }
}

function nameOf(bind: LdapBind): string {
  switch (bind.kind) {
    case 'simple':
      return `the bind as ${bind.dn}`;
    case 'external':
      return 'the bind by client certificate (SASL EXTERNAL)';
    case 'anonymous':
      return 'the anonymous bind';
  }
}

// An alert of TLS 1.2 (RFC 5246 section 7.2.2), or a server that just hangs up in the handshake.
function isAboutUs(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /ALERT_(?:BAD_|NO_)?CERTIFICATE|ALERT_(?:UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)|^ECONNRESET$/.test(
    code,
  );
}

// A host with several addresses gives an AggregateError, whose own message is empty.
function explain(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(explain).join(', ');
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}
