/**
 * A real Active Directory domain controller: Samba as a child process, on a loopback address of its own, with the
 * people of samba-people.ts. Its ports are the fixed ones of Active Directory, so it needs root.
 *
 *   before(async function () {
 *     requireSamba(this);              // skips, or gives the hook time for the first run on a machine
 *     samba = await sharedSamba();     // the one of this test run: read it only, and do not stop it
 *   });
 *
 * A test that changes, stops or hangs the server starts one of its own with `startSamba()` (a second or two), and
 * removes it. Provisioning is done once on a machine (kept-folder.ts), and each server works on a copy.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { constants, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { type Certificates, makeCertificates } from './certificates.ts';
import { answers, endWithUs, removeWithUs } from './child-servers.ts';
import { keptFolder } from './kept-folder.ts';
import { BASE_DN, changesLdif, DOMAIN_SID, entriesLdif } from './samba-people.ts';
import { standStill } from './standstill.ts';

export const REALM = 'ad.example.test';
/** The domain's name before `\` in a user id. */
export const NETBIOS_DOMAIN = 'ADTEST';

const START_WITHIN = 200_000;
const STOP_WITHIN = 5000;
const TOOL_WITHIN = 600_000;
/** It ends by itself after so many seconds, whatever became of the tests. */
const LONGEST_LIFE = 3600;
const MOST_KILOBYTES = 4_000_000;
const PORTS = [389, 636, 3268, 3269];
// samba-tool is written for the system's Python.
const ENVIRONMENT = { ...process.env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
const PROVISION = [
  ...['domain', 'provision', `--realm=${REALM.toUpperCase()}`, `--domain=${NETBIOS_DOMAIN}`],
  ...[`--domain-sid=${DOMAIN_SID}`, '--host-name=dc1', '--host-ip=127.0.0.2', '--server-role=dc'],
  ...['--dns-backend=NONE', '--adminpass=Passw0rd-of-nobody'],
  ...['--option=interfaces=127.0.0.2/8', '--option=bind interfaces only=yes'],
];

export interface SambaOptions {
  /** LDIF of entries to add before it starts. */
  readonly more?: string;
}

export interface Samba {
  /** Its address, which its certificate names too. Ports are 389, 636, 3268 and 3269. */
  readonly host: string;
  readonly baseDn: string;
  readonly certificates: Certificates;
  /** A line for each search that it answered so far, with filter, base and scope. */
  searches(): Promise<readonly string[]>;
  /** A line for each bind. */
  binds(): Promise<readonly string[]>;
  /** Changes data as the system, also while it runs; LDIF change records. */
  change(ldif: string): void;
  /** Runs samba-tool on its data, also while it runs; what it prints. */
  tool(...args: readonly string[]): string;
  /** Asks its data directly and without rights; ldbsearch's LDIF. */
  look(...args: readonly string[]): string;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
  /** Once more, on the same address and data. */
  start(): Promise<void>;
  /** Stops answering without closing anything (SIGSTOP). */
  hang(): void;
  /** Answers again (SIGCONT). */
  wake(): void;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

let shared: Promise<Samba> | undefined;

/** The server that all tests of this process read; started at the first call, ended with the process. */
export function sharedSamba(): Promise<Samba> {
  shared ??= startSamba();
  return shared;
}

/** Starts a server of its own, on a copy of the data. */
export async function startSamba({ more = '' }: SambaOptions = {}): Promise<Samba> {
  const provisioned = await provision();
  const folder = mkdtempSync(join(tmpdir(), 'samba-'));
  removeWithUs(folder);
  cpSync(provisioned, folder, { recursive: true, mode: constants.COPYFILE_FICLONE });
  const host = await spareAddress();
  const certificates = makeCertificates(folder, host);
  const config = writeConfig(folder, host, certificates);
  const data = ['-H', join(folder, 'private', 'sam.ldb'), `--configfile=${config}`];
  const write = (command: 'ldbadd' | 'ldbmodify', ldif: string) =>
    execFileSync(command, data, {
      env: ENVIRONMENT,
      input: ldif,
      stdio: 'pipe',
      timeout: TOOL_WITHIN,
      maxBuffer: 100_000_000,
    });
  if (more !== '') write('ldbadd', more);

  let child: ChildProcess | undefined;
  const searches: string[] = [];
  const binds: string[] = [];
  const hear = lines((line) => {
    if (line.includes('LDAP Query:')) searches.push(line);
    else if (line.includes('Auth: [LDAP')) binds.push(line);
  });
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    ending.kill('SIGCONT');
    const enough = new AbortController();
    void setTimeout(STOP_WITHIN, undefined, { signal: enough.signal }).then(
      () => ending.kill('SIGKILL'),
      () => {},
    );
    await ended;
    enough.abort();
  };
  const server: Samba = {
    host,
    baseDn: BASE_DN,
    certificates,
    searches: () => heard(searches),
    binds: () => heard(binds),
    change: (ldif) => write('ldbmodify', ldif),
    tool: (...args) => {
      const all = [...args, `--configfile=${config}`];
      return execFileSync('samba-tool', all, {
        env: ENVIRONMENT,
        stdio: 'pipe',
        timeout: TOOL_WITHIN,
      }).toString();
    },
    look: (...args) =>
      execFileSync('ldbsearch', [...data, ...args], {
        env: ENVIRONMENT,
        stdio: 'pipe',
        timeout: TOOL_WITHIN,
        maxBuffer: 100_000_000,
      }).toString(),
    stop: () => end('SIGTERM'),
    start: async () => {
      // One process, with nobody to outlive it; and it ends when its standard input does, which is when we end.
      const args = ['-i', '--debug-stdout', '-M', 'single', `--maximum-runtime=${LONGEST_LIFE}`];
      const command = `ulimit -v ${MOST_KILOBYTES}; exec samba "$@"`;
      const started = spawn('sh', ['-c', command, 'samba', `--configfile=${config}`, ...args], {
        env: ENVIRONMENT,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      endWithUs(started);
      child = started;
      let said = '';
      const note = (chunk: Buffer) => {
        if (said.length < 20_000) said += chunk.toString();
        hear(chunk.toString());
      };
      started.stdout.on('data', note);
      started.stderr.on('data', note);
      const until = performance.now() + START_WITHIN;
      for (const port of PORTS) {
        while (!(await answers(port, host))) {
          const isOver = started.exitCode !== null || performance.now() > until;
          if (isOver) started.kill('SIGKILL');
          if (isOver) throw new Error(`Samba did not start:\n${said}`);
          await setTimeout(20);
        }
      }
    },
    hang: () => standStill(child?.pid),
    wake: () => child?.kill('SIGCONT'),
    remove: async () => {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

/** The folder of a domain with its people, made where this machine has none. */
function provision(): Promise<string> {
  const version = execFileSync('samba', ['--version'], { env: ENVIRONMENT }).toString();
  const [entries, changes] = [entriesLdif(), changesLdif()];
  return keptFolder('samba', [version, PROVISION, entries, changes], async (folder) => {
    // Not the machine's own smb.conf.
    const nothing = join(folder, 'nothing.conf');
    writeFileSync(nothing, '[global]\n');
    const attributes = `--option=posix:eadb=${join(folder, 'eadb.tdb')}`;
    await run('samba-tool', [...PROVISION, `--configfile=${nothing}`, `--targetdir=${folder}`, attributes]);
    const data = [
      '-H',
      join(folder, 'private', 'sam.ldb'),
      `--configfile=${join(folder, 'etc', 'smb.conf')}`,
    ];
    await run('ldbadd', data, entries);
    await run('ldbmodify', data, changes);
  });
}

function run(command: string, args: readonly string[], input = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { env: ENVIRONMENT, timeout: TOOL_WITHIN }, (error, _, stderr) => {
      if (error) reject(new Error(`${command} failed: ${error.message}\n${stderr}`));
      else resolve();
    });
    endWithUs(child);
    child.stdin?.on('error', () => {}).end(input);
  });
}

function writeConfig(folder: string, host: string, certificates: Certificates): string {
  mkdirSync(join(folder, 'run'));
  const file = join(folder, 'smb.conf');
  const settings = {
    'netbios name': 'DC1',
    realm: REALM.toUpperCase(),
    workgroup: NETBIOS_DOMAIN,
    'server role': 'active directory domain controller',
    'server services': 'ldap',
    interfaces: `${host}/8`,
    'bind interfaces only': 'yes',
    'private dir': join(folder, 'private'),
    'state directory': join(folder, 'state'),
    'cache directory': join(folder, 'cache'),
    'lock directory': folder,
    'binddns dir': join(folder, 'bind-dns'),
    'pid directory': join(folder, 'run'),
    'ncalrpc dir': join(folder, 'run', 'ncalrpc'),
    'tls enabled': 'yes',
    'tls cafile': certificates.caFile,
    'tls certfile': certificates.certificateFile,
    'tls keyfile': certificates.keyFile,
    // Each search and each bind.
    'log level': '5 auth_audit:3 auth:0 ldb:0 tdb:0 auth_json_audit:0',
  };
  const body = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
  writeFileSync(file, ['[global]', ...body, ''].join('\n'));
  return file;
}

let addresses = 0;

// No other process has this number, and none of the machine's own services an address made of it.
async function spareAddress(): Promise<string> {
  for (;;) {
    const number = (process.pid * 4 + (addresses++ % 4)) % 0xffffff;
    const host = `127.${number >>> 16}.${(number >>> 8) & 0xff}.${number & 0xff}`;
    if (!(await answers(389, host))) return host;
  }
}

// It logs before it answers; so what is left to read is in the pipe already.
async function heard(said: readonly string[]): Promise<readonly string[]> {
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  return [...said];
}

function lines(take: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const all = `${rest}${text}`.split('\n');
    rest = all.pop() ?? '';
    for (const line of all) take(line);
  };
}
