/** Groups of POSIX accounts: by memberUid whatever its case, by gidNumber, beside those that list people by DN. */
import { expect } from 'chai';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import type { DirectorySettings, MembershipSettings } from '../../../src/directory/settings/settings.ts';
import { VENDORS, type VendorName } from '../../../src/directory/settings/vendors.ts';
import { startDs389 } from '../../directories/389ds.ts';
import { requireDs389, requireSlapd } from '../../directories/installed.ts';
import { startSlapd } from '../../directories/slapd.ts';
import { countedSource } from '../counted-source.ts';
import {
  ds389Source,
  exampleSettings,
  findPerson,
  GROUPS,
  ldifSource,
  openDirectory,
  PEOPLE,
  slapdSource,
  within,
} from '../example-settings.ts';
import { expectFailure } from '../rejection.ts';
import { collected } from '../walking-contract.ts';

const person = (uid: string, ...more: string[]) =>
  [`dn: uid=${uid},${PEOPLE}`, 'objectClass: inetOrgPerson', ...more, `uid: ${uid}`, 'cn: P', 'sn: P'].join(
    '\n',
  );
const account = (uid: string, gid: number) =>
  person(
    uid,
    'objectClass: posixAccount',
    'uidNumber: 1',
    `gidNumber: ${gid}`,
    `homeDirectory: /home/${uid}`,
  );
const posix = (name: string, gid: number, ...uids: string[]) =>
  [`dn: cn=${name},${GROUPS}`, 'objectClass: posixGroup', `cn: ${name}`, `gidNumber: ${gid}`]
    .concat(uids.map((uid) => `memberUid: ${uid}`))
    .join('\n');
const named = (name: string, attribute: string, ...members: string[]) =>
  [`dn: cn=${name},${GROUPS}`, `cn: ${name}`]
    .concat(`objectClass: ${attribute === 'member' ? 'groupOfNames' : 'groupOfUniqueNames'}`)
    .concat(members.map((member) => `${attribute}: ${member}`))
    .join('\n');

const MORE = [
  account('JDoe', 5500),
  account('lonely', 5999),
  person('plain'),
  posix('Primary', 5500),
  posix('Twin', 5500, 'other'),
  posix('Lower', 5501, 'jdoe', 'someone'),
  posix('Upper', 5502, 'JDOE'),
  posix('Mixed', 5503, 'jDoE'),
  posix('Others', 5504, 'jdoe2'),
  named('Named', 'member', `uid=jdoe,${PEOPLE}`),
  named('Unique', 'uniqueMember', `uid=JDoe,${PEOPLE}`),
  // Whoever had this DN before, as servers compare it.
  named('Marked', 'uniqueMember', `uid=JDoe,${PEOPLE}#'0101'B`),
  named('Above', 'member', `cn=Primary,${GROUPS}`),
  named('Higher', 'uniqueMember', `cn=Mixed,${GROUPS}`),
  '',
].join('\n\n');
const LISTED = ['Higher', 'Lower', 'Mixed', 'Named', 'Unique', 'Upper'];
const EVERY = [...LISTED, 'Above', 'Primary', 'Twin'].sort();

type Source = DirectorySettings['source'];

function settingsOf(source: Source, vendor: VendorName, memberships: Partial<MembershipSettings>) {
  const { posixGroup, groupFilter: filter } = VENDORS[vendor] as (typeof VENDORS)['openldap'];
  return exampleSettings(source, {
    vendor,
    users: { userids: ['<name>'] },
    memberships: { filter, posixGroup, ...memberships },
  });
}

function suite(vendor: VendorName, source: () => Source): void {
  const opened: EntryDirectory[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
  const open = (memberships: Partial<MembershipSettings>) => {
    const one = openDirectory(settingsOf(source(), vendor, memberships));
    opened.push(one);
    return one;
  };
  const find = async (name: string, memberships: Partial<MembershipSettings>) => {
    const found = await findPerson(open(memberships), name, within());
    return found?.memberships.map((each) => each.name).sort();
  };

  it('finds those by memberUid, gidNumber, member and uniqueMember, and what lies above them', async () => {
    for (const name of ['jdoe', 'JDoe', 'JDOE'])
      expect(await find(name, { from: ['search'] }), name).to.deep.equal(EVERY);
    expect(await find('lonely', { from: ['search'] })).to.deep.equal([]);
    expect(await find('plain', { from: ['search'] })).to.deep.equal([]);
  });

  it('leaves the group of the gidNumber out where it is not to count', async () => {
    expect(await find('jdoe', { from: ['search'], posixGroup: undefined })).to.deep.equal(LISTED);
  });

  it('finds the group of the gidNumber by the attribute too, and in the union', async () => {
    const attribute = await find('jdoe', { from: ['attribute'] });
    expect(attribute).to.include.members(['Primary', 'Twin']);
    expect(await find('jdoe', { from: ['attribute', 'search'] })).to.deep.equal(EVERY);
    expect(await find('jdoe', { from: ['attribute'], base: undefined })).to.deep.equal(attribute);
  });

  it('finds the same in a walk over everybody', async () => {
    for (const from of [['search'], ['attribute'], ['attribute', 'search']] as const) {
      for (const person of await collected(open({ from }).people())) {
        const names = person.person.memberships.map((each) => each.name).sort();
        expect(names, person.userid).to.deep.equal(await find(person.userid, { from }));
      }
    }
  });

  it('fails where the groups cannot be looked for', async () => {
    const memberships = { from: ['attribute'], base: `ou=nowhere,${GROUPS}` } as const;
    await expectFailure(findPerson(open(memberships), 'jdoe', within()), 'directory_incomplete');
  });
}

describe('groups of POSIX accounts', () => {
  describe('in an LDIF file', () => {
    suite('openldap', () => ldifSource(MORE));

    it('cost one search more the first time, and none once they are known', async () => {
      const { LdifSource } = await import('../../../src/directory/ldif/ldif-source.ts');
      const { EntryDirectory } = await import('../../../src/directory/entry-directory.ts');
      const file = ldifSource(MORE);
      const settings = settingsOf(file, 'openldap', { from: ['search'] });
      const source = countedSource(new LdifSource(settings, file.text));
      const clock = { now: () => 0 };
      const directory = new EntryDirectory(settings, source, [], clock, { fresh: 60_000, identities: false });
      await findPerson(directory, 'jdoe', within());
      const before = source.searches.length;
      await findPerson(directory, 'jdoe', within());
      expect(source.searches.length - before).to.equal(2);
    });

    it('is no group of a number that is none', async () => {
      const text = MORE.replace('gidNumber: 5999', 'gidNumber: staff');
      const directory = openDirectory(settingsOf(ldifSource(text), 'openldap', { from: ['search'] }));
      await expectFailure(
        findPerson(directory, 'lonely', within()),
        'directory_incomplete',
        /gidNumber that is no number/,
      );
    });
  });

  describe('in OpenLDAP', () => {
    let slapd: Awaited<ReturnType<typeof startSlapd>>;
    before(async function () {
      requireSlapd(this);
      slapd = await startSlapd({ more: MORE });
    });
    after(() => slapd?.remove());
    suite('openldap', () => slapdSource(slapd));
  });

  describe('in 389 Directory Server', () => {
    let ds: Awaited<ReturnType<typeof startDs389>>;
    before(async function () {
      requireDs389(this);
      ds = await startDs389({ memberOf: {}, more: MORE });
    });
    after(() => ds?.remove());
    suite('389ds', () => ds389Source(ds));
  });
});
