/**
 * A file that is there whole or not at all: written beside its place, forced to the disk, then moved there. Readable
 * by its owner alone.
 */
import { randomBytes } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const OWNER_ONLY = 0o600;
const ENOUGH_TO_WRITE = 65_536;

/** Takes the place of an older file of this name. Where the chunks throw, nothing has changed. */
export async function writeWhole(
  file: string,
  chunks: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
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
