/** Throw-away client certificates of any subject, names and dates, all of one key and one authority. */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Client {
  readonly certificate: string;
  readonly key: string;
  /** As OpenSSL and Node print it: upper case with colons. */
  readonly fingerprint: string;
}

export interface ClientWishes {
  /** As `openssl req -subj` takes it: `/O=Acme/CN=immuta`, the most general first. */
  readonly subject: string;
  /** Lines of a section of OpenSSL's: `DNS.1=immuta.example`. */
  readonly names?: readonly string[];
  /** What the key may be used for. */
  readonly usage?: string;
  /** Seconds from now. */
  readonly from?: number;
  readonly to?: number;
}

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  issue(wishes: ClientWishes): Client;
  selfSign(subject: string): Client;
}

const CONFIG = `[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
rand_serial = yes
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = optional
[req]
distinguished_name = none
req_extensions = extensions
string_mask = utf8only
[none]
[extensions]
basicConstraints = CA:FALSE
`;

/** Makes an authority in a folder of its own. */
export function makeAuthority(folder: string, name: string): Authority {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const selfSigned = (subject: string, file: string, ...key: string[]) =>
    openssl('req', '-x509', '-days', '2', '-subj', subject, ...key, '-out', `${file}.pem`);
  const clientOf = (certificate: string): Client => ({
    certificate,
    key: read('client.key'),
    fingerprint: new X509Certificate(certificate).fingerprint256,
  });
  const curve = ['-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  writeFileSync(join(folder, 'index.txt'), '');
  selfSigned(`/CN=${name}`, 'ca', ...curve, '-keyout', 'ca.key');
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'client.key');
  return {
    certificate: read('ca.pem'),
    selfSign(subject) {
      selfSigned(subject, 'self', '-key', 'client.key');
      return clientOf(read('self.pem'));
    },
    issue({ subject, names = [], usage, from = -60, to = 3600 }) {
      const extensions = [
        ...(names.length === 0 ? [] : ['subjectAltName = @names']),
        ...(usage === undefined ? [] : [`extendedKeyUsage = ${usage}`]),
      ];
      writeFileSync(
        join(folder, 'own.cnf'),
        [`${CONFIG}${extensions.join('\n')}`, '[names]', ...names, ''].join('\n'),
      );
      const config = ['-config', 'own.cnf'];
      openssl(
        ...['req', '-new', '-utf8', ...config, '-key', 'client.key', '-subj', subject],
        ...['-out', 'client.csr'],
      );
      const dates = ['-startdate', inSeconds(from), '-enddate', inSeconds(to)];
      openssl(
        ...['ca', '-batch', '-preserveDN', '-notext', '-utf8', ...config, ...dates],
        ...['-in', 'client.csr', '-out', 'client.pem'],
      );
      return clientOf(read('client.pem'));
    },
  };
}

function inSeconds(seconds: number): string {
  const date = new Date(Date.now() + seconds * 1000).toISOString();
  return `${date.replace(/\.\d+Z$/, '').replace(/[-:T]/g, '')}Z`;
}
