/** Throw-away certificates: an authority, a server on loopback and a client by it, a stranger and a client by that. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificates {
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  /** PEM of an authority that signed nothing. */
  readonly otherCa: string;
  /** PEM of a client that the servers' authority signed; its subject is {@link CLIENT_SUBJECT}. */
  readonly client: { readonly certificate: string; readonly key: string };
  /** PEM of a client of that subject too, which the other authority signed. */
  readonly otherClient: { readonly certificate: string; readonly key: string };
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** The names in the server's certificate, beside its address. */
export const SERVER_NAMES = ['localhost', 'ldap.example.test'];

export const CLIENT_SUBJECT = 'CN=immuta-client';

/** Writes them into the folder; the server's is for {@link SERVER_NAMES} and this address. */
export function makeCertificates(folder: string, address = '127.0.0.1'): Certificates {
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
  const signed = (name: string, by: string, subject: string, ...extensions: string[]) =>
    openssl(
      ...request,
      ...['-subj', subject, ...extensions.flatMap((extension) => ['-addext', extension])],
      ...['-addext', 'basicConstraints=CA:FALSE', '-CA', file(`${by}.pem`), '-CAkey', file(`${by}.key`)],
      ...['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)],
    );
  const names = [...SERVER_NAMES.map((name) => `DNS:${name}`), `IP:${address}`].join(',');
  signed('server', 'ca', '/CN=directory', `subjectAltName=${names}`);
  signed('client', 'ca', `/${CLIENT_SUBJECT}`);
  signed('other-client', 'other-ca', `/${CLIENT_SUBJECT}`);
  const read = (name: string) => readFileSync(file(name), 'utf8');
  return {
    ca: read('ca.pem'),
    otherCa: read('other-ca.pem'),
    client: { certificate: read('client.pem'), key: read('client.key') },
    otherClient: { certificate: read('other-client.pem'), key: read('other-client.key') },
    caFile: file('ca.pem'),
    certificateFile: file('server.pem'),
    keyFile: file('server.key'),
  };
}
