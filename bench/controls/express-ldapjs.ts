/**
 * What a user would write instead, most often: Express, passport-http, and for each request a connection, a bind and a
 * search with ldapjs. No cache, no nesting, no log. `node express-ldapjs.js PORT LDAP_URL BIND_DN PASSWORD BASE`
 */
import { createRequire } from 'node:module';
import { nameOf, serveGroups } from './express-shim.ts';

/** As much of ldapjs as is used here: it has no types of its own. */
interface LdapjsClient {
  on(event: 'error', heard: (error: Error) => void): void;
  bind(dn: string, password: string, done: (error: Error | null) => void): void;
  search(base: string, options: object, done: (error: Error | null, found: LdapjsSearch) => void): void;
  unbind(): void;
}
interface LdapjsSearch {
  on(event: 'searchEntry', heard: (entry: { pojo: LdapjsEntry }) => void): void;
  on(event: 'error', heard: (error: Error) => void): void;
  on(event: 'end', heard: () => void): void;
}
interface LdapjsEntry {
  readonly attributes: readonly { readonly type: string; readonly values: readonly string[] }[];
}
interface Ldapjs {
  createClient(options: { url: string }): LdapjsClient;
  readonly EqualityFilter: new (options: { attribute: string; value: string }) => object;
}

const ldapjs = createRequire(import.meta.url)('ldapjs') as Ldapjs;
const [port, url = '', dn = '', password = '', base = ''] = process.argv.slice(2);

serveGroups(Number(port), (userid) => {
  const client = ldapjs.createClient({ url });
  return new Promise<string[] | undefined>((resolve, reject) => {
    client.on('error', reject);
    client.bind(dn, password, (refused) => {
      if (refused) return reject(refused);
      const filter = new ldapjs.EqualityFilter({ attribute: 'uid', value: userid });
      client.search(base, { scope: 'sub', filter, attributes: ['memberOf'] }, (failed, found) => {
        if (failed) return reject(failed);
        let groups: string[] | undefined;
        found.on('searchEntry', ({ pojo }) => {
          groups = (pojo.attributes.find(({ type }) => type === 'memberOf')?.values ?? []).map(nameOf);
        });
        found.on('error', reject);
        found.on('end', () => resolve(groups));
      });
    });
  }).finally(() => client.unbind());
});
