/** What survives the rename of a group: SIDs and GUIDs, read only where somebody asks for them. */
import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { requireSlapd, SERVER_ENVIRONMENT } from '../../directories/installed.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd, startSlapd } from '../../directories/slapd.ts';
import {
  exampleSettings,
  findPerson,
  GROUPS,
  type Overrides,
  openDirectory,
  slapdSource,
  within,
} from '../example-settings.ts';
import { expectFailure } from '../rejection.ts';
import { collected } from '../walking-contract.ts';

describe('the identities of groups', () => {
  describe('in OpenLDAP', () => {
    let slapd: Slapd;
    let expected: Map<string, string>;
    before(async function () {
      requireSlapd(this);
      slapd = await startSlapd();
      const search = ['-x', '-LLL', '-o', 'ldif-wrap=no', '-D', LOOKUP_DN, '-w', LOOKUP_PASSWORD];
      const where = ['-H', `ldap://127.0.0.1:${slapd.port}`, '-b', GROUPS, '-s', 'one', 'entryUUID'];
      const output = execFileSync('ldapsearch', [...search, ...where], {
        env: SERVER_ENVIRONMENT,
      }).toString();
      expected = new Map(
        output.split('\n\n').flatMap((record) => {
          const dn = /^dn: (.*)$/m.exec(record)?.[1];
          const guid = /^entryUUID: (.*)$/m.exec(record)?.[1];
          return dn === undefined || guid === undefined ? [] : [[dn, guid] as const];
        }),
      );
      expect(expected.size).to.be.greaterThan(8);
    });
    after(() => slapd?.remove());

    for (const memberships of [
      { from: ['attribute'] },
      { from: ['attribute'], nested: false },
      { from: ['search'] },
      { from: ['search'], nested: false, name: 'description' },
    ] as const) {
      it(`are told where they are asked for (${JSON.stringify(memberships)})`, async () => {
        const settings = exampleSettings(slapdSource(slapd), { memberships });
        const directory = openDirectory(settings, { identities: true });
        try {
          const found = await findPerson(directory, 'ann', within());
          const walked = (await collected(directory.people())).find(({ person }) => person.dn === found?.dn);
          for (const person of [found, walked?.person]) {
            expect(person?.memberships.length).to.equal(memberships.nested === false ? 2 : 5);
            for (const { dn, guid } of person?.memberships ?? []) expect(guid, dn).to.equal(expected.get(dn));
          }
          const listed = await collected(directory.groups([`${GROUPS}`]));
          for (const { dn, guid } of listed)
            if (expected.has(dn)) expect(guid, dn).to.equal(expected.get(dn));
        } finally {
          await directory.close();
        }
      });
    }

    it('are not read where they are not', async () => {
      const directory = openDirectory(exampleSettings(slapdSource(slapd)));
      const found = await findPerson(directory, 'ann', within());
      await directory.close();
      expect(found?.memberships.filter(({ guid, sid }) => (guid ?? sid) !== undefined)).to.deep.equal([]);
    });
  });

  describe('in Active Directory', () => {
    const SID = Buffer.from('010500000000000515000000010000000200000003000000e9030000', 'hex');
    const GUID = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    const find = async (group: string, overrides: Overrides = {}) => {
      const text = [
        'dn: dc=x\nobjectClass: domain',
        'dn: cn=Ann,dc=x\nsAMAccountName: ann\nobjectClass: user\nuserAccountControl: 512\nmemberOf: cn=a,dc=x',
        `dn: cn=a,dc=x\nobjectClass: group\n${group}`,
      ]
        .concat('')
        .join('\n\n');
      const settings = exampleSettings(
        { kind: 'ldif', file: 'test', text },
        {
          vendor: 'active-directory',
          ...overrides,
          users: { bases: ['dc=x'], attribute: 'sAMAccountName', ...overrides.users },
        },
      );
      const person = await findPerson(openDirectory(settings, { identities: true }), 'ann', within());
      return person?.memberships;
    };
    const sid = `objectSid:: ${SID.toString('base64')}`;
    const guid = `objectGUID:: ${GUID.toString('base64')}`;

    it('are text, made of their octets', async () => {
      expect(await find(`${sid}\n${guid}`)).to.deep.equal([
        {
          dn: 'cn=a,dc=x',
          name: 'a',
          via: [],
          sid: 'S-1-5-21-1-2-3-1001',
          guid: '33221100-5544-7766-8899-aabbccddeeff',
        },
      ]);
    });

    it('must be readable, and be what they are to be', async () => {
      await expectFailure(find(guid), 'directory_incomplete', /no readable objectSid/);
      await expectFailure(find(sid), 'directory_incomplete', /no readable objectGUID/);
      await expectFailure(find(`${guid}\nobjectSid: S`), 'directory_incomplete', /broken objectSid/);
    });
  });
});
