/**
 * How long a sweep over 100,000 people in a real slapd takes, by two strategies, as a ratio to ldapsearch of the same
 * entries and attributes in the same run; and how much memory. `npm run bench:sweep`; exits with 1 where a sweep is
 * not whole, or takes more memory than the project's bound.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SERVER_ENVIRONMENT } from '../test/directories/installed.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd, startSlapd } from '../test/directories/slapd.ts';
import { exampleSettings, GROUPS, PEOPLE, slapdSource } from '../test/directory/example-settings.ts';
import { mb, print } from './measuring.ts';
import type { Sweep } from './walking.ts';

const CROWD = 100_000;
const TEAMS = 1000;
const DIVISIONS = 50;
const TEAMS_OF_EACH = 5;
const MOST_BYTES = 200 * 2 ** 20;
const PAGE = 500;
const ROUNDS = 3;
const WALKING = fileURLToPath(new URL('built/bench/walking.js', import.meta.url));

const person = (i: number) => `uid=u${i},${PEOPLE}`;
const team = (i: number) => `cn=team-${i},${GROUPS}`;
const division = (i: number) => `cn=division-${i},${GROUPS}`;
// Steps that have no divisor with the number of teams, so that the teams of one person differ.
const teamsOf = (i: number) => Array.from({ length: TEAMS_OF_EACH }, (_, j) => (i + j * 211) % TEAMS);

function crowd(): string {
  const members = Array.from({ length: TEAMS }, (): string[] => []);
  const people = Array.from({ length: CROWD }, (_, i) => {
    for (const each of teamsOf(i)) members[each]?.push(`member: ${person(i)}`);
    return [
      `dn: ${person(i)}\nobjectClass: inetOrgPerson\nuid: u${i}\ncn: User ${i}\nsn: User`,
      `mail: u${i}@example.test\ndepartmentNumber: ${4000 + (i % 90)}\nemployeeType: Employee`,
      ...teamsOf(i).map((each) => `memberOf: ${team(each)}`),
    ].join('\n');
  });
  const teams = members.map((lines, i) =>
    [
      `dn: ${team(i)}\nobjectClass: groupOfNames\ncn: team-${i}\nmemberOf: ${division(i % DIVISIONS)}`,
      ...lines,
    ].join('\n'),
  );
  const divisions = Array.from({ length: DIVISIONS }, (_, i) => {
    const below = Array.from({ length: TEAMS / DIVISIONS }, (_, j) => `member: ${team(i + j * DIVISIONS)}`);
    return [`dn: ${division(i)}\nobjectClass: groupOfNames\ncn: division-${i}`, ...below].join('\n');
  });
  return [...people, ...teams, ...divisions].join('\n\n');
}

/** Seconds that ldapsearch takes for everybody, page by page. */
async function ldapsearch(slapd: Slapd, attributes: readonly string[]): Promise<number> {
  const started = performance.now();
  // Waited for without blocking: slapd stands still where nobody reads its log.
  const child = spawn(
    'ldapsearch',
    [
      ...['-LLL', '-x', '-H', `ldap://127.0.0.1:${slapd.port}`, '-D', LOOKUP_DN, '-w', LOOKUP_PASSWORD],
      ...['-E', `pr=${PAGE}/noprompt`, '-b', PEOPLE, '(uid=*)', ...attributes],
    ],
    { env: SERVER_ENVIRONMENT, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`ldapsearch ended with ${status}`);
  return (performance.now() - started) / 1000;
}

async function sweep(slapd: Slapd, from: 'attribute' | 'search'): Promise<Sweep> {
  const settings = exampleSettings(slapdSource(slapd), {
    memberships: { from: [from] },
    limits: { search: 60_000 },
  });
  const child = spawn(process.execPath, [WALKING], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(settings));
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`the sweep ended with ${status}`);
  return JSON.parse(printed) as Sweep;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const slapd = await startSlapd({ more: crowd() });
let failed = false;
try {
  const attributes = ['uid', 'cn', 'mail', 'departmentNumber', 'employeeType'];
  const accounts = ['pwdAccountLockedTime', 'shadowExpire'];
  for (const [from, asked] of [
    ['attribute', [...attributes, 'memberOf', ...accounts]],
    ['search', [...attributes, ...accounts]],
  ] as const) {
    const controls: number[] = [];
    const sweeps: Sweep[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      controls.push(await ldapsearch(slapd, asked));
      sweeps.push(await sweep(slapd, from));
    }
    const [control, seconds] = [median(controls), median(sweeps.map((each) => each.seconds))];
    const peak = Math.max(...sweeps.map((each) => each.peak));
    const people = sweeps[0]?.people ?? 0;
    // Each is in 5 teams, and these are in so many divisions.
    const divisionsOfAll = Array.from(
      { length: CROWD },
      (_, i) => new Set(teamsOf(i).map((each) => each % DIVISIONS)).size,
    );
    const expected = divisionsOfAll.reduce((sum, count) => sum + TEAMS_OF_EACH + count, 0);
    const missing = sweeps.some((each) => each.people < CROWD || each.memberships < expected);
    failed ||= missing || peak > MOST_BYTES;
    print(`sweep of ${people} (${from})`, `${(people / seconds).toFixed(0)} people/s`, !missing);
    print('  ldapsearch of the same', `${(people / control).toFixed(0)} people/s (the control)`);
    print('  time', `${(seconds / control).toFixed(2)} of the control`);
    print('  peak memory', `${mb(peak)} (at most ${mb(MOST_BYTES)})`, peak <= MOST_BYTES);
  }
} finally {
  await slapd.remove();
}
process.exitCode = failed ? 1 : 0;
