/** What the matrix happens in: real servers, some to be killed, certificates, a DNS server, and configs for them. */
import { getServers, setServers } from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { folderWith } from '../acceptance/running-service.ts';
import { type DnsServer, startDnsServer } from '../directories/dns-server.ts';
import { type Samba, startSamba } from '../directories/samba.ts';
import { ACCOUNT_PASSWORD, LOOKUP_ACCOUNT, PEOPLE_DN, PROBE } from '../directories/samba-people.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd, startSlapd } from '../directories/slapd.ts';
import { GROUPS, PEOPLE } from '../directory/example-settings.ts';
import { makeProxyCertificates, type ProxyCertificates } from './certificates.ts';
import type { Target } from './faulty-proxy.ts';

/** Of a request, in milliseconds: no retry, and no other server, is left out for lack of time. */
export const DEADLINE = 40_000;
/** How long an answer is fresh, in milliseconds. */
export const FRESH = 300_000;

/** Groups enough for a second page of them. */
const TEAMS = ['north', 'south', 'east', 'west']
  .map(
    (team) => `
dn: cn=${team},${GROUPS}
objectClass: groupOfNames
cn: ${team}
member: uid=ann,${PEOPLE}
`,
  )
  .join('');

/** `paged` gives three entries at a time. */
export type ServerKind = 'slapd' | 'paged' | 'samba';

const SLAPD = { slapd: { more: TEAMS }, paged: { more: TEAMS, sizeLimit: 3 } } as const;
const FULL = 2 ** 20;

/** A server that can be killed or stopped, for one cell at a time. */
export interface Victim {
  readonly target: Target;
  kill(): Promise<void>;
  hang(): void;
  /** Has it run again after either. */
  revive(): Promise<void>;
}

export interface World {
  readonly certificates: ProxyCertificates;
  /** Where ca.pem, of all that have a certificate, and mapping.yaml are. */
  readonly folder: string;
  readonly dns: DnsServer;
  /** Those that stay well. */
  readonly well: Readonly<Record<ServerKind, Target | undefined>>;
  /** Whose database takes nothing more. */
  readonly full: Readonly<Record<'slapd' | 'paged', Target>>;
  /** Hands out a victim for as long as the work takes. */
  withVictim<T>(server: ServerKind, work: (victim: Victim) => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

const VICTIMS: readonly ('slapd' | 'paged')[] = ['slapd', 'slapd', 'slapd', 'slapd', 'paged', 'paged'];

/** @param withSamba whether there is a Samba too */
export async function startWorld(withSamba: boolean): Promise<World> {
  const certificates = makeProxyCertificates();
  const asked = getServers();
  const dns = await startDnsServer();
  askOnly(dns.resolver.getServers());
  const slapds: Slapd[] = [];
  const slapd = async (kind: 'slapd' | 'paged', mapSize?: number) => {
    const one = await startSlapd({ ...SLAPD[kind], mapSize });
    slapds.push(one);
    return one;
  };
  const full = { slapd: await slapd('slapd', FULL), paged: await slapd('paged', FULL) };
  fill(full.slapd);
  fill(full.paged);
  const victims = { slapd: [] as Victim[], paged: [] as Victim[] };
  for (const kind of VICTIMS) victims[kind].push(slapdVictim(await slapd(kind)));
  const sambas = withSamba ? [await startSamba(), await startSamba()] : [];
  const [samba, mortal] = sambas;
  const free = {
    slapd: new Lending(victims.slapd),
    paged: new Lending(victims.paged),
    samba: new Lending(mortal === undefined ? [] : [sambaVictim(mortal)]),
  };
  const well = {
    slapd: slapdTarget(await slapd('slapd')),
    paged: slapdTarget(await slapd('paged')),
    samba: samba && sambaTarget(samba),
  };
  const authorities = [certificates.ca, ...[...slapds, ...sambas].map((each) => each.certificates.ca)];
  return {
    certificates,
    folder: folderWith({ 'mapping.yaml': MAPPING, 'ca.pem': authorities.join('') }),
    dns,
    well,
    full: { slapd: slapdTarget(full.slapd), paged: slapdTarget(full.paged) },
    withVictim: (server, work) => free[server].lend(work),
    end: async () => {
      askOnly(asked);
      await Promise.all([dns.stop(), ...[...slapds, ...sambas].map((each) => each.remove())]);
    },
  };
}

// The service asks by `resolveSrv` of node:dns/promises, which is another function since.
function askOnly(servers: readonly string[]): void {
  setServers(servers);
  syncBuiltinESMExports();
}

// As a disk without room looks to slapd: it answers what it is asked, and takes nothing more.
function fill(slapd: Slapd): void {
  try {
    for (let i = 0; i < 100; i++) {
      const dn = `cn=filler-${i},ou=services,dc=example,dc=test`;
      const body = 'objectClass: organizationalRole\ncn: filler\ndescription: ';
      slapd.change(`dn: ${dn}\nchangetype: add\n${body}${'x'.repeat(50_000)}\n`);
    }
  } catch (error) {
    if (/\(80\)|Internal \(implementation specific\) error/.test(String(error))) return;
    throw error;
  }
  throw new Error('its database took everything');
}

function slapdTarget({ port, securePort }: Slapd): Target {
  return { host: '127.0.0.1', port, securePort, isPlain: true };
}

function sambaTarget({ host }: Samba): Target {
  return { host, port: 389, securePort: 636, isPlain: false };
}

function slapdVictim(slapd: Slapd): Victim {
  let isDead = false;
  return {
    target: slapdTarget(slapd),
    kill: () => {
      isDead = true;
      return slapd.kill();
    },
    hang: () => slapd.hang(),
    revive: async () => {
      if (isDead) await slapd.start();
      else slapd.wake();
      isDead = false;
    },
  };
}

function sambaVictim(samba: Samba): Victim {
  let isDead = false;
  return {
    target: sambaTarget(samba),
    kill: () => {
      isDead = true;
      return samba.stop();
    },
    hang: () => samba.hang(),
    revive: async () => {
      if (isDead) await samba.start();
      else samba.wake();
      isDead = false;
    },
  };
}

/** Lends each of a few things to one at a time. */
class Lending<T> {
  readonly #free: T[];
  readonly #waiting: ((one: T) => void)[] = [];

  constructor(all: readonly T[]) {
    this.#free = [...all];
  }

  async lend<R>(work: (one: T) => Promise<R>): Promise<R> {
    const one = this.#free.pop() ?? (await new Promise<T>((resolve) => this.#waiting.push(resolve)));
    try {
      return await work(one);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(one);
      else next(one);
    }
  }
}

/** What the service may say at a bind, by the kind of server. */
export const PASSWORDS = { slapd: LOOKUP_PASSWORD, paged: LOOKUP_PASSWORD, samba: ACCOUNT_PASSWORD } as const;

/** Times of a service. */
export interface Times {
  /** Of a search, and of TCP, TLS and bind together. */
  readonly limit: string;
  readonly deadline: string;
  /** What stands under `cache`. */
  readonly cache: string;
}

// Long for a busy machine, short for those who wait for a stall. With old answers nobody would see what comes of a read.
const TIMES: Times = {
  limit: '5s',
  deadline: `${DEADLINE}ms`,
  cache: `fresh: ${FRESH}ms, stale: 1h, wait: ${DEADLINE}ms`,
};

/** The config of a service of one cell. */
export function configFor(
  { folder }: World,
  server: ServerKind,
  { urls, startTls }: { readonly urls: readonly string[]; readonly startTls: boolean },
  { limit, deadline, cache }: Times = TIMES,
): string {
  const account = server === 'samba' ? LOOKUP_ACCOUNT : LOOKUP_DN;
  const kinds = {
    slapd: `vendor: openldap
    users: { base: "${PEOPLE}", attribute: uid }
    memberships: { from: search, base: "${GROUPS}" }
    sentinel: { userid: svc-probe, group: "cn=probe,${GROUPS}" }`,
    samba: `vendor: active-directory
    users: { base: "${PEOPLE_DN}" }
    memberships: { from: token-groups }
    sentinel: { userid: ${PROBE.name}, group: "${PROBE.group}" }`,
  };
  return `listen: { host: 127.0.0.1, port: 0 }
admin: { host: 127.0.0.1, port: 0 }
callers:
  immuta: { password: secret }
directories:
  corp:
    ${server === 'samba' ? kinds.samba : kinds.slapd}
    urls: [${urls.map((url) => `"${url}"`).join(', ')}]
    tls: { ca: ${folder}/ca.pem, starttls: ${startTls ? 'yes' : 'no'} }
    bind: { dn: "${account}", password: "${PASSWORDS[server]}" }
    limits: { connect: ${limit}, search: ${limit} }
endpoints:
  /user-info: { directories: [corp], mapping: ${folder}/mapping.yaml, callers: [immuta], deadline: ${deadline} }
cache: { ${cache} }
`;
}

/** Each group gives an Immuta group of its name. */
const MAPPING = `version: 1
groups: { under: everywhere }
rules:
  - id: own-names
    when: { group: <name> }
    where: { name: any }
    give: { groups: [<name>] }
`;
