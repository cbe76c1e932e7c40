/**
 * Whether what the cache counts of people (`cache.memory`) is what the heap holds of them: an estimate that is far too
 * low lets the process die of people whom it thinks it has room for.
 */
import { Deadline } from '../../src/deadline.ts';
import { EntryDirectory } from '../../src/directory/entry-directory.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { PeopleCache } from '../../src/user-info/cache.ts';
import { DirectoryLookup } from '../../src/user-info/lookup.ts';
import { UserInfo } from '../../src/user-info/user-info.ts';
import { exampleSettings } from '../../test/directory/example-settings.ts';
import { heapUsed } from '../measuring/work.ts';
import type { Path, Row } from '../path.ts';
import { crowdSource } from '../worlds/crowd-source.ts';

const CROWD = { groups: 1000, each: 40 };
const STRATEGIES = ['attribute', 'search'] as const;
const CACHE = { people: 1e6, memory: 1e10, fresh: 300_000, stale: 3_600_000, unknown: 30_000, wait: 2000 };
const DEADLINE = 8000;
const AT_ONCE = 8;
/** Asked for before the heap is looked at: what is there once for all people is there then. */
const FIRST = 200;

const MAPPING = `version: 1
groups: { under: everywhere }
rules:
  - { id: teams, when: { group: IMM-Team-<n>-Readers }, where: { n: digits }, give: { groups: ['Team <n>'] } }
  - { id: departments, when: { attribute: { departmentNumber: <d> } }, where: { d: digits }, give: { authorizations: { Department: [<d>] } } }
  - { id: kinds, when: { attribute: { employeeType: Employee } }, give: { authorizations: { Kind: [Employee] } } }
`;

export const weighing: Path = {
  name: 'weighing',
  measure: async ({ quick }) => {
    const rows: Row[] = [];
    for (const from of STRATEGIES) rows.push(await weigh(from, quick ? 5_000 : 20_000));
    return rows;
  },
};

async function weigh(from: (typeof STRATEGIES)[number], people: number): Promise<Row> {
  const clock = { now: () => performance.now() };
  const cache = new PeopleCache(CACHE, clock, () => {});
  const userInfo = userInfoOf(from, cache, clock);
  const ask = (i: number) => userInfo.answer(`u${i}`, new Deadline(clock, DEADLINE));
  for (let i = 0; i < FIRST; i++) await ask(i);
  const before = { heap: await heapUsed(), told: cache.octets };
  for (let i = FIRST; i < people; i += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, j) => ask(i + j)));
  const held = (await heapUsed()) - before.heap;
  const told = cache.octets - before.told;
  const each = (octets: number) => `${Math.round(octets / (people - FIRST))} octets`;
  return {
    name: `what the cache counts of a person against the heap: ${from}`,
    measured: told / held,
    unit: '×',
    better: 'more',
    must: 0.7,
    aim: 0.9,
    told: `${each(told)} counted, ${each(held)} held`,
  };
}

function userInfoOf(
  from: (typeof STRATEGIES)[number],
  cache: PeopleCache,
  clock: { now(): number },
): UserInfo {
  const { mapping, problems } = compileMapping('bench.yaml', MAPPING);
  if (mapping === undefined) throw new Error(JSON.stringify(problems));
  const settings = exampleSettings(
    { kind: 'ldif', file: 'none', text: '' },
    { memberships: { from: [from] } },
  );
  const directory = new EntryDirectory(settings, crowdSource(CROWD), mapping.attributes, clock, {
    fresh: CACHE.fresh,
    identities: false,
  });
  const asked = {
    directory,
    identity: '1',
    attributes: new Set(mapping.attributes),
    identities: false,
    unknown: 'not_found',
  } as const;
  const lookup = new DirectoryLookup([asked], () => clock.now());
  return new UserInfo(lookup, cache, mapping, { clock, wallNow: Date.now, deadline: DEADLINE });
}
