/** Work in this process: how long it takes, in turns, and what it keeps. Nothing here says much but beside another. */

/** Makes ready, untimed, what is then timed. */
export type Work = () => () => unknown;

/**
 * The median milliseconds of each work. They take turns, so that whatever else the machine does meets them alike; and
 * each has a burst of runs in its turn, so that none pays for the caches that another one emptied.
 */
export function medians(rounds: number, works: readonly Work[], burst = 20): number[] {
  const taken = works.map((): number[] => []);
  for (let run = 0; run < rounds * works.length; run++) {
    const i = run % works.length;
    for (let j = 0; j < burst; j++) {
      const work = works[i]?.();
      const start = process.hrtime.bigint();
      work?.();
      taken[i]?.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }
  return taken.map((times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN);
}

/** Bytes of the heap after a collection, when whatever the turn before left behind is gone; node needs --expose-gc. */
export async function heapUsed(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise(setImmediate);
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

export function mb(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
