/**
 * One listening socket for one app: TLS or plain, limits on what a client may send, and an end in which no request
 * that came in is lost. What the app answers is not known here.
 */
import { createServer as createHttpServer, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { problemBody } from './problems.ts';

/** Where to listen; port 0 takes any free one. `tls` holds PEM texts. */
export interface ListenSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
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

// A userid of 10 kB in UTF-8 is 30 kB when escaped; it is to get its own answer and not the parser's.
const LARGEST_HEAD = 128 * 1024;
// Milliseconds after the last connection was taken in which its request must have come.
const ON_ITS_WAY = 500;

/** Starts to listen. Rejects with the system's error, for example EADDRINUSE. */
export async function listen(
  app: RequestListener,
  settings: ListenSettings,
  newRequestId: () => string,
): Promise<Listener> {
  const { host, port, tls } = settings;
  const options = {
    maxHeaderSize: LARGEST_HEAD,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
  };
  const server =
    tls === undefined
      ? createHttpServer(options, app)
      : createHttpsServer({ ...options, cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' }, app);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    refuseUnreadable(error, socket as Socket, newRequestId()),
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
    close: (patience) => end(server, patience),
  };
}

async function end(server: Server, patience: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    // Node's http close would also cut connections whose request is on its way.
    NetServer.prototype.close.call(server, () => resolve());
  });
  const quiet = sleep(Math.min(ON_ITS_WAY, patience)).then(() =>
    setInterval(() => server.closeIdleConnections(), 50),
  );
  const cutOff = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearTimeout(cutOff);
  clearInterval(await quiet);
}

/** What Node's parser refuses never reaches the app; too long a target is a userid that nobody has. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket, requestId: string): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const body = error.code === 'HPE_HEADER_OVERFLOW' ? problemBody('bad_userid', requestId) : '';
  socket.end(
    [
      `HTTP/1.1 400 ${STATUS_CODES[400]}`,
      `X-Request-Id: ${requestId}`,
      'Cache-Control: no-store',
      'Cache-Status: ldap-user-info; fwd=bypass',
      ...(body === '' ? [] : ['Content-Type: application/problem+json']),
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
