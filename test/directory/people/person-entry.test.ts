/** Entries that are no people, whatever name they have: on a file, and on servers that hold them. */
import { expect } from 'chai';
import { entryOf } from '../../../src/directory/entries/entry.ts';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import { personTest } from '../../../src/directory/people/person-entry.ts';
import type { LdapSettings, LdifSettings } from '../../../src/directory/settings/settings.ts';
import { VENDORS, type VendorName } from '../../../src/directory/settings/vendors.ts';
import { type Ds389, startDs389 } from '../../directories/389ds.ts';
import { requireDs389, requireSlapd } from '../../directories/installed.ts';
import { type Slapd, startSlapd } from '../../directories/slapd.ts';
import {
  ds389Source,
  exampleSettings,
  findPerson,
  ldifSource,
  type Overrides,
  openDirectory,
  slapdSource,
  within,
} from '../example-settings.ts';
import { expectFailure } from '../rejection.ts';

const STRANGERS = 'ou=strangers,dc=example,dc=test';
const OTHERS = 'ou=others,dc=example,dc=test';

const record = (dn: string, ...lines: string[]) => `dn: ${dn}\n${lines.join('\n')}\n`;
const alias = (uid: string, to: string) =>
  record(
    `uid=${uid},${STRANGERS}`,
    'objectClass: alias',
    'objectClass: extensibleObject',
    `uid: ${uid}`,
    `mail: ${uid}@example.test`,
    `aliasedObjectName: ${to}`,
  );
const person = (uid: string, under: string, cn = uid) =>
  record(
    `uid=${uid},${under}`,
    'objectClass: inetOrgPerson',
    `uid: ${uid}`,
    `cn: ${cn}`,
    `sn: ${uid}`,
    `mail: ${uid}@example.test`,
  );

const ENTRIES = [
  record(STRANGERS, 'objectClass: organizationalUnit', 'ou: strangers'),
  record(OTHERS, 'objectClass: organizationalUnit', 'ou: others'),
  person('one', OTHERS),
  alias('one', `uid=one,${OTHERS}`),
  person('two', STRANGERS, 'pair'),
  record(
    `cn=two,${STRANGERS}`,
    'objectClass: alias',
    'objectClass: extensibleObject',
    'cn: two',
    'uid: two',
    `aliasedObjectName: uid=two,${STRANGERS}`,
  ),
  record(
    `cn=pair,${STRANGERS}`,
    'objectClass: groupOfNames',
    'objectClass: extensibleObject',
    'cn: pair',
    'uid: team',
    'mail: two@example.test',
    `member: uid=two,${STRANGERS}`,
  ),
].join('\n');

describe('entries that are no people', () => {
  const opened: EntryDirectory[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
  const open = (source: LdapSettings | LdifSettings, users: Overrides['users'] = {}) => {
    const one = openDirectory(
      exampleSettings(source, {
        users: { bases: [STRANGERS], userids: ['<name>'], ...users },
        memberships: { from: ['search'] },
      }),
    );
    opened.push(one);
    return one;
  };
  const find = async (source: LdapSettings | LdifSettings, name: string, users?: Overrides['users']) =>
    (await findPerson(open(source, { userids: ['<userid>'], ...users }), name, within()))?.dn;

  const alike = (sourceOf: () => LdapSettings | LdifSettings) => {
    it('an alias alone is nobody', async () => {
      expect(await find(sourceOf(), 'one')).to.equal(undefined);
      expect(await find(sourceOf(), 'one', { filter: '(mail=<name>@example.test)' })).to.equal(undefined);
    });

    it('an alias beside the person makes nobody ambiguous', async () => {
      expect(await find(sourceOf(), 'two')).to.equal(`uid=two,${STRANGERS}`);
      expect(await find(sourceOf(), 'one', { bases: [STRANGERS, OTHERS] })).to.equal(`uid=one,${OTHERS}`);
    });

    it('a group is nobody, whatever it is asked by, and beside a person of its name no second one', async () => {
      expect(await find(sourceOf(), 'team')).to.equal(undefined);
      expect(await find(sourceOf(), 'pair', { attribute: 'cn' })).to.equal(`uid=two,${STRANGERS}`);
      expect(await find(sourceOf(), 'two@example.test', { attribute: 'mail' })).to.equal(
        `uid=two,${STRANGERS}`,
      );
    });

    it('a walk goes past them without a word', async () => {
      const walk = open(sourceOf()).people();
      const met: string[] = [];
      for await (const { userid } of walk) met.push(userid);
      expect([met, walk.skipped]).to.deep.equal([['two'], 0]);
    });
  };

  describe('in an LDIF file', () => {
    const source = ldifSource(`\n${ENTRIES}`);
    alike(() => source);
    it('two people of one name still are two', async () => {
      const twice = ldifSource(`\n${ENTRIES}\n${person('two', OTHERS)}`);
      await expectFailure(find(twice, 'two', { bases: [STRANGERS, OTHERS] }), 'ambiguous_user', /2 entries/);
    });
  });

  describe('in OpenLDAP', () => {
    let slapd: Slapd;
    before(async function () {
      requireSlapd(this);
      slapd = await startSlapd({ more: ENTRIES });
    });
    after(() => slapd?.remove());
    alike(() => slapdSource(slapd));
  });

  describe('in 389 Directory Server', () => {
    let ds: Ds389;
    before(async function () {
      requireDs389(this);
      ds = await startDs389({ more: ENTRIES });
    });
    after(() => ds?.remove());
    alike(() => ds389Source(ds));
  });

  describe('by their classes', () => {
    const isPerson = (
      vendor: VendorName,
      classes: readonly string[],
      more: Readonly<Record<string, string>> = {},
    ) =>
      personTest(VENDORS[vendor]).isPerson(
        entryOf('cn=x', [
          ['objectClass', classes],
          ...Object.entries(more).map(([name, value]) => [name, [value]] as const),
        ]),
      );
    for (const [vendor, classes, expected] of [
      ['generic', ['top', 'alias', 'inetOrgPerson'], false],
      ['generic', ['ALIAS'], false],
      ['openldap', ['groupOfNames'], false],
      ['openldap', ['top', 'GroupOfUniqueNames', 'mailRecipient'], false],
      ['openldap', ['posixGroup', 'top'], false],
      // Somebody with a group of their own, as RFC 2307bis lets them have.
      ['openldap', ['inetOrgPerson', 'posixAccount', 'posixGroup'], true],
      ['openldap', ['acmePerson', 'posixGroup'], true],
      ['389ds', ['person', 'groupOfNames'], true],
      ['onelogin', ['groupOfNames'], false],
      ['freeipa', ['ipausergroup', 'groupofnames', 'nestedgroup'], false],
      ['active-directory', ['top', 'group'], false],
      ['active-directory', ['top', 'person', 'organizationalPerson', 'user'], true],
      ['generic', ['acmeRobot'], true],
      // Nothing is certain of what shows no class.
      ['generic', [], true],
    ] as const) {
      it(`${vendor}: ${classes.join(', ') || 'none'} is ${expected ? 'somebody' : 'nobody'}`, () => {
        expect(isPerson(vendor, classes)).to.equal(expected);
      });
    }
    it('machines and other domains have accounts in Active Directory, and are nobody', () => {
      const user = ['top', 'person', 'organizationalPerson', 'user'];
      for (const [type, expected] of [
        ['805306368', true],
        ['805306369', false],
        ['805306370', false],
      ] as const)
        expect(isPerson('active-directory', user, { sAMAccountType: type })).to.equal(expected);
    });
  });
});
