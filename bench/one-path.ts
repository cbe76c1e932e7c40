/**
 * Measures one path in a process of its own, so that neither its heap nor its fall is another's; started by run.ts, which
 * gets the rows.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeWithUs } from '../test/directories/child-servers.ts';
import { type Path, type Row, type Skipped, Unmeasurable } from './path.ts';

/** What the parent sends. */
export interface Order {
  readonly file: string;
  readonly quick: boolean;
}

/** What it gets back. */
export type Outcome = { readonly rows: readonly (Row | Skipped)[] } | { readonly failed: string };

process.once('message', ({ file, quick }: Order) => {
  void measure(file, quick).then((outcome) => process.send?.(outcome, () => process.exit()));
});

async function measure(file: string, quick: boolean): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'ldap-user-info-bench-'));
  removeWithUs(folder);
  try {
    const path = pathIn(await import(file));
    return { rows: await path.measure({ quick, folder }) };
  } catch (error) {
    if (error instanceof Unmeasurable) return { rows: [{ name: '', skipped: error.message }] };
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function pathIn(exported: Readonly<Record<string, unknown>>): Path {
  const path = Object.values(exported).find(
    (value): value is Path => typeof (value as Partial<Path> | undefined)?.measure === 'function',
  );
  if (path === undefined) throw new Error('this file exports no path');
  return path;
}
