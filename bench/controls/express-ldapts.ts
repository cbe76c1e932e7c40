/**
 * The same as express-ldapjs.ts by somebody who knows more: ldapts, and one connection that is bound once. No cache, no
 * nesting, no log. `node express-ldapts.js PORT LDAP_URL BIND_DN PASSWORD BASE`
 */
import { Client, EqualityFilter } from 'ldapts';
import { nameOf, serveGroups } from './express-shim.ts';

const [port, url = '', dn = '', password = '', base = ''] = process.argv.slice(2);
const client = new Client({ url });
await client.bind(dn, password);

serveGroups(Number(port), async (userid) => {
  const filter = new EqualityFilter({ attribute: 'uid', value: userid });
  const { searchEntries } = await client.search(base, { scope: 'sub', filter, attributes: ['memberOf'] });
  const [entry] = searchEntries;
  return entry === undefined
    ? undefined
    : [entry['memberOf'] ?? []].flat().map((each) => nameOf(String(each)));
});
