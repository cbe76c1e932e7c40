/** Millions of memberships are in memory at once: each must have the hidden class of all others. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { Deadline } from '../../../src/deadline.ts';
import { entryOf } from '../../../src/directory/entries/entry.ts';
import { groupOfDn, groupOfEntry } from '../../../src/directory/groups/group.ts';
import { readMemberships } from '../../../src/directory/memberships/walk.ts';
import { TurnedClock } from '../../turned-clock.ts';

setFlagsFromString('--allow-natives-syntax');
const haveSameMap = runInNewContext('(a, b) => %HaveSameMap(a, b)') as (a: object, b: object) => boolean;

describe('memberships of many people', () => {
  const person = entryOf('uid=jdoe,ou=people,dc=example,dc=test', []);
  const inner = entryOf('cn=inner,dc=example,dc=test', [
    ['entryUUID', ['3a9f2c80-0d5c-4d6e-9a55-6f6c2f1b1d11']],
  ]);
  const facts = { name: undefined, identity: { guid: 'entryUUID' } };
  const direct = [groupOfDn('cn=plain,dc=example,dc=test'), groupOfEntry(inner, facts)];
  const outer = groupOfDn('cn=outer,dc=example,dc=test');

  const read = async () => {
    const readAt = 0;
    const graph = {
      attributes: [],
      direct: async () => ({ value: direct, readAt }),
      parents: async () => ({ value: new Map(direct.map(({ key }) => [key, [outer]])), readAt }),
      prepare: async () => {},
      parentsTold: () => [],
    };
    const settings = { nested: true, limits: { groups: 100, depth: 10 } };
    const deadline = new Deadline(new TurnedClock(), 1000);
    return (await readMemberships(graph, person, settings, deadline)).value;
  };

  it('have one hidden class, with and without identities, direct and nested', async () => {
    const [first = {}, ...others] = [...(await read()), ...(await read())];
    expect(others.length).to.equal(5);
    for (const other of others) expect(haveSameMap(first, other)).to.equal(true);
  });

  it('share the empty way of direct groups', async () => {
    const ways = [...(await read()), ...(await read())]
      .map(({ via }) => via)
      .filter((via) => via.length === 0);
    expect(ways).to.have.length(4);
    expect(new Set(ways).size).to.equal(1);
  });

  it('are one object for all who are in a group directly', async () => {
    const [first, second] = [await read(), await read()];
    for (const i of direct.keys()) expect(first[i]).to.equal(second[i]);
  });

  it('stand once, also where the directory names a group by two spellings', async () => {
    direct.push(groupOfDn('CN=Plain, dc=example, dc=test'));
    try {
      expect((await read()).map(({ name }) => name)).to.deep.equal(['plain', 'inner', 'outer']);
    } finally {
      direct.pop();
    }
  });
});
