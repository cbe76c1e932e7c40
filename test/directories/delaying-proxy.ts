/** A TCP proxy on loopback that passes everything on, and what the server sends so much later: a server far away, or busy. */
import { connect, createServer, type Socket } from 'node:net';

export interface DelayingProxy {
  readonly port: number;
  /** Connections that came so far. */
  readonly connections: number;
  /** Milliseconds for what the server sends from now on. */
  delay: number;
  stop(): Promise<void>;
}

/** Passes connections to this port of 127.0.0.1, at first without delay. */
export async function startDelayingProxy(target: number): Promise<DelayingProxy> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((client) => {
    connections++;
    const upstream = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
    }
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => setTimeout(() => client.writable && client.write(chunk), proxy.delay));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const proxy: DelayingProxy = {
    port: typeof address === 'object' && address ? address.port : 0,
    get connections() {
      return connections;
    },
    delay: 0,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}
