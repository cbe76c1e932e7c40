/**
 * Requests over connections that stay, one at a time on each, written as octets and read with as little work as can be:
 * the generator shares the machine with what it asks. Speaks just enough HTTP for answers with a Content-Length.
 */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Whom to ask. */
export interface Server {
  /** On 127.0.0.1. */
  readonly port: number;
  /** PEM of the authority of a server that speaks TLS. */
  readonly ca?: string | undefined;
}

/** What a load took. */
export interface Taken {
  readonly seconds: number;
  /** Milliseconds from writing the request to having all of the answer, in ascending order. */
  readonly latencies: Float64Array;
}

/** Connections that are open until they are closed. */
export interface Client {
  /**
   * Asks until so many answers are there, each connection for the next one.
   * @param target the i-th request's path and query
   * @throws where an answer is no 200, with the answer
   */
  load(requests: number, target: (i: number) => string): Promise<Taken>;
  close(): void;
}

const CREDENTIALS = Buffer.from('immuta:secret').toString('base64');
const END_OF_HEAD = Buffer.from('\r\n\r\n');

export async function openClient(server: Server, connections: number): Promise<Client> {
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(server)));
  return {
    load: async (requests, target) => {
      const latencies = new Float64Array(requests);
      let next = 0;
      const started = performance.now();
      const ask = async (connection: Connection): Promise<void> => {
        for (let i = next++; i < requests; i = next++) {
          const sent = performance.now();
          await connection.ask(target(i));
          latencies[i] = performance.now() - sent;
        }
      };
      await Promise.all(open.map(ask));
      return { seconds: (performance.now() - started) / 1000, latencies: latencies.sort() };
    },
    close: () => {
      for (const connection of open) connection.close();
    },
  };
}

/** Of ascending values: 0.5 is the median. */
export function percentile(ascending: ArrayLike<number>, part: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * part))] ?? Number.NaN;
}

/** The body of one answer. */
export async function bodyOf(server: Server, target: string): Promise<string> {
  const connection = await openConnection(server);
  try {
    return (await connection.ask(target)).toString();
  } finally {
    connection.close();
  }
}

async function openConnection({ port, ca }: Server): Promise<Connection> {
  const socket =
    ca === undefined ? connect(port, '127.0.0.1') : connectTls({ port, host: '127.0.0.1', ca: [ca] });
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    socket.once(ca === undefined ? 'connect' : 'secureConnect', resolve).once('error', reject);
  });
  return new Connection(socket, port);
}

class Connection {
  readonly #socket: Socket;
  readonly #tail: string;
  #received: Buffer = Buffer.alloc(0);
  #resolve: ((body: Buffer) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;
  #ended: Error | undefined;

  constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#tail = ` HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Basic ${CREDENTIALS}\r\nAccept: application/json\r\nUser-Agent: Immuta\r\n\r\n`;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server ended the connection')));
  }

  /** Resolves with the body. */
  ask(target: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) return reject(this.#ended);
      this.#resolve = resolve;
      this.#reject = reject;
      this.#socket.write(`GET ${target}${this.#tail}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #fail(error: Error): void {
    this.#ended ??= error;
    this.#reject?.(this.#ended);
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const bodyAt = this.#received.indexOf(END_OF_HEAD) + END_OF_HEAD.length;
    if (bodyAt < END_OF_HEAD.length) return;
    const head = this.#received.toString('latin1', 0, bodyAt);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    if (this.#received.length < bodyAt + length) return;
    const body = this.#received.subarray(bodyAt);
    this.#received = Buffer.alloc(0);
    if (head.startsWith('HTTP/1.1 200 ')) this.#resolve?.(body);
    else this.#fail(new Error(`answered ${head}${body.toString()}`));
  }
}
