/** How far a long work has come: one line on standard error where that is a terminal, and nothing where it is not. */
import { plural } from '../text/plural.ts';

export interface Progress {
  step(): void;
  /** From the first again: what was done does not count. */
  restart(): void;
  /** Takes the line away. */
  end(): void;
}

const WIDTH = 24;
const REFRESH_AFTER = 100;
const LOOK_EVERY = 64;
const CLEAR_LINE = '\r\u001b[K';

/**
 * Begins to show it.
 * @param count how many steps there will be, or who finds out; asked only where it is shown, while the work goes on
 */
export function startProgress(
  count: number | (() => Promise<number>),
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  let done = 0;
  let total = typeof count === 'number' ? count : undefined;
  let startedAt = performance.now();
  let shownAt = startedAt;
  if (stream.isTTY && typeof count !== 'number') {
    count().then(
      (counted) => {
        total = counted;
      },
      // Whoever does the work meets the same, and tells it.
      () => undefined,
    );
  }
  return {
    step() {
      done++;
      if (!stream.isTTY || done % LOOK_EVERY !== 0) return;
      const now = performance.now();
      if (now - shownAt < REFRESH_AFTER) return;
      shownAt = now;
      stream.write(CLEAR_LINE + progressLine(done, (now - startedAt) / 1000, total));
    },
    restart() {
      done = 0;
      startedAt = performance.now();
    },
    end() {
      if (stream.isTTY) stream.write(CLEAR_LINE);
    },
  };
}

/** `[=====>    ] 12,000 of 20,000 people, 4,100/s, 2 s left`, or without what the total would tell. */
export function progressLine(done: number, seconds: number, total: number | undefined): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const speed = `${shown(rate)}/s`;
  if (total === undefined || total < done)
    return `${plural(done, 'person', 'people').replace(/^\d+/, shown)}, ${speed}`;
  const filled = Math.floor((WIDTH * done) / Math.max(total, 1));
  const bar = `[${'='.repeat(filled)}${filled < WIDTH ? '>' : ''}${' '.repeat(Math.max(0, WIDTH - filled - 1))}]`;
  const left = rate > 0 ? `, ${duration((total - done) / rate)} left` : '';
  return `${bar} ${shown(done)} of ${shown(total)} people, ${speed}${left}`;
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function shown(count: number | string): string {
  return Math.round(Number(count)).toLocaleString('en-US');
}
