/** `memberships.from` with several strategies: what any of them finds, each group once, complete or a failure. */
import { expect } from 'chai';
import type { MembershipSettings } from '../../../src/directory/settings/settings.ts';
import { exampleSettings, findPerson, openDirectory, within } from '../example-settings.ts';
import { expectFailure } from '../rejection.ts';
import { collected } from '../walking-contract.ts';

// Jane is in Listed by memberOf alone, in Searched by member alone, in Both by both. Above Listed lies Outer, which only
// its own members tell; above Searched lies Upper, which only memberOf tells.
const TEXT = `
dn: dc=x
objectClass: domain

dn: uid=jane,dc=x
objectClass: inetOrgPerson
uid: jane
memberOf: cn=Listed,dc=x
memberOf: CN=both, DC=x

dn: cn=Listed,dc=x
objectClass: groupOfNames
cn: Listed

dn: cn=Both,dc=x
objectClass: groupOfNames
cn: Both
member: uid=jane,dc=x

dn: cn=Searched,dc=x
objectClass: groupOfNames
cn: Searched
member: uid=jane,dc=x
memberOf: cn=Upper,dc=x

dn: cn=Outer,dc=x
objectClass: groupOfNames
cn: Outer
member: cn=Listed,dc=x

dn: cn=Upper,dc=x
objectClass: groupOfNames
cn: Upper
`;

describe('several membership strategies', () => {
  const open = (memberships: Partial<MembershipSettings>, more = '') => {
    const source = { kind: 'ldif', file: 'test', text: TEXT + more } as const;
    const others = { base: 'dc=x', filter: '(member=<dn>)', ...memberships };
    return openDirectory(
      exampleSettings(source, { users: { bases: ['dc=x'], userids: ['<name>'] }, memberships: others }),
    );
  };
  const ways = async (memberships: Partial<MembershipSettings>) => {
    const person = await findPerson(open(memberships), 'jane', within());
    return person?.memberships.map(({ via, name }) => [...via, name].join(' > ').toLowerCase()).sort();
  };

  it('give what any of them finds, and what lies above it by any of them', async () => {
    const all = ['both', 'listed', 'listed > outer', 'searched', 'searched > upper'];
    expect(await ways({ from: ['attribute', 'search'] })).to.deep.equal(all);
    expect(await ways({ from: ['search', 'attribute'] })).to.deep.equal(all);
    expect(await ways({ from: ['attribute'] })).to.deep.equal(['both', 'listed']);
    expect(await ways({ from: ['search'] })).to.deep.equal(['both', 'searched']);
  });

  it('give direct groups alone where nesting is not asked for', async () => {
    const memberships = { from: ['attribute', 'search'], nested: false } as const;
    expect(await ways(memberships)).to.deep.equal(['both', 'listed', 'searched']);
  });

  it('give the same in a walk over everybody, with the groups above each group', async () => {
    const directory = open({ from: ['attribute', 'search'] });
    const walk = directory.people();
    const [met] = await collected(walk);
    const found = await findPerson(directory, 'jane', within());
    const dns = (person = found) => person?.memberships.map(({ dn, via }) => [dn, ...via].join()).sort();
    expect(dns(met?.person)).to.deep.equal(dns());
    const parents = [...walk.knownGroups()].map(({ dn, parents }) =>
      `${dn}: ${parents.join()}`.toLowerCase(),
    );
    expect(parents)
      .to.include('cn=listed,dc=x: cn=outer,dc=x')
      .and.include('cn=searched,dc=x: cn=upper,dc=x');
  });

  it('fail where one of them does', async () => {
    const nowhere = { from: ['attribute', 'search'], base: 'ou=nowhere,dc=x' } as const;
    await expectFailure(findPerson(open(nowhere), 'jane', within()), 'directory_incomplete');
    const limits = { groups: 4, depth: 32 };
    const many = findPerson(open({ from: ['attribute', 'search'], limits }), 'jane', within());
    await expectFailure(many, 'directory_incomplete', /4 groups/);
  });

  it('need no sentinel for whom one of them finds in a group', async () => {
    const sentinel = { userid: 'gone', group: 'cn=gone' };
    const source = { kind: 'ldif', file: 'test', text: TEXT.replace(/^memberOf: .*both.*$/im, '') } as const;
    const settings = exampleSettings(source, {
      users: { bases: ['dc=x'], userids: ['<name>'] },
      memberships: { from: ['attribute', 'search'], attribute: 'isMemberOf', base: 'dc=x' },
      sentinel,
    });
    const directory = openDirectory(settings);
    const jane = await findPerson(directory, 'jane', within());
    expect(jane?.memberships.map(({ name }) => name).sort()).to.deep.equal(['Both', 'Searched']);
    await expectFailure(findPerson(directory, 'nobody', within()), 'directory_incomplete');
  });
});
