/**
 * Two real Active Directory forests with a forest trust both ways: a Samba domain controller each, with the people and
 * groups of forests-people.ts. They live in network, mount and process namespaces of their own (forests-world.ts), so
 * any number of pairs runs at once with the same addresses; ldaps:// of each is on a port of this machine. Needs root.
 *
 *   before(async function () {
 *     requireForests(this);            // skips, or gives the hook time for the first run on a machine
 *     forests = await sharedForests(); // those of this test run: read them only
 *   });
 *
 * A test that changes, stops or hangs one starts a pair of its own with `startForests()`, and removes it. Both domains,
 * their trust and their people are made once on a machine, and each pair works on a copy of that.
 */
import { constants, cpSync, lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { type Certificates, makeCertificates } from './certificates.ts';
import { removeWithUs } from './child-servers.ts';
import { FOREST_NAMES, FOREST_PASSWORD, FORESTS, type ForestName } from './forests-people.ts';
import { FOREST_DATA, ForestsProcess } from './forests-process.ts';
import { provisionForests, TRUST_ACCOUNTS } from './forests-provision.ts';

const LOGON_SERVERS_WITHIN = 250_000;

/** One of the two. */
export interface Forest {
  readonly name: ForestName;
  /** Its ldaps:// is on this port of 127.0.0.1, which its certificate names. */
  readonly port: number;
  readonly baseDn: string;
  readonly certificates: Certificates;
  /** A line for each search that it answered so far, with filter, base and scope. */
  searches(): Promise<readonly string[]>;
  /** Changes data as the system, also while it runs; LDIF change records. */
  change(ldif: string): Promise<void>;
  /** Runs samba-tool on its data, also while it runs; what it prints. */
  tool(...args: readonly string[]): Promise<string>;
  /** Asks its data directly and without rights; ldbsearch's LDIF. */
  look(...args: readonly string[]): Promise<string>;
  /** The SIDs of its people and groups, by CN. */
  sids(): Promise<ReadonlyMap<string, string>>;
  /**
   * The SIDs in the token that it makes when a person of the other forest logs on here, through the trust. Rejects
   * where it lets them not.
   */
  tokenOf(name: string, by: 'Kerberos' | 'NTLM'): Promise<readonly string[]>;
  stop(): Promise<void>;
  /** Once more, on the same data and port. */
  start(): Promise<void>;
  /** Stops answering without closing anything (SIGSTOP). */
  hang(): Promise<void>;
  /** Answers again (SIGCONT). */
  wake(): Promise<void>;
}

export interface Forests {
  readonly corp: Forest;
  readonly res: Forest;
  /** Deletes the trust on both sides. winbindd knows it until the next start. */
  untrust(): Promise<void>;
  /** Ends both and removes their folder. */
  remove(): Promise<void>;
}

let shared: Promise<Forests> | undefined;

/** The pair that all tests of this process read; started at the first call, ended with the process. */
export function sharedForests(): Promise<Forests> {
  shared ??= startForests();
  return shared;
}

/** Starts a pair of its own, on a copy of the data. */
export async function startForests(): Promise<Forests> {
  const provisioned = await provisionForests();
  const folder = mkdtempSync(join(tmpdir(), 'forests-'));
  removeWithUs(folder);
  // Sockets that the servers left behind cannot be copied.
  const filter = (file: string) => !lstatSync(file).isSocket();
  cpSync(provisioned, folder, { recursive: true, mode: constants.COPYFILE_FICLONE, filter });
  const certificates = makeCertificates(folder);
  for (const name of FOREST_NAMES) {
    for (const file of ['ca.pem', 'server.pem', 'server.key'])
      cpSync(join(folder, file), join(folder, name, 'etc', file));
  }
  const process = new ForestsProcess(folder);
  const [corp, res] = await Promise.all([
    openForest(process, 'corp', certificates),
    openForest(process, 'res', certificates),
  ]);
  return {
    corp,
    res,
    untrust: async () => {
      const other = FORESTS.res.zone.toUpperCase();
      const command = ['samba-tool', 'domain', 'trust', 'delete', other, '--delete-location=both'];
      await process.run('corp', [...command, ...TRUST_ACCOUNTS]);
    },
    remove: async () => {
      await process.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// winbindd, which NTLM needs, starts after all else, and looks for the other forest's servers once in a while.
async function onceLogonServersAreKnown(ask: () => Promise<string>): Promise<string> {
  const until = performance.now() + LOGON_SERVERS_WITHIN;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isEarly = /data 51f|no winbind_server|NO_LOGON_SERVERS/.test(String(error));
      if (!isEarly || performance.now() > until) throw error;
      await setTimeout(500);
    }
  }
}

async function openForest(
  process: ForestsProcess,
  name: ForestName,
  certificates: Certificates,
): Promise<Forest> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await process.ask({ ask: 'carry', forest: name }, server);
  // The other process has it now.
  server.close();
  const told = (ask: 'start' | 'stop' | 'hang' | 'wake') => async () => {
    await process.ask({ ask, forest: name });
  };
  await told('start')();
  const other: ForestName = name === 'corp' ? 'res' : 'corp';
  return {
    name,
    port,
    baseDn: FORESTS[name].baseDn,
    certificates,
    searches: async () => {
      // It logs before it answers; so what is left to read is in the pipe already.
      for (let turn = 0; turn < 10; turn++) await setImmediate();
      return process.searches(name);
    },
    change: async (ldif) => {
      await process.run(name, ['ldbmodify', ...FOREST_DATA], ldif);
    },
    tool: (...args) => process.run(name, ['samba-tool', ...args]),
    look: (...args) => process.run(name, ['ldbsearch', ...FOREST_DATA, ...args]),
    sids: () => process.sids(name),
    tokenOf: async (person, by) => {
      const { host, zone } = FORESTS[name];
      const token = [
        ...['ldbsearch', '-H', `ldap://${host}.${zone}`, '-U', `${person}%${FOREST_PASSWORD}`],
        ...[
          `--use-kerberos=${by === 'Kerberos' ? 'required' : 'off'}`,
          '-b',
          '',
          '-s',
          'base',
          'tokenGroups',
        ],
      ];
      const entry = await onceLogonServersAreKnown(() => process.run(other, token));
      return [...entry.matchAll(/^tokenGroups: (S-\S+)$/gm)].map(([, sid = '']) => sid);
    },
    start: told('start'),
    stop: told('stop'),
    hang: told('hang'),
    wake: told('wake'),
  };
}
