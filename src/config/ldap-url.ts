/**
 * `ldaps://host:port` as an operator writes it. Only the server is taken from a URL: what RFC 4516 lets follow it
 * (base, attributes, filter) stands under its own keys, and is refused here rather than ignored.
 */
import { isIPv6 } from 'node:net';
import type { LdapUrl } from '../directory/settings.ts';
import { isHost } from './scalars.ts';

const SERVER = /^(ldaps?):\/\/(?:\[([^\]]*)\]|([^:/?#@[\]]*))(?::(\d{1,5}))?\/?$/i;

/** Parses one of `urls`. Throws an Error whose message repeats nothing of the text: it could hold a password. */
export function parseLdapUrl(text: string): LdapUrl {
  if (!/^ldaps?:\/\//i.test(text)) throw new Error('it starts with neither ldaps:// nor ldap://');
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
