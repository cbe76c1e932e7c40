/**
 * What the admin listener tells whom: reasons only where it is bound to loopback, and even there to no page of another
 * site. Where a connection seems to come from, and what it says of others, decides nothing.
 */
import { request } from 'node:http';
import { expect } from 'chai';
import { OWN_NAMES_MAPPING, type RunningService, startService } from '../acceptance/running-service.ts';
import { until } from '../until.ts';

const PEOPLE = `dn: dc=acme,dc=com
objectClass: domain

dn: uid=jdoe,dc=acme,dc=com
objectClass: person
uid: jdoe
memberOf: cn=web,ou=groups,dc=example,dc=test
`;
const config = (host: string) => `listen: { host: 127.0.0.1, port: 0 }
admin: { host: '${host}', port: 0 }
callers: { immuta: { password: secret } }
directories:
  corp:
    ldif: people.ldif
    users: { base: 'dc=acme,dc=com', attribute: uid }
    memberships: { from: attribute, nested: no }
endpoints: { /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] } }
`;
const EXPLAIN = '/explain?endpoint=/user-info&userid=jdoe';

describe('the admin listener', () => {
  let service: RunningService;
  afterEach(() => service.end());
  const start = async (host: string) => {
    service = await startService({
      'config.yaml': config(host),
      'mapping.yaml': OWN_NAMES_MAPPING,
      'people.ldif': PEOPLE,
    });
    await until(async () => (await get('/readyz')).status === 200);
  };

  interface Told {
    readonly status: number;
    readonly headers: Readonly<Record<string, unknown>>;
    readonly body: string;
  }
  const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Told> => {
    const { hostname, port } = new URL(service.adminUrl);
    // Where it is bound to every address this machine reaches it on loopback too.
    const host = hostname === '0.0.0.0' ? '127.0.0.1' : hostname.replace(/[[\]]/g, '');
    return new Promise((resolve, reject) => {
      const sent = request({ host, port, path, headers, agent: false }, (answer) => {
        let body = '';
        answer.on('data', (chunk) => (body += String(chunk)));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
      });
      sent.once('error', reject).end();
    });
  };

  it('tells reasons, and what is degraded, where it is bound to loopback', async () => {
    await start('localhost');
    for (const host of ['127.0.0.1:9090', 'localhost', 'LOCALHOST:1', '[::1]:9090', '127.1.2.3']) {
      expect((await get(EXPLAIN, { host })).status, host).to.equal(200);
      expect((await get('/readyz', { host })).body, host).to.include('"directories"');
    }
    expect((await get(EXPLAIN, { 'sec-fetch-site': 'none' })).status).to.equal(200);
    expect((await get(EXPLAIN, { 'sec-fetch-site': 'same-origin' })).status).to.equal(200);
  });

  it('tells them to no page that reached it by another name, or that is of another site', async () => {
    await start('127.0.0.1');
    for (const headers of [
      { host: 'evil.example' },
      { host: 'localhost.evil.example' },
      { host: '127.0.0.1.evil.example:9090' },
      { host: '127.evil.example' },
      { host: 'localhost:9090:9090' },
      { host: 'x@localhost' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none, cross-site' },
    ]) {
      const what = JSON.stringify(headers);
      const { status, body } = await get(EXPLAIN, headers);
      expect(status, what).to.equal(403);
      expect(body, what).to.not.include('web');
      const ready = await get('/readyz', headers);
      expect([ready.status, ready.body], what).to.deep.equal([200, '{"status":"ready"}']);
    }
    expect((await get(`http://127.0.0.1${EXPLAIN}`)).status).to.equal(403);
  });

  it('tells nobody reasons where it is bound to other addresses, wherever they seem to come from', async () => {
    await start('0.0.0.0');
    for (const headers of [
      {},
      { host: 'localhost' },
      { 'x-forwarded-for': '127.0.0.1' },
      { forwarded: 'for=127.0.0.1' },
      { 'x-real-ip': '127.0.0.1' },
    ]) {
      const { status, body } = await get(EXPLAIN, headers);
      expect([status, JSON.parse(body)]).to.deep.equal([
        403,
        { status: 'forbidden', reason: 'reasons are told where admin.host is a loopback address' },
      ]);
      expect((await get('/readyz', headers)).body).to.equal('{"status":"ready"}');
    }
    expect((await get('/healthz')).status).to.equal(200);
  });

  it('marks every answer as what it says it is, and none for keeping', async () => {
    await start('127.0.0.1');
    for (const [path, headers] of [
      ['/healthz', {}],
      ['/readyz', {}],
      [EXPLAIN, {}],
      [EXPLAIN, { host: 'evil.example' }],
      ['/explain', {}],
      ['/nowhere', {}],
      ['/%', {}],
      [`/healthz?${'a'.repeat(200_000)}`, {}],
    ] as const) {
      const told = await get(path, headers);
      expect(told.headers, path.slice(0, 40)).to.include({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      expect(told.headers['content-type'], path.slice(0, 40)).to.match(/^application\/(?:problem\+)?json/);
      expect(() => JSON.parse(told.body)).to.not.throw();
    }
  });
});
