/**
 * A file that is there whole or not at all: written beside its place, forced to the disk, then moved there. Readable
 * by its owner alone.
 */
import { randomBytes } from 'node:crypto';
import { access, constants, open, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const OWNER_ONLY = 0o600;
const ENOUGH_TO_WRITE = 65_536;

/** The file cannot be written; the message says which and why. */
export class WriteError extends Error {}

/**
 * Takes the place of an older file of this name. Where the chunks throw, nothing has changed. Throws {@link WriteError}
 * where the file cannot be written.
 */
export async function writeWhole(
  file: string,
  chunks: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  await refuseUnwritable(file);
  await inWords(file, () => write(file, chunks));
}

/** Throws {@link WriteError} where it is plain already that the file cannot be written: before long work is done for it. */
export async function refuseUnwritable(file: string): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  // What is moved to the place of a device would be there for everybody, in place of the device.
  if (there !== undefined && !there.isFile())
    throw new WriteError(
      `cannot write ${file}: it is ${there.isDirectory() ? 'a folder' : 'no ordinary file'}`,
    );
  await inWords(file, () => access(dirname(file), constants.W_OK));
}

async function inWords(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    throw new WriteError(`cannot write ${file}: ${WORDS[code] ?? code}`);
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is no such folder',
  EACCES: 'this process has no right to write there',
  EPERM: 'this process has no right to write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  ENAMETOOLONG: 'the path is too long',
};

async function write(file: string, chunks: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const folder = dirname(file);
  const beside = join(folder, `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  const handle = await open(beside, 'wx', OWNER_ONLY);
  try {
    try {
      let waiting = '';
      for await (const chunk of chunks) {
        waiting += chunk;
        if (waiting.length < ENOUGH_TO_WRITE) continue;
        await handle.writeFile(waiting);
        waiting = '';
      }
      await handle.writeFile(waiting);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await unlink(beside).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

// Without it the move itself may be lost with the power; some file systems do not know it.
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // The file is complete either way.
  }
}
