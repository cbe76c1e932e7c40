/**
 * The client certificate of a TLS connection, where it proves anything: an authority of ours vouches for it and it is
 * valid now. Whose it is, callers.ts finds out.
 */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { readShown, type ShownCertificate } from '../../caller-certificate.ts';

const shown = new WeakMap<TLSSocket, ShownCertificate>();

/**
 * The certificate, or undefined where there is none or it proves nothing.
 * @param now milliseconds since 1970
 */
export function provenCertificate(socket: Socket, now: number): ShownCertificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate = shown.get(socket) ?? read(socket);
  // TLS has looked at the dates once; connections, and sessions that are resumed, may outlive them.
  return certificate !== undefined && certificate.validFrom <= now && now < certificate.validTo
    ? certificate
    : undefined;
}

/** For the log: what TLS made of the client certificate, if there is one. */
export function certificateState(socket: Socket): string {
  if (!(socket instanceof TLSSocket) || socket.getPeerX509Certificate() === undefined)
    return 'no client certificate';
  // Node's types promise an Error; it is OpenSSL's code.
  return socket.authorized
    ? 'with a client certificate of our authority'
    : `client certificate refused: ${String(socket.authorizationError)}`;
}

function read(socket: TLSSocket): ShownCertificate | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  const read = readShown(certificate);
  shown.set(socket, read);
  return read;
}
