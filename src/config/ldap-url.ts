/**
 * `ldaps://host:port`, or `srv:domain`, as an operator writes it. Only the server is taken from a URL: what RFC 4516 lets follow it
 * (base, attributes, filter) stands under its own keys, and is refused here rather than ignored.
 */
import { isIP, isIPv6 } from 'node:net';
import type { LdapSrv, LdapUrl } from '../directory/settings/settings.ts';
import { isHost } from './scalars.ts';

const SERVER = /^(ldaps?):\/\/(?:\[([^\]]*)\]|([^:/?#@[\]]*))(?::(\d{1,5}))?\/?$/i;

/** Parses one of `urls`. Throws an Error whose message repeats nothing of the text: it could hold a password. */
export function parseLdapUrl(text: string): LdapUrl {
  if (!/^ldaps?:\/\//i.test(text)) throw new Error('it starts with neither ldaps:// nor ldap:// nor srv:');
  if (text.includes('@')) throw new Error('a user or password cannot stand in it; see bind');
  const [, scheme, address, name, digits] = SERVER.exec(text) ?? [];
  if (scheme === undefined) throw new Error('only a host and a port may follow, as in ldaps://HOST:636');
  const host = address ?? name ?? '';
  if (address === undefined ? !isHost(host) : !isIPv6(host)) {
    throw new Error(host === '' ? 'the host is missing' : 'the host is neither a name nor an address');
  }
  const secure = scheme.toLowerCase() === 'ldaps';
  const port = digits === undefined ? (secure ? 636 : 389) : Number(digits);
  if (port < 1 || port > 65_535) throw new Error('the port is not from 1 to 65535');
  return { scheme: secure ? 'ldaps' : 'ldap', host, port, text };
}

/**
 * Parses one of `urls`, `srv:DOMAIN` included. Throws like {@link parseLdapUrl}.
 * @param service what to look up where DNS is to name the servers
 */
export function parseServer(text: string, service: LdapSrv['service']): LdapUrl | LdapSrv {
  const [, domain] = /^srv:(.*)$/is.exec(text) ?? [];
  if (domain === undefined) return parseLdapUrl(text);
  if (/^_ldaps?\._tcp\./i.test(domain)) throw new Error('only the domain follows srv:, without _ldap._tcp');
  if (!isHost(domain) || isIP(domain) !== 0)
    throw new Error('a DNS domain follows srv:, and nothing besides');
  return { scheme: 'srv', domain, service, text };
}
