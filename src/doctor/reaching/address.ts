/** One address of a server's name: each is a server to the service, which asks the next where one fails. */
import { textOfAddress } from '../../directory/ldap/servers/resolution.ts';
import type { LdapUrl } from '../../directory/settings/settings.ts';

export interface Address {
  readonly url: LdapUrl;
  readonly address: string;
  /** For messages: the url's, with the address where the name has several. */
  readonly text: string;
}

export function addressesOf(url: LdapUrl, addresses: readonly string[]): readonly Address[] {
  return addresses.map((address) => ({
    url,
    address,
    text: textOfAddress(url, address, addresses.length),
  }));
}

/** What to do about one that is connected to and then silent. */
export const SILENT =
  'urls: the server takes connections and says nothing: restart it, or what a balancer should have behind it, or name another one; its own log may say more';
