/**
 * Five times as many half-sent requests as there are places, opened anew as fast as they are closed, from the address of
 * a right caller: the caller is answered, over a connection that it keeps and over a new one for each request.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithUs } from '../../test/directories/child-servers.ts';
import { percentile } from '../measuring/load.ts';
import type { Program } from '../measuring/program.ts';
import type { Path } from '../path.ts';
import { crowdLdif, targetOf } from '../worlds/people.ts';
import { startService } from '../worlds/service.ts';

const CROWD = { people: 100, groups: 30, each: 10 };
const HALF_SENT = 5000;
/** Of one half-sent request: less than the parser takes. */
const LONG = 60_000;
const ASKED_WITHIN = 10_000;

export const halfSent: Path = {
  name: 'half-sent',
  measure: async ({ quick, folder }) => {
    const service = await startService({ folder, name: 'ours', directory: { ldif: crowdLdif(CROWD) } });
    const asks = quick ? 40 : 200;
    const ask = async (agent: Agent | false) => {
      const outcomes: Outcome[] = [];
      for (let i = 0; i < asks; i++) {
        outcomes.push(await askOnce(service, targetOf(i % CROWD.people), agent));
        await sleep(5);
      }
      return outcomes;
    };
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    await ask(kept);
    const quiet = await ask(false);
    const before = await service.used('used');
    const flood = await startFlood(service, 1000);
    const [own, fresh] = [await ask(kept), await ask(false)];
    const { opened } = await toldBy(flood);
    flood.kill('SIGKILL');
    const long = await startFlood(service, LONG);
    const under = await ask(false);
    const after = await service.used('used');
    long.kill('SIGKILL');
    kept.destroy();
    const all = [...own, ...fresh, ...under];
    const p99 = (outcomes: readonly Outcome[]) =>
      percentile(Float64Array.from(outcomes.map(({ milliseconds }) => milliseconds)).sort(), 0.99);
    return [
      {
        name: `${HALF_SENT} half-sent requests of the caller's address: answered`,
        measured: (100 * all.filter(({ status }) => status === 200).length) / all.length,
        unit: '%',
        better: 'more',
        must: 100,
        aim: 100,
        told: `${all.length} asked while ${opened} half-sent ones were opened; not answered: ${all.filter(({ status }) => status !== 200).map(({ status }) => status)}`,
      },
      {
        name: 'half-sent requests: p99 of a new connection against without',
        measured: p99(fresh) / p99(quiet),
        unit: '×',
        better: 'less',
        must: 0,
        aim: 0,
        told: `${p99(fresh).toFixed(1)} ms against ${p99(quiet).toFixed(1)} ms, beside a generator that takes a core; kept ${p99(own).toFixed(1)} ms`,
      },
      {
        name: `half-sent requests of ${LONG / 1000} kB each: memory`,
        measured: (after.peak - before.peak) / 2 ** 20,
        unit: 'MB',
        better: 'less',
        must: 200,
        aim: 100,
      },
    ];
  },
};

interface Outcome {
  readonly status: number | string;
  readonly milliseconds: number;
}

/** A request as a right caller sends it; without an agent over a connection of its own. */
function askOnce({ port }: Program, path: string, agent: Agent | false): Promise<Outcome> {
  const started = performance.now();
  const headers = { authorization: `Basic ${Buffer.from('immuta:secret').toString('base64')}` };
  return new Promise((resolve) => {
    const end = (status: number | string) => resolve({ status, milliseconds: performance.now() - started });
    const sent = request({ port, host: '127.0.0.1', path, agent, headers, timeout: ASKED_WITHIN }, (answer) =>
      answer.resume().on('end', () => end(answer.statusCode ?? 0)),
    );
    sent.on('timeout', () => sent.destroy(new Error('time-out')));
    sent.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    sent.end();
  });
}

async function startFlood({ port }: Program, octets: number): Promise<ChildProcess> {
  const child = fork(
    new URL('../controls/flood.js', import.meta.url),
    [String(port), String(HALF_SENT), String(octets), '127.0.0.1'],
    { execArgv: [] },
  );
  endWithUs(child);
  // All places are taken long before that.
  while ((await toldBy(child)).opened < HALF_SENT) await sleep(50);
  return child;
}

function toldBy(flood: ChildProcess): Promise<{ readonly opened: number }> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error('the flood ended'));
    flood.once('exit', fail);
    flood.once('message', (told: { readonly opened: number }) => {
      flood.off('exit', fail);
      resolve(told);
    });
    flood.send('how many');
  });
}
