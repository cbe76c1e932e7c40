/**
 * Whether files have changed, by what the file system says of them: their content need not be read for it, and what a
 * symbolic link leads to counts, so that Kubernetes' swap of a whole directory is seen.
 */
import { stat } from 'node:fs/promises';

/** A text for each file that is another one once the file is. */
export type FileStates = ReadonlyMap<string, string>;

/** Looks at all of them. A file that cannot be looked at has a state too. */
export async function lookAt(files: readonly string[]): Promise<FileStates> {
  return new Map(await Promise.all(files.map(async (file) => [file, await stateOf(file)] as const)));
}

/** The files whose states differ, or that one of the two does not know. */
export function changedFiles(before: FileStates, after: FileStates): string[] {
  const all = new Set([...before.keys(), ...after.keys()]);
  return [...all].filter((file) => before.get(file) !== after.get(file));
}

async function stateOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
}
