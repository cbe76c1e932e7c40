/** Sides that take turns, so that whatever else the machine does meets them alike; and the medians of their rounds. */
import { type Client, percentile } from './load.ts';
import type { Program } from './program.ts';

export function median(values: readonly number[]): number {
  return percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/** Runs each side once a round, every other time in the opposite order, and gives what each round of a side gave. */
export async function alternately<T>(
  rounds: number,
  sides: readonly (() => Promise<T>)[],
): Promise<readonly (readonly T[])[]> {
  const taken = sides.map((): T[] => []);
  for (let round = 0; round < rounds; round++) {
    const turns = [...sides.entries()];
    for (const [i, side] of round % 2 === 0 ? turns : turns.reverse()) taken[i]?.push(await side());
  }
  return taken;
}

/** What a request took of a program in one round. */
export interface Cost {
  /** Microseconds of the program's own CPU. */
  readonly cpu: number;
  /** Milliseconds, seen from outside. */
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

/** One round of load on a program that the client is connected to. */
export async function costOf(
  program: Program,
  client: Client,
  requests: number,
  target: (i: number) => string,
): Promise<Cost> {
  const before = await program.used();
  const { seconds, latencies } = await client.load(requests, target);
  const after = await program.used();
  return {
    cpu: (after.cpu - before.cpu) / requests,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    perSecond: requests / seconds,
  };
}

/** The median of each number over the rounds. */
export function typical(costs: readonly Cost[]): Cost {
  const of = (key: keyof Cost) => median(costs.map((cost) => cost[key]));
  return { cpu: of('cpu'), p50: of('p50'), p99: of('p99'), perSecond: of('perSecond') };
}

/** The median of the rounds' ratios: the two sides of a round met the same machine. */
export function ratioOf(key: keyof Cost, costs: readonly Cost[], control: readonly Cost[]): number {
  return median(costs.map((cost, round) => cost[key] / (control[round]?.[key] ?? Number.NaN)));
}
