/** How much memory the process may use, and how much of it people in memory have where the config does not say. */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import type { Setup } from '../setup/setup.ts';
import type { CacheSettings } from '../user-info/cache.ts';

type WrittenCache = Setup['config']['cache'];

/** People are not all that is in memory, and what is let go of is there until it is collected. */
const PART_OF_PEOPLE = 1 / 3;
/** With more than this for people alone the rest of the service has too little. */
const MOST_OF_PEOPLE = 2 / 3;

// By how much of what lives the heap may grow before it is collected. V8's own measure lets it double and more: with
// 100,000 people that took twice the memory and spared a twentieth of the CPU while the memory filled.
const GROWTH_PERCENT = 15;

/** Has V8 keep little more than what lives; for the whole process, and from now on. */
export function keepHeapLean(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}

/**
 * Gives back to the system what starting took and nothing needs: the room for what is young alone, 32 MB, stays as large
 * as it was once needed. Resolves when that is done; meanwhile no request is answered, for some tens of milliseconds.
 * By V8's inspector, since nothing else reaches it without a flag at the start of Node; nothing is done where Node was
 * built without it:
 * https://chromedevtools.github.io/devtools-protocol/tot/HeapProfiler/#method-collectGarbage
 */
export async function giveBackGarbage(): Promise<void> {
  if (!process.features.inspector) return;
  const { Session } = await import('node:inspector');
  const session = new Session();
  session.connect();
  await new Promise((resolve) => session.post('HeapProfiler.collectGarbage', resolve));
  session.disconnect();
}

/** Octets that the process may use: the lesser of V8's limit (`--max-old-space-size`) and the container's. */
export function usableMemory(): number {
  const container = process.constrainedMemory();
  // V8's own figure counts the room for what is young too, where nothing that is kept stays: 48 MiB in Node 20, 192 MiB in
  // Node 24.21, whatever else was written. Where nothing was, that is a small part of gigabytes.
  const heap = writtenLimit() ?? getHeapStatistics().heap_size_limit;
  // 0 where nothing tells a limit; an impossibly high number where the system says that there is none.
  return container > 0 ? Math.min(heap, container) : heap;
}

/** The settings as they hold in this process. */
export function settingsOfCache(written: WrittenCache, usable: number): CacheSettings {
  return { ...written, memory: written.memory ?? Math.floor(usable * PART_OF_PEOPLE) };
}

/** Whether the written size leaves too little for the rest. */
export function isTooMuch({ memory }: WrittenCache, usable: number): boolean {
  return memory !== undefined && memory > usable * MOST_OF_PEOPLE;
}

// The last one written holds, and the command line goes before the environment.
function writtenLimit(): number | undefined {
  const flags = [...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/), ...process.execArgv];
  const written = flags.map((each) => /^--max[-_]old[-_]space[-_]size=(\d+)$/.exec(each)?.[1]);
  const mebibytes = Number(written.findLast((each) => each !== undefined) ?? 0);
  return mebibytes > 0 ? mebibytes * 2 ** 20 : undefined;
}
