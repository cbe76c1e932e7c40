/** A group is spelled as its own entry spells it, whatever way led to it; and has one name, or none that is certain. */
import { expect } from 'chai';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import type { DirectorySettings, MembershipSettings } from '../../../src/directory/settings/settings.ts';
import { requireSlapd } from '../../directories/installed.ts';
import { startSlapd } from '../../directories/slapd.ts';
import {
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

const MORE = `
dn: uid=spell,${PEOPLE}
objectClass: inetOrgPerson
uid: spell
cn: Spell
sn: S
memberOf: cn=data  gold,OU=Groups,dc=example,DC=test
memberOf: cn=two,${GROUPS}

dn: cn=Data Gold,${GROUPS}
objectClass: groupOfNames
cn: Data Gold
description: One
member: uid=spell,${PEOPLE}

dn: cn=Two,${GROUPS}
objectClass: groupOfNames
cn: Second
cn: Two
description: First text
description: Second text
member: uid=spell,${PEOPLE}
`;
const GONE = `
dn: uid=left,${PEOPLE}
objectClass: inetOrgPerson
uid: left
cn: Left
sn: S
memberOf: cn=Gone,${GROUPS}
memberOf: cn=WEB,${GROUPS}
`;

function suite(source: () => DirectorySettings['source']): void {
  const opened: EntryDirectory[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
  const open = (
    memberships: Partial<MembershipSettings>,
    options: Parameters<typeof openDirectory>[1] = {},
  ): EntryDirectory => {
    const one = openDirectory(
      exampleSettings(source(), { users: { userids: ['<name>'] }, memberships }),
      options,
    );
    opened.push(one);
    return one;
  };
  const find = (name: string, memberships: Partial<MembershipSettings>) =>
    findPerson(open(memberships), name, within());

  const STRATEGIES = [['attribute'], ['search'], ['attribute', 'search'], ['search', 'attribute']] as const;

  it('in name and DN, by every strategy, nested or not, with identities or without', async () => {
    for (const from of STRATEGIES)
      for (const nested of [true, false])
        for (const identities of [true, false]) {
          const directory = open({ from, nested }, { identities });
          const person = await findPerson(directory, 'spell', within());
          const spelled = person?.memberships.map(({ name, dn }) => `${name} ${dn}`).sort();
          expect(spelled, from.join()).to.deep.equal([
            `Data Gold cn=Data Gold,${GROUPS}`,
            `Two cn=Two,${GROUPS}`,
          ]);
          expect(person?.completeness?.notes).to.deep.equal([]);
        }
  });

  it('by the value of the RDN where the naming attribute has several', async () => {
    for (const from of STRATEGIES) {
      const person = await find('spell', { from, name: 'cn' });
      expect(person?.memberships.map(({ name }) => name).sort(), from.join()).to.deep.equal([
        'Data Gold',
        'Two',
      ]);
    }
  });

  it('is not certain where the naming attribute has several, none of them in the RDN', async () => {
    for (const from of STRATEGIES) {
      const memberships = { from, name: 'description' };
      const person = await find('spell', memberships);
      const told = person?.memberships.map(({ name, names }) => [name, names && [...names].sort()]);
      expect(told?.sort(), from.join()).to.deep.equal([
        ['One', undefined],
        [`cn=Two,${GROUPS}`, ['First text', 'Second text']],
      ]);
      const listed = await collected(open(memberships).groups([GROUPS]));
      expect(listed.find(({ dn }) => dn === `cn=Two,${GROUPS}`)?.names).to.have.length(2);
    }
  });

  it('as the membership tells it where the entry is not there, and says so', async () => {
    const person = await find('left', { from: ['attribute'], nested: false });
    const dns = person?.memberships.map(({ dn }) => dn).sort();
    expect(dns).to.deep.equal([`cn=Gone,${GROUPS}`, `cn=web,${GROUPS}`]);
    expect(person?.completeness?.notes.join()).to.match(/^spelled as the membership tells.*: cn=Gone,/);
    const walk = open({ from: ['attribute'], nested: false }).people();
    const left = (await collected(walk)).find(({ userid }) => userid === 'left');
    expect(left?.person.memberships.map(({ dn }) => dn).sort()).to.deep.equal(dns);
    expect([...walk.knownGroups()].map(({ name }) => name)).to.not.include('Gone');
  });

  it('is not certain where more than the DN of a group that is not there is needed', async () => {
    const needs: Partial<MembershipSettings>[] = [{ nested: true }, { nested: false, name: 'cn' }];
    for (const memberships of needs)
      await expectFailure(find('left', memberships), 'directory_incomplete', /cn=Gone/);
    const identities = open({ nested: false }, { identities: true });
    await expectFailure(findPerson(identities, 'left', within()), 'directory_incomplete', /cn=Gone/);
  });
}

describe('the spelling of a group', () => {
  describe('in an LDIF file', () => suite(() => ldifSource(MORE + GONE)));

  describe('in OpenLDAP', () => {
    let slapd: Awaited<ReturnType<typeof startSlapd>>;
    before(async function () {
      requireSlapd(this);
      slapd = await startSlapd({ more: MORE + GONE });
    });
    after(() => slapd?.remove());
    suite(() => slapdSource(slapd));
  });
});
