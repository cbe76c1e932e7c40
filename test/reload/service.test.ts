/** One setup in place of another in a service that runs, and what stays of the old one. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect } from 'chai';
import { pino } from 'pino';
import { composeService, type Service } from '../../src/compose.ts';
import { loadSetup } from '../../src/setup/setup.ts';
import {
  codeOf,
  folderWith,
  groupsOf,
  OWN_NAMES_MAPPING,
  send,
  slapdConfig,
} from '../acceptance/running-service.ts';
import { makeCertificates } from '../directories/certificates.ts';
import { requireSlapd } from '../directories/installed.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, PEOPLE_LDIF, type Slapd, startSlapd } from '../directories/slapd.ts';
import { until } from '../until.ts';

const PEOPLE = readFileSync(PEOPLE_LDIF, 'utf8');
const ANN = ['accountants', 'finance', 'makers', 'staff', 'web'];

const LDIF_CONFIG = `
listen: { host: 127.0.0.1, port: 0 }
admin: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: secret } }
directories:
  corp:
    ldif: people.ldif
    users: { base: 'ou=people,dc=example,dc=test', attribute: uid }
    memberships: { from: search, base: 'ou=groups,dc=example,dc=test', filter: '(|(member=<dn>)(uniqueMember=<dn>))' }
endpoints:
  /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] }
`;

describe('a service that is given another setup', () => {
  let folder: string;
  let service: Service;
  let url: string;
  let logged: Record<string, unknown>[];
  let turned: number;
  let log: pino.Logger;

  afterEach(() => service?.stop(0));

  const serve = async (config: string, files: Readonly<Record<string, string>> = {}) => {
    folder = folderWith({
      'config.yaml': config,
      'mapping.yaml': OWN_NAMES_MAPPING,
      'people.ldif': PEOPLE,
      ...files,
    });
    [logged, turned] = [[], 0];
    log = pino(
      { level: 'info' },
      { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) },
    );
    // It stands still but for what a test turns.
    const clock = { now: () => 1_000_000 + turned };
    service = composeService(await setup(), { clock, log, newRequestId: () => 'id' });
    url = await service.start();
  };
  const setup = () => loadSetup(join(folder, 'config.yaml'), {});
  const reload = async (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    service.reload(await setup());
  };
  const ask = (userid: string, path = '/user-info', credentials = 'immuta:secret') =>
    send(url, `${path}?userid=${userid}`, { credentials });
  const cacheOf = async (userid: string, path?: string) => (await ask(userid, path)).headers['cache-status'];

  describe('with a directory in a file', () => {
    it('serves other endpoints, callers and log levels from the next request on', async () => {
      await serve(LDIF_CONFIG);
      expect((await ask('ann')).status).to.equal(200);
      await reload({
        'config.yaml': `${LDIF_CONFIG.replace('password: secret', 'password: changed').replace(
          '/user-info:',
          '/other:',
        )}log: { level: error }\n`,
      });
      expect((await ask('ann')).status).to.equal(404);
      expect((await ask('ann', '/other')).status).to.equal(401);
      expect(groupsOf(await ask('ann', '/other', 'immuta:changed'))).to.deep.equal(ANN);
      expect(log.level).to.equal('error');
    });

    it('keeps the people of directories that did not change, and drops those of directories that did', async () => {
      const two = LDIF_CONFIG.replace(
        'endpoints:',
        '  mail:\n    ldif: people.ldif\n    users: { base: "ou=people,dc=example,dc=test", filter: "(mail=<userid>)" }\n    memberships: { from: attribute }\nendpoints:\n  /mail: { directories: [mail], mapping: mapping.yaml, callers: [immuta] }',
      );
      await serve(two);
      await Promise.all([ask('ann'), ask('ann@example.test', '/mail')]);
      const { corp, mail } = Object.fromEntries(service.directories);
      await reload({ 'config.yaml': two.replace('(mail=<userid>)', '(&(mail=<userid>)(uid=*))') });
      expect(await cacheOf('ann')).to.include('hit');
      expect(await cacheOf('ann@example.test', '/mail')).to.include('fwd=miss');
      expect(service.directories.get('corp')).to.equal(corp);
      expect(service.directories.get('mail')).to.not.equal(mail);
    });

    it('answers from the people in a file that changed', async () => {
      await serve(LDIF_CONFIG);
      expect((await ask('newcomer')).status).to.equal(404);
      await reload({
        'people.ldif': `${PEOPLE}\n\ndn: uid=newcomer,ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: newcomer\ncn: N\nsn: N\n`,
      });
      expect((await ask('newcomer')).status).to.equal(200);
    });

    it('keeps to other times of the cache', async () => {
      await serve(LDIF_CONFIG);
      await ask('ann');
      await reload({ 'config.yaml': `${LDIF_CONFIG}cache: { fresh: 1m }\n` });
      expect(await cacheOf('ann')).to.match(/hit; ttl=60$/);
    });

    it('does what is possible and warns of what only a restart changes', async () => {
      await serve(LDIF_CONFIG);
      await reload({
        'config.yaml': LDIF_CONFIG.replace(
          'port: 0 }\nadmin',
          'port: 1, failed_logins: { count: 1, window: 1s } }\nadmin',
        ).replace('password: secret', 'password: changed'),
      });
      expect((await ask('ann', '/user-info', 'immuta:changed')).status).to.equal(200);
      expect(
        logged.flatMap(({ level, part }) => (level === 40 && part !== undefined ? [part] : [])),
      ).to.deep.equal(['listen.port', 'listen.failed_logins']);
    });
  });

  describe('with certificates', () => {
    const peer = () =>
      new Promise<string>((resolve, reject) => {
        const { port } = new URL(url);
        const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false }, () => {
          resolve(socket.getPeerCertificate().fingerprint256);
          socket.end();
        });
        socket.once('error', reject);
      });
    const pem = (from: string) => ({
      'server.pem': readFileSync(join(from, 'server.pem'), 'utf8'),
      'server.key': readFileSync(join(from, 'server.key'), 'utf8'),
    });
    const config = LDIF_CONFIG.replace(
      'port: 0 }',
      'port: 0, tls: { certificate: server.pem, key: server.key } }',
    );

    it('shows the new one from the next handshake on', async () => {
      const [one, two] = [folderWith({}), folderWith({})];
      for (const each of [one, two]) makeCertificates(each);
      await serve(config, pem(one));
      const before = await peer();
      await reload({});
      expect(await peer()).to.equal(before);
      await reload(pem(two));
      const after = await peer();
      expect(after).to.not.equal(before);
      // Gone from the config, which only a restart follows; then back as another one.
      await reload({ 'config.yaml': LDIF_CONFIG });
      expect(await peer()).to.equal(after);
      await reload({ 'config.yaml': config, ...pem(one) });
      expect(await peer()).to.equal(before);
    });
  });

  describe('with a real server', () => {
    let slapd: Slapd;

    before(async function () {
      requireSlapd(this);
      slapd = await startSlapd();
    });

    after(() => slapd?.remove());

    const config = (password: string, limits = 'search: 30s') =>
      slapdConfig(slapd, { bindPassword: password, limits, cache: 'fresh: 0s, stale: 0s, unknown: 0s' });
    const binds = (since: number) =>
      slapd
        .log()
        .slice(since)
        .match(/BIND dn="cn=lookup,ou=services,dc=example,dc=test" method=128/g)?.length ?? 0;

    it('keeps live connections where the directory did not change', async () => {
      await serve(config('lookup:secret'));
      await ask('ann');
      const before = slapd.log().length;
      await reload({ 'config.yaml': `${config('lookup:secret')}log: { level: debug }\n` });
      expect(groupsOf(await ask('ann'))).to.deep.equal(ANN);
      expect(binds(before)).to.equal(0);
    });

    it('tries a refused secret again after the backoff alone, also where other settings changed, and another one at once', async () => {
      const before = slapd.log().length;
      await serve(config('wrong'));
      expect(codeOf(await ask('ann'))).to.equal('directory_refused');
      await reload({ 'config.yaml': config('wrong', 'search: 40s') });
      expect(codeOf(await ask('ann'))).to.equal('directory_refused');
      turned += 29_000;
      expect(codeOf(await ask('ann'))).to.equal('directory_refused');
      expect(binds(before)).to.equal(1);
      turned += 1001;
      expect(codeOf(await ask('ann'))).to.equal('directory_refused');
      expect(binds(before)).to.equal(2);
      await reload({ 'config.yaml': config('wrong', 'search: 50s') });
      turned += 59_000;
      expect(codeOf(await ask('ann'))).to.equal('directory_refused');
      expect(binds(before), 'the backoff has doubled').to.equal(2);
      await reload({ 'config.yaml': config('lookup:secret', 'search: 50s') });
      expect(groupsOf(await ask('ann'))).to.deep.equal(ANN);
      expect(binds(before)).to.equal(3);
    });

    it('uses a password that the file had first once the backoff has passed, by one more bind', async () => {
      const setPassword = (password: string) =>
        slapd.change(
          `dn: ${LOOKUP_DN}\nchangetype: modify\nreplace: userPassword\nuserPassword: ${password}\n`,
        );
      await serve(config('lookup:secret'));
      await ask('ann');
      const before = slapd.log().length;
      // Other limits: a connection of its own.
      await reload({ 'config.yaml': config('later', 'search: 50s') });
      expect(codeOf(await ask('ann'))).to.equal('directory_refused');
      setPassword('later');
      try {
        expect(codeOf(await ask('ann'))).to.equal('directory_refused');
        turned += 30_001;
        expect(groupsOf(await ask('ann'))).to.deep.equal(ANN);
        expect(binds(before)).to.equal(2);
      } finally {
        setPassword(LOOKUP_PASSWORD);
      }
    });

    it('lets requests under way end on what they began with', async () => {
      await serve(config('lookup:secret'));
      await ask('ann');
      slapd.hang();
      const waiting = ask('ann');
      await new Promise((resolve) => setTimeout(resolve, 100));
      try {
        await reload({ 'config.yaml': config('lookup:secret', 'search: 50s') });
      } finally {
        slapd.wake();
      }
      expect(groupsOf(await waiting)).to.deep.equal(ANN);
      expect(groupsOf(await ask('ann'))).to.deep.equal(ANN);
    });

    it('closes the connections of what it replaced once no request can need them', async () => {
      await serve(config('lookup:secret').replace('deadline: 60s', 'deadline: 3s'));
      await ask('ann');
      const searched = [...(await slapd.settledLog()).matchAll(/ (conn=\d+) op=\d+ SRCH /g)];
      const connection = searched.at(-1)?.[1];
      const closed = () => new RegExp(` ${connection} op=\\d+ UNBIND`).test(slapd.log());
      await reload({ 'config.yaml': config('lookup:secret', 'search: 50s') });
      await ask('ann');
      expect(closed()).to.equal(false);
      await until(closed);
      expect(groupsOf(await ask('ann'))).to.deep.equal(ANN);
    });

    it('stays ready while a new directory cannot be bound, and was not ready before it was', async () => {
      await serve(config('wrong'));
      const admin = String(logged.find(({ msg }) => String(msg).includes('health'))?.['url']);
      const readyz = async () => (await fetch(`${admin}/readyz`)).status;
      expect(await readyz()).to.equal(503);
      await reload({ 'config.yaml': config('lookup:secret') });
      await until(async () => (await readyz()) === 200);
      await reload({ 'config.yaml': config('wrong', 'search: 50s') });
      expect(codeOf(await ask('ann'))).to.equal('directory_refused');
      expect(await readyz()).to.equal(200);
    });
  });
});
