/** Our service as an operator starts it, on a config in a folder of its own; this build or another one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../test/directories/child-servers.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD } from '../../test/directories/slapd.ts';
import { type Program, startProgram } from '../measuring/program.ts';
import { GROUPS, OWN_NAMES, PEOPLE } from './people.ts';

/** The project's folder; this file is run as bench/built/bench/worlds/service.js. */
export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
export const THIS_BUILD = join(ROOT, 'dist/main.js');

export interface ServiceOptions {
  /** For what it writes; a folder of its own is made there. */
  readonly folder: string;
  /** Tells several services of one path apart. */
  readonly name: string;
  /** Where people are: the port of an LDAP server on loopback, or LDIF. */
  readonly directory: { readonly port: number } | { readonly ldif: string };
  /** The program; this build where left out. */
  readonly build?: string;
  readonly mapping?: string;
  /** What stands under `memberships`; memberOf alone, not nested, where left out. */
  readonly memberships?: string;
  /** What stands under `listen` beside host and port. */
  readonly listen?: string;
  /** What stands under `callers`; `immuta` with the password `secret` where left out. */
  readonly callers?: string;
  /** What stands under `limits` of the directory. */
  readonly limits?: string;
  /** The endpoint's; that of the program where left out. */
  readonly deadline?: string;
  /** Further lines of the config, as `cache: { people: 100 }`. */
  readonly more?: string;
  readonly nodeOptions?: readonly string[];
}

/** Writes the config and starts `serve`; a caller is `immuta:secret`. */
export async function startService(options: ServiceOptions): Promise<Program> {
  const { build = THIS_BUILD, nodeOptions = [] } = options;
  const { folder, port } = await writeConfig(options);
  return startProgram(build, ['serve', '--config', 'config.yaml'], { folder, port, nodeOptions });
}

/** Writes config.yaml and what it names into a new folder. */
export async function writeConfig({
  folder: parent,
  name,
  directory,
  mapping = OWN_NAMES,
  memberships = 'from: attribute, nested: no',
  listen = '',
  callers = 'immuta: { password: secret }',
  limits = '',
  deadline,
  more = '',
}: ServiceOptions): Promise<{ readonly folder: string; readonly port: number }> {
  const folder = join(parent, name);
  mkdirSync(folder);
  const [port = 0, adminPort = 0] = await freePorts(2);
  const source =
    'port' in directory
      ? `urls: ["ldap://127.0.0.1:${directory.port}"]
    plaintext: yes
    bind: { dn: "${LOOKUP_DN}", password: "${LOOKUP_PASSWORD}" }`
      : 'ldif: people.ldif';
  if ('ldif' in directory) writeFileSync(join(folder, 'people.ldif'), directory.ldif);
  writeFileSync(join(folder, 'mapping.yaml'), mapping);
  writeFileSync(
    join(folder, 'config.yaml'),
    `listen: { host: 127.0.0.1, port: ${port}, ${listen} }
admin: { host: 127.0.0.1, port: ${adminPort} }
callers:
  ${callers}
directories:
  corp:
    vendor: openldap
    ${source}
    users: { base: "${PEOPLE}", attribute: uid }
    memberships: { ${memberships}, base: "${GROUPS}" }
    limits: { ${limits} }
endpoints:
  /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta]${deadline === undefined ? '' : `, deadline: ${deadline}`} }
${more}
`,
  );
  return { folder, port };
}
