/**
 * Long work in slices, so that requests are answered in between. Owns how long a thread may be kept from its event loop;
 * what the work is, and where it can be interrupted, its owners know.
 */
import { setImmediate as turn } from 'node:timers/promises';

/** Milliseconds of work at a time, of all that is going on in the thread. */
const SLICE = 4;

let end = 0;
let turning: Promise<void> | undefined;

/** Whether others are to have their turn now: where it is, {@link takeTurn} is to be awaited. */
export function isSliceOver(): boolean {
  return performance.now() >= end;
}

/** Resolves once the event loop has been around; all who wait for that share the slice that begins then. */
export function takeTurn(): Promise<void> {
  turning ??= turn().then(() => {
    turning = undefined;
    end = performance.now() + SLICE;
  });
  return turning;
}

/** Runs work that yields wherever it can be interrupted. Rejects with what it throws. */
export async function inSlices<Result>(work: Generator<void, Result>): Promise<Result> {
  for (;;) {
    if (isSliceOver()) await takeTurn();
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
