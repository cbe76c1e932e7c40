/**
 * The open connections of one server: what Node's parser refuses is answered here, and their end is one in which no
 * request that came in is lost. Listening itself is server.ts's, who keeps a place where there are too many places.ts's.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep, setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { type TLSSocket, Server as TlsServer } from 'node:tls';
import type { Logger } from 'pino';
import { Pipelining } from './pipelining.ts';
import { type Places, peerOf } from './places.ts';
import { asOctets, noTunnel, unreadable } from './unreadable.ts';

/** What listening needs of the world. */
export interface ListenSurroundings {
  readonly log: Logger;
  readonly newRequestId: () => string;
}

// Milliseconds for which a moment is waited for in which nobody connects.
const QUIET_WITHIN = 100;
// Milliseconds after the last connection was taken in which its request must have come.
const ON_ITS_WAY = 500;

/** The sockets of one server, those within a TLS handshake included, which Node's own account leaves out. */
export class Connections {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #answering = new Map<Socket, ServerResponse>();
  /** Peers that showed no certificate, and so have proven nothing by one. */
  readonly #unproven = new Set<string>();
  readonly #places: Places;
  readonly #pipelining = new Pipelining();
  /** By peer, the connections whose TLS handshake is done. */
  readonly #secured = new Map<string, TLSSocket>();
  /** Peers whose handshake began under an authority that may not be asked any more when it is done, and who stays then. */
  readonly #inHandshake = new Map<string, (socket: TLSSocket) => boolean>();
  #draining = false;
  #isOver = false;

  constructor(server: Server, places: Places) {
    this.#server = server;
    this.#places = places;
    server.on('connection', (socket: Socket) => {
      const peer = peerOf(socket);
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.#inHandshake.delete(peer);
      });
      places.take(socket);
    });
    server.on('secureConnection', (socket: TLSSocket) => {
      places.secured(socket);
      const peer = peerOf(socket);
      this.#secured.set(peer, socket);
      if (socket.getPeerX509Certificate() === undefined) this.#unproven.add(peer);
      else if (this.#inHandshake.get(peer)?.(socket) === false) socket.destroy();
      socket.once('close', () => {
        this.#secured.delete(peer);
        this.#unproven.delete(peer);
      });
    });
  }

  /**
   * Notes a request that came, and has it answered once its turn has come.
   * @param answer is told whether it can be answered; else requests under way fill all places
   */
  begin(
    { socket }: IncomingMessage,
    response: ServerResponse,
    answer: (canBeAnswered: boolean) => void,
  ): void {
    const canBeAnswered = this.#places.begin(socket);
    const earlier = this.#answering.get(socket);
    this.#answering.set(socket, response);
    response.once('close', () => {
      this.#places.done(socket);
      // A pipelined request may have taken its place.
      if (this.#answering.get(socket) === response) this.#answering.delete(socket);
    });
    if (this.#draining) {
      // Of pipelined requests the last one says it: after an answer that does, nothing more is answered.
      if (earlier?.headersSent === false) earlier.removeHeader('Connection');
      sayClose(response);
    }
    this.#pipelining.begin(socket, response, () => answer(canBeAnswered));
  }

  /**
   * From now on each answer says that its connection ends with it (RFC 9112 section 9.6), those to requests under way
   * included. Connections are taken and requests answered as before.
   */
  drain(): void {
    this.#draining = true;
    for (const response of this.#answering.values()) sayClose(response);
  }

  /** Whether whatever comes now comes too late to be begun: no new ones are taken, and none is on its way any more. */
  get isOver(): boolean {
    return this.#isOver;
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
      socket.end(asOctets(unreadable(code, requestId)), () => socket.destroy());
    } else {
      // A failed TLS handshake: nothing can be said over it.
      socket.destroy();
    }
  }

  /** Answers who asks for a tunnel, whose connection Node would close without a word. */
  refuseTunnel(socket: Socket, { newRequestId }: ListenSurroundings): void {
    const running = this.#answering.get(socket);
    // Node no longer reads it, nor minds its errors, by which it is closed already.
    socket.on('error', () => undefined);
    if (running !== undefined) running.once('close', () => socket.destroy());
    else socket.end(asOctets(noTunnel(newRequestId())), () => socket.destroy());
  }

  /**
   * Ends those that showed a certificate, but for some: as soon as their request is answered where there is one under
   * way, else now, or once their handshake is done.
   * @param stays whether a certificate proves what it did
   */
  retire(stays: (socket: TLSSocket) => boolean): void {
    for (const socket of this.#open) {
      const peer = peerOf(socket);
      const secured = this.#secured.get(peer);
      if (secured === undefined) this.#inHandshake.set(peer, stays);
      else if (!this.#unproven.has(peer) && !stays(secured)) this.#endSoon(secured);
    }
  }

  #endSoon(socket: TLSSocket): void {
    const response = this.#answering.get(socket);
    if (response === undefined) socket.destroy();
    else if (!response.headersSent) sayClose(response);
    else response.once('close', () => socket.end());
  }

  /** Takes no new ones, waits for the requests under way, and cuts off what is left after `patience` milliseconds. */
  async end(patience: number, onItsWay = ON_ITS_WAY): Promise<void> {
    await this.#quietTurn(Math.min(QUIET_WITHIN, patience));
    const closed = new Promise<void>((resolve) => {
      // Node's http close would also cut connections whose request is on its way.
      NetServer.prototype.close.call(this.#server, () => resolve());
    });
    const quiet = sleep(Math.min(onItsWay, patience)).then(() => {
      this.#isOver = true;
      for (const socket of this.#open) if (!this.#asksSomething(socket)) socket.destroy();
      return setInterval(() => this.#server.closeIdleConnections(), 50);
    });
    const cutOff = setTimeout(() => {
      for (const socket of this.#open) socket.destroy();
    }, patience);
    await closed;
    clearTimeout(cutOff);
    clearInterval(await quiet);
  }

  // What a TLS handshake brings is no part of a request.
  #asksSomething(socket: Socket): boolean {
    const reading = this.#server instanceof TlsServer ? this.#secured.get(peerOf(socket)) : socket;
    return reading !== undefined && reading.bytesRead > 0;
  }

  // Connections that the system made and did not hand over yet are reset when the listening ends; there are none right
  // after a turn of the event loop in which nothing came.
  async #quietTurn(patience: number): Promise<void> {
    const until = performance.now() + patience;
    let isQuiet = false;
    const note = () => {
      isQuiet = false;
    };
    this.#server.on('connection', note).on('request', note);
    while (!isQuiet && performance.now() < until) {
      isQuiet = true;
      await turnOfTheLoop();
    }
  }
}

/** Says that the connection ends with this answer, where that can still be said. */
export function sayClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
