/**
 * How long a sweep over 100,000 people in a real slapd takes, by two strategies, as a ratio to ldapsearch of the same
 * entries and attributes in the same run; and how much memory. Fails where a sweep is not whole.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { missingForSlapd, SERVER_ENVIRONMENT } from '../../test/directories/installed.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd, startSlapd } from '../../test/directories/slapd.ts';
import { exampleSettings, GROUPS, PEOPLE, slapdSource } from '../../test/directory/example-settings.ts';
import { alternately, median } from '../measuring/rounds.ts';
import type { Sweep } from '../measuring/walking.ts';
import { needs, notWhenQuick, type Path, type Row } from '../path.ts';

const CROWD = 100_000;
const TEAMS = 1000;
const DIVISIONS = 50;
const TEAMS_OF_EACH = 5;
const PAGE = 500;
const ROUNDS = 3;
const WALKING = fileURLToPath(new URL('../measuring/walking.js', import.meta.url));

const person = (i: number) => `uid=u${i},${PEOPLE}`;
const team = (i: number) => `cn=team-${i},${GROUPS}`;
const division = (i: number) => `cn=division-${i},${GROUPS}`;
// Steps that have no divisor with the number of teams, so that the teams of one person differ.
const teamsOf = (i: number) => Array.from({ length: TEAMS_OF_EACH }, (_, j) => (i + j * 211) % TEAMS);

export const sweep: Path = {
  name: 'sweep',
  measure: async (run) => {
    needs(missingForSlapd());
    notWhenQuick(run, 'loading 100,000 people takes half a minute');
    const slapd = await startSlapd({ more: crowd() });
    try {
      return [...(await compare(slapd, 'attribute')), ...(await compare(slapd, 'search'))];
    } finally {
      await slapd.remove();
    }
  },
};

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

async function walk(slapd: Slapd, from: 'attribute' | 'search'): Promise<Sweep> {
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

const ATTRIBUTES = ['uid', 'cn', 'mail', 'departmentNumber', 'employeeType'];
const ACCOUNTS = ['pwdAccountLockedTime', 'shadowExpire'];

async function compare(slapd: Slapd, from: 'attribute' | 'search'): Promise<readonly Row[]> {
  const asked = [...ATTRIBUTES, ...(from === 'attribute' ? ['memberOf'] : []), ...ACCOUNTS];
  const sweeps: Sweep[] = [];
  const [control = Number.NaN, seconds = Number.NaN] = (
    await alternately(ROUNDS, [
      () => ldapsearch(slapd, asked),
      async () => {
        const walked = await walk(slapd, from);
        checkWhole(walked);
        sweeps.push(walked);
        return walked.seconds;
      },
    ])
  ).map(median);
  const people = sweeps[0]?.people ?? Number.NaN;
  const perSecond = (time: number) => `${(people / time).toFixed(0)} people/s`;
  return [
    {
      name: `sweep of 100,000 people (${from}): speed against ldapsearch`,
      measured: control / seconds,
      unit: '×',
      better: 'more',
      must: 0.25,
      aim: 0.4,
      told: `${perSecond(seconds)} against ${perSecond(control)}`,
    },
    {
      name: `sweep of 100,000 people (${from}): peak memory`,
      measured: Math.max(...sweeps.map(({ peak }) => peak)) / 2 ** 20,
      unit: 'MB',
      better: 'less',
      must: 200,
      aim: 150,
    },
  ];
}

function checkWhole({ people, memberships }: Sweep): void {
  // Each is in 5 teams, and these are in so many divisions.
  const divisionsOfAll = Array.from(
    { length: CROWD },
    (_, i) => new Set(teamsOf(i).map((each) => each % DIVISIONS)).size,
  );
  const expected = divisionsOfAll.reduce((sum, count) => sum + TEAMS_OF_EACH + count, 0);
  if (people < CROWD || memberships < expected)
    throw new Error(
      `a sweep saw ${people} people and ${memberships} memberships, not ${CROWD} and ${expected}`,
    );
}
