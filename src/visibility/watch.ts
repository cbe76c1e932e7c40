/**
 * Looks from time to time, behind the service's back, at what the mappings in use name and their directories do not
 * show: after the start, after each reload, and sooner again while something is wrong or could not be told. What it
 * finds is logged once and stands in readiness until it is mended; it never makes the service unready.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isSliceOver, takeTurn } from '../slices.ts';
import { renderProblem } from '../yaml/problem.ts';
import { examineAll, type Viewed } from './examination.ts';
import { problemOf, type Remark } from './remark.ts';

/** In milliseconds, from the end of one look to the next. */
const PAUSES = { well: 3_600_000, wrong: 600_000, untold: 60_000 };

/**
 * The pause after so many looks in a row that could not tell something: twice as long each time, as what lasts is no
 * passing fault, and no longer than where something is wrong.
 */
export function pauseAfterUntold(times: number): number {
  return Math.min(PAUSES.untold * 2 ** (times - 1), PAUSES.wrong);
}

export class VisibilityWatch {
  readonly #viewed: () => readonly Viewed[];
  readonly #log: Logger;
  #texts: ReadonlySet<string> = new Set();
  #wake = new AbortController();
  #untold = 0;
  #ended = false;

  /** @param viewed the mappings in use with their directories, asked before each look */
  constructor(viewed: () => readonly Viewed[], log: Logger) {
    this.#viewed = viewed;
    this.#log = log;
  }

  /** What was found last, a line each. */
  get remarks(): readonly string[] {
    return [...this.#texts];
  }

  /** Looks on until the end. */
  async run(): Promise<void> {
    while (!this.#ended) {
      const wake = new AbortController();
      this.#wake = wake;
      const pause = await this.#look();
      await sleep(pause, undefined, { signal: wake.signal, ref: false }).catch(() => undefined);
    }
  }

  /** Looks again at once: other mappings or directories are in use. */
  again(): void {
    this.#untold = 0;
    this.#wake.abort();
  }

  end(): void {
    this.#ended = true;
    this.#wake.abort();
  }

  async #look(): Promise<number> {
    try {
      const remarks = await examineAll(this.#viewed());
      if (this.#ended) return 0;
      await this.#tell(remarks);
      if (remarks.some(({ isUntold }) => isUntold)) return pauseAfterUntold(++this.#untold);
      this.#untold = 0;
      return remarks.length > 0 ? PAUSES.wrong : PAUSES.well;
    } catch (err) {
      if (!this.#ended) this.#log.warn({ err }, 'what the mappings name could not be looked for');
      return pauseAfterUntold(++this.#untold);
    }
  }

  async #tell(remarks: readonly Remark[]): Promise<void> {
    const found = new Set<string>();
    for (const remark of remarks) {
      if (isSliceOver()) await takeTurn();
      if (this.#ended) return;
      const text = textOf(remark);
      if (found.has(text)) continue;
      found.add(text);
      if (!this.#texts.has(text)) this.#log.warn({ about: remark.origin?.id ?? remark.subject }, text);
    }
    for (const text of this.#texts)
      if (!found.has(text)) this.#log.info({ was: text }, 'no longer so: what was not seen in a directory');
    this.#texts = found;
    this.#log.info({ warnings: found.size }, 'looked in the directories for what the mappings name');
  }
}

// For serve nothing of this is an error: it goes on answering.
function textOf(remark: Remark): string {
  return renderProblem(problemOf({ ...remark, severity: 'warning' }));
}
