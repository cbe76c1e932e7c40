/**
 * Files of every kind are rotated under load, time and again: passwords and hashes of callers, the bind password,
 * certificates, authorities, the mapping, its table, the config; swapped as Kubernetes does, in use by SIGHUP or by the
 * watch alone. No request fails; how long requests wait is told beside the same load without reloads.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../test/directories/child-servers.ts';
import { missingForSlapd } from '../../test/directories/installed.ts';
import { startSlapd } from '../../test/directories/slapd.ts';
import { type Files, swapped } from '../../test/reload/rotating-files.ts';
import { rotatingWorld } from '../../test/reload/rotating-kinds.ts';
import { type Account, startAsking } from '../measuring/asking.ts';
import { type Program, startProgram } from '../measuring/program.ts';
import { median } from '../measuring/rounds.ts';
import { needs, type Path } from '../path.ts';
import { THIS_BUILD } from '../worlds/service.ts';

const RELOADS = 1000;
/** Of reloads, between which it is measured for as long what the load is like without. */
const BLOCK = 20;
const QUIET_BLOCKS = 10;
/** Of so many reloads one is left to the watch. */
const BY_WATCH = 20;
const WARM = 2000;

export const rotating: Path = {
  name: 'rotating',
  measure: async ({ folder, quick }) => {
    needs(missingForSlapd());
    const slapd = await startSlapd({ verifyClient: 'try', isLogged: false });
    const { kinds, files, witnesses } = rotatingWorld(slapd);
    const [port = 0] = await freePorts(1);
    const here = (changed: Files): Files =>
      Object.fromEntries(
        Object.entries(changed).map(([name, text]) => [
          name,
          name === 'config.yaml' ? `${text.replace('port: 0', `port: ${port}`)}log: { audit: no }\n` : text,
        ]),
      );
    const mounted = swapped(here(files));
    const service = await startProgram(THIS_BUILD, ['serve', '--config', 'config.yaml'], {
      folder,
      cwd: mounted.folder,
      port,
    });
    const asking = await startAsking(port, [
      ...witnesses.map(({ proof, target }) => ({ ...proof, target })),
      // Of two that are right one is rotated.
      { login: 'worded:second', target: '/user-info?userid=smith' },
      { login: 'hashed:second', target: '/user-info?userid=kenji' },
    ]);
    await sleep(WARM);
    await asking.account();
    const reloads = quick ? BLOCK : RELOADS;
    const beside: Account[] = [];
    const without: Account[] = [];
    for (let done = 0; done < reloads; ) {
      const started = performance.now();
      for (const end = done + BLOCK; done < end; done++) {
        const kind = kinds[done % kinds.length];
        const edition = Math.floor(done / kinds.length) % 2 === 0 ? 'next' : 'old';
        kind?.announce?.(edition);
        await mounted.change(here(kind?.files[edition] ?? {}));
        if (done % BY_WATCH !== 0) service.process.kill('SIGHUP');
        await untilReloaded(service, done + 1);
      }
      beside.push(await asking.account());
      if (without.length >= QUIET_BLOCKS) continue;
      await sleep(performance.now() - started);
      without.push(await asking.account());
    }
    asking.end();
    await service.end();
    await slapd.remove();
    const failures = beside.flatMap((account) => account.failures);
    const answers = beside.reduce((sum, account) => sum + account.answers, 0);
    const longest = (accounts: readonly Account[]) => median(accounts.map((account) => account.longest));
    return [
      {
        name: `${reloads.toLocaleString('en')} reloads under load: answered`,
        measured: (100 * answers) / (answers + failures.length),
        unit: '%',
        better: 'more',
        must: 100,
        aim: 100,
        told: `${failures.length} failed of ${(answers + failures.length).toLocaleString('en')}${failures.length === 0 ? '' : `: ${[...new Set(failures)].slice(0, 5).join('; ')}`}`,
      },
      {
        name: `longest wait of a request in ${BLOCK} reloads, to none`,
        measured: longest(beside) / longest(without),
        unit: '×',
        better: 'less',
        must: Number.POSITIVE_INFINITY,
        aim: 1,
        told: `${longest(beside).toFixed(0)} ms to ${longest(without).toFixed(0)}; ever ${Math.max(...beside.map((account) => account.longest)).toFixed(0)} to ${Math.max(...without.map((account) => account.longest)).toFixed(0)}`,
      },
    ];
  },
};

async function untilReloaded(service: Program, count: number): Promise<void> {
  for (;;) {
    const output = service.output();
    if (output.includes('"msg":"reload refused"'))
      throw new Error(`a reload was refused:\n${output.slice(-2000)}`);
    if (output.split('"msg":"reloaded"').length > count) return;
    await sleep(20);
  }
}
