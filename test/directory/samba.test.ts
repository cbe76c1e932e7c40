/** Active Directory, played by a real Samba: every strategy gives the groups that the server's own tools tell. */
import { expect } from 'chai';
import type { EntryDirectory } from '../../src/directory/entry-directory.ts';
import { sidOf } from '../../src/names/sid.ts';
import type { Person } from '../../src/person.ts';
import { requireSamba } from '../directories/installed.ts';
import { type Samba, sharedSamba } from '../directories/samba.ts';
import {
  AWKWARD_NAMES,
  BASE_DN,
  BRANCH_DN,
  CROWD_DN,
  DOMAIN_SID,
  GROUPS_DN,
  MANY_GROUPS,
  PEOPLE_DN,
  PROBE,
} from '../directories/samba-people.ts';
import { domainSettings, printedValues, sambaSource } from './domain-settings.ts';
import { findPerson, type Overrides, openDirectory, within } from './example-settings.ts';
import { expectFailure } from './rejection.ts';
import { collected } from './walking-contract.ts';

const STRATEGIES = ['attribute', 'search', 'token-groups'] as const;
// The groups that Active Directory calls security groups, by the bit of groupType (MS-ADTS 2.2.12).
const SECURITY = '(groupType:1.2.840.113556.1.4.803:=2147483648)';

describe('Active Directory', () => {
  let samba: Samba;
  let directory: EntryDirectory | undefined;
  const open = (overrides: Overrides = {}, { fresh = 0, identities = false } = {}) => {
    directory = openDirectory(domainSettings(sambaSource(samba), overrides), { fresh, identities });
    return directory;
  };
  const find = async (name: string, overrides: Overrides = {}, options = {}): Promise<Person> => {
    const person = await findPerson(open(overrides, options), name, within());
    if (person === undefined) throw new Error(`${name} was not found`);
    return person;
  };
  const names = ({ memberships }: Person) => memberships.map(({ name }) => name).sort();
  /** The security groups of a person as the server computes them on its own data, by the in-chain rule and the RID. */
  const told = new Map<string, readonly string[]>();
  const expectedDns = (name: string): readonly string[] => {
    const known = told.get(name);
    if (known !== undefined) return known;
    const entry = samba.look(`(sAMAccountName=${name})`, 'primaryGroupID');
    const [dn = ''] = printedValues(entry, 'dn');
    const [rid = ''] = printedValues(entry, 'primaryGroupID');
    const primary = printedValues(samba.look(`(objectSid=${DOMAIN_SID}-${rid})`, 'dn'), 'dn');
    const below = [dn, ...primary].map((each) => {
      const escaped = each.replace(/[\\()*]/g, (character) => `\\${character.charCodeAt(0).toString(16)}`);
      return `(member:1.2.840.113556.1.4.1941:=${escaped})`;
    });
    const above = printedValues(samba.look(`(&${SECURITY}(|${below.join('')}))`, 'dn'), 'dn');
    const dns = [...new Set([...primary, ...above])].sort();
    told.set(name, dns);
    return dns;
  };

  before(async function () {
    requireSamba(this);
    samba = await sharedSamba();
  });
  afterEach(async () => {
    await directory?.close();
    directory = undefined;
  });

  describe('tells the security groups that its own tools tell', () => {
    const people = [
      'alone',
      'own-primary',
      'deep',
      'looped',
      'many',
      'wide',
      'crowd-member',
      'all-kinds',
      'twin1',
      'twin2',
    ];
    for (const from of STRATEGIES) {
      for (const name of [...people, ...Object.keys(AWKWARD_NAMES)]) {
        it(`of ${name} (${from})`, async () => {
          const person = await find(name, { memberships: { from: [from] } });
          expect(person.memberships.map(({ dn }) => dn).sort()).to.deep.equal(expectedDns(name));
        });
      }
    }
  });

  it('tells the primary group as a direct membership, whichever it is', async () => {
    for (const from of STRATEGIES) {
      expect(names(await find('alone', { memberships: { from: [from], nested: false } }))).to.include(
        'Domain Users',
      );
      const other = await find('own-primary', { memberships: { from: [from] } });
      expect(other.memberships.filter(({ name }) => name === 'chosen-primary')[0]?.via).to.deep.equal([]);
      expect(names(other)).to.include('Domain Users');
    }
  });

  it('tells the way to nested groups, through a cycle too', async () => {
    for (const from of STRATEGIES) {
      const deep = await find('deep', { memberships: { from: [from] } });
      expect(deep.memberships.find(({ name }) => name === 'level-5')?.via).to.deep.equal([
        'level-1',
        'level-2',
        'level-3',
        'level-4',
      ]);
      const looped = await find('looped', { memberships: { from: [from] } });
      expect(looped.memberships.find(({ name }) => name === 'loop-c')?.via).to.deep.equal([
        'loop-a',
        'loop-b',
      ]);
    }
  });

  it('tells 1,600 direct groups', async () => {
    for (const from of STRATEGIES) {
      const many = await find('many', { memberships: { from: [from] } });
      expect(names(many).filter((name) => name.startsWith('many-'))).to.have.length(MANY_GROUPS);
    }
  });

  it('tells SIDs and GUIDs as the server does', async () => {
    const expected = new Map(
      samba
        .look('(objectClass=group)', 'objectSid', 'objectGUID')
        .split('\n\n')
        .map((record) => [
          printedValues(record, 'dn')[0],
          [printedValues(record, 'objectSid')[0], printedValues(record, 'objectGUID')[0]],
        ]),
    );
    for (const from of STRATEGIES) {
      const { memberships } = await find('deep', { memberships: { from: [from] } }, { identities: true });
      for (const { dn, sid, guid } of memberships) expect([sid, guid], dn).to.deep.equal(expected.get(dn));
    }
    expect(sidOf(`${DOMAIN_SID}-513`)).to.equal(`${DOMAIN_SID}-513`);
  });

  for (const [from, searches] of [
    ['attribute', 1],
    ['search', 2],
    ['token-groups', 2],
  ] as const) {
    it(`costs ${searches} for a person in 40 groups over five levels, once the groups are known (${from})`, async () => {
      const one = open({ users: { bases: [PEOPLE_DN] }, memberships: { from: [from] } }, { fresh: 300_000 });
      const cold = await findPerson(one, 'wide', within());
      const before = (await samba.searches()).length;
      const warm = await findPerson(one, 'wide', within());
      expect((await samba.searches()).length - before).to.equal(searches);
      expect(warm?.memberships).to.deep.equal(cold?.memberships);
      expect(warm?.memberships.length).to.be.at.least(45);
    });
  }

  it('asks for few tokens at once', async () => {
    const one = open();
    const all = ['alone', 'deep', 'looped', 'wide', 'twin1', 'twin2', 'all-kinds', 'crowd-member'];
    const people = await Promise.all(all.map((name) => findPerson(one, name, within())));
    expect(people.map((person) => (person?.memberships.length ?? 0) > 0)).to.not.include(false);
  });

  it('knows dead accounts', async () => {
    const accounts = { disabled: 'empty', expired: 'empty', locked: 'empty' } as const;
    for (const name of ['disabled', 'expired', 'locked'] as const) {
      expect((await find(name, { accounts })).account?.map(({ status }) => status)).to.deep.equal([name]);
    }
    expect((await find('alone', { accounts })).account).to.deep.equal([]);
  });

  it('finds people by sAMAccountName, DOMAIN\\name and UPN, and no groups or computers', async () => {
    const userids = ['<name>@ad.example.test', 'ADTEST\\<name>', '<name>'];
    const users = { bases: [BASE_DN], userids };
    const one = open({ users });
    for (const userid of [
      ...['deep', 'ADTEST\\deep', 'adtest\\DEEP', 'deep@ad.example.test'],
      ...[' deep', 'deep\u00a0 ', 'ADTEST\\ deep', 'deep @ad.example.test'],
    ]) {
      expect((await findPerson(one, userid, within()))?.dn, userid).to.match(/^CN=deep,/);
    }
    for (const name of ['g-probe', 'DC1$', 'Domain Users']) {
      expect(await findPerson(one, name, within()), name).to.equal(undefined);
    }
    await one.close();
    const byUpn = open({ users: { attribute: 'userPrincipalName', userids: ['<userid>'] } });
    const upn = 'deep@ad.example.test';
    for (const userid of [upn, ` ${upn}\u3000`])
      expect((await findPerson(byUpn, userid, within()))?.dn, userid).to.match(/^CN=deep,/);
  });

  it('finds no contacts, groups or computers by a filter of the config either', async () => {
    const users = { bases: [BASE_DN], filter: '(|(sAMAccountName=<name>)(cn=<name>))' };
    for (const name of ['crowd-1', 'DC1', 'DC1$', 'g-probe', 'Domain Users'])
      expect(await findPerson(open({ users }), name, within()), name).to.equal(undefined);
    expect((await find('deep', { users })).dn).to.match(/^CN=deep,/);
    const walk = open({ users: { ...users, bases: [CROWD_DN, PEOPLE_DN] } }).people();
    const met = (await collected(walk)).map(({ userid }) => userid);
    expect(met).to.include('deep');
    expect(met.filter((userid) => /^crowd-\d/.test(userid))).to.deep.equal([]);
  });

  it('is searched from its root, whose references to partitions without people do no harm', async () => {
    const person = await find('deep', { users: { bases: [BASE_DN] }, referrals: 'error' });
    expect(names(person)).to.include('level-5');
    // The same search where nobody says that it is Active Directory: there are such references.
    const generic = {
      vendor: 'generic',
      users: { bases: [BASE_DN] },
      memberships: { from: ['attribute'] },
    } as const;
    await expectFailure(find('deep', generic), 'directory_incomplete', /refers to another one, ldaps?:/);
  });

  it('has a sentinel', async () => {
    const sentinel = { userid: PROBE.name, group: PROBE.group };
    for (const from of STRATEGIES) {
      const one = open({ sentinel, memberships: { from: [from] } });
      await one.confirmSentinel(within());
      expect(await findPerson(one, 'nobody', within())).to.equal(undefined);
      await one.close();
    }
  });

  for (const from of STRATEGIES) {
    it(`gives everybody once, as a lookup of each gives them (${from})`, async () => {
      const one = open({ memberships: { from: [from] } });
      const walk = one.people();
      const people = await collected(walk);
      const filter = '(&(objectClass=user)(!(objectClass=computer)))';
      const expected = [PEOPLE_DN, BRANCH_DN].flatMap((base) =>
        printedValues(samba.look('-b', base, filter, 'sAMAccountName'), 'sAMAccountName'),
      );
      expect(people.map(({ userid }) => userid).sort()).to.deep.equal(expected.sort());
      for (const { userid, person } of people) {
        const alone = await findPerson(one, userid, within());
        expect(names(person), userid).to.deep.equal(alone && names(alone));
      }
      const known = new Map([...walk.knownGroups()].map((group) => [group.dn, group.parents]));
      expect(known.get(`CN=level-1,${GROUPS_DN}`)).to.deep.equal([`CN=level-2,${GROUPS_DN}`]);
    });
  }

  it('lists its groups', async () => {
    const listed = await collected(open().groups([GROUPS_DN]));
    const expected = printedValues(samba.look('-b', GROUPS_DN, '(objectClass=group)', 'dn'), 'dn');
    expect(listed.map(({ dn }) => dn).sort()).to.deep.equal([...expected].sort());
  });

  it('fails above the limits', async () => {
    for (const from of STRATEGIES) {
      await expectFailure(
        find('deep', { memberships: { from: [from], limits: { groups: 4, depth: 32 } } }),
        'directory_incomplete',
        /4 groups/,
      );
      await expectFailure(
        find('deep', { memberships: { from: [from], limits: { groups: 100, depth: 3 } } }),
        'directory_incomplete',
        /3 levels/,
      );
    }
  });
});
