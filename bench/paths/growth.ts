/** Whether a hit costs more where more people are in the cache: services with 1,000, 100,000 and 1,000,000 in turn. */
import { freemem } from 'node:os';
import { openClient } from '../measuring/load.ts';
import type { Program } from '../measuring/program.ts';
import { alternately, costOf, ratioOf, typical } from '../measuring/rounds.ts';
import type { Path, Row, Run } from '../path.ts';
import { fill, startLeanDirectory } from '../worlds/many-people.ts';
import { targetOf } from '../worlds/people.ts';
import { startService } from '../worlds/service.ts';

const FEW = 1000;
const MANY = 100_000;
const VERY_MANY = 1_000_000;
const MANY_WHEN_QUICK = 10_000;
/** Free memory of the machine, in bytes, below which a million is not tried. */
const ROOM_FOR_VERY_MANY = 10 * 2 ** 30;
/** Steps over the people that come by everybody. */
const STEP = 7919;

export const growth: Path = {
  name: 'growth',
  measure: async (run) => {
    const directory = await startLeanDirectory(run.folder);
    const sizes = sizesOf(run);
    const services: Program[] = [];
    for (const people of sizes) {
      services.push(
        await startService({
          folder: run.folder,
          name: `with-${people}`,
          directory,
          more: `cache: { people: ${VERY_MANY}, memory: 8GiB, fresh: 6h, stale: 12h }`,
          nodeOptions: ['--max-old-space-size=10000'],
        }),
      );
    }
    try {
      for (const [i, people] of sizes.entries()) {
        const service = services[i] as Program;
        await fill(service, people);
        // The digest of an answer is made at its first hit: beside few people all would have theirs, beside many none.
        await fill(service, people);
      }
      const before = (await directory.used()).cpu;
      const row = await compareSizes(sizes, services, run.quick);
      // A directory that is asked nothing does nothing; a percent of the hits would be far above this.
      if ((await directory.used()).cpu - before > 500_000) throw new Error('not everybody was in the cache');
      return [row];
    } finally {
      await Promise.all([...services, directory].map((program) => program.end()));
    }
  },
};

function sizesOf({ quick }: Run): readonly number[] {
  if (quick) return [FEW, MANY_WHEN_QUICK];
  return freemem() < ROOM_FOR_VERY_MANY ? [FEW, MANY] : [FEW, MANY, VERY_MANY];
}

async function compareSizes(
  sizes: readonly number[],
  services: readonly Program[],
  quick: boolean,
): Promise<Row> {
  const sides = [];
  for (const [i, service] of services.entries()) {
    const people = sizes[i] ?? 0;
    let at = 0;
    const target = () => {
      at = (at + STEP) % people;
      return targetOf(at);
    };
    const client = await openClient(service, 50);
    await client.load(6000, target);
    sides.push(() => costOf(service, client, 500, target));
  }
  const costs = await alternately(quick ? 15 : 45, sides);
  const [first = [], last = []] = [costs[0], costs.at(-1)];
  const told = costs.map((each, i) => `${typical(each).cpu.toFixed(1)} µs with ${sizes[i]}`);
  return {
    name: `growth: CPU of a hit with ${sizes.at(-1)?.toLocaleString('en')} cached people against 1,000`,
    measured: ratioOf('cpu', last, first),
    unit: '×',
    better: 'less',
    must: 1.3,
    aim: 1.1,
    told: told.join(', '),
  };
}
