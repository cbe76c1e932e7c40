/**
 * A search by the in-chain rule of Active Directory: whole where it is followed, refused where a server takes it and
 * matches nobody.
 */
import { expect } from 'chai';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import { requireSamba, requireSlapd } from '../../directories/installed.ts';
import { type Samba, sharedSamba } from '../../directories/samba.ts';
import { ACCOUNT_PASSWORD, GROUPS_DN, LOOKUP_ACCOUNT, PEOPLE_DN } from '../../directories/samba-people.ts';
import { type Slapd, startSlapd } from '../../directories/slapd.ts';
import { startSlapdProxy } from '../../directories/slapd-proxy.ts';
import {
  exampleSettings,
  findPerson,
  ldapUrl,
  openDirectory,
  slapdSource,
  within,
} from '../example-settings.ts';
import { expectFailure } from '../rejection.ts';

const FILTER = '(member:1.2.840.113556.1.4.1941:=<dn>)';
const HINT = /\(rule\).*in-chain rule.*matches nothing here.*token-groups/;

describe('a search of groups by the in-chain rule', () => {
  let directory: EntryDirectory | undefined;
  afterEach(async () => {
    await directory?.close();
    directory = undefined;
  });

  describe('of slapd, which takes it and matches nobody', () => {
    let slapd: Slapd;
    before(async function () {
      requireSlapd(this);
      slapd = await startSlapd();
    });
    after(() => slapd?.remove());
    const find = (name: string) => {
      directory = openDirectory(
        exampleSettings(slapdSource(slapd), { memberships: { from: ['search'], filter: FILTER } }),
      );
      return findPerson(directory, name, within());
    };

    it('is refused for whoever is in a group', async () => {
      await expectFailure(find('ann'), 'directory_incomplete', HINT);
    });

    it('is whole for whoever no group lists', async () => {
      expect((await find('loner'))?.memberships).to.deep.equal([]);
    });
  });

  describe('of a domain controller', () => {
    let samba: Samba;
    before(async function () {
      requireSamba(this);
      samba = await sharedSamba();
    });
    const find = (host: string, port: number, scheme: 'ldap' | 'ldaps', name: string) => {
      directory = openDirectory(
        exampleSettings(
          {
            kind: 'ldap',
            urls: [{ ...ldapUrl(scheme, port), host, text: `${scheme}://${host}:${port}` }],
            tls: { ca: samba.certificates.ca },
            bind: { kind: 'simple', dn: LOOKUP_ACCOUNT, password: ACCOUNT_PASSWORD },
          },
          {
            vendor: 'active-directory',
            users: { bases: [PEOPLE_DN], attribute: 'sAMAccountName' },
            memberships: { from: ['search'], filter: FILTER, base: GROUPS_DN, nested: false, partial: true },
            limits: { search: 40_000 },
          },
        ),
      );
      return findPerson(directory, name, within());
    };

    it('finds the groups above groups', async () => {
      const person = await find(samba.host, 636, 'ldaps', 'deep');
      const names = person?.memberships.map(({ name }) => name);
      expect(names).to.include.members(['level-1', 'level-2', 'level-3', 'level-4', 'level-5']);
    });

    it('is refused behind a proxy that matches nobody', async function () {
      requireSlapd(this);
      const proxy = await startSlapdProxy(samba);
      try {
        const found = find('127.0.0.1', proxy.port, 'ldap', 'deep');
        await expectFailure(found, 'directory_incomplete', HINT);
      } finally {
        await proxy.remove();
      }
    });
  });
});
