/**
 * One listening socket for one app: TLS or plain, limits on what a client may send or hold open, and an end in which
 * no request that came in is lost. What the app answers is not known here; what never reaches it is refused here.
 */
import { constants } from 'node:crypto';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import { isProven } from '../proven.ts';
import { Connections, type ListenSurroundings, sayClose } from './connections.ts';
import type { Messages } from './messages.ts';
import { Places } from './places.ts';
import { MOST_FIELDS, type RequestShape, shapeOf } from './request-shape.ts';
import { isVouchedFor, trustAnchorsIn } from './trust-anchors.ts';
import { sendRefusal, tooManyRequests, unreadable } from './unreadable.ts';

/** Where to listen; port 0 takes any free one. */
export interface ListenSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: ListenTls | undefined;
  /** How many connections there are places for; 1000 where left out. */
  readonly places?: number | undefined;
}

/** PEM texts. Where there is a client authority, clients are asked for a certificate; what it proves is the app's. */
export interface ListenTls {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa: string | undefined;
}

/** An app that answers on a socket. */
export interface Listener {
  /** `http://127.0.0.1:8443`, with the port in use. */
  readonly url: string;
  /** Whether it is bound to a loopback address, so that nobody reaches it but this machine. */
  readonly isLoopback: boolean;
  /** Whether it is closed, but for the requests under way: what comes now comes too late to be begun. */
  readonly isOver: boolean;
  /** Goes on as before, but from now on every answer says that its connection ends with it. */
  drain(): void;
  /**
   * Ends it: takes no new connections, waits for the requests under way, at most `patience` milliseconds, and cuts off
   * what is left then.
   * @param onItsWay milliseconds for which requests are waited for that may be on their way; half a second where left out
   */
  close(patience: number, onItsWay?: number): Promise<void>;
  /**
   * Uses other certificates from the next handshake on. Connections that an authority vouched for which is asked no more
   * end with the request under way. Throws, and changes nothing, where TLS cannot use them or the listener is a plain
   * one.
   */
  renew(tls: ListenTls): void;
}

const LIMITS = {
  // A userid of 10 kB in UTF-8 is 30 kB when escaped; it is to get its own answer and not the parser's.
  maxHeaderSize: 128 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 65_000,
  // Refused in our own words.
  requireHostHeader: false,
  // Whatever the process was started with.
  insecureHTTPParser: false,
};
const TLS_LIMITS = { handshakeTimeout: 10_000 } as const;
const MOST_CONNECTIONS = 1000;
// So that many who connect at once are not refused by the system before anybody here sees them.
const BACKLOG = 4096;

/**
 * Starts to listen. Rejects with the system's error, for example EADDRINUSE.
 * @param messages Node's own where left out
 */
export async function listen(
  app: RequestListener,
  { host, port, tls, places = MOST_CONNECTIONS }: ListenSettings,
  surroundings: ListenSurroundings,
  messages?: Messages,
): Promise<Listener> {
  const options = { ...LIMITS, ...messages };
  const secure =
    tls === undefined
      ? undefined
      : createHttpsServer({ ...options, ...TLS_LIMITS, ...contextOf(tls), ...clientCertificates(tls) });
  const server = secure ?? createHttpServer(options);
  server.maxHeadersCount = MOST_FIELDS;
  const connections = new Connections(server, new Places(places, { log: surroundings.log, isProven }));
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    // What came with the end of a handshake is read though the connection was ended.
    if (request.socket.destroyed) return;
    connections.begin(request, response, (canBeAnswered) => answer(request, response, canBeAnswered));
  };
  const answer = (request: IncomingMessage, response: ServerResponse, canBeAnswered: boolean): void => {
    // Of several that came together an earlier one may have ended the connection.
    if (request.socket.destroyed) return;
    const shape = shapeOf(request);
    if (shape.isLast) sayClose(response);
    if (shape.fault !== undefined || !canBeAnswered) {
      refuse(response, shape, surroundings);
      return;
    }
    request.url = readableTarget(request);
    app(request, response);
  };
  // Nobody is asked to go on with a body: none is read here.
  server.on('request', take).on('checkExpectation', take).on('checkContinue', take);
  server.on('connect', (_request, socket) => connections.refuseTunnel(socket as Socket, surroundings));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    connections.refuse(error, socket as Socket, surroundings),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port: used, family } = server.address() as AddressInfo;
  const shown = family === 'IPv6' ? `[${address}]` : address;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${shown}:${used}`,
    isLoopback: address === '::1' || /^(?:::ffff:)?127\./i.test(address),
    get isOver() {
      return connections.isOver;
    },
    drain: () => connections.drain(),
    close: (patience, onItsWay) => connections.end(patience, onItsWay),
    renew: (next) => {
      if (secure === undefined || tls === undefined)
        throw new Error('a listener without TLS cannot begin it');
      const anchors = trustAnchorsIn(next.clientCa);
      // With it go the keys of its tickets: no session that began under the old authority is resumed.
      secure.setSecureContext(contextOf(next));
      Object.assign(secure, clientCertificates(next));
      if (next.clientCa !== tls.clientCa) connections.retire((socket) => isVouchedFor(socket, anchors));
      tls = next;
    },
  };
}

function contextOf({ certificate, key, clientCa }: ListenTls): SecureContextOptions {
  return {
    cert: certificate,
    key,
    minVersion: 'TLSv1.2',
    // The socket would go on saying that its certificate is right when it shows another one.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ...(clientCa === undefined ? {} : { ca: clientCa }),
  };
}

/** A client without a right certificate is not refused here: another proof may be all that its endpoint asks for. */
function clientCertificates({ clientCa }: ListenTls): TlsOptions {
  return { requestCert: clientCa !== undefined, rejectUnauthorized: false };
}

function refuse(
  response: ServerResponse,
  { fault, isTooLong }: RequestShape,
  { log, newRequestId }: ListenSurroundings,
): void {
  const requestId = newRequestId();
  const reason = fault ?? 'requests under way fill all places';
  log.info({ request_id: requestId, reason }, fault === undefined ? TOO_MANY : UNREADABLE);
  const code = isTooLong === true ? 'HPE_HEADER_OVERFLOW' : '';
  sendRefusal(response, fault === undefined ? tooManyRequests(requestId) : unreadable(code, requestId));
}

const UNREADABLE = 'a request could not be read';
const TOO_MANY = 'a request was too much';

// Express answers a target that it cannot parse by itself, in HTML; no endpoint has this path.
const NO_PATH = '/%';

function readableTarget({ url = NO_PATH }: IncomingMessage): string {
  return url.startsWith('/') || URL.canParse(url) ? url : NO_PATH;
}
