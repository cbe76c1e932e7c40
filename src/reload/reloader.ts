/**
 * Reads the whole setup again when one of its files has changed, or a signal says so, and hands it on if nothing is
 * wrong in it. What is wrong goes to the log, and the service goes on as before. Which files may be half-written is
 * half-written.ts'; how a setup is swapped in is not known here.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from '../deadline.ts';
import { type Problem, renderProblem } from '../yaml/problem.ts';
import { FolderWatch } from './folder-watch.ts';
import { HalfWritten, type Look, type StillTimes } from './half-written.ts';
import { KnownWarnings } from './known-warnings.ts';
import { WaitLog } from './wait-log.ts';

/** One reading of all the files: a whole setup, or what is wrong. */
export interface WatchedReading<Setup> {
  readonly setup: Setup | undefined;
  readonly problems: readonly Problem[];
  /** Absolute paths of the files that it was made of, or that it lacked. */
  readonly files: readonly string[];
  /** Those of them that are whole only where their last line has its newline. */
  readonly endingLines: readonly string[];
}

/** The ways to read all the files: before anybody waits for an answer, and beside those who do. */
export interface Readings<Setup> {
  readonly first: () => Promise<WatchedReading<Setup>>;
  /** @param signal once it is aborted nobody needs the reading */
  readonly again: (signal: AbortSignal) => Promise<WatchedReading<Setup>>;
}

/** What a reload is for. */
export interface Reloaded<Setup> {
  /** Takes the setup into use, or throws and changes nothing. */
  readonly swap: (setup: Setup) => void;
  /** Is told after each attempt, and where there can be none, whether the files as they are now are refused. */
  readonly outcome: (refused: boolean) => void;
  readonly log: Logger;
}

/** In milliseconds. */
export interface ReloadTimes extends StillTimes {
  /** How long hints are gathered; so long must files be still that are read on demand. */
  readonly rest: number;
  /** How often the files are looked at where the operating system gives no hint. */
  readonly poll: number;
}

/** What came of looking: nothing is left to do now, a file may be taken soon, or not for a while. */
type Attempt = 'done' | 'changing' | 'waiting';

const LONGEST_END = 1000;
const FILES_CHANGED = 'a file has changed';

/** Keeps no process alive. */
export class Reloader<Setup> {
  readonly #readings: Readings<Setup>;
  readonly #times: ReloadTimes;
  readonly #clock: Clock;
  readonly #folders: FolderWatch;
  readonly #halfWritten: HalfWritten;
  readonly #waitLog: WaitLog;
  readonly #warnings = new KnownWarnings();
  #reloaded: Reloaded<Setup> | undefined;
  #files: readonly string[] = [];
  #endingLines: ReadonlySet<string> = new Set();
  #wasRefused = false;
  #running: Promise<void> = Promise.resolve();
  #waiting = false;
  #poll: NodeJS.Timeout | undefined;
  #next: NodeJS.Timeout | undefined;
  readonly #ending = new AbortController();

  constructor(readings: Readings<Setup>, times: ReloadTimes, clock: Clock) {
    this.#readings = readings;
    this.#times = times;
    this.#clock = clock;
    this.#folders = new FolderWatch(() => this.#look());
    this.#halfWritten = new HalfWritten(clock, times);
    this.#waitLog = new WaitLog(clock, times);
  }

  /**
   * The first reading, without which there is nothing to reload: of the files as they lie, but never of one that
   * changed meanwhile. What is wrong in it is for the caller to tell.
   */
  async first(): Promise<WatchedReading<Setup>> {
    for (let before = await this.#lookNow(0); ; ) {
      const reading = this.#taken(await this.#readings.first());
      const after = await this.#lookNow(0);
      if (this.#halfWritten.isOneReading(before, after)) {
        this.#halfWritten.noteRead(after);
        this.#halfWritten.noteUse(after);
        this.#warnings.replace(reading.problems);
        return reading;
      }
      before = after;
    }
  }

  /** Reloads from now on whenever a file is another one than when it was last read, and may be taken. */
  watch(reloaded: Reloaded<Setup>): void {
    this.#reloaded = reloaded;
    this.#folders.follow(this.#files);
    this.#poll = setInterval(() => this.#look(), this.#times.poll).unref();
    // For what changed since the first reading.
    this.#look();
  }

  /**
   * Reloads now, whether or not a file has changed, and without waiting until files that changed are still; resolves
   * when that is done or refused. Where one of them may be cut short it is left to the watch, which waits for it.
   */
  reload(cause: string): Promise<void> {
    return this.#inTurn(async () => {
      const end = this.#clock.now() + this.#times.still;
      this.#waitLog.repeat();
      while ((await this.#attempt(cause, this.#times.rest)) === 'changing') {
        if (this.#ending.signal.aborted || this.#clock.now() > end) return this.#look();
        await sleep(this.#times.rest);
      }
    });
  }

  /**
   * Ends the watch and resolves once no reload runs any more; a read that does not come back, from a file system that
   * hangs, is not waited for: nothing is made of it.
   */
  async end(): Promise<void> {
    this.#ending.abort();
    clearInterval(this.#poll);
    clearTimeout(this.#next);
    this.#folders.end();
    await Promise.race([this.#running, sleep(LONGEST_END, undefined, { ref: false })]);
  }

  // One look waits at the most: it will see whatever the hints of meanwhile were about.
  #look(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    void this.#inTurn(async () => {
      await sleep(this.#times.rest);
      this.#waiting = false;
      await this.#attempt(FILES_CHANGED, this.#times.still);
    });
  }

  #lookAt(time: number): void {
    clearTimeout(this.#next);
    if (this.#ending.signal.aborted || !Number.isFinite(time)) return;
    const milliseconds = Math.max(0, time - this.#clock.now() - this.#times.rest);
    this.#next = setTimeout(() => this.#look(), milliseconds).unref();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#running = this.#running.then(async () => {
      if (!this.#ending.signal.aborted) await work();
    });
    return this.#running;
  }

  /** Reads the files if there is a cause for it and they may be read; else the next look comes by itself. */
  async #attempt(cause: string, still: number): Promise<Attempt> {
    if (this.#reloaded === undefined) return 'done';
    const { outcome, log } = this.#reloaded;
    const look = await this.#lookNow(still);
    const { changed, waits } = look;
    if (waits.length > 0) {
      this.#waitLog.tell(look, log);
      if (waits.some(({ why }) => why === 'unended')) outcome(true);
      this.#lookAt(Math.min(...waits.map(({ until }) => until)));
      return waits.some(({ why }) => why !== 'changing') ? 'waiting' : 'changing';
    }
    if (changed.length > 0 || cause !== FILES_CHANGED)
      return this.#reload(cause, still, look, this.#reloaded);
    if (this.#waitLog.end(log)) outcome(this.#wasRefused);
    return 'done';
  }

  async #reload(
    cause: string,
    still: number,
    before: Look,
    { swap, outcome, log }: Reloaded<Setup>,
  ): Promise<Attempt> {
    let { changed } = before;
    let isRefused = true;
    try {
      const { setup, problems } = this.#taken(await this.#readings.again(this.#ending.signal));
      if (this.#ending.signal.aborted) return 'done';
      this.#folders.follow(this.#files);
      // For what changed while other folders came under watch.
      this.#look();
      // A file that changes while it is read may be read by halves, and one that is named now was not looked at.
      const after = await this.#lookNow(still);
      if (after.waits.length > 0 || !this.#halfWritten.isOneReading(before, after)) return 'changing';
      changed = after.changed;
      this.#halfWritten.noteRead(after);
      if (setup === undefined) {
        log.error({ cause, changed, ...refusalOf(problems) }, 'reload refused');
      } else {
        swap(setup);
        this.#halfWritten.noteUse(after);
        isRefused = false;
        log.info({ cause, changed, ...this.#warnings.replace(problems) }, 'reloaded');
      }
    } catch (err) {
      log.error({ cause, changed, err }, 'reload refused');
    }
    this.#wasRefused = isRefused;
    this.#waitLog.end(log);
    outcome(isRefused);
    return 'done';
  }

  /** Notes the files that were read. */
  #taken(reading: WatchedReading<Setup>): WatchedReading<Setup> {
    this.#files = reading.files;
    // Of a setup that is wrong not all files may have been come to.
    const kept = reading.setup === undefined ? this.#endingLines : [];
    this.#endingLines = new Set([...kept, ...reading.endingLines]);
    return reading;
  }

  #lookNow(still: number): Promise<Look> {
    return this.#halfWritten.look(this.#files, this.#endingLines, still);
  }
}

function refusalOf(problems: readonly Problem[]): {
  readonly problems: string[];
  readonly warnings?: number;
} {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = problems.length - errors.length;
  return { problems: errors.map(renderProblem), ...(warnings === 0 ? {} : { warnings }) };
}
