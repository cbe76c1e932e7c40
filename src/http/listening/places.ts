/**
 * Who keeps a place where more connect than there are places: each address has its share, and whoever has shown nothing
 * yet goes before those who have. What a connection says, and how it ends otherwise, is connections.ts's.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Logger } from 'pino';

/** What of the world decides about places. */
export interface PlacesSurroundings {
  readonly log: Logger;
  /** Whether a right proof of who asks came over this connection. */
  readonly isProven: (socket: Socket) => boolean;
}

/** One open connection. */
interface Place {
  /** The TCP side of it. */
  readonly socket: Socket;
  readonly share: Share;
  /** Requests that came and are not answered yet. */
  underWay: number;
  isProven: boolean;
  /** Whether it came when all places were taken by requests under way, and has had no answer yet. */
  isBeyond: boolean;
}

/**
 * What one address has; of IPv6 one network of 64 bits, as a single machine has all of it. Places over which nothing is
 * under way stand in one of the sets, the oldest, or the longest idle, first.
 */
interface Share {
  readonly address: string;
  open: number;
  readonly unproven: Set<Place>;
  readonly proven: Set<Place>;
  readonly beyond: Set<Place>;
}

// For connections that come when requests under way fill all places: each is told that it is too much, and then ends.
const TO_REFUSE = 100;
const TOLD_EVERY = 10_000;

/** The connections of one server that are open. */
export class Places {
  readonly #most: number;
  readonly #surroundings: PlacesSurroundings;
  readonly #shares = new Map<string, Share>();
  readonly #open = new Map<Socket, Place>();
  readonly #byPeer = new Map<string, Place>();
  readonly #secured = new WeakMap<Socket, Place>();
  #closed = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** @param most how many connections there are places for */
  constructor(most: number, surroundings: PlacesSurroundings) {
    this.#most = most;
    this.#surroundings = surroundings;
  }

  /**
   * Gives the connection a place. Where there is none left another one is closed: of those over which no right proof
   * came the oldest of the address that has most of them, else likewise one that is idle.
   */
  take(socket: Socket): void {
    const isBeyond = !this.#makeRoom();
    const share = this.#shareOf(addressOf(socket));
    const place: Place = { socket, share, underWay: 0, isProven: false, isBeyond };
    share.open++;
    restingOf(place).add(place);
    this.#open.set(socket, place);
    const peer = peerOf(socket);
    this.#byPeer.set(peer, place);
    socket.once('close', () => {
      if (this.#byPeer.get(peer) === place) this.#byPeer.delete(peer);
      this.#release(place);
    });
  }

  /** Requests know the TLS side of a connection. */
  secured(socket: TLSSocket): void {
    const place = this.#byPeer.get(peerOf(socket));
    if (place !== undefined) this.#secured.set(socket, place);
  }

  /**
   * A request came over it.
   * @returns whether it can be answered; else there are too many under way, and too many connections of this address
   */
  begin(socket: Socket): boolean {
    const place = this.#placeOf(socket);
    if (place === undefined) return true;
    if (place.underWay++ === 0) restingOf(place).delete(place);
    return !(place.isBeyond && this.#open.size > this.#most && this.#hasMoreThanItsShare(place));
  }

  /** The request was answered, or given up. */
  done(socket: Socket): void {
    const place = this.#placeOf(socket);
    if (place === undefined) return;
    place.isBeyond = false;
    place.isProven ||= this.#surroundings.isProven(socket);
    if (--place.underWay === 0 && this.#open.has(place.socket)) restingOf(place).add(place);
  }

  #placeOf(socket: Socket): Place | undefined {
    return this.#open.get(socket) ?? this.#secured.get(socket);
  }

  #hasMoreThanItsShare({ share }: Place): boolean {
    return share.open > this.#most / this.#shares.size;
  }

  /** Whether there is a place for one more now. */
  #makeRoom(): boolean {
    if (this.#open.size < this.#most) return true;
    const idle = this.#first('unproven') ?? this.#first('proven');
    const goes = idle ?? (this.#open.size < this.#most + TO_REFUSE ? undefined : this.#first('beyond'));
    if (goes !== undefined) {
      this.#release(goes);
      goes.socket.destroy();
      this.#tell(goes);
    }
    return idle !== undefined;
  }

  /** The first of the address that has most of them; none with a request under way. */
  #first(kind: 'unproven' | 'proven' | 'beyond'): Place | undefined {
    let most: Set<Place> | undefined;
    for (const share of this.#shares.values()) if (share[kind].size > (most?.size ?? 0)) most = share[kind];
    return most?.values().next().value;
  }

  #release(place: Place): void {
    if (!this.#open.delete(place.socket)) return;
    const { share } = place;
    restingOf(place).delete(place);
    if (--share.open === 0) this.#shares.delete(share.address);
  }

  #shareOf(address: string): Share {
    const known = this.#shares.get(address);
    if (known !== undefined) return known;
    const share = {
      address,
      open: 0,
      unproven: new Set<Place>(),
      proven: new Set<Place>(),
      beyond: new Set<Place>(),
    };
    this.#shares.set(address, share);
    return share;
  }

  // A line for each would be a flood of its own.
  #tell({ share: { address } }: Place): void {
    this.#closed++;
    const now = performance.now();
    if (now - this.#toldAt < TOLD_EVERY) return;
    this.#surroundings.log.warn(
      { most: this.#most, closed: this.#closed, address },
      'too many connections: for new ones those without a request, or idle, are closed, first of the address that has most',
    );
    this.#toldAt = now;
    this.#closed = 0;
  }
}

/** Where it stands while nothing is under way over it. */
function restingOf({ share, isProven, isBeyond }: Place): Set<Place> {
  return isBeyond ? share.beyond : isProven ? share.proven : share.unproven;
}

/** Requests know the TLS side of a connection and the server its TCP side; both have the same peer. */
export function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** What has one share: an IPv4 address, however it is written, or the first 64 bits of an IPv6 address. */
function addressOf({ remoteAddress = '' }: Socket): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(remoteAddress)?.[1];
  if (mapped !== undefined || !remoteAddress.includes(':')) return mapped ?? remoteAddress;
  const [left = '', right = ''] = remoteAddress.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [first, last] = [groups(left), groups(right)];
  const missing = Math.max(0, 8 - first.length - last.length);
  return `${[...first, ...Array<string>(missing).fill('0'), ...last].slice(0, 4).join(':')}::/64`;
}
