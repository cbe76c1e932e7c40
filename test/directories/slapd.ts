/**
 * A real OpenLDAP server as an ordinary child process: on free loopback ports, with its own config, data and
 * certificates in a temporary folder. It can be stopped, hung and started again on the same ports and data.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Certificates, CLIENT_SUBJECT, makeCertificates } from './certificates.ts';
import { answers, endWithUs, freePorts, removeWithUs } from './child-servers.ts';
import { SERVER_ENVIRONMENT } from './installed.ts';
import { standStill } from './standstill.ts';

export const PEOPLE_LDIF = join(import.meta.dirname, 'people.ldif');
export const LOOKUP_DN = 'cn=lookup,ou=services,dc=example,dc=test';
export const LOOKUP_PASSWORD = 'lookup:secret';
export const LIMITED_DN = 'cn=limited,ou=services,dc=example,dc=test';
export const LIMITED_PASSWORD = 'limited:secret';

const SUFFIX = 'dc=example,dc=test';
const ADMIN = { dn: `cn=admin,${SUFFIX}`, password: 'admin-secret' };
const CONFIG = { dn: 'cn=config', password: 'config-secret' };
const DEFAULT_ACCESS = ['to attrs=userPassword by anonymous auth by * none', 'to * by * read'];

const WORTH_A_WRITE = 2 ** 20;

const INDEXED = ['objectClass', 'uid', 'mail', 'member', 'uniqueMember', 'memberUid'];

/** slapo-memberof(5), slapo-dynlist(5) */
const MEMBER_OF = {
  memberof: ['overlay memberof', 'memberof-refint true'],
  dynlist: ['overlay dynlist', 'dynlist-attrset groupOfURLs memberURL member+memberOf@groupOfNames'],
  none: [],
} as const;

export interface SlapdOptions {
  /** LDIF to load beside people.ldif; in pieces where it is longer than a text can be. */
  readonly more?: string | Iterable<string>;
  /** LDIF to load in place of people.ldif; it begins with the entry of the suffix, dc=example,dc=test. */
  readonly data?: string;
  /** The largest size of its database, in octets; 256 MB where left out. The file is as large as what is in it. */
  readonly mapSize?: number | undefined;
  /** Whether posixGroup is auxiliary as in draft-howard-rfc2307bis, so that its groups can list members by DN. */
  readonly rfc2307bis?: boolean;
  /** Attributes that have no index, of those that have one else. */
  readonly unindexed?: readonly string[];
  /** Most entries for those that may not page; people.ldif is below the default. */
  readonly sizeLimit?: number;
  /** Lines about limits in place of those, as `limits * size.prtotal=disabled`. */
  readonly limits?: readonly string[];
  /** What makes or shows memberOf: `memberof`, the default, writes it; `dynlist` computes it and expands memberURL. */
  readonly memberOf?: 'memberof' | 'dynlist' | 'none';
  /** Whether the memberof overlay writes `member` anew where a person is renamed or deleted; yes without a word. */
  readonly refint?: boolean;
  /** Whether it asks TLS clients for a certificate; that of `certificates.client` is mapped to {@link LOOKUP_DN}. */
  readonly verifyClient?: 'never' | 'allow' | 'try' | 'demand';
  /** Whether it logs what it is asked; yes without a word. An hour of load is more than a text can hold. */
  readonly isLogged?: boolean;
}

export interface Slapd {
  readonly port: number;
  readonly securePort: number;
  readonly certificates: Certificates;
  /** Its process while it runs. */
  readonly pid: number | undefined;
  /** What it logged since its first start: a line for each connection, bind and search. */
  log(): string;
  /** The same once every line about what happened before this call has come. */
  settledLog(): Promise<string>;
  /** Changes data as its administrator; LDIF change records. */
  change(ldif: string): void;
  /** Replaces the access rules while it runs; without rules everything may be read again. */
  allow(...rules: string[]): void;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
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
export async function startSlapd(options: SlapdOptions = {}): Promise<Slapd> {
  const folder = mkdtempSync(join(tmpdir(), 'slapd-'));
  removeWithUs(folder);
  const [port = 0, securePort = 0] = await freePorts(2);
  const certificates = makeCertificates(folder);
  const config = writeConfig(folder, certificates, options);
  // Ubuntu's AppArmor confines /usr/sbin/slapd by its path; a copy is free to use our folder.
  const program = join(folder, 'slapd');
  const [installed = ''] = execFileSync('sh', ['-c', 'command -v slapd'], { env: SERVER_ENVIRONMENT })
    .toString()
    .split('\n');
  copyFileSync(installed, program);
  symlinkSync(program, join(folder, 'slapadd'));
  const data = join(folder, 'data.ldif');
  const file = openSync(data, 'w');
  writeSync(file, `${options.data ?? readFileSync(PEOPLE_LDIF, 'utf8')}\n`);
  for (const piece of pieces(options.more ?? '')) writeSync(file, piece);
  closeSync(file);
  execFileSync(join(folder, 'slapadd'), ['-q', '-f', config, '-b', SUFFIX, '-l', data], { stdio: 'pipe' });
  rmSync(data);

  const url = `ldap://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  // A file and no pipe: where a test waits for a command without reading, a full pipe would stop the server.
  const logFile = openSync(join(folder, 'log'), 'a+');
  let readTo = 0;
  let log = '';
  let unread = '';
  /** Connections that only waited for the log, and have no place in it. */
  const marked = new Set<string>();
  const connectionOf = (line: string): string => / conn=\d+ /.exec(line)?.[0] ?? '';
  const readLog = (): string => {
    const written = readFileSync(join(folder, 'log'));
    unread += written.subarray(readTo).toString();
    readTo = written.length;
    const lines = unread.split('\n');
    unread = lines.pop() ?? '';
    for (const line of lines) if (!marked.has(connectionOf(line))) log += `${line}\n`;
    return log;
  };
  /** Resolves once a connection of our own stands in the log, which is then without it: others came before. */
  const accepted = async (listener: number) => {
    const earlier = readLog();
    const socket = connect({ host: '127.0.0.1', port: listener });
    const own = await new Promise<string | undefined>((resolve) => {
      socket.once('connect', () => resolve(`IP=127.0.0.1:${socket.localPort} (IP=127.0.0.1:${listener})`));
      socket.once('error', () => resolve(undefined));
    });
    if (own !== undefined) {
      // The system gives a port again soon, and another client's connection may have had it.
      const linesOf = (text: string) => text.split('\n').filter((line) => line.includes(own));
      const before = linesOf(earlier).length;
      for (let i = 0; linesOf(readLog()).length <= before && i < 500; i++) await setTimeout(10);
      const lines = log.split('\n');
      const at = lines.findLastIndex((line) => line.includes(own));
      if (linesOf(log).length > before) {
        const connection = connectionOf(lines[at] ?? '');
        marked.add(connection);
        // Before a restart others had the same number.
        log = lines.filter((line, i) => i < at || connectionOf(line) !== connection).join('\n');
      }
    }
    socket.destroy();
  };
  const modify = (who: { dn: string; password: string }, ldif: string) => {
    const args = ['-x', '-D', who.dn, '-w', who.password, '-H', url];
    execFileSync('ldapmodify', args, { env: SERVER_ENVIRONMENT, input: ldif, stdio: 'pipe' });
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    ending.kill('SIGCONT');
    await ended;
  };
  const server: Slapd = {
    port,
    securePort,
    certificates,
    get pid() {
      return child?.pid;
    },
    log: readLog,
    settledLog: async () => {
      // Each listener takes its connections in their order, and one may be behind the other.
      await Promise.all([port, securePort].map(accepted));
      return log;
    },
    change: (ldif) => modify(ADMIN, ldif),
    allow: (...rules) => {
      const access = (rules.length > 0 ? rules : DEFAULT_ACCESS).map((rule, i) => `olcAccess: {${i}}${rule}`);
      const head = ['dn: olcDatabase={1}mdb,cn=config', 'changetype: modify', 'replace: olcAccess'];
      modify(CONFIG, [...head, ...access, ''].join('\n'));
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    start: async () => {
      // slapd sizes its tables by the number of files that it may open.
      const command = `ulimit -n 4096; exec "${program}" -f "${config}" -d ${options.isLogged === false ? 0 : 256} -h "${url} ldaps://127.0.0.1:${securePort}"`;
      const started = spawn('sh', ['-c', command], { stdio: ['ignore', 'ignore', logFile] });
      endWithUs(started);
      child = started;
      readLog();
      marked.clear(); // it counts its connections anew
      let ended = false;
      started.once('exit', () => {
        ended = true;
      });
      // It says "slapd starting" a moment before it listens.
      while (!(await answers(port)) || !(await answers(securePort))) {
        if (ended) throw new Error(`slapd did not start:\n${readLog()}`);
        await setTimeout(10);
      }
    },
    hang: () => standStill(child?.pid),
    wake: () => child?.kill('SIGCONT'),
    remove: async () => {
      await end('SIGKILL');
      readLog();
      closeSync(logFile);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

/** In pieces that are worth a write. */
function* pieces(text: string | Iterable<string>): Generator<string> {
  let waiting = '';
  for (const piece of typeof text === 'string' ? [text] : text) {
    waiting += piece;
    if (waiting.length < WORTH_A_WRITE) continue;
    yield waiting;
    waiting = '';
  }
  yield waiting;
}

function writeConfig(
  folder: string,
  certificates: Certificates,
  {
    sizeLimit = 500,
    limits,
    memberOf = 'memberof',
    verifyClient = 'never',
    rfc2307bis = false,
    refint = true,
    unindexed = [],
    mapSize = 256 * 2 ** 20,
  }: SlapdOptions,
): string {
  mkdirSync(join(folder, 'db'));
  const file = join(folder, 'slapd.conf');
  const schemas = ['core', 'cosine', 'inetorgperson', 'dyngroup', 'nis'].map(
    (schema) => `/etc/ldap/schema/${schema}.schema`,
  );
  if (rfc2307bis) schemas.push(withAuxiliaryGroups(folder, schemas.pop() ?? ''));
  writeFileSync(
    file,
    [
      ...schemas.map((schema) => `include ${schema}`),
      'modulepath /usr/lib/ldap',
      'moduleload back_mdb',
      // Its module defines memberOf, be it that nothing keeps it.
      `moduleload ${memberOf === 'dynlist' ? 'dynlist' : 'memberof'}`,
      'moduleload ppolicy',
      `pidfile ${join(folder, 'slapd.pid')}`,
      `TLSCACertificateFile ${certificates.caFile}`,
      `TLSCertificateFile ${certificates.certificateFile}`,
      `TLSCertificateKeyFile ${certificates.keyFile}`,
      `TLSVerifyClient ${verifyClient}`,
      `authz-regexp "^${CLIENT_SUBJECT.toLowerCase()}$" "${LOOKUP_DN}"`,
      'threads 4',
      'database config',
      `rootpw ${CONFIG.password}`,
      'database mdb',
      `suffix "${SUFFIX}"`,
      `rootdn "${ADMIN.dn}"`,
      `rootpw ${ADMIN.password}`,
      `directory ${join(folder, 'db')}`,
      `maxsize ${mapSize}`,
      'dbnosync',
      `index ${INDEXED.filter((each) => !unindexed.includes(each)).join(',')} eq`,
      ...(limits ?? [
        `sizelimit size.soft=${sizeLimit} size.hard=${sizeLimit} size.pr=${sizeLimit} size.prtotal=hard`,
        `limits dn.exact="${LOOKUP_DN}" size.soft=${sizeLimit} size.hard=${sizeLimit} size.pr=${sizeLimit} size.prtotal=unlimited`,
      ]),
      ...DEFAULT_ACCESS.map((rule) => `access ${rule}`),
      ...MEMBER_OF[memberOf].filter((line) => refint || !line.includes('refint')),
      'overlay ppolicy',
      '',
    ].join('\n'),
  );
  return file;
}

/** The schema in which posixGroup is an auxiliary class; the rest of the draft changes nothing for groups. */
function withAuxiliaryGroups(folder: string, schema: string): string {
  const file = join(folder, 'rfc2307bis.schema');
  const text = readFileSync(schema, 'utf8');
  const changed = text.replace(/(NAME 'posixGroup'[^)]*SUP top) STRUCTURAL/, '$1 AUXILIARY');
  if (changed === text) throw new Error(`${schema} has no structural posixGroup`);
  writeFileSync(file, changed);
  return file;
}
