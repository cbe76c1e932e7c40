/** The limit of a walk over everybody: ldapsearch, which makes LDIF of the same entries and keeps nothing. */
import { spawn } from 'node:child_process';
import { SERVER_ENVIRONMENT } from '../../test/directories/installed.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd } from '../../test/directories/slapd.ts';
import { PEOPLE } from '../worlds/people.ts';

/** What is searched for. */
export interface LdapSearch {
  readonly base: string;
  readonly filter: string;
  readonly attributes: readonly string[];
  /** Entries in a page; as many as our walk asks for. */
  readonly page: number;
}

/** These attributes of everybody. */
export function everybody(attributes: readonly string[]): LdapSearch {
  return { base: PEOPLE, filter: '(uid=*)', attributes, page: 500 };
}

/** Seconds that it takes, page by page. */
export async function ldapsearch(
  slapd: Slapd,
  { base, filter, attributes, page }: LdapSearch,
): Promise<number> {
  const started = performance.now();
  // Waited for without blocking: slapd stands still where nobody reads its log.
  const child = spawn(
    'ldapsearch',
    [
      ...['-LLL', '-x', '-H', `ldap://127.0.0.1:${slapd.port}`, '-D', LOOKUP_DN, '-w', LOOKUP_PASSWORD],
      ...['-E', `pr=${page}/noprompt`, '-b', base, filter, ...attributes],
    ],
    { env: SERVER_ENVIRONMENT, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`ldapsearch ended with ${status}`);
  return (performance.now() - started) / 1000;
}
