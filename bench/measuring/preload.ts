/**
 * Imported into a process before its own program: tells the bench over IPC what the process has used, by its own
 * accounting. Costs nothing between questions; the same for our service and for every control.
 */

/** What a process has used since its start. */
export interface Used {
  /** Microseconds of CPU, user and system, of all its threads. */
  readonly cpu: number;
  /** Bytes that are resident now. */
  readonly rss: number;
  /** The most bytes that ever were. */
  readonly peak: number;
  /** Bytes of V8's heap, garbage included unless a collection was asked for. */
  readonly heap: number;
}

/** What the bench asks: `collected` is for processes with --expose-gc, and costs them a collection. */
export type Question = 'used' | 'collected';

process.on('message', (question: Question) => {
  if (question === 'collected') globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const used: Used = { cpu: user + system, rss, peak: process.resourceUsage().maxRSS * 1024, heap: heapUsed };
  process.send?.(used);
});
// The program ends when it wants to.
process.channel?.unref();
