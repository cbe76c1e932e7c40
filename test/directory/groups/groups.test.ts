/** Nesting on a larger graph: the right groups by a real way, and how many searches that takes. */
import { expect } from 'chai';
import { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import { LdifSource } from '../../../src/directory/ldif/ldif-source.ts';
import { countedSource } from '../counted-source.ts';
import { exampleSettings, findPerson, type Overrides, realClock, within } from '../example-settings.ts';

// Ann is in 250 groups a0..a249; of these every 50th is in one of b0..b4; all b are in c; c is in a0. The first and the last are in d.
const DIRECT = 250;
const b = (i: number) => `cn=b${i},dc=x`;
const a = (i: number) => `cn=a${i},dc=x`;
const ANN = 'uid=ann,dc=x';

function group(dn: string, members: readonly string[], memberOf: readonly string[]): string {
  const lines = [`dn: ${dn}`, 'objectClass: groupOfNames'];
  return [...lines, ...members.map((dn) => `member: ${dn}`), ...memberOf.map((dn) => `memberOf: ${dn}`)].join(
    '\n',
  );
}

const TEXT = [
  'dn: dc=x\nobjectClass: domain',
  [`dn: ${ANN}`, 'uid: ann', ...Array.from({ length: DIRECT }, (_, i) => `memberOf: ${a(i)}`)].join('\n'),
  ...Array.from({ length: DIRECT }, (_, i) =>
    group(a(i), i === 0 ? [ANN, 'cn=c,dc=x'] : [ANN], [
      ...(i % 50 === 0 ? [b(i / 50)] : []),
      ...(i === 0 || i === DIRECT - 1 ? ['cn=d,dc=x'] : []),
    ]),
  ),
  ...Array.from({ length: 5 }, (_, i) => group(b(i), [a(i * 50)], ['cn=c,dc=x'])),
  group('cn=d,dc=x', [a(0), a(DIRECT - 1)], []),
  group('cn=c,dc=x', [0, 1, 2, 3, 4].map(b), [a(0)]),
  '',
].join('\n\n');

describe('nested groups', () => {
  function counted(overrides: Overrides) {
    const settings = exampleSettings(
      { kind: 'ldif', file: 'test', text: TEXT },
      { users: { bases: ['dc=x'] }, ...overrides },
    );
    const source = countedSource(new LdifSource(settings, TEXT));
    const directory = new EntryDirectory(settings, source, [], realClock);
    return { directory, source, searches: () => source.searches.length, atOnce: () => source.atOnce };
  }

  const ways = (names: readonly { via: readonly string[]; name: string }[]) =>
    names.filter(({ via }) => via.length > 0).map(({ via, name }) => [...via, name].join(' > '));
  const EXPECTED = [
    'a0 > b0',
    'a100 > b2',
    'a150 > b3',
    'a200 > b4',
    'a50 > b1',
    'a0 > b0 > c',
    'a0 > d',
  ].sort();

  it('are found by search with few searches', async () => {
    const memberships = { from: ['search'], base: 'dc=x', filter: '(member=<dn>)' } as const;
    const { directory, searches } = counted({ memberships });
    const person = await findPerson(directory, 'ann', within());
    expect(person?.memberships).to.have.length(DIRECT + 7);
    expect(ways(person?.memberships ?? []).sort()).to.deep.equal(EXPECTED);
    // One for the person, one for the direct groups, three batches and who is below what, then c, then nothing new.
    expect(searches()).to.be.below(110);
  });

  it('are found by attribute, a hundred in one search where the server can compare DNs', async () => {
    const { directory, searches } = counted({});
    const person = await findPerson(directory, 'ann', within());
    expect(person?.memberships).to.have.length(DIRECT + 7);
    expect(ways(person?.memberships ?? []).sort()).to.deep.equal(EXPECTED);
    // The person; 250 groups in three searches; b0 to b4 and d; c.
    expect(searches()).to.equal(1 + 3 + 1 + 1);
  });

  it('are found by attribute each by itself where it cannot, a limited number at once', async () => {
    const { directory, source, searches, atOnce } = counted({ vendor: 'generic' });
    const person = await findPerson(directory, 'ann', within());
    expect(person?.memberships).to.have.length(DIRECT + 7);
    expect(ways(person?.memberships ?? []).sort()).to.deep.equal(EXPECTED);
    expect(searches()).to.equal(1 + DIRECT + 7);
    expect(atOnce()).to.equal(16);
    expect(source.searches.slice(1).every(({ scope }) => scope === 'base')).to.equal(true);
  });

  it('are read once where their name is an attribute', async () => {
    const { directory, searches } = counted({ vendor: 'generic', memberships: { name: 'objectClass' } });
    const person = await findPerson(directory, 'ann', within());
    expect(person?.memberships).to.have.length(DIRECT + 7);
    expect(searches()).to.equal(1 + DIRECT + 7);
  });

  it('are read for their spelling where only direct ones are asked for', async () => {
    const { directory, searches } = counted({ memberships: { nested: false } });
    const person = await findPerson(directory, 'ann', within());
    expect(person?.memberships).to.have.length(DIRECT);
    expect(searches()).to.equal(1 + 3);
  });
});
