/**
 * How long a sweep over 100,000 people in 40 groups each takes, in a real slapd and by two strategies, as a ratio to
 * ldapsearch of the same entries and attributes in the same run; and how much memory. Fails where a sweep is not whole.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { missingForSlapd } from '../../test/directories/installed.ts';
import type { Slapd } from '../../test/directories/slapd.ts';
import { exampleSettings, slapdSource } from '../../test/directory/example-settings.ts';
import { everybody, ldapsearch } from '../controls/ldapsearch.ts';
import { alternately, median } from '../measuring/rounds.ts';
import type { Sweep } from '../measuring/walking.ts';
import { needs, notWhenQuick, type Path, type Row } from '../path.ts';
import { MEMBERSHIPS_OF_EACH, startEverybody } from '../worlds/everybody.ts';
import { GROUPS } from '../worlds/people.ts';

const CROWD = 100_000;
const ROUNDS = 3;
const WALKING = fileURLToPath(new URL('../measuring/walking.js', import.meta.url));

export const sweep: Path = {
  name: 'sweep',
  measure: async (run) => {
    needs(missingForSlapd());
    notWhenQuick(run, 'loading 100,000 people takes half a minute');
    const slapd = await startEverybody(CROWD);
    try {
      return [...(await compare(slapd, 'attribute')), ...(await compare(slapd, 'search'))];
    } finally {
      await slapd.remove();
    }
  },
};

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

const ATTRIBUTES = ['uid', 'cn', 'mail', 'departmentNumber', 'employeeType', 'objectClass'];
const ACCOUNTS = ['pwdAccountLockedTime', 'shadowExpire'];

async function compare(slapd: Slapd, from: 'attribute' | 'search'): Promise<readonly Row[]> {
  const asked = [...ATTRIBUTES, ...(from === 'attribute' ? ['memberOf'] : []), ...ACCOUNTS];
  // By search the groups are read with their members, and people without their groups.
  const members = { base: GROUPS, filter: '(member=*)', attributes: ['member'], page: 10 };
  const sweeps: Sweep[] = [];
  const [control = [], seconds = []] = await alternately(ROUNDS, [
    async () =>
      (await ldapsearch(slapd, everybody(asked))) +
      (from === 'search' ? await ldapsearch(slapd, members) : 0),
    async () => {
      const walked = await walk(slapd, from);
      checkWhole(walked);
      sweeps.push(walked);
      return walked.seconds;
    },
  ]);
  const perSecond = (times: readonly number[]) => `${(CROWD / median(times)).toFixed(0)} people/s`;
  return [
    {
      name: `sweep of 100,000 people in 40 groups (${from}): speed against ldapsearch`,
      measured: median(seconds.map((time, round) => (control[round] ?? Number.NaN) / time)),
      unit: '×',
      better: 'more',
      must: 0.25,
      aim: 0.4,
      told: `${perSecond(seconds)} against ${perSecond(control)}`,
    },
    {
      name: `sweep of 100,000 people in 40 groups (${from}): peak memory`,
      measured: Math.max(...sweeps.map(({ peak }) => peak)) / 2 ** 20,
      unit: 'MB',
      better: 'less',
      must: 200,
      aim: 150,
    },
  ];
}

function checkWhole({ people, memberships }: Sweep): void {
  const expected = CROWD * MEMBERSHIPS_OF_EACH;
  if (people < CROWD || memberships < expected)
    throw new Error(
      `a sweep saw ${people} people and ${memberships} memberships, not ${CROWD} and ${expected}`,
    );
}
