/** Certificates that the proxy shows: a right one, and one for each thing that can be wrong with it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeWithUs } from '../directories/child-servers.ts';

/** In PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface ProxyCertificates {
  /** The authority that the service is told to believe. */
  readonly ca: string;
  readonly right: ServerCertificate;
  readonly expired: ServerCertificate;
  readonly otherName: ServerCertificate;
  /** Signed by itself. */
  readonly unknownIssuer: ServerCertificate;
}

const KEY = ['-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const OWN_NAME = 'IP:127.0.0.1';
const CA_CONFIG = `[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = names
copy_extensions = copy
unique_subject = no
[names]
commonName = supplied
`;

export function makeProxyCertificates(): ProxyCertificates {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  removeWithUs(folder);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const selfSigned = (name: string, subject: string, ...more: string[]) => {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
    openssl('req', '-x509', '-days', '2', ...KEY, '-subj', subject, ...more, ...files);
    return { cert: read(`${name}.pem`), key: read(`${name}.key`) };
  };
  const ca = selfSigned('ca', '/CN=Faults CA').cert;
  writeFileSync(join(folder, 'ca.cnf'), CA_CONFIG);
  writeFileSync(join(folder, 'index.txt'), '');
  writeFileSync(join(folder, 'serial'), '01\n');
  // Of the commands of OpenSSL 3.0 `ca` alone takes dates that have passed.
  const signed = (name: string, altName: string, ...dates: string[]) => {
    const names = ['-subj', '/CN=directory', '-addext', `subjectAltName=${altName}`];
    openssl('req', '-new', ...KEY, ...names, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    const by = ['-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key'];
    openssl('ca', '-batch', '-notext', ...by, '-in', `${name}.csr`, '-out', `${name}.pem`, ...dates);
    return { cert: read(`${name}.pem`), key: read(`${name}.key`) };
  };
  return {
    ca,
    right: signed('right', OWN_NAME, '-days', '2'),
    expired: signed('expired', OWN_NAME, '-startdate', '20200101000000Z', '-enddate', '20210101000000Z'),
    otherName: signed('other-name', 'DNS:other.example.test', '-days', '2'),
    unknownIssuer: selfSigned('unknown', '/CN=directory', '-addext', `subjectAltName=${OWN_NAME}`),
  };
}
