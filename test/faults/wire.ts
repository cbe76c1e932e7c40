/**
 * One connection of a client as it lies on the wire, below TLS: every octet that the client sends is kept, and what goes
 * to the client can be slowed down, cut or swallowed there.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** What becomes of the octets that go to the client. */
export type Passing = 'whole' | 'drip' | 'half' | 'nothing';

/** Milliseconds between octets: a message of 14, the shortest there is, takes longer than any limit of the matrix. */
export const DRIP_EVERY = 600;

export class Wire extends Duplex {
  passing: Passing = 'whole';
  readonly #socket: Socket;

  /** @param keep gets what the client sends */
  constructor(socket: Socket, keep: (octets: Buffer) => void) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    socket.on('data', (octets: Buffer) => {
      keep(octets);
      this.push(octets);
    });
    socket.on('close', () => this.destroy());
    this.on('error', () => {});
  }

  /** Sends a FIN; what the client sends is still read. */
  finish(): void {
    this.#socket.end();
    this.passing = 'nothing';
  }

  /** Sends a RST. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  override _read(): void {}

  override _write(octets: Buffer, _encoding: string, done: () => void): void {
    void this.#pass(octets).then(() => done());
  }

  override _final(done: () => void): void {
    if (this.passing === 'whole') this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  async #pass(octets: Buffer): Promise<void> {
    if (this.#socket.destroyed || this.passing === 'nothing') return;
    if (this.passing === 'whole') this.#socket.write(octets);
    else if (this.passing === 'half') {
      this.#socket.write(octets.subarray(0, Math.floor(octets.length / 2)));
      this.finish();
    } else
      for (const octet of octets) {
        if (this.#socket.destroyed) return;
        this.#socket.write(Buffer.of(octet));
        await sleep(DRIP_EVERY, undefined, { ref: false });
      }
  }
}
