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
  /** When it came, or its last request was answered: the smallest is the oldest. */
  since: number;
  /** Requests that came and are not answered yet. */
  underWay: number;
  isProven: boolean;
  /** Whether it came when all places were taken by requests under way. */
  isBeyond: boolean;
}

/** What one address has; of IPv6 one network of 64 bits, as a single machine has all of it. */
interface Share {
  readonly address: string;
  open: number;
  unproven: number;
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
  #turn = 0;
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
    const share = this.#shareOf(addressOf(socket));
    const since = this.#turn++;
    const place: Place = { socket, share, since, underWay: 0, isProven: false, isBeyond: false };
    share.open++;
    share.unproven++;
    this.#open.set(socket, place);
    const peer = peerOf(socket);
    this.#byPeer.set(peer, place);
    socket.once('close', () => {
      if (this.#byPeer.get(peer) === place) this.#byPeer.delete(peer);
      this.#release(place);
    });
    if (this.#open.size > this.#most) this.#makeRoomFor(place);
  }

  /** Requests know the TLS side of a connection. */
  secured(socket: TLSSocket): void {
    const place = this.#byPeer.get(peerOf(socket));
    if (place !== undefined) this.#secured.set(socket, place);
  }

  /**
   * A request came over it.
   * @returns whether it can be answered; else there are too many under way, and most are of this address
   */
  begin(socket: Socket): boolean {
    const place = this.#placeOf(socket);
    if (place === undefined) return true;
    place.underWay++;
    const isTooMany = place.isBeyond && this.#open.size > this.#most && this.#hasMoreThanItsShare(place);
    return !isTooMany;
  }

  /** The request was answered, or given up. */
  done(socket: Socket): void {
    const place = this.#placeOf(socket);
    if (place === undefined) return;
    place.underWay--;
    place.since = this.#turn++;
    if (place.isProven || !this.#surroundings.isProven(socket)) return;
    place.isProven = true;
    if (this.#open.has(place.socket)) place.share.unproven--;
  }

  #placeOf(socket: Socket): Place | undefined {
    return this.#open.get(socket) ?? this.#secured.get(socket);
  }

  #hasMoreThanItsShare({ share }: Place): boolean {
    return share.open > this.#most / this.#shares.size;
  }

  #makeRoomFor(newcomer: Place): void {
    const idle = this.#first((place) => !place.isBeyond && place !== newcomer);
    newcomer.isBeyond = idle === undefined;
    const goes =
      idle ??
      (this.#open.size > this.#most + TO_REFUSE ? this.#first((place) => place !== newcomer) : undefined);
    if (goes === undefined) return;
    this.#release(goes);
    goes.socket.destroy();
    this.#tell(goes);
  }

  /** Of these places the one that is given up first; none with a request under way. */
  #first(isMeant: (place: Place) => boolean): Place | undefined {
    let first: Place | undefined;
    for (const place of this.#open.values())
      if (place.underWay === 0 && isMeant(place) && (first === undefined || goesBefore(place, first)))
        first = place;
    return first;
  }

  #release(place: Place): void {
    if (!this.#open.delete(place.socket)) return;
    const { share } = place;
    share.open--;
    if (!place.isProven) share.unproven--;
    if (share.open === 0) this.#shares.delete(share.address);
  }

  #shareOf(address: string): Share {
    const known = this.#shares.get(address);
    if (known !== undefined) return known;
    const share: Share = { address, open: 0, unproven: 0 };
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

function goesBefore(one: Place, other: Place): boolean {
  if (one.isProven !== other.isProven) return other.isProven;
  const count = ({ share, isProven }: Place) => (isProven ? share.open - share.unproven : share.unproven);
  const more = count(one) - count(other);
  return more === 0 ? one.since < other.since : more > 0;
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
