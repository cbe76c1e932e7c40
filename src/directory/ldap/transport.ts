/**
 * The way to one server: TCP, then TLS at once (ldaps) or after StartTLS, verified before a byte of LDAP is sent that
 * tells anything. Time is the caller's; what is said over the socket is connection.ts's.
 */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { LdapTls, LdapUrl } from '../settings/settings.ts';
import { ClosedError, startTls } from './start-tls.ts';

/** Where to connect, and how the other side is then spoken to. */
export interface Endpoint extends Omit<LdapUrl, 'text'> {
  /** The host's address to connect to; where there is none, any of them. */
  readonly address?: string;
  /** Milliseconds for TCP alone, where it has less than all the time there is. */
  readonly reachedWithin?: number;
}

/**
 * A socket that is connected, and encrypted where it must be. Rejects with the network's or TLS' own error, and with
 * an Error where the signal is aborted; there is no socket then.
 */
export async function openSocket(endpoint: Endpoint, tls: LdapTls, signal: AbortSignal): Promise<Socket> {
  const { scheme, host, port, address = host, reachedWithin } = endpoint;
  const plain = connect({ host: address, port, noDelay: true, keepAlive: true });
  const reached =
    reachedWithin === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(reachedWithin)]);
  await ready(plain, 'connect', reached);
  if (scheme === 'ldap' && tls.startTls !== true) return plain;
  try {
    if (scheme === 'ldap') await startTls(plain, signal);
    return await ready(secured(plain, tls.serverName ?? host, tls), 'secureConnect', signal);
  } catch (error) {
    plain.destroy();
    throw error;
  }
}

function secured(socket: Socket, name: string, { ca, client }: LdapTls): Socket {
  return connectTls({
    socket,
    // The name that the certificate is checked against; an address may not be sent as SNI (RFC 6066 section 3).
    host: name,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  });
}

function ready<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      signal.removeEventListener('abort', onAbort);
      socket.off(event, onReady).off('error', settle).off('close', onClose);
      if (error === undefined) return resolve(socket);
      // An error that comes later has nobody to hear it and would end the process.
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const onReady = () => settle();
    const onClose = () => settle(new ClosedError('the server closed the connection'));
    const onAbort = () => settle(new Error('no answer in time'));
    socket.on(event, onReady).on('error', settle).on('close', onClose);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}
