/** Compiles searches.c and runs it: what libldap itself takes for the searches that a miss needs. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd } from '../../test/directories/slapd.ts';
import { Unmeasurable } from '../path.ts';
import { PEOPLE } from '../worlds/people.ts';
import { ROOT } from '../worlds/service.ts';

const SOURCE = join(ROOT, 'bench/controls/searches.c');

/** What searches on one connection took. */
export interface Searches {
  /** Milliseconds of one. */
  readonly p50: number;
  readonly perSecond: number;
}

export interface Libldap {
  /** Asks so often for one of the people, so many searches under way at once. */
  search(slapd: Slapd, people: number, count: number, underWay: number): Promise<Searches>;
}

/** @throws Unmeasurable where there is no compiler, or no header of libldap */
export function compileLibldap(folder: string): Libldap {
  const program = join(folder, 'searches');
  const compiled = spawnSync('cc', ['-O2', '-o', program, SOURCE, '-lldap', '-llber'], { encoding: 'utf8' });
  if (compiled.error !== undefined || /ldap\.h: No such file/.test(compiled.stderr))
    throw new Unmeasurable('cc or ldap.h is missing: install gcc libc6-dev libldap-dev to measure this');
  if (compiled.status !== 0) throw new Error(compiled.stderr);
  return {
    search: async (slapd, people, count, underWay) => {
      const numbers = [people, count, underWay].map(String);
      const url = `ldap://127.0.0.1:${slapd.port}`;
      // Nothing of this machine's ldap.conf.
      const { stdout } = await promisify(execFile)(
        program,
        [url, LOOKUP_DN, LOOKUP_PASSWORD, PEOPLE, ...numbers],
        { env: { ...process.env, LDAPNOINIT: '1' } },
      );
      const [microseconds = Number.NaN, perSecond = Number.NaN] = stdout.split(' ').map(Number);
      return { p50: microseconds / 1000, perSecond };
    },
  };
}
