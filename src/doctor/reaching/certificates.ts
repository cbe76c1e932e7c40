/**
 * What a server shows of itself before it is trusted: its certificate, read over connections on which nothing else is
 * said. Whether a certificate is right is transport.ts's to decide.
 */
import { isIP, type Socket } from 'node:net';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { startTls } from '../../directory/ldap/start-tls.ts';
import { openSocket } from '../../directory/ldap/transport.ts';
import type { LdapTls, LdapUrl } from '../../directory/settings/settings.ts';
import { abortedAfter } from '../instruments.ts';

export interface PresentedCertificate {
  /** Who signed the last certificate that came, as `CN=…, O=…`. */
  readonly issuer: string;
  /** The names that it is good for: DNS names and addresses. */
  readonly names: readonly string[];
  /** The end of its time, as the certificate writes it. */
  readonly validTo: string;
}

/** What the server shows, over TLS at once or after StartTLS; undefined where it speaks no TLS that way. */
export async function shownCertificate(
  url: LdapUrl,
  tls: Pick<LdapTls, 'serverName' | 'startTls'>,
  limit: number,
): Promise<PresentedCertificate | undefined> {
  try {
    return await abortedAfter(limit, async (signal) => {
      const plain = await openSocket({ ...url, scheme: 'ldap' }, {}, signal);
      try {
        if (url.scheme === 'ldap' && tls.startTls === true) await startTls(plain, signal);
        return factsOf(await greeted(plain, tls.serverName ?? url.host, signal));
      } finally {
        plain.destroy();
      }
    });
  } catch {
    return undefined;
  }
}

function greeted(socket: Socket, name: string, signal: AbortSignal): Promise<DetailedPeerCertificate> {
  return new Promise((resolve, reject) => {
    // Nothing is sent over it, so nobody needs to be trusted.
    const secured: TLSSocket = connect({
      socket,
      ...(isIP(name) === 0 ? { servername: name } : {}),
      rejectUnauthorized: false,
    });
    const fail = () => reject(new Error('no TLS'));
    signal.addEventListener('abort', fail);
    secured.on('error', fail).on('close', fail);
    secured.once('secureConnect', () => resolve(secured.getPeerCertificate(true)));
  });
}

function factsOf(certificate: DetailedPeerCertificate): PresentedCertificate {
  let last = certificate;
  // The last one of a whole chain is its own issuer.
  while (last.issuerCertificate !== undefined && last.issuerCertificate !== last)
    last = last.issuerCertificate;
  const issuer = Object.entries(last.issuer ?? {}).map(
    ([type, value]) => `${type}=${[value].flat().join('+')}`,
  );
  const names = (certificate.subjectaltname ?? '')
    .split(', ')
    .map((name) => name.replace(/^(?:DNS|IP Address):/, ''))
    .filter((name) => name !== '');
  return { issuer: issuer.join(', '), names, validTo: certificate.valid_to };
}
