/**
 * A bare server of Node's with its `Connections`, whose answers a test gives or holds back, and clients that are plain
 * sockets: what a server.ts around it would add is not there.
 */
import {
  createServer,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls, type TLSSocket, type TlsOptions } from 'node:tls';
import { pino } from 'pino';
import { Connections } from '../../src/http/listening/connections.ts';
import { Places } from '../../src/http/listening/places.ts';
import { until } from '../until.ts';

/** Longer than a test may take: whoever waits for it to pass, fails. */
export const ENDLESS = 600_000;

export class HeldAnswers {
  readonly connections: Connections;
  /** The answers to requests for anything but `/now`, in the order in which they came. */
  readonly held: ServerResponse[] = [];
  /** The server's sides of the connections, and above them those of TLS once its handshake is done. */
  readonly taken: Socket[] = [];
  readonly secured: TLSSocket[] = [];
  readonly logged: Record<string, unknown>[] = [];
  /** How many asked for one. */
  tunnels = 0;
  readonly server: Server;
  readonly #clients: Client[] = [];

  private constructor(server: Server) {
    this.server = server;
    const log = pino(
      { base: null, timestamp: false },
      { write: (line: string) => this.logged.push(JSON.parse(line) as Record<string, unknown>) },
    );
    this.connections = new Connections(server, new Places(ENDLESS, { log, isProven: () => false }));
    const answer: RequestListener = (request, response) => {
      this.connections.begin(request, response, () => {
        if (request.url === '/now') response.end('at once');
        else this.held.push(response);
      });
    };
    server.on('request', answer).on('checkExpectation', answer);
    server.on('connection', (socket: Socket) => this.taken.push(socket));
    server.on('secureConnection', (socket: TLSSocket) => this.secured.push(socket));
    server.on('connect', (_request, socket) => {
      this.tunnels++;
      this.connections.refuseTunnel(socket as Socket, { log, newRequestId: () => 'the-id' });
    });
    server.on('clientError', (error, socket) =>
      this.connections.refuse(error, socket as Socket, { log, newRequestId: () => 'the-id' }),
    );
  }

  /** Listens on a free port of loopback. */
  static async start(options: ServerOptions & TlsOptions = {}): Promise<HeldAnswers> {
    // Node itself would end kept connections while a test waits for that.
    const all = { keepAliveTimeout: ENDLESS, ...options };
    const server = options.cert === undefined ? createServer(all) : createTlsServer(all);
    const started = new HeldAnswers(server);
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
    return started;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  open(options: Partial<TcpNetConnectOpts> = {}): Client {
    return this.#note(connect({ host: '127.0.0.1', port: this.port, ...options }));
  }

  /** A client of TLS that was answered once: the server knows by then what certificate it has, if any. */
  async openTls(own: { cert?: string; key?: string }, { socket } = this.open()): Promise<Client> {
    const client = this.#note(connectTls({ socket, rejectUnauthorized: false, ...own }));
    await client.askNow();
    return client;
  }

  /** Resolves once so many requests wait for their answer. */
  async holds(count: number): Promise<void> {
    await until(() => this.held.length === count);
  }

  /** Ends it whatever state it is in. */
  close(): void {
    for (const { socket } of this.#clients) socket.destroy();
    for (const socket of this.taken) socket.destroy();
    this.server.close();
  }

  #note(socket: Socket): Client {
    const client = new Client(socket);
    this.#clients.push(client);
    return client;
  }
}

export class Client {
  readonly socket: Socket;
  /** What came so far. */
  text = '';

  #error: Error | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => (this.text += String(chunk)));
    socket.on('error', (error) => (this.#error = error));
  }

  send(text: string): void {
    this.socket.write(text);
  }

  ask(path: string, ...headers: string[]): void {
    this.send([`GET ${path} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n'));
  }

  /** Asks what is answered at once, and gives what came until then. */
  async askNow(): Promise<string> {
    const before = this.text.length;
    this.ask('/now');
    await until(() => this.text.slice(before).endsWith('at once') || this.socket.closed);
    if (this.socket.closed) throw new Error('it was closed in place of an answer', { cause: this.#error });
    return this.text.slice(before);
  }

  /** All that came until the connection was closed. */
  async closed(): Promise<string> {
    await until(() => this.socket.closed);
    return this.text;
  }
}
