/**
 * Reads the whole setup again when one of its files has changed, or a signal says so, and hands it on if nothing is
 * wrong in it. What is wrong goes to the log, and the service goes on as before. How a setup is swapped in is not
 * known here.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Problem, renderProblem } from '../yaml/problem.ts';
import { changedFiles, type FileStates, lookAt } from './file-states.ts';
import { FolderWatch } from './folder-watch.ts';

/** One reading of all the files: a whole setup, or what is wrong. */
export interface Reading<Setup> {
  readonly setup: Setup | undefined;
  readonly problems: readonly Problem[];
  /** Absolute paths of the files that it was made of, or that it lacked. */
  readonly files: readonly string[];
}

/** What a reload is for. */
export interface Reloaded<Setup> {
  /** Takes the setup into use, or throws and changes nothing. */
  readonly swap: (setup: Setup) => void;
  /** Is told after each attempt whether it was refused. */
  readonly outcome: (refused: boolean) => void;
  readonly log: Logger;
}

/** In milliseconds. */
export interface ReloadTimes {
  /** For how long the files must be at rest before they are read: whoever writes them may not be done. */
  readonly rest: number;
  /** How often the files are looked at where the operating system gives no hint. */
  readonly poll: number;
}

const LONGEST_END = 1000;

/** Keeps no process alive. */
export class Reloader<Setup> {
  readonly #read: () => Promise<Reading<Setup>>;
  readonly #times: ReloadTimes;
  readonly #folders: FolderWatch;
  #reloaded: Reloaded<Setup> | undefined;
  #files: readonly string[] = [];
  /** Of the files as they were just before they were last read. */
  #states: FileStates = new Map();
  #running: Promise<void> = Promise.resolve();
  #waiting = false;
  #poll: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(read: () => Promise<Reading<Setup>>, times: ReloadTimes) {
    this.#read = read;
    this.#times = times;
    this.#folders = new FolderWatch(() => this.#look());
  }

  /** The first reading, without which there is nothing to reload. What is wrong in it is for the caller to tell. */
  first(): Promise<Reading<Setup>> {
    return this.#readUnchanged(lookAt);
  }

  /** Reloads from now on whenever a file is another one than when it was last read. */
  watch(reloaded: Reloaded<Setup>): void {
    this.#reloaded = reloaded;
    this.#folders.follow(this.#files);
    this.#poll = setInterval(() => this.#look(), this.#times.poll).unref();
    // For what changed since the first reading.
    this.#look();
  }

  /** Reloads now, whether or not a file has changed; resolves when that is done or refused. */
  reload(cause: string): Promise<void> {
    return this.#inTurn(() => this.#reload(cause, []));
  }

  /**
   * Ends the watch and resolves once no reload runs any more; a read that does not come back, from a file system that
   * hangs, is not waited for: nothing is made of it.
   */
  async end(): Promise<void> {
    this.#ended = true;
    clearInterval(this.#poll);
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
      const changed = changedFiles(this.#states, await lookAt(this.#files));
      if (changed.length === 0) return;
      await this.#reload('a file has changed', changed);
      // For what changed while other folders came under watch.
      this.#look();
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#running = this.#running.then(async () => {
      if (!this.#ended) await work();
    });
    return this.#running;
  }

  async #reload(cause: string, changed: readonly string[]): Promise<void> {
    if (this.#reloaded === undefined) return;
    const { swap, outcome, log } = this.#reloaded;
    try {
      const { setup, problems } = await this.#readUnchanged((files) => this.#restingStates(files));
      if (this.#ended) return;
      this.#folders.follow(this.#files);
      if (setup === undefined) {
        outcome(true);
        log.error({ cause, changed, problems: problems.map(renderProblem) }, 'reload refused');
        return;
      }
      swap(setup);
      outcome(false);
      log.info({ cause, changed, warnings: problems.map(renderProblem) }, 'reloaded');
    } catch (err) {
      outcome(true);
      log.error({ cause, changed, err }, 'reload refused');
    }
  }

  // A file that changes while it is read may be read by halves, and half a mapping may well be a mapping.
  async #readUnchanged(look: (files: readonly string[]) => Promise<FileStates>): Promise<Reading<Setup>> {
    for (;;) {
      const before = await look(this.#files);
      const reading = await this.#read();
      this.#files = reading.files;
      this.#states = await lookAt(this.#files);
      if (this.#ended || changedFiles(before, this.#states).length === 0) return reading;
    }
  }

  async #restingStates(files: readonly string[]): Promise<FileStates> {
    let states = await lookAt(files);
    for (;;) {
      await sleep(this.#times.rest);
      const later = await lookAt(files);
      if (this.#ended || changedFiles(states, later).length === 0) return later;
      states = later;
    }
  }
}
