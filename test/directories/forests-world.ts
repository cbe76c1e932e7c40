/**
 * The inner half of samba-forests.ts: the first process of a network, mount and process namespace of its own, in which
 * two domain controllers have the addresses that their data names, beside as many other such pairs as there are. Does
 * what its parent says, carries connections in, and takes everything with it when the parent is gone.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FORESTS, type ForestName } from './forests-people.ts';
import { standStill } from './standstill.ts';

/** What the parent may ask; each question has one answer under its number. */
export type Question = { readonly id: number; readonly forest: ForestName } & (
  | { readonly ask: 'run'; readonly command: readonly string[]; readonly input: string }
  /** With a server as the handle, whose connections are carried to the LDAPS port of the domain controller. */
  | { readonly ask: 'carry' }
  | { readonly ask: 'start' | 'stop' | 'hang' | 'wake' }
);

export interface Answer {
  readonly id: number;
  readonly output: string;
  /** Why it could not be done. */
  readonly error?: string;
}

const LDAPS = 636;
const STOP_WITHIN = 30_000;
const START_WITHIN = 200_000;
/** It ends by itself after so many seconds, whatever became of the tests. */
const LONGEST_LIFE = 3600;
/** Not in the config file, which smbd and winbindd read too. */
const EACH_SEARCH = '--option=log level=5 auth_audit:0 auth:0 ldb:0 tdb:0 auth_json_audit:0 smb:0 rpc_srv:0';
const MOST_KILOBYTES = 4_000_000;
// samba-tool is written for the system's Python.
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
/** File descriptors for what the domain controllers print. */
const PRINTS_TO: Readonly<Record<ForestName, number>> = { corp: 4, res: 5 };

// The paths that are compiled into Samba, and the machine's own name, resolver and hosts, for one command alone.
const INSIDE = `
  set -e
  hostname "$HOST"
  for each in run:/run/samba lib:/var/lib/samba cache:/var/cache/samba log:/var/log/samba etc:/etc/samba; do
    mkdir -p "\${each#*:}"
    mount --bind "$FOLDER/\${each%%:*}" "\${each#*:}"
  done
  for each in resolv.conf hosts; do mount --bind "$FOLDER/$each" "/etc/$each"; done
  ulimit -v ${MOST_KILOBYTES}
  exec "$@"`;
// What ip(8) calls "link set lo up" (netdevice(7): SIOCSIFFLAGS, IFF_UP and IFF_RUNNING); Samba brings Python anyway.
const LOOPBACK_UP = `
import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh", b"lo", 0x41))`;

const [folder = ''] = process.argv.slice(2);
const controllers = new Map<ForestName, ChildProcess>();

function inside(forest: ForestName, command: readonly string[], stdio: 'pipe' | number): ChildProcess {
  const home = join(folder, forest);
  const args = ['--mount', '--uts', '--propagation', 'private', 'sh', '-c', INSIDE, 'inside', ...command];
  return spawn('unshare', args, {
    env: {
      PATH,
      LC_ALL: 'C',
      FOLDER: home,
      HOST: FORESTS[forest].host,
      KRB5_CONFIG: join(home, 'krb5.conf'),
      KRB5CCNAME: 'MEMORY:',
      LDAPTLS_REQCERT: 'never',
    },
    stdio: stdio === 'pipe' ? 'pipe' : ['ignore', stdio, stdio],
  });
}

function run(forest: ForestName, command: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = inside(forest, command, 'pipe');
    let [output, said] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stdin?.on('error', () => {}).end(input);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command.join(' ')} ended with ${code}:\n${output}${said}`));
    });
  });
}

async function start(forest: ForestName): Promise<void> {
  const args = ['-i', '--debug-stdout', '-M', 'single', `--maximum-runtime=${LONGEST_LIFE}`, EACH_SEARCH];
  const started = inside(forest, ['samba', ...args], PRINTS_TO[forest]);
  controllers.set(forest, started);
  const until = performance.now() + START_WITHIN;
  while (!(await answers(FORESTS[forest].address))) {
    if (started.exitCode !== null || performance.now() > until) throw new Error('Samba did not start');
    await setTimeout(20);
  }
}

// smbd and winbindd have sessions of their own, but nobody else is in this mount namespace.
async function stop(forest: ForestName): Promise<void> {
  const main = controllers.get(forest)?.pid;
  if (main === undefined) return;
  const namespace = namespaceOf(main);
  const family = () => processes().filter((pid) => namespaceOf(pid) === namespace);
  process.kill(main, 'SIGTERM');
  process.kill(main, 'SIGCONT');
  const until = performance.now() + STOP_WITHIN;
  while (namespace !== undefined && family().length > 0) {
    if (performance.now() > until) for (const pid of family()) signal(pid, 'SIGKILL');
    await setTimeout(20);
  }
  controllers.delete(forest);
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    // It ended, or is a zombie.
    return undefined;
  }
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}

function carry(forest: ForestName, server: Server): void {
  server.on('connection', (outer: Socket) => {
    const inner = connect(LDAPS, FORESTS[forest].address);
    const end = () => {
      outer.destroy();
      inner.destroy();
    };
    for (const socket of [outer, inner]) socket.setNoDelay(true).on('error', end).on('close', end);
    outer.pipe(inner).pipe(outer);
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(LDAPS, address);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

async function answer(question: Question, server: Server | undefined): Promise<string> {
  const { forest } = question;
  switch (question.ask) {
    case 'run':
      return run(forest, question.command, question.input);
    case 'carry':
      if (server !== undefined) carry(forest, server);
      return '';
    case 'start':
      await start(forest);
      return '';
    case 'stop':
      await stop(forest);
      return '';
    case 'hang':
      standStill(controllers.get(forest)?.pid);
      return '';
    default:
      signal(controllers.get(forest)?.pid, 'SIGCONT');
      return '';
  }
}

process.on('message', (question: Question, server?: Server) => {
  const { id } = question;
  answer(question, server).then(
    (output) => process.send?.({ id, output } satisfies Answer),
    (error: unknown) => process.send?.({ id, output: '', error: String(error) } satisfies Answer),
  );
});
// The first process of a process namespace takes all others with it.
process.on('disconnect', () => process.exit(0));
execFileSync('python3', ['-c', LOOPBACK_UP], { env: { PATH } });
