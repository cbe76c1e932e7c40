/**
 * What a person in 40 groups costs in memory as the strategies make them, as a ratio to plain literals of the same
 * facts in the same run.
 */
import { Deadline } from '../../src/deadline.ts';
import { entryOf } from '../../src/directory/entries/entry.ts';
import { groupOfDn } from '../../src/directory/groups/group.ts';
import { readMemberships } from '../../src/directory/memberships/walk.ts';
import type { Membership } from '../../src/person.ts';
import { heapUsed } from '../measuring/work.ts';
import type { Path, Row } from '../path.ts';

const PEOPLE = 10_000;
const GROUPS_OF_EACH = 40;
const MOST_AGAINST_LITERALS = 1.3;

const clock = { now: () => 0 };
const groups = Array.from({ length: 1000 }, (_, i) => groupOfDn(`CN=Team ${i},OU=Groups,DC=acme,DC=example`));
const groupsOf = (i: number) =>
  Array.from(
    { length: GROUPS_OF_EACH },
    (_, j) => groups[(i * 7 + j * 11) % groups.length] ?? groupOfDn('CN=none'),
  );

async function asRead(i: number): Promise<readonly Membership[]> {
  const graph = {
    attributes: [],
    direct: async () => ({ value: groupsOf(i), readAt: 0 }),
    parents: async () => ({ value: new Map(), readAt: 0 }),
    prepare: async () => {},
    parentsTold: () => [],
  };
  const person = entryOf(`CN=Person ${i},OU=People,DC=acme,DC=example`, []);
  const settings = { nested: true, limits: { groups: 1000, depth: 10 } };
  return (await readMemberships(graph, person, settings, new Deadline(clock, 1000))).value;
}

const NO_WAY: readonly string[] = [];
async function asLiterals(i: number): Promise<readonly Membership[]> {
  return groupsOf(i).map(({ dn, name, sid, guid }) => ({ dn, name, via: NO_WAY, sid, guid }));
}

async function bytesOfEach(make: (i: number) => Promise<readonly Membership[]>): Promise<number> {
  const before = await heapUsed();
  const kept: (readonly Membership[])[] = [];
  for (let i = 0; i < PEOPLE; i++) kept.push(await make(i));
  const bytes = (await heapUsed()) - before;
  return bytes / kept.length;
}

export const remembering: Path = { name: 'remembering', measure: async () => [await weigh()] };

async function weigh(): Promise<Row> {
  await bytesOfEach(asLiterals);
  const literals = await bytesOfEach(asLiterals);
  const read = await bytesOfEach(asRead);
  return {
    name: 'memory of a person in 40 groups against plain literals',
    measured: read / literals,
    unit: '×',
    better: 'less',
    must: MOST_AGAINST_LITERALS,
    aim: 1,
    told: `${Math.round(read)} B against ${Math.round(literals)} B`,
  };
}
