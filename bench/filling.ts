/**
 * One cache filled with people in a process of its own, so that nobody else's memory counts: prints as JSON what it
 * took. Started with how many people, in how many groups each, of how many, and by which strategy.
 */
import { Deadline } from '../src/deadline.ts';
import { EntryDirectory } from '../src/directory/entry-directory.ts';
import { compileMapping } from '../src/mapping/compile.ts';
import { PeopleCache } from '../src/user-info/cache.ts';
import { DirectoryLookup } from '../src/user-info/lookup.ts';
import { UserInfo } from '../src/user-info/user-info.ts';
import { exampleSettings } from '../test/directory/example-settings.ts';
import { crowdSource } from './controls/crowd-source.ts';
import { heapUsed } from './measuring/work.ts';

const [people = '100000', each = '40', groups = '1000', from = 'attribute'] = process.argv.slice(2);
const count = Number(people);
const clock = { now: () => performance.now() };
const { mapping, problems } = compileMapping(
  'bench.yaml',
  `
version: 1
groups: { under: everywhere }
rules:
  - { id: teams, when: { group: IMM-Team-<n>-Readers }, where: { n: digits }, give: { groups: ['Team <n>'] } }
  - { id: departments, when: { attribute: { departmentNumber: <d> } }, where: { d: digits }, give: { authorizations: { Department: [<d>] } } }
  - { id: kinds, when: { attribute: { employeeType: Employee } }, give: { authorizations: { Kind: [Employee] } } }
`,
);
if (mapping === undefined) throw new Error(JSON.stringify(problems));
const settings = exampleSettings(
  { kind: 'ldif', file: 'none', text: '' },
  { memberships: { from: [from as 'attribute'] } },
);
const source = crowdSource({ groups: Number(groups), each: Number(each) });
const directory = new EntryDirectory(settings, source, mapping.attributes, clock, {
  fresh: 300_000,
  identities: false,
});
const cache = new PeopleCache(
  {
    people: count,
    memory: Number(process.env['MEMORY'] ?? 1e10),
    fresh: 300_000,
    stale: 3_600_000,
    unknown: 30_000,
  },
  clock,
  () => {},
);
const asked = {
  directory,
  identity: '1',
  attributes: new Set(mapping.attributes),
  identities: false,
  unknown: 'not_found',
} as const;
const userInfo = new UserInfo(new DirectoryLookup([asked], clock.now), cache, mapping, {
  clock,
  wallNow: Date.now,
  deadline: 8000,
});
const ask = (i: number) => userInfo.answer(`u${i}`, new Deadline(clock, 8000));
const AT_ONCE = 8;

for (let i = 0; i < 200; i++) await ask(i);
const before = await heapUsed();
const rssBefore = process.memoryUsage.rss();
const cpu = process.cpuUsage();
let longest = 0;
for (let i = 0; i < count; i += AT_ONCE) {
  const started = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, (_, j) => ask(i + j)));
  longest = Math.max(longest, performance.now() - started);
  if (i % 400 === 0) await new Promise(setImmediate);
}
const { user, system } = process.cpuUsage(cpu);
const rssWhile = process.memoryUsage.rss();
const { external } = process.memoryUsage();
const after = await heapUsed();
const rss = process.memoryUsage.rss();
const MB = 2 ** 20;
const answer = await ask(count - 1);
process.stdout.write(
  `${JSON.stringify({
    size: cache.size,
    told: Math.round(cache.octets / cache.size),
    each: Math.round((after - before) / cache.size),
    external: Math.round(external / MB),
    rssBefore: Math.round(rssBefore / MB),
    rssWhile: Math.round(rssWhile / MB),
    rss: Math.round(rss / MB),
    cpuEach: Math.round((user + system) / count),
    longest: Math.round(longest),
    answer: answer.kind === 'answer' ? answer.text.length : answer.kind,
  })}\n`,
);
if (process.env['HEAP'] !== undefined) (await import('node:v8')).writeHeapSnapshot(process.env['HEAP']);
