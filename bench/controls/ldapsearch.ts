/** The limit of a walk over everybody: ldapsearch, which makes LDIF of the same entries and keeps nothing. */
import { spawn } from 'node:child_process';
import { SERVER_ENVIRONMENT } from '../../test/directories/installed.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd } from '../../test/directories/slapd.ts';
import { PEOPLE } from '../worlds/people.ts';

/** As many as a walk asks for. */
const PAGE = 500;

/** Seconds that it takes for these attributes of everybody, page by page. */
export async function ldapsearch(slapd: Slapd, attributes: readonly string[]): Promise<number> {
  const started = performance.now();
  // Waited for without blocking: slapd stands still where nobody reads its log.
  const child = spawn(
    'ldapsearch',
    [
      ...['-LLL', '-x', '-H', `ldap://127.0.0.1:${slapd.port}`, '-D', LOOKUP_DN, '-w', LOOKUP_PASSWORD],
      ...['-E', `pr=${PAGE}/noprompt`, '-b', PEOPLE, '(uid=*)', ...attributes],
    ],
    { env: SERVER_ENVIRONMENT, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`ldapsearch ended with ${status}`);
  return (performance.now() - started) / 1000;
}
