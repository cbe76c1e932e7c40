/** Two real slapd with the same people behind proxies, and the built program before them as an operator runs it. */
import { randomBytes, scryptSync } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../test/directories/child-servers.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd, startSlapd } from '../../test/directories/slapd.ts';
import { type Program, startProgram } from '../measuring/program.ts';
import { type Crowd, crowdLdif, GROUPS, PEOPLE } from '../worlds/people.ts';
import { THIS_BUILD } from '../worlds/service.ts';
import { markOf } from './oracle.ts';
import { type CuttingProxy, startCuttingProxy } from './proxy.ts';

export const HASHED_PASSWORD = 'a hashed one';

export interface SoakWorld {
  readonly servers: readonly [Slapd, Slapd];
  readonly proxies: readonly [CuttingProxy, CuttingProxy];
  readonly program: Program;
  readonly adminPort: number;
  /** Writes a file of the service beside, and renames it into its place. */
  replace(file: string, text: string): void;
  remove(): Promise<void>;
}

/** @param passwords what the two files of the plain caller's passwords hold at the start */
export async function startWorld(
  folder: string,
  crowd: Crowd,
  passwords: readonly [string, string],
): Promise<SoakWorld> {
  const data = crowdLdif(crowd);
  const servers = [await startSlapd({ data }), await startSlapd({ data })] as const;
  const proxies = [
    await startCuttingProxy(servers[0].port),
    await startCuttingProxy(servers[1].port),
  ] as const;
  const home = join(folder, 'soak');
  mkdirSync(home);
  const [port = 0, adminPort = 0] = await freePorts(2);
  const replace = (file: string, text: string) => {
    writeFileSync(join(home, `.${file}`), text);
    renameSync(join(home, `.${file}`), join(home, file));
  };
  replace('password-a', passwords[0]);
  replace('password-b', passwords[1]);
  replace('mapping.yaml', mappingOf(0));
  replace('config.yaml', configOf(port, adminPort, proxies));
  const program = await startProgram(THIS_BUILD, ['serve', '--config', 'config.yaml'], {
    folder: home,
    port,
    nodeOptions: ['--expose-gc'],
  });
  return {
    servers,
    proxies,
    program,
    adminPort,
    replace,
    remove: async () => {
      await program.end();
      for (const proxy of proxies) await proxy.stop();
      for (const server of servers) await server.remove();
    },
  };
}

/** Gives every group's own name, and everybody the revision's mark. */
export function mappingOf(revision: number): string {
  return `version: 1
groups: { under: '${GROUPS}' }
rules:
  - { id: mark, everyone: yes, give: { groups: [${markOf(revision)}] } }
  - { id: own-names, when: { group: <name> }, where: { name: any }, give: { groups: [<name>] } }
`;
}

function configOf(port: number, adminPort: number, proxies: SoakWorld['proxies']): string {
  const urls = proxies.map((proxy) => `"ldap://127.0.0.1:${proxy.port}"`).join(', ');
  return `listen: { host: 127.0.0.1, port: ${port} }
admin: { host: 127.0.0.1, port: ${adminPort} }
callers:
  immuta: { passwords: ["\${file:password-a}", "\${file:password-b}"] }
  hashed: { password_hash: "${cheapHash(HASHED_PASSWORD)}" }
directories:
  corp:
    vendor: openldap
    urls: [${urls}]
    plaintext: yes
    bind: { dn: "${LOOKUP_DN}", password: "${LOOKUP_PASSWORD}" }
    users: { base: "${PEOPLE}", attribute: uid }
    memberships: { from: attribute, nested: no, base: "${GROUPS}" }
    limits: { connect: 1s, search: 1s, idle: 3s }
endpoints:
  /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta, hashed], deadline: 3s }
cache: { people: 1500, fresh: 20s, stale: 10m, unknown: 5s, wait: 300ms }
log: { level: warn, audit: no }
`;
}

/** In the form of hash-password, at the least cost that is taken: what a check costs is not what is looked at here. */
function cheapHash(password: string): string {
  const salt = randomBytes(16);
  const hash = scryptSync(password, salt, 32, { N: 2 ** 10, r: 8, p: 1 });
  const unpadded = (octets: Buffer) => octets.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=10,r=8,p=1$${unpadded(salt)}$${unpadded(hash)}`;
}
