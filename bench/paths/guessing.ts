/**
 * A flood of wrong passwords at the machine's full rate from the right caller's own address, for a plain password and for
 * a hashed one that was never right before, over connections that are kept and over a new one for each guess: whether the
 * caller is answered, how long it waits, and what a guess costs beside an answer of raw node:http.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes, scryptSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithUs } from '../../test/directories/child-servers.ts';
import { startRaw } from '../controls/raw.ts';
import { Asker } from '../measuring/asker.ts';
import { percentile } from '../measuring/load.ts';
import type { Program } from '../measuring/program.ts';
import type { Path, Row } from '../path.ts';
import { crowdLdif, targetOf } from '../worlds/people.ts';
import { startService } from '../worlds/service.ts';

const CROWD = { people: 100, groups: 30, each: 10 };
const GUESSERS = 50;
/** Milliseconds of flood before the caller comes, and in which guesses are counted. */
const BEFORE = 2000;
const MANNERS = ['kept', 'anew'] as const;
/** Of CPU for a guess at a plain password beside an answer of raw node:http. */
const MOST_CPU = 12;
/** Of cores that guesses at a hashed one keep busy: one hashes, whatever their rate. */
const MOST_CORES = 1.5;

export const guessing: Path = {
  name: 'guessing',
  measure: async ({ quick, folder }) => {
    const asks = quick ? 100 : 1000;
    const rows: Row[] = [];
    for (const manner of MANNERS) {
      const raw = await startRaw(folder, '{}');
      const limit = await flooded(raw, manner, async () => undefined);
      await raw.end();
      for (const kind of ['plain', 'hashed'] as const) {
        const service = await startService({
          folder,
          name: `${kind}-${manner}`,
          directory: { ldif: crowdLdif(CROWD) },
          callers: `immuta: { ${kind === 'plain' ? 'password: secret' : `password_hash: "${hashOf('secret')}"`} }`,
          more: 'log: { level: warn }',
        });
        const flood = await flooded(service, manner, () => callerOf(service, asks));
        await service.end();
        rows.push(
          ...rowsOf(
            `${kind}, ${manner === 'kept' ? 'kept connections' : 'new connections'}`,
            kind,
            flood,
            limit.cpu,
          ),
        );
      }
    }
    return rows;
  },
};

interface Caller {
  /** How often the password was sent until it was right for the first time, and the milliseconds. */
  readonly until: number;
  readonly first: number;
  /** Of the requests after that. */
  readonly answered: number;
  readonly asked: number;
  readonly latencies: Float64Array;
}

interface Flood<Seen> {
  readonly seen: Seen;
  /** Microseconds of a guess. */
  readonly cpu: number;
  readonly perSecond: number;
  /** How many cores were busy with it. */
  readonly cores: number;
  readonly statuses: Readonly<Record<string, number>>;
}

/** What is seen during a flood, and what the flood costs the program. */
async function flooded<Seen>(
  program: Program,
  manner: (typeof MANNERS)[number],
  see: () => Promise<Seen>,
): Promise<Flood<Seen>> {
  const child = fork(
    new URL('../controls/guesser.js', import.meta.url),
    [String(program.port), String(GUESSERS), manner],
    { execArgv: [] },
  );
  endWithUs(child);
  await sleep(BEFORE);
  const seen = await see();
  const begin = { at: performance.now(), used: await program.used(), told: await toldBy(child) };
  await sleep(BEFORE);
  const end = { at: performance.now(), used: await program.used(), told: await toldBy(child) };
  child.kill('SIGKILL');
  const guesses = sum(end.told) - sum(begin.told);
  const cpu = end.used.cpu - begin.used.cpu;
  return {
    seen,
    cpu: cpu / guesses,
    perSecond: (1000 * guesses) / (end.at - begin.at),
    cores: cpu / 1000 / (end.at - begin.at),
    statuses: end.told,
  };
}

async function callerOf({ port }: Program, asks: number): Promise<Caller> {
  const kept = new Asker(port);
  const ask = async (asker: Asker, i: number) => {
    const sent = performance.now();
    const answered = await asker.ask({
      method: 'GET',
      target: targetOf(i % CROWD.people),
      credentials: 'immuta:secret',
    });
    return { status: answered?.status, milliseconds: performance.now() - sent };
  };
  const came = performance.now();
  let until = 1;
  // As Retry-After says.
  while ((await ask(kept, 0)).status !== 200) {
    until++;
    await sleep(1000);
  }
  const first = performance.now() - came;
  const latencies = new Float64Array(asks);
  let answered = 0;
  for (let i = 0; i < asks; i++) {
    // Over its own connection and over a new one in turn.
    const asker = i % 2 === 0 ? kept : new Asker(port);
    const { status, milliseconds } = await ask(asker, i);
    if (asker !== kept) asker.close();
    latencies[i] = milliseconds;
    if (status === 200) answered++;
  }
  kept.close();
  return { until, first, answered, asked: asks, latencies: latencies.sort() };
}

function rowsOf(name: string, kind: 'plain' | 'hashed', flood: Flood<Caller>, limit: number): readonly Row[] {
  const { seen, cpu, perSecond, cores, statuses } = flood;
  const p99 = percentile(seen.latencies, 0.99);
  const times = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
  return [
    {
      name: `guesses, ${name}: right requests that are answered`,
      measured: (100 * seen.answered) / seen.asked,
      unit: '%',
      better: 'more',
      must: 100,
      aim: 100,
      told: `${seen.asked} asked, p99 ${p99.toFixed(1)} ms, p50 ${percentile(seen.latencies, 0.5).toFixed(1)} ms; guesses ${times.join(', ')}`,
    },
    {
      name: `guesses, ${name}: sent until it was right the first time`,
      measured: seen.until,
      unit: 'times',
      better: 'less',
      must: kind === 'plain' ? 1 : 2,
      aim: 1,
      told: `after ${seen.first.toFixed(0)} ms`,
    },
    kind === 'plain'
      ? {
          name: `guesses, ${name}: CPU of one against raw node:http`,
          measured: cpu / limit,
          unit: '×',
          better: 'less',
          must: MOST_CPU,
          aim: 3,
          told: `${cpu.toFixed(0)} µs against ${limit.toFixed(0)} µs; ${perSecond.toFixed(0)} guesses/s, ${cores.toFixed(2)} cores`,
        }
      : {
          name: `guesses, ${name}: cores that they keep busy`,
          measured: cores,
          unit: 'cores',
          better: 'less',
          must: MOST_CORES,
          aim: 1.1,
          told: `${perSecond.toFixed(0)} guesses/s`,
        },
  ];
}

function sum(statuses: Readonly<Record<string, number>>): number {
  return Object.values(statuses).reduce((total, count) => total + count, 0);
}

function toldBy(flood: ChildProcess): Promise<Readonly<Record<string, number>>> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error('the flood ended'));
    flood.once('exit', fail);
    flood.once('message', (told: Readonly<Record<string, number>>) => {
      flood.off('exit', fail);
      resolve(told);
    });
    flood.send('how many');
  });
}

/** As hash-password makes it, at its cost. */
function hashOf(password: string): string {
  const salt = randomBytes(16);
  const hash = scryptSync(password, salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 });
  const unpadded = (octets: Buffer) => octets.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=15,r=8,p=1$${unpadded(salt)}$${unpadded(hash)}`;
}
