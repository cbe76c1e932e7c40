/** What the log says of files that are waited for: each reason once, until what they became is read or they are as before. */
import type { Logger } from 'pino';
import type { Clock } from '../deadline.ts';
import type { Look, StillTimes, Wait } from './half-written.ts';

export class WaitLog {
  readonly #clock: Clock;
  readonly #times: StillTimes;
  readonly #told = new Set<string>();
  /** By file, the clock's time since which no look found it still. */
  readonly #changingSince = new Map<string, number>();

  constructor(clock: Clock, times: StillTimes) {
    this.#clock = clock;
    this.#times = times;
  }

  /** Files that change time and again are told of once that has gone on for as long as a file cut short is waited for. */
  tell({ waits, changed }: Look, log: Logger): void {
    const now = this.#clock.now();
    for (const { file, why } of waits) {
      const key = `${why} ${file}`;
      const since = this.#changingSince.get(file) ?? now;
      if (why === 'changing') this.#changingSince.set(file, since);
      else this.#changingSince.delete(file);
      const isShort = why === 'changing' && now - since < this.#times.beginning;
      if (this.#told.has(key) || isShort) continue;
      this.#told.add(key);
      const level = why === 'unended' ? 'error' : 'warn';
      log[level]({ file, changed, reason: this.#reasonOf(why) }, 'a changed file is waited for');
    }
  }

  /** What was told is told again: somebody asks. */
  repeat(): void {
    this.#told.clear();
  }

  /** Nothing is waited for any more. Returns whether anything was told of. */
  end(log: Logger): boolean {
    const wasTold = this.#told.size > 0;
    if (wasTold) log.info('no file is waited for any more');
    this.#told.clear();
    this.#changingSince.clear();
    return wasTold;
  }

  #reasonOf(why: Wait['why']): string {
    const { still, beginning } = this.#times;
    if (why === 'unended')
      return 'the last line of the LDIF has no newline: it is not taken before it has, as the rest may be missing';
    return why === 'beginning'
      ? `it is a beginning of what it was: it is taken once it has been still for ${beginning / 1000} s, as the rest may be missing`
      : `it changes time and again: it is taken once it has been still for ${still / 1000} s`;
  }
}
