/**
 * What else a host offers where a server cannot be reached as configured: another port, TLS at once or by StartTLS.
 * Never less protection than the config asks for, and never another host: the bind password may follow.
 */
import { openSocket } from '../../directory/ldap/transport.ts';
import type { LdapTls, LdapUrl } from '../../directory/settings/settings.ts';
import { abortedAfter } from '../instruments.ts';
import { shownCertificate } from './certificates.ts';

export interface Offer {
  readonly url: LdapUrl;
  readonly startTls: boolean;
}

const LONGEST = 1500;

/**
 * The first that the host has.
 * @param mayTurn whether StartTLS may be switched on or off, which holds for all servers of a directory
 */
export async function offerOf(
  url: LdapUrl,
  tls: LdapTls,
  limit: number,
  mayTurn: boolean,
): Promise<Offer | undefined> {
  const now = url.scheme === 'ldap' && tls.startTls === true;
  const candidates: Offer[] = [
    { url: at('ldaps', url, url.port), startTls: false },
    { url: at('ldaps', url, 636), startTls: false },
    { url: at('ldap', url, url.port), startTls: true },
    { url: at('ldap', url, 389), startTls: true },
  ];
  const milliseconds = Math.min(LONGEST, limit);
  for (const offer of candidates) {
    const isSame = offer.url.text === at(url.scheme, url, url.port).text && offer.startTls === now;
    if (isSame || (offer.startTls !== now && !mayTurn)) continue;
    const shown = await shownCertificate(offer.url, { startTls: offer.startTls }, milliseconds);
    if (shown !== undefined) return offer;
  }
  const isPlain = url.scheme === 'ldap' && tls.startTls !== true;
  const plain = at('ldap', url, 389);
  if (isPlain && url.port !== 389 && (await isOpen(plain, milliseconds)))
    return { url: plain, startTls: false };
  return undefined;
}

async function isOpen(url: LdapUrl, limit: number): Promise<boolean> {
  try {
    const socket = await abortedAfter(limit, (signal) => openSocket(url, {}, signal));
    socket.destroy();
    return true;
  } catch {
    return false;
  }
}

function at(scheme: LdapUrl['scheme'], { host }: LdapUrl, port: number): LdapUrl {
  const name = host.includes(':') ? `[${host}]` : host;
  const isUsual = port === (scheme === 'ldaps' ? 636 : 389);
  return { scheme, host, port, text: `${scheme}://${name}${isUsual ? '' : `:${port}`}` };
}
