/** Waiting for a directory that is known to be failing: a probe in the background finds out that it is well again. */
import { setTimeout } from 'node:timers/promises';
import { isFailure } from '../../src/failure.ts';

/** What the lookup gives once nothing is known against the directory; throws what it fails with otherwise. */
export async function onceWell<Found>(find: () => Promise<Found>): Promise<Found> {
  for (;;) {
    try {
      return await find();
    } catch (error) {
      if (!isFailure(error) || !error.message.startsWith('known to be failing')) throw error;
      await setTimeout(20);
    }
  }
}
