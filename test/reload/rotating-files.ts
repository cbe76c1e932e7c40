/**
 * The ways in which the files under a running service come to hold something else: written beside and renamed, swapped
 * as a whole as Kubernetes does with what it mounts, or written in place, in small pieces.
 */
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderWith } from '../acceptance/running-service.ts';

/** Contents by name. */
export type Files = Readonly<Record<string, string>>;

/** A folder whose files are changed in one way. */
export interface RotatingFolder {
  readonly folder: string;
  /** Resolves once the files hold that; others stay. */
  change(files: Files): Promise<void>;
  readonly read: (name: string) => string;
}

export type Way = (files: Files) => RotatingFolder;

/** As `mv` does, and most editors: each file by itself. */
export const renamed: Way = (files) => plain(files, async (file, text) => rename(file, text));

/** As `cp` and `>` do. */
export const overwritten: Way = (files) => plain(files, async (file, text) => writeFileSync(file, text));

/** As a slow copy does: it begins with nothing, and whoever looks meanwhile sees a beginning. */
export function inPieces(count: number, pause: number): Way {
  return (files) =>
    plain(files, async (file, text) => {
      writeFileSync(file, '');
      const length = Math.ceil(text.length / count);
      for (let at = 0; at < text.length; at += length) {
        await sleep(pause);
        appendFileSync(file, text.slice(at, at + length));
      }
    });
}

/**
 * As kubelet does with ConfigMaps and Secrets: each file is a link through `..data`, which leads to a folder named for
 * the time, and another folder takes its place in one step.
 * @see https://pkg.go.dev/k8s.io/kubernetes/pkg/volume/util#AtomicWriter
 */
export const swapped: Way = (files) => {
  const folder = folderWith({});
  const at = (name: string) => join(folder, name);
  let edition = 0;
  let whole: Files = {};
  const change = async (changed: Files) => {
    const [before, now] = [edition, ++edition];
    const named = (each: number) => `..2026_11_28_10_00_${String(each).padStart(6, '0')}`;
    whole = { ...whole, ...changed };
    mkdirSync(at(named(now)));
    for (const [name, text] of Object.entries(whole)) writeFileSync(at(join(named(now), name)), text);
    symlinkSync(named(now), at('..data_tmp'));
    renameSync(at('..data_tmp'), at('..data'));
    if (before > 0) rmSync(at(named(before)), { recursive: true });
    for (const name of Object.keys(changed)) if (before === 0) symlinkSync(`..data/${name}`, at(name));
  };
  void change(files);
  return { folder, change, read: (name) => readFileSync(at(name), 'utf8') };
};

function plain(files: Files, write: (file: string, text: string) => Promise<void>): RotatingFolder {
  const folder = folderWith(files);
  return {
    folder,
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    change: async (changed) => {
      for (const [name, text] of Object.entries(changed)) await write(join(folder, name), text);
    },
  };
}

function rename(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
