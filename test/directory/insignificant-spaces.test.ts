/** Spaces that mean nothing, in what people are asked by and in what directories hold: the same person and groups. */
import { expect } from 'chai';
import type { EntryDirectory } from '../../src/directory/entry-directory.ts';
import type { Person } from '../../src/person.ts';
import { type Ds389, startDs389 } from '../directories/389ds.ts';
import { requireDs389, requireSlapd } from '../directories/installed.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';
import {
  ds389Source,
  exampleSettings,
  GROUPS,
  ldifSource,
  type Overrides,
  openDirectory,
  PEOPLE,
  slapdSource,
  within,
} from './example-settings.ts';
import { collected } from './walking-contract.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

const MORE = `
dn: cn=Mary  Ann,${PEOPLE}
objectClass: inetOrgPerson
uid: mary
cn: Mary  Ann
sn: Ann
mail:: ${base64('mary@example.test ')}

dn: uid=nora,${PEOPLE}
objectClass: inetOrgPerson
uid: nora
cn: Nora
sn: Nora
mail: nora@example.test

dn: cn=Old  Hands,${GROUPS}
objectClass: groupOfNames
cn: Old  Hands
member: CN=mary   ann, ou=People,  dc=example,dc=test
member: uid=nora,${PEOPLE}

dn: cn=Seniors,${GROUPS}
objectClass: groupOfNames
cn: Seniors
member: cn=old hands,${GROUPS}
`;

const named = (person: Person | undefined) =>
  person?.memberships.map(({ name }) => name.replace(/ +/g, ' ')).sort();

function contract(open: (overrides: Overrides) => EntryDirectory): void {
  const opened: EntryDirectory[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
  const directory = (overrides: Overrides = {}) => {
    const one = open(overrides);
    opened.push(one);
    return one;
  };
  const byMail = { users: { attribute: 'mail', userids: ['<userid>'] } } as const;
  const uid = async (one: EntryDirectory, userid: string) => {
    const name = one.nameFor(userid);
    const person = name === undefined ? undefined : await one.findPerson(name, userid, within(5000));
    // 389 Directory Server shows DNs without the second of two spaces.
    return person?.dn.split(',')[0]?.toLowerCase().replace(/ +/g, ' ');
  };

  for (const userid of [
    'ann ',
    '  ANN',
    '\u00a0ann',
    'ann\u3000',
    ' ann@example.test ',
    'ann @example.test',
  ]) {
    it(`${JSON.stringify(userid)} finds ann, and has ann's key in the cache`, async () => {
      const one = directory();
      expect(await uid(one, userid)).to.equal('uid=ann');
      expect(one.keyOf(one.nameFor(userid) ?? '', userid)).to.equal(one.keyOf('ann', 'ann@example.test'));
    });
  }

  for (const userid of [' ', '\u00a0', 'a nn', 'ann\u200b']) {
    it(`${JSON.stringify(userid)} finds nobody`, async () => {
      expect(await uid(directory(), userid)).to.equal(undefined);
    });
  }

  for (const userid of ['mary@example.test', 'mary@example.test ', ' MARY@example.test']) {
    it(`the address with a space at its end is found by ${JSON.stringify(userid)}`, async () => {
      const one = directory(byMail);
      expect(await uid(one, userid)).to.equal('cn=mary ann');
      expect(one.keyOf(userid.trim(), userid)).to.equal(one.keyOf('mary@example.test', 'mary@example.test'));
    });
  }

  for (const userid of ['Mary Ann', 'mary   ann', ' Mary\u2003Ann']) {
    it(`the name with two spaces is found by ${JSON.stringify(userid)}`, async () => {
      const one = directory({ users: { attribute: 'cn', userids: ['<userid>'] } });
      expect(await uid(one, userid)).to.equal('cn=mary ann');
    });
  }

  it('a walk tells user ids that find their people again', async () => {
    const one = directory(byMail);
    const userids = (await collected(one.people())).map(({ userid }) => userid);
    expect(userids).to.include('mary@example.test');
    const unique = userids.filter((userid) => userid !== 'dup@example.test');
    for (const userid of unique) expect(await uid(one, userid), userid).not.to.equal(undefined);
  });

  it('members whose DNs are spelled with other spaces are members, nested too', async () => {
    const one = directory({ memberships: { from: ['search'], filter: '(member=<dn>)' } });
    const person = await one.findPerson('mary', 'mary', within(5000));
    expect(named(person)).to.deep.equal(['Old Hands', 'Seniors']);
    for await (const { userid, person: walked } of one.people()) {
      if (userid === 'mary@example.test' || userid === 'mary')
        expect(named(walked)).to.deep.equal(['Old Hands', 'Seniors']);
    }
  });
}

describe('spaces that mean nothing: an LDIF file', () => {
  contract((overrides) => openDirectory(exampleSettings(ldifSource(MORE), overrides)));
});

describe('spaces that mean nothing: OpenLDAP', () => {
  let slapd: Slapd;
  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({ more: MORE });
  });
  after(() => slapd?.remove());
  contract((overrides) => openDirectory(exampleSettings(slapdSource(slapd), overrides)));
});

describe('spaces that mean nothing: 389 Directory Server', () => {
  let ds: Ds389;
  before(async function () {
    requireDs389(this);
    ds = await startDs389({ more: MORE });
  });
  after(() => ds?.remove());
  contract((overrides) => openDirectory(exampleSettings(ds389Source(ds), overrides)));
});
