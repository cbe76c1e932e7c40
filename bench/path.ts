/**
 * The words of the bench: a path is something that users wait for or pay for, a row is what was measured of it and what
 * it must be. How rows are judged and printed is table.ts's, when paths run is run.ts's.
 */

/** One line of the table. */
export interface Row {
  readonly name: string;
  /** A ratio to a control in the same run, or a count. */
  readonly measured: number;
  /** `×`, `searches`, `MB`, `ms`, … */
  readonly unit: string;
  readonly better: 'less' | 'more';
  /** What it may be at most, or at least; infinite, or 0 where more is better, for what is only told. */
  readonly must: number;
  readonly aim: number;
  /** What the two sides took, for the reader of the printed table. */
  readonly told?: string;
}

/** A line that could not be measured here, which is no failure: what is missing is another's to install. */
export interface Skipped {
  readonly name: string;
  readonly skipped: string;
}

/** How a path is to be measured. */
export interface Run {
  /** Fewer rounds, so that all paths together stay under three minutes. */
  readonly quick: boolean;
  /** An empty folder for whatever it writes, removed at the end. */
  readonly folder: string;
}

/** One file in paths/ exports one. */
export interface Path {
  /** Also how one asks for it: `npm run bench -- hit`. */
  readonly name: string;
  /** Rejects with {@link Unmeasurable} where nothing of it can be measured here or now. */
  measure(run: Run): Promise<readonly (Row | Skipped)[]>;
}

/** Why a path was left out; its message is told, and the run does not fail for it. */
export class Unmeasurable extends Error {}

/** Leaves the path out of quick runs. */
export function notWhenQuick({ quick }: Run, why: string): void {
  if (quick) throw new Unmeasurable(`left out of quick runs: ${why}`);
}

/** Leaves the path out where a server is missing; `missing` as {@link missingForSlapd} tells it. */
export function needs(missing: string | undefined): void {
  if (missing !== undefined) throw new Unmeasurable(`${missing} to measure this`);
}
