/**
 * Whether the directory servers that tests start are installed here. Without them the tests are skipped and say what to
 * install; where REQUIRE_DIRECTORIES=1 says that they must run, they fail instead.
 */
import { spawnSync } from 'node:child_process';

const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

/** The environment for commands of the servers' packages: Debian keeps them outside of an ordinary user's PATH. */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv = { ...process.env, PATH };

let told = false;

/** Skips the suite or test where slapd is missing. Call it in a `before` hook: `requireSlapd(this)`. */
export function requireSlapd(context: Mocha.Context): void {
  const missing = ['slapd', 'slapadd', 'ldapmodify', 'openssl'].filter((command) => !isInstalled(command));
  if (missing.length === 0) return;
  const message = `${missing.join(', ')} missing: install slapd ldap-utils openssl to run these tests`;
  if (process.env['REQUIRE_DIRECTORIES'] === '1') throw new Error(message);
  if (!told) process.stderr.write(`skipped: ${message}\n`);
  told = true;
  context.skip();
}

function isInstalled(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`], { env: SERVER_ENVIRONMENT }).status === 0;
}
