/**
 * Two servers, one of them with each fault of docs/faults.md, under load: the share of requests that are answered right,
 * and the worst wait. Nothing comes from memory; the other server is well all the time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServiceHere, serveHere } from '../../test/acceptance/service-here.ts';
import { missingForSlapd } from '../../test/directories/installed.ts';
import { FAULTS, type Fault, isAnswer } from '../../test/faults/faults.ts';
import { MOMENTS } from '../../test/faults/moments.ts';
import { type Cell, Stage } from '../../test/faults/stage.ts';
import { startWorld, type Times, type Victim, type World } from '../../test/faults/world.ts';
import { needs, type Path, type Row } from '../path.ts';

const DEADLINE = 8000;
const TIMES: Times = {
  limit: '2s',
  deadline: `${DEADLINE}ms`,
  cache: 'fresh: 1ms, stale: 1ms, unknown: 1ms',
};
const ASKERS = 6;
const REST_OF_ASKERS = 20;
const FAULTS_AT_ONCE = 3;
/** Before the fault, and after it. */
const WELL_FOR = 1000;
const PEOPLE = ['ann', 'gina', 'jose', 'kenji', 'smith', 'photo', 'hash', 'dup1'];

interface Tally {
  asked: number;
  right: number;
  /** Of 200s that said something else. */
  wrong: number;
  /** Milliseconds. */
  worst: number;
}

type Seen = Readonly<Tally> & { readonly fault: Fault };

export const failingServers: Path = {
  name: 'failing-servers',
  measure: async ({ quick }) => {
    needs(missingForSlapd());
    const world = await startWorld(false);
    try {
      const seen: Seen[] = [];
      const left = [...FAULTS];
      const work = async () => {
        for (let fault = left.shift(); fault !== undefined; fault = left.shift())
          seen.push(await endure(world, fault, quick ? 3000 : 10_000));
      };
      await Promise.all(Array.from({ length: FAULTS_AT_ONCE }, work));
      return rowsOf(FAULTS.flatMap((fault) => seen.filter((each) => each.fault === fault)));
    } finally {
      await world.end();
    }
  },
};

function rowsOf(seen: readonly Seen[]): readonly Row[] {
  for (const { fault, wrong } of seen)
    if (wrong > 0) throw new Error(`${wrong} wrong answers with: ${fault.title}`);
  const worst = seen.reduce((most, each) => (each.worst > most.worst ? each : most));
  return [
    ...seen.map((each): Row => {
      const { fault, asked, right, worst: waited } = each;
      return {
        name: `one of two, ${fault.title}: answered right`,
        measured: (100 * right) / asked,
        unit: '%',
        better: 'more',
        // What a server says of the account or the question is the directory's answer.
        must: isAnswer(fault) ? 0 : 100,
        aim: isAnswer(fault) ? 0 : 100,
        told: `${asked} requests, worst wait ${Math.round(waited)} ms`,
      };
    }),
    {
      name: 'one of two servers, any fault: worst wait, of the deadline',
      measured: worst.worst / DEADLINE,
      unit: '×',
      better: 'less',
      must: 1,
      aim: 0.5,
      told: `${Math.round(worst.worst)} ms of ${DEADLINE} ms, with: ${worst.fault.title}`,
    },
  ];
}

/** The fault comes while the connection is in use, and with it what a new connection meets. */
function endure(world: World, fault: Fault, milliseconds: number): Promise<Seen> {
  const moment = MOMENTS.find(({ during }) => during === 'rest');
  if (moment === undefined) throw new Error('there is no such moment');
  const cell: Cell = { fault, moment, servers: 2 };
  const run = (victim?: Victim) => load(cell, new Stage(cell, world, victim), milliseconds);
  return fault.kind === 'killed' || fault.kind === 'stopped' ? world.withVictim('slapd', run) : run();
}

async function load({ fault }: Cell, stage: Stage, milliseconds: number): Promise<Seen> {
  await stage.listen();
  const here = await serveHere({ 'config.yaml': stage.config(TIMES) });
  try {
    const oracle = new Map<string, string>();
    for (const userid of PEOPLE) oracle.set(userid, (await here.ask(userid)).body);
    const tally: Tally = { asked: 0, right: 0, wrong: 0, worst: 0 };
    const stop = new AbortController();
    const askers = Array.from({ length: ASKERS }, (_, i) => ask(here, oracle, tally, i, stop.signal));
    await sleep(WELL_FOR);
    await stage.begin();
    await sleep(milliseconds);
    await stage.end();
    await sleep(WELL_FOR);
    stop.abort();
    await Promise.all(askers);
    return { fault, ...tally };
  } finally {
    await stage.end();
    await here.service.stop(0);
    stage.stop();
  }
}

async function ask(
  here: ServiceHere,
  oracle: ReadonlyMap<string, string>,
  tally: Tally,
  first: number,
  signal: AbortSignal,
): Promise<void> {
  for (let i = first; !signal.aborted; i++) {
    const userid = PEOPLE[i % PEOPLE.length] ?? '';
    const began = performance.now();
    const { status, body } = await here.ask(userid);
    tally.worst = Math.max(tally.worst, performance.now() - began);
    tally.asked++;
    if (status === 200 && body === oracle.get(userid)) tally.right++;
    else if (status === 200) tally.wrong++;
    await sleep(REST_OF_ASKERS);
  }
}
