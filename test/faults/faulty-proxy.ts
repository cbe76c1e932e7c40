/**
 * A proxy for LDAP on loopback that provokes one fault at one moment, again and again until it is told to stop, and else
 * passes everything on to a real server. It ends TLS itself, so that it sees messages; what the clients sent is kept as
 * it came over the wire.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { freePorts } from '../directories/child-servers.ts';
import type { ProxyCertificates, ServerCertificate } from './certificates.ts';
import { type LdapMessage, SEARCH_REQUEST } from './ldap-messages.ts';
import { Line } from './line.ts';

/** What happens at the moment. */
export type Act =
  | { readonly kind: 'reset' | 'half-close' | 'stall' | 'drip' | 'garbage' | 'protocol' | 'cut' }
  /** The server's own result is replaced; entries that came before it stay. */
  | { readonly kind: 'result'; readonly code: number }
  /** Something happens to the server before anything is passed on. */
  | { readonly kind: 'first'; happens(): Promise<void> }
  /** The connection cannot be had, or not be had any more; how is told where the proxy listens or what it shows. */
  | { readonly kind: 'gone' };

/** The moment: when a connection comes, when its TLS begins, or when one of these messages comes. */
export type Place = 'connect' | 'tls' | 'starttls' | ((message: LdapMessage) => boolean);

export interface Strike {
  readonly place: Place;
  readonly act: Act;
}

/** The server behind the proxy. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly securePort: number;
  /** Whether it takes binds without TLS, on {@link port}. */
  readonly isPlain: boolean;
}

export class FaultyProxy {
  readonly scheme: 'ldap' | 'ldaps';
  readonly target: Target;
  readonly certificates: ProxyCertificates;
  certificate: ServerCertificate;
  /** Whether it speaks TLS 1.1 at the most. */
  isOld = false;
  strike: Strike | undefined;
  /** How often the fault has happened. */
  struck = 0;
  /** How many searches were passed on. */
  searches = 0;
  /** What clients sent, below TLS. */
  readonly sent: Buffer[] = [];
  /** What they asked for. */
  readonly asked: LdapMessage[] = [];
  readonly #lines = new Map<Socket, Line>();
  #server: Server | undefined;
  #port = 0;

  constructor(scheme: 'ldap' | 'ldaps', target: Target, certificates: ProxyCertificates) {
    this.scheme = scheme;
    this.target = target;
    this.certificates = certificates;
    this.certificate = certificates.right;
  }

  get port(): number {
    return this.#port;
  }

  /** How many connections are open now. */
  get open(): number {
    return this.#lines.size;
  }

  /** Listens, always on the same port of 127.0.0.1, if it does not already. */
  async listen(): Promise<void> {
    if (this.#server !== undefined) return;
    if (this.#port === 0) [this.#port = 0] = await freePorts(1);
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      socket.once('close', () => this.#lines.delete(socket));
      this.#lines.set(socket, new Line(this, socket));
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
  }

  /** Takes no further connections: they are refused. */
  refuse(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Does this to the connections that there are. */
  strikeIdle(act: Act): void {
    for (const line of this.#lines.values()) {
      this.struck++;
      line.strikeIdle(act);
    }
  }

  /** How many searches came whose message has this text. */
  asksFor(text: string): number {
    return this.asked.filter(({ operation, octets }) => operation === SEARCH_REQUEST && octets.includes(text))
      .length;
  }

  stop(): void {
    this.refuse();
    for (const line of this.#lines.values()) line.end();
  }
}
