/**
 * The endurance of the whole: a million requests of every kind while servers hang and fall, passwords and mappings change.
 * Every answer is checked against an oracle; memory and sockets at the end stand beside those after the warm-up.
 */
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingForSlapd } from '../../test/directories/installed.ts';
import { Asker } from '../measuring/asker.ts';
import { percentile } from '../measuring/load.ts';
import { mb } from '../measuring/work.ts';
import { needs, type Path, type Row } from '../path.ts';
import { Director } from '../soak/director.ts';
import { Oracle } from '../soak/oracle.ts';
import { nextRequest, seeded } from '../soak/requests.ts';
import { type SoakWorld, startWorld } from '../soak/world.ts';

const CROWD = { people: 4000, groups: 100, each: 5 };
const CONNECTIONS = 32;
const SEED = 11;
const PASSWORDS = ['first', 'second'] as const;
/** Milliseconds after which connections to the directory that nobody uses are closed. */
const QUIET = 5000;
const MOST_SAMPLES = 5;
/** What must not stand in the log. */
const UNEXPECTED = /unexpected|unhandled|"level":(?:60|"fatal")|^\s+at .+:\d+:\d+\)?$/im;

export const soak: Path = {
  name: 'soak',
  measure: async ({ quick, folder }) => {
    needs(missingForSlapd());
    const world = await startWorld(folder, CROWD, PASSWORDS);
    try {
      return await endure(world, quick ? 50_000 : 1_000_000);
    } finally {
      await world.remove();
    }
  },
};

/** What became of requests. */
interface Tally {
  asked: number;
  wrong: number;
  refused: number;
  /** Of these, how many though a server could be asked. */
  needlessly: number;
  readonly samples: string[];
  readonly statuses: Map<number, number>;
  readonly latencies: Float32Array;
  slowest: { readonly milliseconds: number; readonly what: string };
}

async function endure(world: SoakWorld, requests: number): Promise<readonly Row[]> {
  const oracle = new Oracle(CROWD);
  const director = new Director(world, oracle, PASSWORDS);
  const random = seeded(SEED);
  const askers = Array.from({ length: CONNECTIONS }, () => new Asker(world.program.port));
  const warmUp = emptyTally(requests / 10);
  await load(requests / 10, { askers, director, oracle, random }, warmUp);
  const levels = [await vitals(world)];
  const tally = emptyTally(requests);
  const parts = requests < 1e6 ? 2 : 8;
  let seconds = 0;
  for (let part = 1; part <= parts; part++) {
    const started = performance.now();
    await load((requests * part) / parts, { askers, director, oracle, random }, tally);
    seconds += (performance.now() - started) / 1000;
    levels.push(await vitals(world));
    process.stderr.write(`soak: ${tally.asked} asked, heap ${mb(levels.at(-1)?.heap ?? 0)}\n`);
  }
  for (const asker of askers) asker.close();
  const status = await endOf(world);
  const unexpected = UNEXPECTED.exec(world.program.output())?.[0];
  const wrong = [...warmUp.samples, ...tally.samples];
  if (wrong.length > 0)
    throw new Error(`${warmUp.wrong + tally.wrong} wrong answers, as:\n${wrong.join('\n')}`);
  if (status !== 0)
    throw new Error(`it ended with ${status} after SIGTERM:\n${world.program.output().slice(-4000)}`);
  if (unexpected !== undefined) throw new Error(`its log says: ${unexpected}`);
  const events = [...director.happened].map(([name, times]) => `${name} ${times}`).join(', ');
  const statuses = [...tally.statuses].sort(([a], [b]) => a - b).map(([code, times]) => `${code}: ${times}`);
  const latencies = tally.latencies.subarray(0, tally.asked).sort();
  return [
    {
      name: 'soak: answers as the oracle says, or refused as the contract says',
      measured: (100 * (tally.asked - tally.wrong)) / tally.asked,
      unit: '%',
      better: 'more',
      must: 100,
      aim: 100,
      told: `${tally.asked} requests in ${seconds.toFixed(0)} s, ${statuses.join(', ')}; ${events}`,
    },
    {
      name: 'soak: refused though a server could be asked',
      measured: (100 * tally.needlessly) / tally.asked,
      unit: '%',
      better: 'less',
      must: 0.1,
      aim: 0.01,
      told: `${tally.needlessly} of ${tally.refused} that were refused; p50 ${percentile(latencies, 0.5).toFixed(1)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms, longest ${tally.slowest.milliseconds.toFixed(0)} ms (${tally.slowest.what})`,
    },
    growth('heap', levels, ({ heap }) => heap, 1.1, mb),
    growth('resident memory', levels, ({ rss }) => rss, requests < 1e6 ? 1.5 : 1.25, mb),
    growth('sockets', levels, ({ sockets }) => sockets, 1.05, String),
  ];
}

function emptyTally(requests: number): Tally {
  return {
    asked: 0,
    wrong: 0,
    refused: 0,
    needlessly: 0,
    samples: [],
    statuses: new Map(),
    latencies: new Float32Array(2 * requests),
    slowest: { milliseconds: 0, what: '' },
  };
}

interface LoadParts {
  readonly askers: readonly Asker[];
  readonly director: Director;
  readonly oracle: Oracle;
  readonly random: () => number;
}

/** Until there were so many requests, and longer where not everything has happened by then. */
async function load(
  requests: number,
  { askers, director, oracle, random }: LoadParts,
  tally: Tally,
): Promise<void> {
  let isOver = false;
  const events = director.run().finally(() => {
    isOver = true;
  });
  const work = async (asker: Asker): Promise<void> => {
    while (!isOver) {
      const i = tally.asked++;
      if (i >= requests) director.end();
      const wanted = nextRequest(random, CROWD.people, director.passwords);
      const { revisions } = oracle;
      const wasDown = director.isDown;
      const sent = performance.now();
      const answered = await asker.ask(wanted.asked);
      const milliseconds = performance.now() - sent;
      tally.latencies[i] = milliseconds;
      if (milliseconds > tally.slowest.milliseconds)
        tally.slowest = { milliseconds, what: `${wanted.kind}, ${answered?.status}` };
      tally.statuses.set(answered?.status ?? 0, (tally.statuses.get(answered?.status ?? 0) ?? 0) + 1);
      const verdict = oracle.judge(wanted, revisions, answered);
      if (verdict === 'refused') {
        tally.refused++;
        if (!wasDown && !director.isDown) tally.needlessly++;
      } else if (verdict !== 'right') {
        tally.wrong++;
        if (tally.samples.length < MOST_SAMPLES) tally.samples.push(verdict.wrong);
      }
    }
  };
  await Promise.all([events, ...askers.map(work)]);
}

interface Vitals {
  readonly heap: number;
  readonly rss: number;
  readonly sockets: number;
}

/** What it holds while nobody asks, and garbage is gone. */
async function vitals({ program }: SoakWorld): Promise<Vitals> {
  await sleep(QUIET);
  await program.used('collected');
  const { heap, rss } = await program.used('collected');
  const fds = `/proc/${program.process.pid}/fd`;
  const sockets = readdirSync(fds).filter((fd) => isSocket(`${fds}/${fd}`)).length;
  return { heap, rss, sockets };
}

function isSocket(fd: string): boolean {
  try {
    return readlinkSync(fd).startsWith('socket:');
  } catch {
    return false;
  }
}

/** What it holds changes with when it was reloaded last: the later half of the levels stands against the earlier. */
function growth(
  what: string,
  levels: readonly Vitals[],
  of: (level: Vitals) => number,
  must: number,
  shown: (value: number) => string,
): Row {
  const values = levels.map(of);
  const half = Math.floor(values.length / 2);
  return {
    name: `soak: ${what}, the later half of the run against the earlier`,
    measured: mean(values.slice(-half)) / mean(values.slice(0, half)),
    unit: '×',
    better: 'less',
    must,
    aim: 1,
    told: `from after the warm-up to the end: ${values.map(shown).join(', ')}`,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function endOf({ program: { process: child } }: SoakWorld): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.kill('SIGTERM');
  });
}
