/**
 * A service with default settings in a heap of 256 MB, asked for far more people than find a place there: it must not
 * die, and keep its memory within the bound that `cache.memory` has where it is not written, a third of the heap.
 */

import type { Program } from '../measuring/program.ts';
import type { Path } from '../path.ts';
import { fill, startLeanDirectory } from '../worlds/many-people.ts';
import { startService } from '../worlds/service.ts';

const HEAP = 256;
const PART_OF_CACHE = 1 / 3;
const ABOVE_THE_BOUND = 1.3;
const PEOPLE = 200_000;
const PEOPLE_WHEN_QUICK = 30_000;
/** People between looks at its memory. */
const PIECE = 10_000;

export const smallHeap: Path = {
  name: 'small-heap',
  measure: async ({ quick, folder }) => {
    const directory = await startLeanDirectory(folder);
    const nodeOptions = [`--max-old-space-size=${HEAP}`, '--expose-gc'];
    const service = await startService({ folder, name: 'ours', directory, nodeOptions });
    const people = quick ? PEOPLE_WHEN_QUICK : PEOPLE;
    const most = await mostGrowth(service, people);
    await Promise.all([service.end(), directory.end()]);
    return [
      {
        name: `default settings, 256 MB heap, ${people.toLocaleString('en')} different people: growth of the heap`,
        measured: most.megabytes,
        unit: 'MB',
        better: 'less',
        must: HEAP * PART_OF_CACHE * ABOVE_THE_BOUND,
        aim: HEAP * PART_OF_CACHE * ABOVE_THE_BOUND,
        told:
          most.died === undefined
            ? `the bound is ${(HEAP * PART_OF_CACHE).toFixed(0)} MB`
            : `it died after at least ${most.died} people`,
      },
    ];
  },
};

/** What lives after collections, at most, beyond what lived at the start. */
async function mostGrowth(
  service: Program,
  people: number,
): Promise<{ readonly megabytes: number; readonly died?: number }> {
  await fill(service, 100);
  const start = (await service.used('collected')).heap;
  let most = 0;
  for (let from = 100; from < people; from += PIECE) {
    try {
      await fill(service, Math.min(PIECE, people - from), from);
      most = Math.max(most, (await service.used('collected')).heap - start);
    } catch (error) {
      if (service.process.exitCode === null && service.process.signalCode === null) throw error;
      return { megabytes: Number.NaN, died: from };
    }
  }
  return { megabytes: most / 2 ** 20 };
}
