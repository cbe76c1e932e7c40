/**
 * One connection that asks for anything in any way and takes any answer, with as little work as can be; made anew where
 * the service ends it. Unlike load.ts it does not stop at what is no 200.
 */
import { connect, type Socket } from 'node:net';

export interface Asked {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Path and query. */
  readonly target: string;
  /** `user:password`; none is sent where left out. */
  readonly credentials?: string | undefined;
}

export interface Answered {
  readonly status: number;
  /** Status line and fields. */
  readonly head: string;
  readonly body: string;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

export class Asker {
  readonly #port: number;
  #socket: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #end: ((answered: Answered | undefined) => void) | undefined;
  #hasBody = true;

  /** @param port on 127.0.0.1 */
  constructor(port: number) {
    this.#port = port;
  }

  /** Undefined where the connection ended in place of an answer. */
  ask({ method, target, credentials }: Asked): Promise<Answered | undefined> {
    return new Promise((resolve) => {
      this.#end = resolve;
      this.#hasBody = method !== 'HEAD';
      const proof =
        credentials === undefined
          ? ''
          : `Authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`;
      const length = method === 'POST' ? 'Content-Length: 0\r\n' : '';
      this.#socket ??= this.#open();
      this.#socket.write(
        `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1:${this.#port}\r\n${proof}${length}\r\n`,
      );
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect(this.#port, '127.0.0.1');
    socket.setNoDelay(true);
    const lose = () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#received = Buffer.alloc(0);
      this.#answer(undefined);
    };
    socket
      .on('data', (chunk: Buffer) => this.#take(chunk))
      .on('error', lose)
      .on('close', lose);
    return socket;
  }

  #answer(answered: Answered | undefined): void {
    const end = this.#end;
    this.#end = undefined;
    end?.(answered);
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const bodyAt = this.#received.indexOf(END_OF_HEAD) + END_OF_HEAD.length;
    if (bodyAt < END_OF_HEAD.length) return;
    const head = this.#received.toString('latin1', 0, bodyAt);
    const length = this.#hasBody ? Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0) : 0;
    if (this.#received.length < bodyAt + length) return;
    const body = this.#received.toString('utf8', bodyAt, bodyAt + length);
    this.#received = Buffer.alloc(0);
    if (/\r\nconnection: close/i.test(head)) {
      const socket = this.#socket;
      this.#socket = undefined;
      socket?.destroy();
    }
    this.#answer({ status: Number(head.slice(9, 12)), head, body });
  }
}
