/**
 * What the service takes for 100,000 people in 40 groups each, as the system counts it (RSS), with default bounds. A
 * quick run has fewer people, beside whom what V8 keeps free would count more than they do: it calculates from the heap.
 */
import { setTimeout } from 'node:timers/promises';
import type { Path } from '../path.ts';
import { fill, startLeanDirectory } from '../worlds/many-people.ts';
import { startService } from '../worlds/service.ts';

const PEOPLE = 100_000;
const PEOPLE_WHEN_QUICK = 25_000;
/** Milliseconds without a request, as what the last ones needed is no memory of people. */
const QUIET = 5000;
const MB = 2 ** 20;

export const memory: Path = {
  name: 'memory',
  measure: async ({ quick, folder }) => {
    const directory = await startLeanDirectory(folder);
    // Nobody is old before everybody is in.
    const more = 'cache: { fresh: 2h, stale: 4h }';
    const service = await startService({
      folder,
      name: 'ours',
      directory,
      more,
      nodeOptions: ['--expose-gc'],
    });
    const people = quick ? PEOPLE_WHEN_QUICK : PEOPLE;
    const without = await service.used('collected');
    await fill(service, people);
    await setTimeout(QUIET);
    const { rss, peak } = await service.used();
    const each = ((await service.used('collected')).heap - without.heap) / people;
    await Promise.all([service.end(), directory.end()]);
    return [
      {
        name: `memory for 100,000 cached people with 40 groups${quick ? ', calculated' : ''}`,
        measured: (quick ? without.rss + each * PEOPLE : rss) / MB,
        unit: 'MB',
        better: 'less',
        must: 400,
        aim: 250,
        told: `${(rss / MB).toFixed(0)} MB with ${people}, ${(without.rss / MB).toFixed(0)} MB without, ${(peak / MB).toFixed(0)} MB at most; ${(each / 1000).toFixed(1)} kB of heap for each`,
      },
    ];
  },
};
