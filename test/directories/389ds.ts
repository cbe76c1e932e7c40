/**
 * A real 389 Directory Server as an ordinary child process: on free loopback ports, with its configuration, schema as
 * delivered, data, logs and certificates in a temporary folder. It needs neither root nor systemd nor `dscreate`, whose
 * instances are the machine's: the configuration comes from the same templates of the package.
 *
 * What is there at the start was loaded by `ldif2db`, which runs no plug-in: groups of it are older than the MemberOf
 * plug-in, and memberOf is as written. What `change` adds, the plug-in sees.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Certificates, makeCertificates } from './certificates.ts';
import { answers, endWithUs, freePorts, removeWithUs } from './child-servers.ts';
import { SERVER_ENVIRONMENT } from './installed.ts';
import { PEOPLE_LDIF } from './slapd.ts';
import { standStill } from './standstill.ts';

/** May do everything, without limits. */
export const DIRECTORY_MANAGER = { dn: 'cn=Directory Manager', password: 'manager-secret' };

const SUFFIX = 'dc=example,dc=test';
const TEMPLATES = '/usr/share/dirsrv/data';
const START_WITHIN = 200_000;
const TOOL_WITHIN = 600_000;
/** Everybody reads everything but passwords; without an aci nobody but the manager sees anything. */
const DEFAULT_ACCESS =
  '(targetattr!="userPassword")(version 3.0; acl "read"; allow (read, search, compare) userdn="ldap:///anyone";)';

export interface Ds389Options {
  /** LDIF to load beside people.ldif. */
  readonly more?: string;
  /** LDIF to load in place of people.ldif; it begins with the entry of the suffix, dc=example,dc=test. */
  readonly data?: string;
  /** The MemberOf plug-in: which attributes it looks at, and whether for direct memberships only. Off by default. */
  readonly memberOf?: { readonly groupAttributes?: readonly string[]; readonly direct?: boolean };
  /** Lines for `cn=config`, as `nsslapd-sizelimit: 100`. */
  readonly settings?: readonly string[];
}

export interface Ds389 {
  readonly port: number;
  readonly securePort: number;
  readonly certificates: Certificates;
  /** A line for each search that it answered so far, with base, scope, filter and attributes. */
  searches(): readonly string[];
  /** Changes data as the Directory Manager; LDIF change records. */
  change(ldif: string): void;
  /** Replaces the access rules (acis) of the suffix while it runs; without any, everything may be read again. */
  allow(...acis: string[]): void;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
  /** Once more, on the same ports and data. */
  start(): Promise<void>;
  /** Stops answering without closing anything (SIGSTOP). */
  hang(): void;
  /** Answers again (SIGCONT). */
  wake(): void;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

/** Loads the data and starts the server. */
export async function startDs389(options: Ds389Options = {}): Promise<Ds389> {
  const folder = mkdtempSync(join(tmpdir(), 'ds389-'));
  removeWithUs(folder);
  // It keeps counters for its SNMP agent in a semaphore that is named for its folder.
  const semaphore = `/dev/shm/sem.${basename(folder)}.stats`;
  removeWithUs(semaphore);
  const [port = 0, securePort = 0] = await freePorts(2);
  const certificates = makeCertificates(folder);
  writeFolder(folder, port, securePort, options);
  keepCertificate(folder, certificates);
  loadData(folder, options);

  let child: ChildProcess | undefined;
  const change = (ldif: string) => {
    const who = ['-x', '-D', DIRECTORY_MANAGER.dn, '-w', DIRECTORY_MANAGER.password];
    const args = [...who, '-H', `ldap://127.0.0.1:${port}`];
    execFileSync('ldapmodify', args, { env: SERVER_ENVIRONMENT, input: ldif, stdio: 'pipe' });
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    ending.kill('SIGCONT');
    await ended;
  };
  const server: Ds389 = {
    port,
    securePort,
    certificates,
    searches: () =>
      readFileSync(join(folder, 'log', 'access'), 'utf8')
        .split('\n')
        .filter(isSearch),
    change,
    allow: (...acis) => {
      const values = (acis.length > 0 ? acis : [DEFAULT_ACCESS]).map((aci) => `aci: ${aci}`);
      change([`dn: ${SUFFIX}`, 'changetype: modify', 'replace: aci', ...values, ''].join('\n'));
    },
    stop: () => end('SIGTERM'),
    start: async () => {
      const errors = join(folder, 'log', 'errors');
      rmSync(errors, { force: true });
      const args = ['-D', folder, '-i', join(folder, 'pid'), '-d', '0'];
      // It sizes its tables by the number of files that it may open.
      const started = spawn('sh', ['-c', 'ulimit -n 4096; exec ns-slapd "$@"', 'ns-slapd', ...args], {
        env: SERVER_ENVIRONMENT,
        stdio: 'ignore',
      });
      endWithUs(started);
      child = started;
      const until = performance.now() + START_WITHIN;
      while (!(await answers(port)) || !(await answers(securePort))) {
        const isOver = started.exitCode !== null || performance.now() > until;
        if (isOver) started.kill('SIGKILL');
        if (isOver) throw new Error(`389 Directory Server did not start:\n${readFileSync(errors, 'utf8')}`);
        await setTimeout(20);
      }
    },
    hang: () => standStill(child?.pid),
    wake: () => child?.kill('SIGCONT'),
    remove: async () => {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
      rmSync(semaphore, { force: true });
    },
  };
  await server.start();
  return server;
}

function isSearch(line: string): boolean {
  return / SRCH base=/.test(line) && !/ conn=Internal/.test(line);
}

/** The folder of an instance, as dscreate would make it in several places. */
function writeFolder(folder: string, port: number, securePort: number, options: Ds389Options): void {
  for (const part of ['schema', 'db', 'ldif', 'bak', 'run', 'log', 'lock', 'tmp'])
    mkdirSync(join(folder, part));
  // As delivered; those of the package are in a folder that an ordinary user may not enter.
  writeFileSync(join(folder, 'schema', '99user.ldif'), 'dn: cn=schema\n');
  writeFileSync(join(folder, 'certmap.conf'), 'certmap default default\n');
  writeFileSync(join(folder, 'slapd-collations.conf'), '');
  const values: Record<string, string> = {
    schema_dir: join(folder, 'schema'),
    lock_dir: join(folder, 'lock'),
    tmp_dir: join(folder, 'tmp'),
    cert_dir: folder,
    ldif_dir: join(folder, 'ldif'),
    bak_dir: join(folder, 'bak'),
    run_dir: join(folder, 'run'),
    inst_dir: folder,
    log_dir: join(folder, 'log'),
    config_dir: folder,
    db_dir: join(folder, 'db'),
    db_home_dir: join(folder, 'db'),
    db_lib: 'bdb',
    fqdn: 'localhost',
    ds_port: String(port),
    ds_user: userInfo().username,
    ds_passwd: hashed(DIRECTORY_MANAGER.password),
    ds_suffix: SUFFIX,
    ds_bename: 'userRoot',
    rootdn: DIRECTORY_MANAGER.dn,
    ldapi: join(folder, 'run', 'ldapi'),
    ldapi_enabled: 'off',
    ldapi_autobind: 'off',
  };
  const filled = ['template-dse.ldif', 'template-suffix-db.ldif']
    .map((name) => readFileSync(join(TEMPLATES, name), 'utf8'))
    .join('\n\n')
    .replace(/%(\w+)%/g, (_, name: string) => values[name] ?? '')
    .replace(/^#.*\n/gm, '');
  const more: Readonly<Record<string, readonly string[]>> = {
    'cn=config': [
      'nsslapd-listenhost: 127.0.0.1',
      'nsslapd-security: on',
      'nsslapd-securelistenhost: 127.0.0.1',
      `nsslapd-securePort: ${securePort}`,
      'nsslapd-accesslog-logbuffering: off',
      ...(options.settings ?? []),
    ],
    // A few entries: no cache for a share of the machine's memory.
    'cn=config,cn=ldbm database,cn=plugins,cn=config': [
      'nsslapd-cache-autosize: 0',
      'nsslapd-dbcachesize: 2000000',
      'nsslapd-import-cache-autosize: 0',
      'nsslapd-import-cachesize: 2000000',
    ],
    ...(options.memberOf && {
      'cn=MemberOf Plugin,cn=plugins,cn=config': [
        'nsslapd-pluginEnabled: on',
        'memberOfAutoAddOC: nsMemberOf',
        `memberOfSkipNested: ${options.memberOf.direct ? 'on' : 'off'}`,
        ...(options.memberOf.groupAttributes ?? ['member']).map((name) => `memberOfGroupAttr: ${name}`),
      ],
    }),
  };
  const entries = filled.split(/\n{2,}/).filter((entry) => entry.trim() !== '');
  writeFileSync(
    join(folder, 'dse.ldif'),
    entries.map((entry) => `${withSettings(entry, more)}\n`).join('\n'),
  );
}

/** The entry with further lines, each in place of those of the same attribute. */
function withSettings(entry: string, more: Readonly<Record<string, readonly string[]>>): string {
  const lines = entry.trim().split('\n');
  const added = more[lines[0]?.replace('dn: ', '') ?? ''] ?? [];
  const nameOf = (line: string) => line.split(':')[0]?.toLowerCase();
  const replaced = new Set(added.map(nameOf));
  return [...lines.filter((line) => !replaced.has(nameOf(line))), ...added].join('\n');
}

/** In the form that its configuration holds passwords in. */
function hashed(password: string): string {
  const salt = randomBytes(8);
  const digest = createHash('sha512').update(password).update(salt).digest();
  return `{SSHA512}${Buffer.concat([digest, salt]).toString('base64')}`;
}

/** Puts the certificate where the server reads it: a database of NSS in its folder, without a password. */
function keepCertificate(folder: string, certificates: Certificates): void {
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { env: SERVER_ENVIRONMENT, stdio: 'pipe', timeout: TOOL_WITHIN });
  const bundle = join(folder, 'server.p12');
  const parts = ['-in', certificates.certificateFile, '-inkey', certificates.keyFile];
  run('openssl', 'pkcs12', '-export', ...parts, '-name', 'Server-Cert', '-out', bundle, '-passout', 'pass:x');
  run('certutil', '-N', '-d', folder, '--empty-password');
  run('pk12util', '-i', bundle, '-d', folder, '-W', 'x', '-K', '');
}

function loadData(folder: string, { data, more = '' }: Ds389Options): void {
  const text = `${data ?? readFileSync(PEOPLE_LDIF, 'utf8')}\n${more}`;
  const records = text
    .replace(/^#.*\n/gm, '')
    .split(/\n{2,}/)
    .map((record) => record.trim())
    .filter((record) => record !== '')
    // Its schema allows memberOf by a class of its own, which the plug-in would add.
    .map((record) => (/^memberOf:/im.test(record) ? `${record}\nobjectClass: nsMemberOf` : record));
  records[0] += `\naci: ${DEFAULT_ACCESS}`;
  const file = join(folder, 'ldif', 'data.ldif');
  writeFileSync(file, `${records.join('\n\n')}\n`);
  execFileSync('ns-slapd', ['ldif2db', '-D', folder, '-n', 'userRoot', '-i', file], {
    env: SERVER_ENVIRONMENT,
    stdio: 'pipe',
    timeout: TOOL_WITHIN,
  });
  const said = readFileSync(join(folder, 'log', 'errors'), 'utf8');
  const skipped = said.split('\n').filter((line) => line.includes('Skipping'));
  if (skipped.length > 0)
    throw new Error(`389 Directory Server did not take the data:\n${skipped.join('\n')}`);
}
