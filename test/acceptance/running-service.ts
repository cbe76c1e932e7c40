/**
 * The service as an operator runs it: `serve` in a process of its own, with config and mapping files in a temporary
 * folder, on free loopback ports.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithUs, removeWithUs } from '../directories/child-servers.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd } from '../directories/slapd.ts';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const BUILT = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** What runs TypeScript. */
export const TSX = fileURLToPath(import.meta.resolve('tsx'));

/** The built program, which starts in half the time, or the sources where they are newer. */
export const PROGRAM_FILE = isBuilt() ? BUILT : join(SRC, 'main.ts');
/** What node is to run. */
export const PROGRAM: readonly string[] = PROGRAM_FILE === BUILT ? [BUILT] : ['--import', TSX, PROGRAM_FILE];

function isBuilt(): boolean {
  if (!existsSync(BUILT)) return false;
  const built = statSync(BUILT).mtimeMs;
  const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  return sources.every((file) => statSync(join(SRC, file)).mtimeMs < built);
}

/** What a command printed and how it ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that runs the program, as `npx ldap-user-info ARGS` does. */
export function startProgram(
  args: readonly string[],
  cwd?: string,
  env: NodeJS.ProcessEnv = process.env,
): ChildProcess {
  const child = spawn(process.execPath, [...PROGRAM, ...args], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  endWithUs(child);
  return child;
}

/** Runs a command to its end. */
export async function runProgram(
  args: readonly string[],
  options: { cwd?: string; input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const child = startProgram(args, options.cwd, options.env);
  child.stdin?.end(options.input ?? '');
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (output.stderr += String(chunk)));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, ...output };
}

/** A folder with these files, removed when the tests end. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'ldap-user-info-'));
  removeWithUs(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface AskOptions {
  /** `user:password`; null sends none. */
  readonly credentials?: string | null;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RunningService {
  readonly url: string;
  readonly adminUrl: string;
  readonly process: ChildProcess;
  readonly folder: string;
  /** Asks for a person. */
  ask(userid: string, options?: AskOptions): Promise<Answered>;
  /** Asks for a raw path and query. */
  get(target: string, options?: AskOptions): Promise<Answered>;
  /** All that was written to standard error so far. */
  errors(): string;
  /** The log so far, a parsed object a line. */
  log(): readonly Readonly<Record<string, unknown>>[];
  /** Sends the signal and resolves to the exit status. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts `serve` on the folder's config.yaml and waits until it listens.
 * @param heap megabytes with which it must do for all that lives: it dies of more
 * @param more variables of its environment
 */
export async function startService(
  files: Readonly<Record<string, string>>,
  options: readonly string[] = [],
  heap?: number,
  more: NodeJS.ProcessEnv = {},
): Promise<RunningService> {
  const folder = folderWith(files);
  const env = {
    ...process.env,
    ...(heap === undefined ? {} : { NODE_OPTIONS: `--max-old-space-size=${heap}` }),
    ...more,
  };
  const child = startProgram(['serve', '--config', 'config.yaml', ...options], folder, env);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let stderr = '';
  const urls = await new Promise<{ url: string; adminUrl: string }>((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      stderr += String(chunk);
      const url = /"url":"([^"]+)","endpoints"/.exec(stderr)?.[1];
      const adminUrl = /"url":"([^"]+)","msg":"listening for health/.exec(stderr)?.[1];
      if (url !== undefined) resolve({ url, adminUrl: adminUrl ?? '' });
    });
    void ended.then((status) => reject(new Error(`serve ended with ${status}:\n${stderr}`)));
  });
  const get = (target: string, options: AskOptions = {}) => send(urls.url, target, options);
  return {
    ...urls,
    process: child,
    folder,
    get,
    ask: (userid, options) => get(`/user-info?userid=${encodeURIComponent(userid)}`, options),
    errors: () => stderr,
    log: () =>
      stderr
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    end: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

/** A request over a connection of its own, so that nothing of one request is left for the next. */
export function send(
  base: string,
  target: string,
  { credentials = 'immuta:secret', method = 'GET', headers = {} }: AskOptions,
): Promise<Answered> {
  const { hostname, port } = new URL(base);
  const authorization =
    credentials === null ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { hostname, port, path: target, method, headers: { ...authorization, ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Record<string, string | undefined>,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end();
  });
}

/** The code of a problem, or undefined for another body. */
export function codeOf({ body }: Answered): string | undefined {
  try {
    return (JSON.parse(body) as { code?: string }).code;
  } catch {
    return undefined;
  }
}

/** Names of the groups in an answer. */
export function groupsOf({ body }: Answered): string[] {
  return (JSON.parse(body) as { groups: { name: string }[] }).groups.map(({ name }) => name);
}

export const OWN_NAMES_MAPPING = `version: 1
groups: { under: 'ou=groups,dc=example,dc=test' }
rules:
  - id: own-names
    when: { group: <name> }
    where: { name: any }
    give: { groups: [<name>] }
`;

/** What a test wants to be different in the config below. */
export interface ConfigChanges {
  readonly users?: string;
  readonly memberships?: string;
  readonly sentinel?: boolean;
  readonly cache?: string;
  readonly limits?: string;
  readonly deadline?: string;
  readonly bindPassword?: string;
}

/** A config for one real slapd, over plain LDAP on loopback. */
export function slapdConfig(slapd: Pick<Slapd, 'port'>, changes: ConfigChanges = {}): string {
  return `listen: { host: 127.0.0.1, port: 0 }
admin: { host: 127.0.0.1, port: 0 }
callers:
  immuta: { password: secret }
  stranger: { password: secret2 }
directories:
  corp:
    vendor: openldap
    urls: ["ldap://127.0.0.1:${slapd.port}"]
    plaintext: yes
    bind: { dn: "${LOOKUP_DN}", password: "${changes.bindPassword ?? LOOKUP_PASSWORD}" }
    users: { base: "ou=people,dc=example,dc=test", ${changes.users ?? 'attribute: uid'} }
    memberships: { ${changes.memberships ?? 'from: search, base: "ou=groups,dc=example,dc=test"'} }
${changes.sentinel === false ? '' : '    sentinel: { userid: svc-probe, group: "cn=probe,ou=groups,dc=example,dc=test" }\n'}\
    limits: { ${changes.limits ?? 'connect: 30s, search: 30s'} }
endpoints:
  /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta], deadline: ${changes.deadline ?? '60s'} }
cache: { ${changes.cache ?? 'fresh: 5m'} }
`;
}
