/** A config file in a folder of its own, with the files that it names. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type LoadedConfig, loadConfig } from '../../src/config/load.ts';
import { renderProblem } from '../../src/yaml/problem.ts';
import { makeCertificates } from '../directories/certificates.ts';

/** A password hash of the right form; of which password, nobody knows. */
export const HASH = `$scrypt$ln=15,r=8,p=1$${'A'.repeat(22)}$${'B'.repeat(43)}`;

/** A config that is right and has no warning; needs the variable SECRET. */
export const RIGHT = `callers:
  immuta: { password: "\${env:SECRET}" }
directories:
  corp:
    urls: ldaps://ldap.acme.example
    bind: { dn: "cn=svc,dc=acme", password: "\${env:SECRET}" }
    users: { base: "ou=people,dc=acme" }
    sentinel: { userid: probe, group: "cn=probe,dc=acme" }
endpoints:
  /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] }
`;

/** Loads the text as `config.yaml` from a folder that holds these files, by path; the folder is gone after. */
export async function load(
  text: string,
  env: NodeJS.ProcessEnv = { SECRET: 'a secret' },
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<LoadedConfig & { readonly folder: string; readonly said: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  try {
    for (const [path, content] of Object.entries({ ...files, 'config.yaml': text })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const loaded = await loadConfig(join(folder, 'config.yaml'), env);
    return { ...loaded, folder, said: loaded.problems.map(renderProblem).join('\n') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** PEM texts that belong together. */
export function certificates(): { readonly certificate: string; readonly key: string; readonly ca: string } {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const { ca, certificateFile, keyFile } = makeCertificates(folder);
  const read = { ca, certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  rmSync(folder, { recursive: true });
  return read;
}
