/** A TCP proxy on loopback that keeps every byte that passes it, and can cut, hold or change them. */
import { connect, createServer, type Socket } from 'node:net';

/** What is passed on in place of a chunk; undefined to hold it back for good. */
export type Change = (chunk: Buffer, index: number) => Buffer | undefined;

export interface RecordedConnection {
  /** What the client sent, in its chunks, whether passed on or not. */
  readonly sent: readonly Buffer[];
  /** What the server sent. */
  readonly received: readonly Buffer[];
}

export interface RecordingProxy {
  readonly port: number;
  readonly connections: readonly RecordedConnection[];
  /** Changes what the client sends; `index` counts the chunks of one connection. */
  toServer: Change;
  toClient: Change;
  /** Milliseconds after which what the server sends is passed on: a server far away, or busy. */
  delay: number;
  /** Cuts every connection. */
  drop(): void;
  stop(): Promise<void>;
}

const same: Change = (chunk) => chunk;

/** Passes connections to this port of 127.0.0.1. */
export async function startRecordingProxy(target: number, host = '127.0.0.1'): Promise<RecordingProxy> {
  const connections: { sent: Buffer[]; received: Buffer[] }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const record = { sent: [] as Buffer[], received: [] as Buffer[] };
    connections.push(record);
    const pass = (from: Socket, to: Socket, kept: Buffer[], changeOf: () => Change, delayOf = () => 0) => {
      sockets.add(from);
      from
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(from);
          to.destroy();
        });
      from.on('data', (chunk: Buffer) => {
        kept.push(chunk);
        const changed = changeOf()(chunk, kept.length - 1);
        if (changed === undefined) return;
        const send = () => void (to.destroyed || to.write(changed));
        if (delayOf() === 0) send();
        else setTimeout(send, delayOf());
      });
    };
    pass(client, upstream, record.sent, () => proxy.toServer);
    pass(
      upstream,
      client,
      record.received,
      () => proxy.toClient,
      () => proxy.delay,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  const proxy: RecordingProxy = {
    port: typeof address === 'object' && address ? address.port : 0,
    connections,
    toServer: same,
    toClient: same,
    delay: 0,
    drop,
    stop: () => {
      drop();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}
