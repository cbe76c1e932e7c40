/**
 * Whether the service has once been able to do its work: every directory bound, every mapping loaded. An outage later
 * does not end it, for replicas must not be taken away while they can still answer from memory; it is only reported.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Clock, Deadline } from '../deadline.ts';
import type { Directory } from '../directory/directory.ts';
import { type FailureCode, isFailure } from '../failure.ts';

/** What `/readyz` tells. */
export interface ReadinessReport {
  readonly status: 'starting' | 'ready' | 'draining';
  /** By directory name; `degraded` holds the code of the last failure while it lasts. */
  readonly directories: Readonly<
    Record<string, { readonly bound: boolean; readonly degraded: FailureCode | null }>
  >;
  /** Whether the files were taken into use as they are now, as far as is known. */
  readonly reload: 'ok' | 'refused';
  /** What mappings name and directories do not show, a line each. */
  readonly warnings: readonly string[];
}

const CONNECT_WITHIN = 10_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

/** Tries every directory until it was bound once, in the background. */
export class Readiness {
  #directories: readonly Directory[];
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #wasReady = false;
  readonly #warnings: () => readonly string[];
  #reload: ReadinessReport['reload'] = 'ok';

  /** @param warnings what else is wrong and makes nothing unready */
  constructor(
    directories: readonly Directory[],
    clock: Clock,
    log: Logger,
    warnings: () => readonly string[] = () => [],
  ) {
    this.#directories = directories;
    this.#clock = clock;
    this.#log = log;
    this.#warnings = warnings;
  }

  /** Resolves once all directories were bound, or the drain began. */
  async watch(): Promise<void> {
    const watched = this.#directories;
    await Promise.all(watched.map((directory) => this.#bindOnce(directory)));
    // A reload meanwhile has begun a watch of its own.
    if (this.#stop.signal.aborted || watched !== this.#directories) return;
    this.#becomeReady();
  }

  /** Goes on with other directories; a service that was ready stays so while they are tried. */
  replace(directories: readonly Directory[]): void {
    this.#isReady();
    this.#directories = directories;
    void this.watch();
  }

  /** Notes how the last reload ended. */
  reloaded(outcome: ReadinessReport['reload']): void {
    this.#reload = outcome;
  }

  /** From now on the service is not ready: no further requests should be sent here. */
  drain(): void {
    this.#stop.abort();
  }

  report(): ReadinessReport {
    const directories = Object.fromEntries(
      this.#directories.map(({ name, state }) => [
        name,
        { bound: state.bound, degraded: state.lastFailure ?? null },
      ]),
    );
    const status = this.#stop.signal.aborted ? 'draining' : this.#isReady() ? 'ready' : 'starting';
    return { status, directories, reload: this.#reload, warnings: this.#warnings() };
  }

  // Whoever asks may see it before the watch does.
  #isReady(): boolean {
    if (this.#directories.every(({ state }) => state.bound)) this.#becomeReady();
    return this.#wasReady;
  }

  /** Told once: from then on the service stays ready. */
  #becomeReady(): void {
    if (this.#wasReady) return;
    this.#wasReady = true;
    this.#log.info('ready: every directory was bound');
  }

  async #bindOnce(directory: Directory): Promise<void> {
    let pause = FIRST_PAUSE;
    while (
      !directory.state.bound &&
      !this.#stop.signal.aborted &&
      this.#directories.some((each) => each === directory)
    ) {
      try {
        await directory.connect(new Deadline(this.#clock, CONNECT_WITHIN));
      } catch (error) {
        this.#log.warn(
          {
            directory: directory.name,
            code: isFailure(error) ? error.code : 'internal_error',
            reason: error instanceof Error ? error.message : String(error),
          },
          'a directory cannot be bound: it is tried again',
        );
        await sleep(pause, undefined, { signal: this.#stop.signal }).catch(() => undefined);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      }
    }
  }
}
