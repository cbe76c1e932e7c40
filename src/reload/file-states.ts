/**
 * Whether files have changed, by what the file system says of them: their content need not be read for it, and what a
 * symbolic link leads to counts, so that Kubernetes' swap of a whole directory is seen.
 */
import { stat } from 'node:fs/promises';

/** A text for each file that is another one once the file is. */
export type FileStates = ReadonlyMap<string, string>;

// In milliseconds.
const CLOCKS_DIFFER = 60_000;

/** Looks at all of them. A file that cannot be looked at has a state too. */
export async function lookAt(files: readonly string[]): Promise<FileStates> {
  return new Map(await Promise.all(files.map(async (file) => [file, await stateOf(file)] as const)));
}

/**
 * How many milliseconds, at the most, after the other file the one was changed: below zero where it was before; of a file
 * that is not there nothing was changed. Times of two file systems are compared with a margin, as their clocks may differ.
 */
export function laterBy(one: string, other: string): number {
  const [a, b] = [timesOf(one), timesOf(other)];
  if (a === undefined) return Number.NEGATIVE_INFINITY;
  if (b === undefined) return Number.POSITIVE_INFINITY;
  // The time of the content can be set at will, to one in the past for example by `cp -p`.
  const latest = Math.max(a.content, a.any);
  return latest - b.any + (a.device === b.device ? 0 : CLOCKS_DIFFER);
}

/** In milliseconds since 1970. */
function timesOf(state: string): { device: string; content: number; any: number } | undefined {
  const [device = '', , , content, any] = state.split(' ');
  return content === undefined || any === undefined
    ? undefined
    : { device, content: Number(content) / 1e6, any: Number(any) / 1e6 };
}

async function stateOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
}
