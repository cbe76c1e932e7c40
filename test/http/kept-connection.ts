/** One connection over which requests are written as they are, and answers read as they come, octet by octet. */
import { connect, type Socket } from 'node:net';

export class KeptConnection {
  readonly #socket: Socket;
  #received = '';
  #arrived: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.#received += text;
      this.#arrived();
    });
    socket.on('close', () => this.#arrived()).on('error', () => undefined);
  }

  /** @param url of which host and port count */
  static open(url: string): Promise<KeptConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    return new Promise((resolve, reject) => {
      socket.once('error', reject).once('connect', () => resolve(new KeptConnection(socket)));
    });
  }

  /** Sends the lines of a request's head, and resolves to the whole answer as it came over the wire. */
  async ask(...lines: readonly string[]): Promise<string> {
    this.#received = '';
    this.#socket.write(`${lines.join('\r\n')}\r\nHost: here\r\nConnection: keep-alive\r\n\r\n`);
    const hasBody = !lines[0]?.startsWith('HEAD ');
    while (!isWhole(this.#received, hasBody)) {
      if (this.#socket.destroyed) throw new Error(`the connection ended after ${this.#received}`);
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    return this.#received;
  }

  close(): void {
    this.#socket.destroy();
  }
}

function isWhole(text: string, hasBody: boolean): boolean {
  const end = text.indexOf('\r\n\r\n');
  const length = Number(/\r\nContent-Length: (\d+)/i.exec(text)?.[1]);
  return end !== -1 && (!hasBody || text.length >= end + 4 + length);
}

/** The answer without what differs from one to the next: the request's id, and the time of day. */
export function withoutIds(answer: string): string {
  return answer
    .replace(/^X-Request-Id: .*$/m, 'X-Request-Id: …')
    .replace(/^Date: .*$/m, 'Date: …')
    .replace(/"request_id":"[^"]*"/, '"request_id":"…"');
}
