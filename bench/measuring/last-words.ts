/** Imported into a process before its own program: at its end it writes to file descriptor 3 what it used. */
import { writeSync } from 'node:fs';

/** What a process used from its start to its end. */
export interface Ended {
  /** Microseconds of CPU, user and system, of all its threads. */
  readonly cpu: number;
  /** The most bytes that were ever resident. */
  readonly peak: number;
}

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const peak = process.resourceUsage().maxRSS * 1024;
  writeSync(3, JSON.stringify({ cpu: user + system, peak } satisfies Ended));
});
