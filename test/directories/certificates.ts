/** Throw-away certificates for servers on loopback: an authority, a server certificate by it, and a stranger. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificates {
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  /** PEM of an authority that signed nothing. */
  readonly otherCa: string;
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** The names in the server's certificate, beside 127.0.0.1. */
export const SERVER_NAMES = ['localhost', 'ldap.example.test'];

/** Writes them into the folder. */
export function makeCertificates(folder: string): Certificates {
  const file = (name: string) => join(folder, name);
  const request = [
    'req',
    '-x509',
    '-nodes',
    '-days',
    '2',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
  ];
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const authority = (name: string, subject: string) =>
    openssl(...request, '-subj', subject, '-keyout', file(`${name}.key`), '-out', file(`${name}.pem`));
  authority('ca', '/CN=Test CA');
  authority('other-ca', '/CN=Other CA');
  const names = [...SERVER_NAMES.map((name) => `DNS:${name}`), 'IP:127.0.0.1'].join(',');
  openssl(
    ...request,
    ...[
      '-subj',
      '/CN=directory',
      '-addext',
      `subjectAltName=${names}`,
      '-addext',
      'basicConstraints=CA:FALSE',
    ],
    ...['-CA', file('ca.pem'), '-CAkey', file('ca.key')],
    ...['-keyout', file('server.key'), '-out', file('server.pem')],
  );
  return {
    ca: readFileSync(file('ca.pem'), 'utf8'),
    otherCa: readFileSync(file('other-ca.pem'), 'utf8'),
    caFile: file('ca.pem'),
    certificateFile: file('server.pem'),
    keyFile: file('server.key'),
  };
}
