/**
 * Waiting for what happens, in place of a time in which it should have: a machine under load takes longer, and no test
 * minds. What never happens is ended by mocha's own limit.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves once it is so; looks every few milliseconds. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(5);
}

/**
 * What the work resolves to, if it does so before a timer that starts beside it, in the same event loop: load delays
 * both. Rejects otherwise.
 */
export async function sooner<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const enough = new AbortController();
  const timer = sleep(milliseconds, undefined, { signal: enough.signal }).then(() => {
    throw new Error(`it took longer than a timer of ${milliseconds} ms that started beside it`);
  });
  try {
    return await Promise.race([work, timer]);
  } finally {
    enough.abort();
    timer.catch(() => {});
  }
}
