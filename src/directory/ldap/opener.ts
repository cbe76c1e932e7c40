/**
 * Opens one connection: at the first server that can be reached, encrypted and bound as the config demands, or not at
 * all. Keeping connections is connections.ts's.
 */
import { Failure, isFailure } from '../../failure.ts';
import { describe, refusesBind, SUCCESS } from '../entries/ldap-result.ts';
import type { DirectoryLimits, LdapBind, LdapSettings, LdapUrl } from '../settings/settings.ts';
import type { BindBackoff } from './bind-backoff.ts';
import { ConnectionLostError, LdapConnection } from './connection.ts';
import type { Server } from './servers/resolution.ts';
import type { Failed, Servers } from './servers/servers.ts';
import { openSocket } from './transport.ts';

export class ConnectionOpener {
  #settings: LdapSettings;
  readonly #limits: DirectoryLimits;
  readonly #servers: Servers;
  #backoff: BindBackoff;
  #closed = false;

  /** @param backoff the memory of refusals of this very secret */
  constructor(settings: LdapSettings, limits: DirectoryLimits, servers: Servers, backoff: BindBackoff) {
    this.#settings = settings;
    this.#limits = limits;
    this.#servers = servers;
    this.#backoff = backoff;
  }

  /** Why the last bind was refused, as long as none was accepted since. */
  get refusal(): string | undefined {
    return this.#backoff.refusal;
  }

  /** Binds by another secret of the same account from now on. */
  useSecret(settings: LdapSettings, backoff: BindBackoff): void {
    this.#settings = settings;
    this.#backoff = backoff;
  }

  /**
   * Throws {@link Failure}: `directory_unavailable` where no server can be reached in the way that is demanded,
   * `directory_refused` where one refuses the bind; one that cannot tell is passed over. Takes no longer than
   * `limits.connect` for each server.
   * @param only the one to open it at; else the first that can be reached
   */
  async open(only?: Failed): Promise<LdapConnection> {
    const problems: string[] = [];
    this.#check();
    const servers = only === undefined ? this.#servers.inOrder(problems) : this.#servers.at(only, problems);
    for await (const server of servers) {
      this.#check();
      try {
        return await this.#openAt(server);
      } catch (error) {
        // The same secret is not tried elsewhere: the next server may well be a replica that counts with the first.
        if (isFailure(error)) throw error;
        const { text } = server;
        const said = `${explain(error)}${this.#hintFor(server.url, error)}`;
        this.#servers.failed(server, new Error(said, { cause: error }));
        problems.push(said.startsWith(text) ? said : `${text}: ${said}`);
      }
    }
    const all = problems.join('; ');
    const said = only === undefined ? `no server can be reached: ${all}` : all;
    throw new Failure('directory_unavailable', said);
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

  async #openAt(server: Server): Promise<LdapConnection> {
    // Those of this moment together: another secret may come meanwhile.
    const backoff = this.#backoff;
    const { tls, bind } = this.#settings;
    // RFC 4513 section 5.1.2: with a DN and no password the server says success and treats us as anonymous.
    if (bind.kind === 'simple' && bind.password === '') {
      throw new Failure('directory_refused', `the password of ${bind.dn} is empty`);
    }
    const { connect: limit, idle } = this.#limits;
    const started = performance.now();
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), limit);
    const { url, address, addresses } = server;
    // One address that swallows packets leaves the others of its name their part of the time.
    const endpoint = { ...url, address, reachedWithin: limit / addresses };
    const socket = await openSocket(endpoint, tls, abort.signal).finally(() => clearTimeout(timer));
    const connection = new LdapConnection(socket, server.text, idle, this.#limits);
    try {
      const left = Math.max(1, limit - (performance.now() - started));
      await backoff.inTurn(() => bindBy(bind, connection, left, backoff));
      return connection;
    } catch (error) {
      connection.retire();
      throw error;
    }
  }
}

async function bindBy(
  bind: LdapBind,
  connection: LdapConnection,
  milliseconds: number,
  backoff: BindBackoff,
): Promise<void> {
  const result = await connection.bind(bind, milliseconds);
  if (result.code !== SUCCESS && !refusesBind(result.code)) throw new Error(describe(result));
  if (result.code !== SUCCESS) {
    const reason = `${connection.server} refused ${nameOf(bind)}: ${describe(result)}`;
    backoff.refused(reason);
    throw new Failure('directory_refused', reason);
  }
  backoff.succeeded();
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

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}
