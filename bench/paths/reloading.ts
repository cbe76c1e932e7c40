/**
 * How long a request waits while a mapping of 2,000 rules is reloaded: kept connections ask without a pause for people
 * who are in memory, and the mapping's file is replaced. On a machine with other work requests wait for the processor
 * too, so the same is told of times without a reload, and while `check` reads the same files in a process of its own.
 */
import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endWithUs } from '../../test/directories/child-servers.ts';
import { openClient, percentile } from '../measuring/load.ts';
import type { Program } from '../measuring/program.ts';
import { median } from '../measuring/rounds.ts';
import type { Path } from '../path.ts';
import { crowdLdif, GROUPS, targetOf } from '../worlds/people.ts';
import { startService, THIS_BUILD } from '../worlds/service.ts';

const CROWD = { people: 300, groups: 300, each: 40 };
const RULES = 2000;
const CONNECTIONS = 4;
/** Requests at a time, between which it is looked whether the reload is done. */
const PORTION = 200;
/** Milliseconds of load without a reload, and behind one: the look in the directories makes requests wait as well. */
const AFTERWARDS = 1500;

export const reloading: Path = {
  name: 'reloading',
  measure: async ({ folder, quick }) => {
    const service = await startService({
      folder,
      name: 'ours',
      directory: { ldif: crowdLdif(CROWD) },
      mapping: mapping(0),
      more: 'log: { audit: no }',
    });
    const client = await openClient(service, CONNECTIONS);
    /** The longest wait of a request until it is over, and for a while afterwards. */
    const longestUntil = async (isOver: () => boolean): Promise<number> => {
      let longest = 0;
      for (let end = Number.POSITIVE_INFINITY; performance.now() < end; ) {
        const { latencies } = await client.load(PORTION, (i) => targetOf(i % CROWD.people));
        longest = Math.max(longest, percentile(latencies, 1));
        if (end === Number.POSITIVE_INFINITY && isOver()) end = performance.now() + AFTERWARDS;
      }
      return longest;
    };
    for (let i = 0; i < 2; i++) await longestUntil(() => true);
    const usual: number[] = [];
    const beside: number[] = [];
    const waits: number[] = [];
    for (let i = 1; i <= (quick ? 2 : 9); i++) {
      usual.push(await longestUntil(() => true));
      const check = checkBeside(join(folder, 'ours'));
      beside.push(await longestUntil(() => check.exitCode !== null));
      replace(join(folder, 'ours', 'mapping.yaml'), mapping(i));
      waits.push(await longestUntil(() => reloadsOf(service) >= i));
    }
    client.close();
    await service.end();
    return [
      {
        name: `longest wait of a request while ${RULES.toLocaleString('en')} rules are reloaded`,
        measured: median(waits),
        unit: 'ms',
        better: 'less',
        must: 50,
        aim: 20,
        told: `${rounded(waits)} ms; without a reload ${rounded(usual)}; while another process reads the same files ${rounded(beside)}`,
      },
    ];
  },
};

function rounded(values: readonly number[]): string {
  return values.map((value) => value.toFixed(0)).join(', ');
}

function checkBeside(cwd: string) {
  const check = spawn(process.execPath, [THIS_BUILD, 'check', '--config', 'config.yaml'], {
    cwd,
    stdio: 'ignore',
  });
  endWithUs(check);
  return check;
}

function reloadsOf(service: Program): number {
  const output = service.output();
  if (output.includes('"msg":"reload refused"'))
    throw new Error(`a reload was refused:\n${output.slice(-2000)}`);
  return output.split('"msg":"reloaded"').length - 1;
}

function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function mapping(edition: number): string {
  const rules = Array.from({ length: RULES }, (_, i) => rule(i, edition));
  return `version: 1\ngroups: { under: '${GROUPS}' }\nrules:\n${rules.join('\n')}\n`;
}

function rule(i: number, edition: number): string {
  switch (i % 3) {
    case 0:
      return `  - { id: r${i}, when: { group: 'Team ${i} EMEA' }, give: { groups: ['Team ${i} of ${edition}'] } }`;
    case 1:
      return `  - { id: r${i}, when: { group: 'Team ${i} <region>' }, where: { region: any }, give: { groups: ['App ${i} <region>'] } }`;
    default:
      return `  - { id: r${i}, when: { group: 'Team ${i} <region>' }, where: { region: [EMEA, APAC] }, give: { authorizations: { Region${i % 9}: ['${i} <region>'] } } }`;
  }
}
