/**
 * One listening socket for one app: TLS or plain, limits on what a client may send or hold open, and an end in which
 * no request that came in is lost. What the app answers is not known here; what never reaches it is refused here.
 */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { unreadableAnswer } from './unreadable.ts';

/** Where to listen; port 0 takes any free one. `tls` holds PEM texts. */
export interface ListenSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
}

/** What listening needs of the world. */
export interface ListenSurroundings {
  readonly log: Logger;
  readonly newRequestId: () => string;
}

/** An app that answers on a socket. */
export interface Listener {
  /** `http://127.0.0.1:8443`, with the port in use. */
  readonly url: string;
  /**
   * Ends it: takes no new connections, waits for the requests under way, at most `patience` milliseconds, and cuts off
   * what is left then.
   */
  close(patience: number): Promise<void>;
}

const LIMITS = {
  // A userid of 10 kB in UTF-8 is 30 kB when escaped; it is to get its own answer and not the parser's.
  maxHeaderSize: 128 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 65_000,
  // The app refuses such requests in its own words.
  requireHostHeader: false,
};
const TLS_LIMITS = { handshakeTimeout: 10_000, minVersion: 'TLSv1.2' } as const;
const MOST_CONNECTIONS = 1000;
// Milliseconds after the last connection was taken in which its request must have come.
const ON_ITS_WAY = 500;

/** Starts to listen. Rejects with the system's error, for example EADDRINUSE. */
export async function listen(
  app: RequestListener,
  { host, port, tls }: ListenSettings,
  surroundings: ListenSurroundings,
): Promise<Listener> {
  const server =
    tls === undefined
      ? createHttpServer(LIMITS)
      : createHttpsServer({ ...LIMITS, ...TLS_LIMITS, cert: tls.certificate, key: tls.key });
  server.maxConnections = MOST_CONNECTIONS;
  const connections = new Connections(server);
  const answer: RequestListener = (request, response) => {
    request.url = readableTarget(request);
    app(request, response);
  };
  server.on('request', answer).on('checkExpectation', answer);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    connections.refuse(error, socket as Socket, surroundings),
  );
  server.on('drop', () =>
    surroundings.log.warn({ most: MOST_CONNECTIONS }, 'too many connections: one was refused'),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port: used, family } = server.address() as AddressInfo;
  const shown = family === 'IPv6' ? `[${address}]` : address;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${shown}:${used}`,
    close: (patience) => connections.end(patience),
  };
}

// Express answers a target that it cannot parse by itself, in HTML; no endpoint has this path.
const NO_PATH = '/%';

function readableTarget({ url = NO_PATH }: IncomingMessage): string {
  return url.startsWith('/') || URL.canParse(url) ? url : NO_PATH;
}

/** The sockets of one server, those within a TLS handshake included, which Node's own account leaves out. */
class Connections {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #answering = new Map<Socket, ServerResponse>();

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#answering.set(request.socket, response);
      response.once('close', () => this.#answering.delete(request.socket));
    });
  }

  /** Answers what Node's parser refused, and closes the connection. */
  refuse(error: NodeJS.ErrnoException, socket: Socket, { log, newRequestId }: ListenSurroundings): void {
    const { code = '' } = error;
    const running = this.#answering.get(socket);
    if (running !== undefined) {
      // These octets are not those of the request that is being answered.
      running.once('close', () => socket.destroy());
    } else if (socket.writable && /^(?:HPE_|ERR_HTTP_)/.test(code)) {
      const requestId = newRequestId();
      log.info({ request_id: requestId, reason: code }, 'a request could not be read');
      socket.end(unreadableAnswer(code, requestId), () => socket.destroy());
    } else {
      // A failed TLS handshake: nothing can be said over it.
      socket.destroy();
    }
  }

  async end(patience: number): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      // Node's http close would also cut connections whose request is on its way.
      NetServer.prototype.close.call(this.#server, () => resolve());
    });
    const quiet = sleep(Math.min(ON_ITS_WAY, patience)).then(() => {
      for (const socket of this.#open) if (socket.bytesRead === 0) socket.destroy();
      return setInterval(() => this.#server.closeIdleConnections(), 50);
    });
    const cutOff = setTimeout(() => {
      for (const socket of this.#open) socket.destroy();
    }, patience);
    await closed;
    clearTimeout(cutOff);
    clearInterval(await quiet);
  }
}
