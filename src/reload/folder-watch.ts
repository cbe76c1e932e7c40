/**
 * Hints that something may have changed in the folders of some files, from the operating system. Hints may be missing
 * (network file systems, folders behind a chain of links): whoever needs to be certain looks for himself as well.
 */
import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';

/** Watches the folders, as files are often replaced and not written. Keeps no process alive. */
export class FolderWatch {
  readonly #hint: () => void;
  readonly #watchers = new Set<FSWatcher>();

  constructor(hint: () => void) {
    this.#hint = hint;
  }

  /** From now on the folders of these files, and no others. A folder that cannot be watched gives no hints. */
  follow(files: readonly string[]): void {
    // All of them anew: under the same path there may be another folder by now.
    this.end();
    for (const folder of new Set(files.map((file) => dirname(file)))) this.#enter(folder);
  }

  end(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers.clear();
  }

  #enter(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#hint());
      watcher.on('error', () => watcher.close());
      this.#watchers.add(watcher);
    } catch {
      // It is not there, or the system allows no more watches.
    }
  }
}
