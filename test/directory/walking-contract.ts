/**
 * Walks over people and groups, which every directory does alike: a part of the contract suite in a file of its own.
 * The data is test/directories/people.ldif.
 */
import { expect } from 'chai';
import type { Directory } from '../../src/directory/directory.ts';
import type { ListedGroup } from '../../src/directory/groups/group-list.ts';
import type { GroupOfWalk, WalkedPerson } from '../../src/directory/people/people-walk.ts';
import type { Person } from '../../src/person.ts';
import { findPerson, GROUPS, type Overrides, PEOPLE, within } from './example-settings.ts';
import { expectFailure } from './rejection.ts';

type Open = (overrides?: Overrides, attributes?: readonly string[]) => Directory;

const EVERYBODY = [
  'ann',
  'dup1',
  'dup2',
  'gina',
  'hash',
  'jose',
  'josé',
  'kenji',
  'loner',
  'photo',
  'smith',
  'svc-probe',
  'Łukasz',
  '山田',
];
const ALL_GROUPS = [
  'Research, Core',
  'accountants',
  'finance',
  'makers',
  'probe',
  'staff',
  'unix-dev',
  'unix-ops',
  'web',
  '日本',
];
const BARE = { userids: ['<name>'] };

export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Describes the walks of one kind of directory. */
export function walkingContract(open: Open): void {
  const walk = (overrides: Overrides = {}, attributes: readonly string[] = []) =>
    collected(open(overrides, attributes).people());
  const ids = (people: readonly WalkedPerson[]) => people.map(({ userid }) => userid).sort();
  const names = (groups: Iterable<ListedGroup>) => [...groups].map(({ name }) => name).sort();
  // When it was read, and in which order its groups came, may differ.
  const comparable = ({ readAt: _, memberships, ...person }: Person) => ({
    ...person,
    memberships: [...memberships].sort((a, b) => (a.dn < b.dn ? -1 : 1)),
  });

  for (const memberships of [
    { from: ['attribute'] },
    { from: ['attribute'], nested: false },
    { from: ['attribute'], name: 'description' },
    { from: ['search'] },
    { from: ['search'], nested: false, name: 'description' },
    { from: ['attribute', 'search'] },
    { from: ['search', 'attribute'], name: 'description' },
    // Not to be told from the members' values: each person is searched for.
    { from: ['search'], filter: '(|(member=<dn>)(&(member=<dn>)(cn=*)(!(memberUid=<uid>))))' },
    {
      from: ['search'],
      filter: '(|(&(objectClass=groupOfNames)(member=<dn>))(uniqueMember=<dn>)(memberUid=<uid>))',
    },
  ] as const) {
    it(`gives everybody once, as a lookup of each gives them (${JSON.stringify(memberships)})`, async () => {
      const directory = open({ memberships, users: BARE }, ['mail', 'employeeNumber']);
      const people = await collected(directory.people());
      expect(ids(people)).to.deep.equal(EVERYBODY);
      for (const { userid, person } of people) {
        const found = await findPerson(directory, userid, within());
        expect(found && comparable(found), userid).to.deep.equal(comparable(person));
      }
    });
  }

  it('asks no more at once than the directory bears', async () => {
    for (const from of ['attribute', 'search'] as const) {
      // The filter is one by which each person is searched for.
      const memberships = { from: [from], nested: false, filter: '(&(member=<dn>)(!(memberUid=<uid>)))' };
      const walked = await walk({ users: BARE, memberships, limits: { concurrent: 1, queue: 0 } });
      expect(ids(walked)).to.deep.equal(EVERYBODY);
    }
  });

  it('gives user ids by the first pattern that leads back', async () => {
    expect(ids(await walk())).to.include('ann@example.test');
    expect(ids(await walk({ users: { userids: ['EX\\<name>', '<name>'] } }))).to.include('EX\\ann');
    expect(ids(await walk({ users: { userids: ['<userid>'], attribute: 'mail' } }))).to.deep.equal([
      'ann@example.test',
      'dup@example.test',
      'dup@example.test',
      'gina@example.test',
      'lukasz@example.test',
    ]);
  });

  it('gives user ids by a filter with text around the placeholder', async () => {
    const users = { filter: '(&(objectClass=inetOrgPerson)(mail=<name>@example.test))' };
    expect(ids(await walk({ users }))).to.deep.equal(
      ['ann', 'dup', 'dup', 'gina', 'lukasz'].map((name) => `${name}@example.test`),
    );
  });

  it('gives user ids that satisfy the whole filter', async () => {
    const users = { filter: '(&(uid=<name>)(mail=<userid>))', userids: ['<name>@example.test'] };
    expect(ids(await walk({ users }))).to.deep.equal(['ann@example.test', 'gina@example.test']);
  });

  it('leaves out, and counts, who has no user id', async () => {
    const directory = open({ users: { ...BARE, attribute: 'mail' } });
    const people = directory.people();
    expect(await collected(people)).to.deep.equal([]);
    expect(people.skipped).to.equal(5);
  });

  it('gives each entry of overlapping bases once', async () => {
    expect(ids(await walk({ users: { ...BARE, bases: [PEOPLE, 'dc=example,dc=test'] } }))).to.deep.equal(
      EVERYBODY,
    );
  });

  it('knows the groups that were met, with those directly above', async () => {
    for (const from of ['attribute', 'search'] as const) {
      const people = open({ memberships: { from: [from] } }).people();
      const walked = await collected(people);
      const direct = walked.flatMap(({ person }) => person.memberships.filter(({ via }) => via.length === 0));
      const known = new Map<string, GroupOfWalk>([...people.knownGroups()].map((group) => [group.dn, group]));
      expect(known.get(`cn=accountants,${GROUPS}`)?.parents).to.deep.equal([`cn=finance,${GROUPS}`]);
      expect(known.get(`cn=staff,${GROUPS}`)?.parents).to.deep.equal([`cn=finance,${GROUPS}`]);
      expect(known.get(`cn=makers,${GROUPS}`)?.parents).to.deep.equal([]);
      expect(direct.filter(({ dn }) => !known.has(dn))).to.deep.equal([]);
      const unix = from === 'search' ? [] : ['unix-dev', 'unix-ops'];
      expect(names(known.values())).to.deep.equal(ALL_GROUPS.filter((name) => !unix.includes(name)));
    }
  });

  it('fails where it cannot be whole', async () => {
    const nowhere = 'ou=nowhere,dc=example,dc=test';
    for (const overrides of [
      { users: { bases: [PEOPLE, nowhere] } },
      { memberships: { from: ['search'], base: nowhere } },
      { memberships: { limits: { groups: 4, depth: 32 } } },
      { memberships: { from: ['search'], limits: { groups: 1000, depth: 1 } } },
      { memberships: { name: 'ou' } },
      { memberships: { from: ['search'], name: 'ou' } },
      { users: { filter: '(|(objectClass=organizationalUnit)(uid=<name>))' } },
      { sentinel: { userid: 'svc-probe', group: `cn=other,${GROUPS}` } },
    ] as const satisfies Overrides[]) {
      await expectFailure(walk(overrides), 'directory_incomplete');
    }
    await walk({ sentinel: { userid: 'svc-probe', group: `cn=probe,${GROUPS}` } });
  });

  it('lists the groups where groups are looked for, or below DNs', async () => {
    const listed = async (under: readonly string[], overrides: Overrides = {}) =>
      names(await collected(open(overrides).groups(under)));
    expect(await listed([])).to.deep.equal(ALL_GROUPS);
    expect(await listed([], { memberships: { base: undefined } })).to.deep.equal(ALL_GROUPS);
    expect(await listed([GROUPS.toUpperCase(), `cn=web,${GROUPS}`])).to.deep.equal(ALL_GROUPS);
    expect(await listed([`cn=web,${GROUPS}`])).to.deep.equal([]);
    expect(await listed([PEOPLE])).to.deep.equal([]);
    expect(await listed(['ou=groups,dc=other,dc=test'])).to.deep.equal([]);
    expect(await listed([], { memberships: { name: 'description' } })).to.include('Web team');
    await expectFailure(listed(['ou=nowhere,dc=example,dc=test']), 'directory_incomplete', /nowhere/);
  });
}
