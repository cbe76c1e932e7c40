/**
 * Folders that are made once on a machine and copied from then on: each is kept in the system's temporary folder under
 * the digest of all that goes into it. Of several processes that need the same one, one makes it and the others wait.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { removeWithUs } from './child-servers.ts';

/**
 * The folder of this name and recipe.
 * @param recipe all that it depends on, as JSON can tell it
 * @param make fills the empty folder that it gets
 */
export async function keptFolder(
  name: string,
  recipe: readonly unknown[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const user = process.getuid?.();
  const digest = createHash('sha256')
    .update(JSON.stringify([...recipe, user]))
    .digest('hex');
  const kept = join(tmpdir(), `ldap-user-info-${name}-${digest.slice(0, 16)}`);
  const isThere = () => existsSync(kept) && statSync(kept).uid === user;
  const lock = `${kept}.lock`;
  while (!isThere()) {
    if (!take(lock)) {
      await setTimeout(100);
      continue;
    }
    removeWithUs(lock);
    try {
      if (!isThere()) await makeAt(kept, name, make);
    } finally {
      rmSync(lock, { force: true });
    }
  }
  return kept;
}

/** Whole or not at all: a folder of another name until it is ready. */
async function makeAt(kept: string, name: string, make: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-provision-`));
  removeWithUs(folder);
  await make(folder);
  renameSync(folder, kept);
}

/** Whether this process has the lock now; that of a process which is no more is taken away. */
function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isHeld(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isHeld(lock: string): boolean {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    // It may have been made a moment ago and hold nothing yet.
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
