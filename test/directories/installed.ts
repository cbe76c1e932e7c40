/**
 * Whether the directory servers that tests start are installed here. Without them the tests are skipped and say what to
 * install; where REQUIRE_DIRECTORIES=1 says that they must run, they fail instead.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeWithUs } from './child-servers.ts';

const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

/** The environment for commands of the servers' packages: Debian keeps them outside of an ordinary user's PATH. */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv = { ...process.env, PATH };

const SLAPD_COMMANDS = ['slapd', 'slapadd', 'ldapmodify', 'openssl'];
const SAMBA_COMMANDS = ['samba', 'samba-tool', 'ldbadd', 'ldbmodify', 'ldbsearch', 'openssl'];
const SAMBA_PACKAGES =
  'samba samba-dsdb-modules samba-vfs-modules samba-ad-provision winbind ldb-tools python3-samba openssl';
const DS389_COMMANDS = ['ns-slapd', 'ldapmodify', 'certutil', 'pk12util', 'openssl'];
/** For the first run on a machine, which provisions domains and their trust, be it with a lot to do besides. */
const SAMBA_READY_WITHIN = 900_000;

/** What to install for slapd, to stand before what it is for; undefined where all of it is there. */
export function missingForSlapd(): string | undefined {
  const missing = SLAPD_COMMANDS.filter((command) => !isInstalled(command));
  return missing.length === 0 ? undefined : `${missing.join(', ')} missing: install slapd ldap-utils openssl`;
}

/** Skips the suite or test where slapd is missing. Call it in a `before` hook: `requireSlapd(this)`. */
export function requireSlapd(context: Mocha.Context): void {
  const missing = missingForSlapd();
  if (missing !== undefined) skip(context, `${missing} to run these tests`);
}

/**
 * Skips the suite or test where Samba is missing, or may not have the ports of Active Directory. Call it in a `before`
 * hook, `requireSamba(this)`, which gets the time that a domain takes.
 */
export function requireSamba(context: Mocha.Context): void {
  const missing = SAMBA_COMMANDS.filter((command) => !isInstalled(command));
  if (missing.length > 0)
    skip(context, `${missing.join(', ')} missing: install ${SAMBA_PACKAGES} to run these tests`);
  if (process.getuid?.() !== 0)
    skip(context, 'not root: Samba listens on ports 389 and 636, run these tests as root');
  context.timeout(SAMBA_READY_WITHIN);
}

/** Skips the suite or test where 389 Directory Server is missing. Call it in a `before` hook: `requireDs389(this)`. */
export function requireDs389(context: Mocha.Context): void {
  const missing = DS389_COMMANDS.filter((command) => !isInstalled(command));
  if (missing.length > 0)
    skip(
      context,
      `${missing.join(', ')} missing: install 389-ds-base libnss3-tools ldap-utils openssl to run these tests`,
    );
}

/** What a pair of forests lives in, so that its addresses, paths and processes are its own: options of unshare(1). */
export const WORLD_NAMESPACES = [
  ...['--net', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc'],
  ...['--propagation', 'private'],
];

/**
 * Skips the suite or test where two Sambas cannot have a network and a mount namespace of their own, as in a container
 * without the right to make them. Call it in a `before` hook: `requireForests(this)`.
 */
export function requireForests(context: Mocha.Context): void {
  requireSamba(context);
  const tried = spawnSync('unshare', [...WORLD_NAMESPACES, 'mount', '--bind', '/tmp', '/mnt'], {
    env: SERVER_ENVIRONMENT,
  });
  if (tried.status !== 0) {
    const why = 'unshare and mount are not permitted or not installed';
    skip(context, `${why}: run these tests with CAP_SYS_ADMIN and util-linux, for two Samba forests`);
  }
}

function skip(context: Mocha.Context, message: string): void {
  if (process.env['REQUIRE_DIRECTORIES'] === '1') throw new Error(message);
  if (isNews(message)) process.stderr.write(`skipped: ${message}\n`);
  context.skip();
}

/** Whether no process of this test run said so yet: with `npm test` there are several. */
function isNews(message: string): boolean {
  const run = process.env['MOCHA_WORKER_ID'] === undefined ? process.pid : process.ppid;
  const digest = createHash('sha256').update(message).digest('hex').slice(0, 16);
  const told = join(tmpdir(), `ldap-user-info-told-${run}-${digest}`);
  try {
    mkdirSync(told);
  } catch {
    return false;
  }
  removeWithUs(told);
  return true;
}

function isInstalled(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`], { env: SERVER_ENVIRONMENT }).status === 0;
}
