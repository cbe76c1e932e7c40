/**
 * SSSD as a child process: with namespaces of its own for mounts and processes, so that its fixed paths are in a
 * temporary folder and the machine's own SSSD, if there is one, is not touched. It needs root.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { endWithUs, removeWithUs } from '../directories/child-servers.ts';
import { SERVER_ENVIRONMENT } from '../directories/installed.ts';

const COMMANDS = ['sssd', 'getent', 'unshare', 'nsenter', 'mount'];
const START_WITHIN = 60_000;
const ASK_WITHIN = 300_000;
const KEYS_AT_ONCE = 50;
/** What SSSD expects below /var/lib/sss. */
const STATE = ['db', 'mc', 'pipes/private', 'pubconf/krb5.include.d', 'keytabs', 'secrets', 'gpo_cache'];

const run = promisify(execFile);

/** The settings of its one domain, as in `[domain/…]` of sssd.conf(5); a password is among them. */
export type SssdDomain = Readonly<Record<string, string | number>>;

export interface Sssd {
  /** Names of the groups of each person: all that `id` shows, the primary one too. */
  groups(uids: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  /** Finds out who is in which groups, and no more of these than that. */
  lookUp(uids: readonly string[]): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

/** Why it cannot run here, in words; undefined where it can. */
export function whyNoSssd(): string | undefined {
  const found = (command: string) =>
    spawnSync('sh', ['-c', `command -v ${command}`], { env: SERVER_ENVIRONMENT }).status === 0;
  const missing = COMMANDS.filter((command) => !found(command));
  if (missing.length > 0) return `${missing.join(', ')} missing: install sssd-ldap libnss-sss util-linux`;
  return process.getuid?.() === 0 ? undefined : 'not root: SSSD and its namespaces need root';
}

/** Its version, as `2.8.2`. */
export function sssdVersion(): string {
  return spawnSync('sssd', ['--version'], { env: SERVER_ENVIRONMENT }).stdout.toString().trim();
}

/**
 * Starts it and waits until it answers.
 * @param probe a person whom the directory has
 */
export async function startSssd(domain: SssdDomain, probe: string): Promise<Sssd> {
  const folder = mkdtempSync(join(tmpdir(), 'sssd-'));
  removeWithUs(folder);
  for (const name of ['etc', 'log', 'run', ...STATE.map((each) => `lib/${each}`)])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'etc', 'sssd.conf'), configOf(domain), { mode: 0o600 });
  const script = [
    ...['etc:/etc/sssd', 'lib:/var/lib/sss', 'log:/var/log/sssd', 'run:/run']
      .map((pair) => pair.split(':'))
      .map(([from, to]) => `mount --bind "$1/${from}" ${to}`),
    'exec sssd -i -d 0x0030 >"$1/said" 2>&1',
  ].join(' && ');
  const namespaces = [
    '--mount',
    '--propagation',
    'private',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ];
  // What it starts ends with it, however it ends.
  const child = spawn('unshare', [...namespaces, 'sh', '-c', script, 'sh', folder], {
    env: SERVER_ENVIRONMENT,
    stdio: 'ignore',
  });
  endWithUs(child);

  const getent = async (database: string, keys: readonly string[]): Promise<readonly string[]> => {
    const lines: string[] = [];
    for (let i = 0; i < keys.length; i += KEYS_AT_ONCE) {
      const asked = keys.slice(i, i + KEYS_AT_ONCE);
      const args = ['-m', '-t', String(child.pid), 'getent', '-s', 'sss', database, ...asked];
      const { stdout } = await run('nsenter', args, {
        env: SERVER_ENVIRONMENT,
        timeout: ASK_WITHIN,
        maxBuffer: 100_000_000,
      }).catch((error: { code?: unknown; stdout?: string }) => {
        // 2: some of them are not there, which is for the caller to see.
        if (error.code === 2 && error.stdout !== undefined) return { stdout: error.stdout };
        throw error;
      });
      lines.push(...stdout.split('\n').filter((line) => line !== ''));
    }
    return lines;
  };
  const until = performance.now() + START_WITHIN;
  while ((await getent('passwd', [probe]).catch(() => [])).length === 0) {
    if (child.exitCode !== null || performance.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`SSSD did not answer:\n${readFileSync(join(folder, 'said'), 'utf8').slice(-5000)}`);
    }
    await setTimeout(200);
  }
  return {
    groups: async (uids) => {
      const primary = new Map(
        (await getent('passwd', uids)).map((line) => {
          const [name = '', , , gid = ''] = line.split(':');
          return [name.toLowerCase(), gid];
        }),
      );
      const numbers = new Map(
        (await getent('initgroups', uids)).map((line) => {
          const [name = '', ...gids] = line.split(/\s+/).filter((part) => part !== '');
          return [name.toLowerCase(), gids];
        }),
      );
      const all = uids.map((uid) => {
        const [first, others] = [primary.get(uid.toLowerCase()), numbers.get(uid.toLowerCase())];
        if (first === undefined || others === undefined) throw new Error(`SSSD does not know ${uid}`);
        return [uid, [first, ...others]] as const;
      });
      const names = new Map(
        (await getent('group', [...new Set(all.flatMap(([, gids]) => gids))])).map((line) => {
          const [name = '', , gid = ''] = line.split(':');
          return [gid, name];
        }),
      );
      return new Map(
        all.map(([uid, gids]) => [uid, new Set(gids.flatMap((gid) => names.get(gid) ?? []))] as const),
      );
    },
    lookUp: async (uids) => {
      const lines = await getent('initgroups', uids);
      if (lines.length !== uids.length)
        throw new Error(`SSSD knows ${lines.length} of ${uids.length} people`);
    },
    remove: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configOf(domain: SssdDomain): string {
  const settings = {
    id_provider: 'ldap',
    ldap_id_use_start_tls: 'false',
    ldap_referrals: 'false',
    ...PATIENT,
  };
  return [
    '[sssd]',
    'config_file_version = 2',
    'services = nss',
    'domains = world',
    '[nss]',
    'filter_users = root',
    'filter_groups = root',
    // Answers come from SSSD, not from a table of its last ones.
    'memcache_timeout = 0',
    '[domain/world]',
    ...Object.entries({ ...settings, ...domain }).map(([key, value]) => `${key} = ${value}`),
    '',
  ].join('\n');
}

/** On a busy machine it would go offline, and then answer with what it has. */
const PATIENT = {
  ldap_search_timeout: 60,
  ldap_network_timeout: 60,
  ldap_opt_timeout: 60,
  // Deeper than the world is.
  ldap_group_nesting_level: 20,
};
