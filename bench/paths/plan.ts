/**
 * `plan` of 100,000 people in 40 groups each, as the command does it from its start to its report: with a mapping that
 * changes everybody's answer, and with one that changes few; and `snapshot` of them. As ratios to ldapsearch of the same
 * entries and attributes in the same run. Fails where a report or a snapshot is not of everybody.
 */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingForSlapd } from '../../test/directories/installed.ts';
import { everybody, ldapsearch } from '../controls/ldapsearch.ts';
import { type Ran, runCommand } from '../measuring/command.ts';
import { alternately, median } from '../measuring/rounds.ts';
import { needs, notWhenQuick, type Path, type Row } from '../path.ts';
import { startEverybody } from '../worlds/everybody.ts';
import { GROUPS } from '../worlds/people.ts';
import { writeConfig } from '../worlds/service.ts';

const CROWD = 100_000;
const ROUNDS = 3;
const ASKED = ['uid', 'memberOf', 'objectClass', 'pwdAccountLockedTime', 'shadowExpire'];

/** What people write: a name that is taken out of a group's, and a group that gives something more. */
function mapping(prefix: string, more: string): string {
  return `version: 1
groups: { under: '${GROUPS}' }
rules:
  - { id: teams, when: { group: team-<n> }, where: { n: any }, give: { groups: ['${prefix} <n>'] } }
  - { id: more, when: { group: ${more} }, give: { groups: [More] } }
`;
}

export const plan: Path = {
  name: 'plan',
  measure: async (run) => {
    needs(missingForSlapd());
    notWhenQuick(run, 'loading 100,000 people takes half a minute');
    const slapd = await startEverybody(CROWD);
    try {
      const { folder } = await writeConfig({
        folder: run.folder,
        name: 'plan',
        directory: slapd,
        mapping: mapping('Team', 'team-1'),
        memberships: 'from: attribute',
      });
      writeFileSync(join(folder, 'all.yaml'), mapping('Group', 'team-1'));
      writeFileSync(join(folder, 'few.yaml'), mapping('Team', 'team-2'));
      return await measureCommands(folder, () => ldapsearch(slapd, everybody(ASKED)));
    } finally {
      await slapd.remove();
    }
  },
};

async function measureCommands(folder: string, limit: () => Promise<number>): Promise<readonly Row[]> {
  const control: number[] = [];
  const planned = (mapping: string, isExpected: (changed: number) => boolean) => async () => {
    const ran = await runCommand(folder, ['plan', '--mapping', mapping, '--json'], 2);
    const report = JSON.parse(ran.printed) as { people: number; changed: { people: number } };
    if (report.people < CROWD || !isExpected(report.changed.people))
      throw new Error(`plan saw ${report.people} people, of whom ${report.changed.people} change`);
    return ran;
  };
  const snapshot = async () => {
    const ran = await runCommand(folder, ['snapshot', 'saved.ldif'], 0);
    if (statSync(join(folder, 'saved.ldif')).size < CROWD * 1000)
      throw new Error('the snapshot is not of everybody');
    return ran;
  };
  const [, all = [], few = [], saved = []] = await alternately<Ran | undefined>(ROUNDS, [
    async () => {
      control.push(await limit());
      return undefined;
    },
    planned('all.yaml', (changed) => changed >= CROWD),
    // 40 of 1,000 gain what as many lose.
    planned('few.yaml', (changed) => changed > 0 && changed < CROWD / 10),
    snapshot,
  ]);
  return [
    ...rows(`plan of 100,000 people, all changed`, all, control, { must: 12, aim: 6 }),
    ...rows(`plan of 100,000 people, few changed`, few, control, { must: 8, aim: 4 }),
    ...rows(`snapshot of 100,000 people`, saved, control, { must: 4, aim: 2.5 }),
  ];
}

function rows(
  what: string,
  ran: readonly (Ran | undefined)[],
  control: readonly number[],
  bounds: Pick<Row, 'must' | 'aim'>,
): readonly Row[] {
  const seconds = ran.map((each) => each?.seconds ?? Number.NaN);
  const shown = (times: readonly number[]) => `${median(times).toFixed(1)} s`;
  return [
    {
      name: `${what}: time against ldapsearch of the same`,
      measured: median(seconds.map((time, round) => time / (control[round] ?? Number.NaN))),
      unit: '×',
      better: 'less',
      ...bounds,
      told: `${shown(seconds)} against ${shown(control)}`,
    },
    {
      name: `${what}: peak memory`,
      measured: Math.max(...ran.map((each) => each?.peak ?? Number.NaN)) / 2 ** 20,
      unit: 'MB',
      better: 'less',
      must: 200,
      aim: 150,
    },
  ];
}
