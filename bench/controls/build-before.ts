/** The build before: the commit at the start of issue 10, built in a temporary folder with this project's packages. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../worlds/service.ts';

const COMMIT = 'a73095440afcfb6cef30635260c0ff0d81890b35';

/**
 * Its dist/main.js, or why there is none.
 * @param parent a folder is made there, and goes with it: `git archive` leaves nothing behind in the repository
 */
export function buildBefore(parent: string): { readonly file: string } | { readonly missing: string } {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', ROOT, ...args], { stdio: 'pipe', maxBuffer: 2 ** 28 });
  let tree: Buffer;
  try {
    tree = git('archive', COMMIT);
  } catch {
    return { missing: `this is no clone with commit ${COMMIT.slice(0, 8)} in its history` };
  }
  const folder = join(parent, 'build-before');
  mkdirSync(folder);
  execFileSync('tar', ['-x', '-C', folder], { input: tree, stdio: ['pipe', 'ignore', 'inherit'] });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], {
    cwd: folder,
    stdio: 'inherit',
  });
  return { file: join(folder, 'dist/main.js') };
}
