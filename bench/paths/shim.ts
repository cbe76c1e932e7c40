/** A person who is in the cache, against what a user would write instead of this service. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../test/directories/child-servers.ts';
import { missingForSlapd } from '../../test/directories/installed.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd, startSlapd } from '../../test/directories/slapd.ts';
import { bodyOf } from '../measuring/load.ts';
import { type Program, startProgram } from '../measuring/program.ts';
import { type Cost, ratioOf, typical } from '../measuring/rounds.ts';
import { compare } from '../measuring/sides.ts';
import { needs, type Path } from '../path.ts';
import { crowdLdif, PEOPLE, targetOf } from '../worlds/people.ts';
import { startService } from '../worlds/service.ts';

const CROWD = { people: 500, groups: 300, each: 40 };

export const shim: Path = {
  name: 'shim',
  measure: async ({ quick, folder }) => {
    needs(missingForSlapd());
    const slapd = await startSlapd({ data: crowdLdif(CROWD) });
    try {
      const ours = await startService({ folder, name: 'ours', directory: slapd });
      const ldapjs = await startShim('express-ldapjs', slapd, folder);
      const ldapts = await startShim('express-ldapts', slapd, folder);
      await checkAlike([ours, ldapjs, ldapts]);
      const [our = [], usual = [], better = []] = await compare(
        [{ program: ours }, { program: ldapjs, requests: 40 }, { program: ldapts, requests: 100 }],
        {
          rounds: quick ? 15 : 45,
          connections: 20,
          requests: 400,
          warmUp: 6000,
          target: (i) => targetOf(i % CROWD.people),
        },
      );
      const cpu = (costs: readonly Cost[]) => `${typical(costs).cpu.toFixed(1)} µs`;
      return [
        {
          name: 'hit against Express + passport-http + ldapjs: times less CPU',
          measured: ratioOf('cpu', usual, our),
          unit: '×',
          better: 'more',
          must: 8,
          aim: 30,
          told: `${cpu(our)} against ${cpu(usual)}`,
        },
        {
          name: 'hit against Express + passport-http + ldapts, one connection',
          measured: ratioOf('cpu', better, our),
          unit: '×',
          better: 'more',
          must: 0,
          aim: 0,
          told: `${cpu(our)} against ${cpu(better)}`,
        },
      ];
    } finally {
      await slapd.remove();
    }
  },
};

async function startShim(
  name: 'express-ldapjs' | 'express-ldapts',
  slapd: Slapd,
  parent: string,
): Promise<Program> {
  const [port = 0] = await freePorts(1);
  return startProgram(
    fileURLToPath(new URL(`../controls/${name}.js`, import.meta.url)),
    [String(port), `ldap://127.0.0.1:${slapd.port}`, LOOKUP_DN, LOOKUP_PASSWORD, PEOPLE],
    { folder: mkdtempSync(join(parent, `${name}-`)), port },
  );
}

/** A control that answers something else would be none. */
async function checkAlike(programs: readonly Program[]): Promise<void> {
  const names = await Promise.all(
    programs.map(async (program) => {
      const body = JSON.parse(await bodyOf(program, targetOf(1))) as { groups: { name: string }[] };
      return body.groups.map(({ name }) => name).sort();
    }),
  );
  for (const each of names)
    if (each.length !== CROWD.each || String(each) !== String(names[0]))
      throw new Error(`the services do not answer the same: ${JSON.stringify(names)}`);
}
