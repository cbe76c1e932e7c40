/** The table of statuses of the outside contract, as far as a directory in a file can provoke it: bodies and headers. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { pino } from 'pino';
import request from 'supertest';
import { composeService, type Service } from '../../src/compose.ts';
import { loadSetup } from '../../src/setup/setup.ts';
import { folderWith } from '../acceptance/running-service.ts';
import { PEOPLE_LDIF } from '../directories/slapd.ts';

const MAPPING = `version: 1
groups: { under: 'ou=groups,dc=example,dc=test' }
rules:
  - id: own-names
    when: { group: <name> }
    where: { name: any }
    give: { groups: [<name>] }
  - id: department
    when: { attribute: { departmentNumber: <number> } }
    where: { number: digits }
    give: { authorizations: { Department: [<number>] } }
`;

const directory = (name: string, users: string) => `
  ${name}:
    ldif: people.ldif
    users: { base: 'ou=people,dc=example,dc=test', ${users} }
    memberships: { from: search, base: 'ou=groups,dc=example,dc=test', filter: '(|(member=<dn>)(uniqueMember=<dn>))' }`;

const config = (hash: string) => `
listen: { host: 127.0.0.1, port: 0, failed_logins: { count: 3, window: 1m } }
admin: { host: 127.0.0.1, port: 0 }
callers:
  immuta: { password: 'pa:ss wörd' }
  rotating: { passwords: [new-secret, old-secret] }
  hashed: { user: 'Hashed Caller', password_hash: '${hash}' }
  stranger: { password: stranger }
directories:${directory('corp', "attribute: uid, userids: ['<name>@example.test', 'ACME\\<name>', '<name>']")}${directory('mail', 'filter: "(mail=<userid>)"')}${directory('twin', 'attribute: uid')}
endpoints:
  /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta, rotating, hashed] }
  /by-mail: { directories: [mail], mapping: mapping.yaml, callers: [immuta] }
  /both: { directories: [corp, twin], mapping: mapping.yaml, callers: [immuta] }
`;

// "hunter2" by scrypt, ln=10 to spare the tests' time; made with Node's crypto.scryptSync and the salt "saltsaltsalt".
const HASH = '$scrypt$ln=10,r=8,p=1$c2FsdHNhbHRzYWx0$P5X0OkxrtLAzgYYm9Bf3w2w3CQNvcIgO6gb99vmKzSs';

describe('the statuses', () => {
  let service: Service;
  let url: string;
  const logged: Record<string, unknown>[] = [];

  before(async () => {
    const folder = folderWith({
      'config.yaml': config(HASH),
      'mapping.yaml': MAPPING,
      'people.ldif': readFileSync(PEOPLE_LDIF, 'utf8'),
    });
    const setup = await loadSetup(`${folder}/config.yaml`, {});
    let ids = 0;
    service = composeService(setup, {
      clock: { now: () => performance.now() },
      log: pino(
        { level: 'info' },
        { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) },
      ),
      newRequestId: () => `id-${++ids}`,
    });
    url = await service.start();
  });

  after(() => service?.stop());

  const ask = (target: string, user = 'immuta', password = 'pa:ss wörd') =>
    request(url).get(target).auth(user, password);

  const expectProblem = (answer: request.Response, status: number, code: string) => {
    expect([answer.status, answer.headers['content-type']]).to.deep.equal([
      status,
      'application/problem+json',
    ]);
    const body = JSON.parse(answer.text || String(answer.body)) as Record<string, unknown>;
    expect(body).to.include({ type: `urn:ldap-user-info:${code}`, status, code });
    expect(Object.keys(body).sort()).to.deep.equal(['code', 'request_id', 'status', 'title', 'type']);
    expect(answer.headers['x-request-id']).to.equal(body['request_id']);
    expect(answer.headers['cache-control']).to.equal('no-store');
    expect(answer.headers['cache-status']).to.match(/^ldap-user-info; (?:fwd=(?:miss|bypass)|hit; ttl=\d+)$/);
    expect(answer.text).to.not.match(/dc=example|ldap:|stack|at .*\.ts/);
    return body;
  };

  it('200: groups and authorizations, sorted, and nothing else', async () => {
    const answer = await ask('/user-info?userid=ann&other=1').expect(200);
    expect(answer.text).to.equal(
      '{"groups":[{"name":"accountants"},{"name":"finance"},{"name":"makers"},{"name":"staff"},{"name":"web"}],' +
        '"authorizations":{"Department":["7","8"]}}',
    );
    expect(answer.headers['content-type']).to.equal('application/json');
    expect(answer.headers['cache-control']).to.equal('no-store');
    expect(answer.headers['cache-status']).to.equal('ldap-user-info; fwd=miss');
    expect(answer.headers).to.not.have.any.keys('x-powered-by', 'etag');
  });

  it('200 from memory for every spelling that means the same person', async () => {
    for (const userid of ['ann', 'ANN', 'Ann@Example.TEST', 'acme\\ann']) {
      const answer = await ask(`/user-info?userid=${encodeURIComponent(userid)}`).expect(200);
      expect(answer.headers['cache-status'], userid).to.match(/^ldap-user-info; hit; ttl=(?:300|299|298)$/);
    }
  });

  it('200 with both keys for a person without anything', async () => {
    expect((await ask('/user-info?userid=loner').expect(200)).text).to.equal(
      '{"groups":[],"authorizations":{}}',
    );
  });

  it('HEAD answers like GET, without the body', async () => {
    const full = await ask('/user-info?userid=ann');
    const head = await request(url).head('/user-info?userid=ann').auth('immuta', 'pa:ss wörd').expect(200);
    expect(head.text ?? '').to.equal('');
    expect(head.headers['content-length']).to.equal(String(Buffer.byteLength(full.text)));
    await request(url).head('/user-info?userid=absent').auth('immuta', 'pa:ss wörd').expect(404);
  });

  for (const [what, target] of [
    ['missing', '/user-info'],
    ['empty', '/user-info?userid='],
    ['repeated', '/user-info?userid=ann&userid=ann'],
    ['too long', `/user-info?userid=${'a'.repeat(257)}`],
    ['not UTF-8', '/user-info?userid=%ff'],
    ['with controls', '/user-info?userid=a%0d%0aX'],
    ['of 10 kB', `/user-info?userid=${'%C5%82'.repeat(5120)}`],
  ] as const) {
    it(`400 bad_userid: ${what}`, async () => {
      expectProblem(await ask(target), 400, 'bad_userid');
    });
  }

  it('401 unauthenticated: no proof, or a wrong one, with a challenge', async () => {
    for (const answer of [
      await request(url).get('/user-info?userid=ann'),
      await ask('/user-info?userid=ann', 'immuta', 'pa'),
    ]) {
      expectProblem(answer, 401, 'unauthenticated');
      expect(answer.headers['www-authenticate']).to.equal('Basic realm="ldap-user-info", charset="UTF-8"');
    }
  });

  it('takes both passwords while one is rotated, and hashed ones', async () => {
    await ask('/user-info?userid=ann', 'rotating', 'new-secret').expect(200);
    await ask('/user-info?userid=ann', 'rotating', 'old-secret').expect(200);
    await ask('/user-info?userid=ann', 'Hashed Caller', 'hunter2').expect(200);
    await ask('/user-info?userid=ann', 'Hashed Caller', 'hunter2').expect(200);
  });

  it('403 forbidden: a caller that the endpoint does not list, before the userid is looked at', async () => {
    expectProblem(await ask('/user-info?userid=', 'stranger', 'stranger'), 403, 'forbidden');
    expectProblem(await ask('/by-mail?userid=x', 'rotating', 'new-secret'), 403, 'forbidden');
  });

  it('404 unknown_user: the directory was read; remembered for a while', async () => {
    const answer = await ask('/user-info?userid=nobody');
    expectProblem(answer, 404, 'unknown_user');
    expect(answer.headers['cache-status']).to.equal('ldap-user-info; fwd=miss');
    const again = await ask('/user-info?userid=NOBODY');
    expectProblem(again, 404, 'unknown_user');
    expect(again.headers['cache-status']).to.match(/^ldap-user-info; hit; ttl=(?:30|29)$/);
  });

  it('404 unknown_user: no directory answers such a userid', async () => {
    expectProblem(await ask('/user-info?userid=ann%40elsewhere.test'), 404, 'unknown_user');
  });

  it('404 not_found: an unknown path, before anything else is looked at', async () => {
    for (const path of ['/', '/user-info/', '/User-Info', '/user-info/x', '/healthz', '//user-info']) {
      expectProblem(await request(url).post(path), 404, 'not_found');
    }
  });

  it('405 method_not_allowed, with Allow, before authentication', async () => {
    for (const method of ['post', 'put', 'delete', 'options', 'patch'] as const) {
      const answer = await request(url)[method]('/user-info?userid=ann');
      expectProblem(answer, 405, 'method_not_allowed');
      expect(answer.headers['allow']).to.equal('GET, HEAD');
    }
  });

  it('409 ambiguous_user: two entries, or two directories', async () => {
    expectProblem(await ask('/by-mail?userid=dup%40example.test'), 409, 'ambiguous_user');
    expectProblem(await ask('/both?userid=ann'), 409, 'ambiguous_user');
    expectProblem(await ask('/both?userid=nobody'), 404, 'unknown_user');
  });

  it('logs the reason under the id that the caller got, and no secret', async () => {
    const answer = await ask('/by-mail?userid=dup%40example.test');
    const { request_id: id } = JSON.parse(answer.text || String(answer.body)) as { request_id: string };
    const [line, ...others] = logged.filter((each) => each['request_id'] === id);
    expect(line).to.include({ status: 409, code: 'ambiguous_user', caller: 'immuta', endpoint: '/by-mail' });
    expect(line?.['reason']).to.match(/^2 entries match: /);
    expect(others).to.deep.equal([]);
    expect(JSON.stringify(logged)).to.not.match(/pa:ss|new-secret|hunter2|stranger"?:"stranger/);
  });

  // Last: from here on wrong credentials of this address are turned away.
  it('429 too_many_failures: and right credentials always pass', async () => {
    let answer = await ask('/user-info?userid=ann', 'immuta', 'wrong');
    for (let i = 0; i < 3 && answer.status === 401; i++)
      answer = await ask('/user-info?userid=ann', 'immuta', 'wrong');
    expectProblem(answer, 429, 'too_many_failures');
    expect(Number(answer.headers['retry-after'])).to.be.within(1, 60);
    await ask('/user-info?userid=ann').expect(200);
    expectProblem(await request(url).get('/user-info?userid=ann'), 401, 'unauthenticated');
  });
});
