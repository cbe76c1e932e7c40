/**
 * The kinds of files that are rotated under a running service, in one world: what each holds, what of it cannot be taken
 * into use, and what tells which of two is in use.
 */
import { execFileSync } from 'node:child_process';
import { scryptSync, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { folderWith } from '../acceptance/running-service.ts';
import { CLIENT_SUBJECT, makeCertificates } from '../directories/certificates.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd } from '../directories/slapd.ts';
import { makeAuthority } from '../http/client-certificates.ts';
import type { Files } from './rotating-files.ts';
import type { Proof, RotatingService } from './rotating-service.ts';

export type Edition = 'old' | 'next';

export interface Kind {
  readonly name: string;
  readonly files: Readonly<Record<Edition, Files>>;
  /** What cannot be taken into use, and what the log says then. */
  readonly bad: Files;
  readonly says: RegExp;
  /** What is done elsewhere before the files come to hold this one. */
  readonly announce?: (edition: Edition) => void;
  /** Throws unless this one is in use, and the other is not. */
  readonly isInUse: (service: RotatingService, edition: Edition) => Promise<void>;
}

export interface RotatingWorld {
  readonly kinds: readonly Kind[];
  /** What the folder holds first. */
  readonly files: Files;
  /** Who asks all the time, and what. */
  readonly witnesses: readonly { readonly proof: Proof; readonly target: string }[];
}

const ANN = '/user-info?userid=ann';
const WITNESS: Proof = { login: 'witness:constant' };
const other = (edition: Edition): Edition => (edition === 'old' ? 'next' : 'old');

export function rotatingWorld(slapd: Slapd): RotatingWorld {
  const witnesses = makeAuthority(folderWith({}), 'Witness CA');
  const authorities = {
    old: makeAuthority(folderWith({}), 'Old CA'),
    next: makeAuthority(folderWith({}), 'Next CA'),
  };
  const shown = (name: string, by = witnesses) =>
    by.issue({ subject: '/O=Acme/CN=caller', names: [`DNS.1=${name}`] });
  const ours = { old: serverPair(), next: serverPair() };
  const dear = { old: slapd.certificates.client, next: clientOf(slapd) };
  const signed = {
    old: shown('shown.example', authorities.old),
    next: shown('shown.example', authorities.next),
  };
  const printed = { old: shown('printed.example'), next: shown('printed.example') };
  const { ca, otherCa } = slapd.certificates;
  let checked = 0;
  const kinds: readonly Kind[] = [
    {
      name: 'the bind password',
      files: {
        old: { 'bind-password': `${LOOKUP_PASSWORD}\n` },
        next: { 'bind-password': 'rotated:secret\n' },
      },
      bad: { 'bind-password': '' },
      says: /file:bind-password\} stands for an empty text/,
      // Connections that are bound go on.
      announce: (edition) => setPassword(slapd, edition === 'old' ? LOOKUP_PASSWORD : 'rotated:secret'),
      isInUse: async (service) => {
        await expectStatus(service, 200, WITNESS);
        const log = slapd.log();
        expect(log.slice(checked)).to.not.match(/ RESULT tag=97 err=49 /);
        checked = log.length;
      },
    },
    {
      name: "one of a caller's two passwords",
      files: { old: { 'password-1': 'old\n' }, next: { 'password-1': 'next\n' } },
      bad: { 'password-1': '\n' },
      says: /file:password-1\} stands for an empty text/,
      isInUse: (service, edition) => expectLogins(service, 'worded', edition),
    },
    {
      name: "one of a caller's two hashes",
      files: { old: { 'hash-1': hashOf('old') }, next: { 'hash-1': hashOf('next') } },
      bad: { 'hash-1': '$scrypt$none' },
      says: /file:hash-1|no password hash/,
      isInUse: (service, edition) => expectLogins(service, 'hashed', edition),
    },
    {
      name: "the service's certificate and key",
      files: { old: ours.old.files, next: ours.next.files },
      bad: { 'server.key': serverPair().files['server.key'] },
      says: /server\.key/,
      isInUse: async (service, edition) => {
        expect(await service.shown()).to.equal(ours[edition].fingerprint);
      },
    },
    {
      name: "the authority of callers' certificates",
      files: {
        old: { 'callers.pem': witnesses.certificate + authorities.old.certificate },
        next: { 'callers.pem': witnesses.certificate + authorities.next.certificate },
      },
      bad: { 'callers.pem': 'none\n' },
      says: /callers\.pem/,
      isInUse: async (service, edition) => {
        await expectStatus(service, 200, { client: signed[edition] });
        await expectStatus(service, 401, { client: signed[other(edition)] });
      },
    },
    {
      name: 'the authority of a directory',
      files: { old: { 'ldap-ca.pem': ca }, next: { 'ldap-ca.pem': otherCa + ca } },
      bad: { 'ldap-ca.pem': otherCa.replace('CERTIFICATE', 'NOTHING') },
      says: /ldap-ca\.pem/,
      isInUse: (service) => expectStatus(service, 200, WITNESS),
    },
    {
      name: 'the certificate that is shown to a directory',
      files: {
        old: { 'client.pem': dear.old.certificate, 'client.key': dear.old.key },
        next: { 'client.pem': dear.next.certificate, 'client.key': dear.next.key },
      },
      bad: { 'client.key': ours.old.files['server.key'] },
      says: /client\.(?:pem|key)/,
      isInUse: (service) => expectStatus(service, 200, WITNESS, '/external?userid=ann'),
    },
    {
      name: 'a mapping',
      files: { old: { 'mapping.yaml': mapping('old-') }, next: { 'mapping.yaml': mapping('next-') } },
      bad: { 'mapping.yaml': mapping('bad-').replace('give:', 'gives:') },
      says: /mapping\.yaml:\d+:\d+/,
      isInUse: async (service, edition) => {
        const { body } = await service.ask(ANN, WITNESS);
        expect(body)
          .to.include(`{"name":"${edition}-web"}`)
          .and.not.include(`"${other(edition)}-`);
      },
    },
    {
      name: 'a table',
      files: {
        old: { 'departments.csv': 'code,text\n7,old\n8,both\n' },
        next: { 'departments.csv': 'code,text\n7,next\n8,both\n' },
      },
      bad: { 'departments.csv': 'code,text\n7,next,more,than\n' },
      says: /departments\.csv/,
      isInUse: async (service, edition) => {
        const { body } = await service.ask(ANN, WITNESS);
        expect(JSON.parse(body)).to.deep.include({
          authorizations: { Department: ['both', edition].sort() },
        });
      },
    },
    {
      name: 'the config',
      files: {
        old: { 'config.yaml': config(slapd, printed.old.fingerprint) },
        next: { 'config.yaml': config(slapd, printed.next.fingerprint) },
      },
      bad: { 'config.yaml': config(slapd, printed.next.fingerprint).replace('deadline', 'deadlin') },
      says: /config\.yaml:\d+:\d+.*unknown key/,
      isInUse: async (service, edition) => {
        await expectStatus(service, 200, { client: printed[edition] });
        await expectStatus(service, 401, { client: printed[other(edition)] });
      },
    },
  ];
  const constant = { 'password-2': 'second\n', 'hash-2': hashOf('second'), 'external-ca.pem': ca };
  return {
    kinds,
    files: Object.assign({}, constant, ...kinds.map(({ files }) => files.old)) as Files,
    witnesses: [
      { proof: WITNESS, target: ANN },
      { proof: WITNESS, target: '/external?userid=gina' },
      { proof: { client: shown('witness.example') }, target: ANN },
    ],
  };
}

async function expectStatus(service: RotatingService, status: number, proof: Proof, target = ANN) {
  const answer = await service.ask(target, proof);
  expect(answer.status, `${proof.login ?? 'a certificate'}: ${answer.body}`).to.equal(status);
}

async function expectLogins(service: RotatingService, user: string, edition: Edition) {
  for (const [password, status] of [
    [edition, 200],
    ['second', 200],
    [other(edition), 401],
  ] as const)
    await expectStatus(service, status, { login: `${user}:${password}` });
}

function setPassword(slapd: Slapd, password: string): void {
  slapd.change(`dn: ${LOOKUP_DN}
changetype: modify
replace: userPassword
userPassword: ${password}
`);
}

function serverPair() {
  const folder = folderWith({});
  makeCertificates(folder);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const files = { 'server.pem': read('server.pem'), 'server.key': read('server.key') };
  return { files, fingerprint: new X509Certificate(files['server.pem']).fingerprint256 };
}

/** Another one of the same subject, by the authority that the server asks. */
function clientOf({ certificates }: Slapd): { certificate: string; key: string } {
  const [out, own] = [folderWith({}), dirname(certificates.caFile)];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const by = ['-CA', certificates.caFile, '-CAkey', join(own, 'ca.key')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-nodes', '-days', '2', ...curve, '-subj', `/${CLIENT_SUBJECT}`, ...by],
      ...['-addext', 'basicConstraints=CA:FALSE', '-keyout', join(out, 'key'), '-out', join(out, 'pem')],
    ],
    { stdio: 'pipe' },
  );
  return {
    certificate: readFileSync(join(out, 'pem'), 'utf8'),
    key: readFileSync(join(out, 'key'), 'utf8'),
  };
}

/** A hash that is cheap to check. */
function hashOf(password: string): string {
  const salt = Buffer.alloc(16, password);
  const written = (octets: Buffer) => octets.toString('base64').replaceAll('=', '');
  const hash = scryptSync(password, salt, 32, { N: 2 ** 10, r: 8, p: 1 });
  return `$scrypt$ln=10,r=8,p=1$${written(salt)}$${written(hash)}\n`;
}

function mapping(prefix: string): string {
  return `version: 1
groups: { under: 'ou=groups,dc=example,dc=test' }
tables: { departments: { file: departments.csv } }
rules:
  - { id: own-names, when: { group: <name> }, where: { name: any }, give: { groups: ['${prefix}<name>'] } }
  - id: department
    when: { attribute: { departmentNumber: <number> } }
    where: { number: departments }
    give: { authorizations: { Department: [<number>] } }
`;
}

function config({ securePort }: Slapd, fingerprint: string): string {
  const directory = (ca: string) => `
    vendor: openldap
    urls: ["ldaps://127.0.0.1:${securePort}"]
    users: { base: "ou=people,dc=example,dc=test" }
    memberships: { base: "ou=groups,dc=example,dc=test" }
    sentinel: { userid: svc-probe, group: "cn=probe,ou=groups,dc=example,dc=test" }
    limits: { connections: 1, connect: 30s, search: 30s }
    tls: { ca: ${ca}`;
  return `listen:
  port: 0
  tls: { certificate: server.pem, key: server.key, client_ca: callers.pem }
  failed_logins: { count: 1000000 }
admin: { port: 0 }
callers:
  witness: { password: constant }
  witness-cert: { certificate: { san: witness.example } }
  worded: { passwords: ["\${file:password-1}", "\${file:password-2}"] }
  hashed: { password_hashes: ["\${file:hash-1}", "\${file:hash-2}"] }
  shown: { certificate: { san: shown.example } }
  printed: { certificate: { fingerprint: "${fingerprint}" } }
directories:
  corp:${directory('ldap-ca.pem')} }
    bind: { dn: "${LOOKUP_DN}", password: "\${file:bind-password}" }
  external:${directory('external-ca.pem, certificate: client.pem, key: client.key')} }
    bind: { sasl: external }
endpoints:
  /user-info:
    directories: corp
    mapping: mapping.yaml
    callers: [witness, witness-cert, worded, hashed, shown, printed]
    deadline: 60s
  /external: { directories: external, mapping: mapping.yaml, callers: witness, deadline: 60s }
cache: { fresh: 0s, stale: 0s, unknown: 0s }
`;
}
