/** What is recorded of requests: the audit's line, the plain line, and that neither can be forged or holds a secret. */
import { createHash, scryptSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import request from 'supertest';
import { composeService, type Service } from '../../src/compose.ts';
import { createLog } from '../../src/observe/log.ts';
import { type AuditLevel, requestLog } from '../../src/observe/request-log.ts';
import { loadSetup } from '../../src/setup/setup.ts';
import { AnswerText, EMPTY_TEXT } from '../../src/user-info/answer-text.ts';
import { folderWith, OWN_NAMES_MAPPING } from '../acceptance/running-service.ts';
import { PEOPLE_LDIF } from '../directories/slapd.ts';
import { until } from '../until.ts';

const SALT = Buffer.from('c4nary-salt-1234');
const DERIVED = scryptSync('c4nary-hashed', SALT, 32, { N: 2 ** 10, r: 8, p: 1 });
const HASH = `$scrypt$ln=10,r=8,p=1$${unpadded(SALT)}$${unpadded(DERIVED)}`;
const SECRETS = ['c4nary', unpadded(SALT), unpadded(DERIVED), DERIVED.toString('hex')];

function unpadded(octets: Buffer): string {
  return octets.toString('base64').replace(/=+$/, '');
}

const config = (log: string) => `
listen: { port: 0, failed_logins: { count: 5 } }
admin: { port: 0 }
callers:
  immuta: { password: '\${env:PASSWORD}' }
  hashed: { password_hash: '${HASH}' }
  stranger: { password: c4nary-stranger }
directories:
  corp:
    ldif: people.ldif
    users: { base: 'ou=people,dc=example,dc=test' }
    memberships: { from: search, base: 'ou=groups,dc=example,dc=test' }
endpoints:
  /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta, hashed] }
log: ${log}
`;

describe('the log of requests', () => {
  let service: Service | undefined;
  let text: string;
  let url: string;

  const serve = async (log: string) => {
    const folder = folderWith({
      'config.yaml': config(log),
      'mapping.yaml': OWN_NAMES_MAPPING,
      'people.ldif': readFileSync(PEOPLE_LDIF, 'utf8'),
    });
    const setup = await loadSetup(`${folder}/config.yaml`, { PASSWORD: 'c4nary-plain' });
    text = '';
    service = composeService(setup, {
      clock: { now: () => performance.now() },
      log: createLog(setup.config.log.level, {
        write: (line) => {
          text += line;
        },
      }),
      newRequestId: () => 'the-id',
    });
    url = await service.start();
  };

  afterEach(() => service?.stop(0));

  const ask = (query: string, user = 'immuta', password = 'c4nary-plain') =>
    request(url).get(`/user-info?${query}`).auth(user, password);

  /** Lines about requests, once this many are there. */
  const lines = async (count: number) => {
    const all = () =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ msg }) => msg === 'request' || msg === 'answer');
    await until(() => all().length >= count);
    expect(all()).to.have.length(count);
    return all();
  };

  it('audits an answer: who asked for whom, from where, by which mapping, and its digest', async () => {
    await serve('{ audit: yes }');
    const answer = await ask('userid=ann').expect(200);
    const [line] = await lines(1);
    expect(line).to.include({
      msg: 'answer',
      request_id: 'the-id',
      method: 'GET',
      endpoint: '/user-info',
      caller: 'immuta',
      userid: 'ann',
      outcome: 'answered',
      status: 200,
      cache: 'ldap-user-info; fwd=miss',
      digest: createHash('sha256').update(answer.text).digest('hex'),
      sent: true,
    });
    expect(line?.['mapping']).to.equal(
      createHash('sha256').update(OWN_NAMES_MAPPING).digest('hex').slice(0, 12),
    );
    expect(line).to.not.have.any.keys('answer', 'code', 'authorization');
  });

  it('audits what is empty and what was refused as such, in one line each', async () => {
    await serve('{ audit: yes }');
    await ask('userid=loner').expect(200);
    await ask('userid=nobody').expect(404);
    await ask('userid=ann').expect(200);
    await request(url).head('/user-info?userid=ann').auth('immuta', 'c4nary-plain').expect(200);
    const [empty, unknown, miss, hit] = await lines(4);
    expect(empty).to.include({ msg: 'answer', userid: 'loner', outcome: 'empty', status: 200 });
    expect(unknown).to.include({
      msg: 'answer',
      userid: 'nobody',
      outcome: 'unknown_user',
      code: 'unknown_user',
      status: 404,
    });
    expect(unknown).to.not.have.any.keys('digest');
    expect(hit).to.include({ method: 'HEAD', outcome: 'answered', digest: miss?.['digest'] });
    expect(hit?.['cache']).to.match(/^ldap-user-info; hit; ttl=\d+$/);
  });

  it('knows the bytes of an empty answer', () => {
    const seen: unknown[] = [];
    const log = createLog('info', {
      write: (line) => void seen.push((JSON.parse(line) as { outcome: unknown }).outcome),
    });
    requestLog(log, () => 'yes')(finished({ answer: EMPTY_TEXT }));
    expect(seen).to.deep.equal(['empty']);
  });

  it('leaves plain lines for what reached no answer, without userids', async () => {
    await serve('{ audit: yes }');
    await request(url).get('/nowhere?userid=ann').expect(404);
    await ask('userid=ann', 'immuta', 'wrong').expect(401);
    await ask('userid=ann', 'stranger', 'c4nary-stranger').expect(403);
    await ask('userid=ann%0aX').expect(400);
    const all = await lines(4);
    expect(all.map(({ msg, code }) => [msg, code])).to.deep.equal([
      ['request', 'not_found'],
      ['request', 'unauthenticated'],
      ['request', 'forbidden'],
      ['request', 'bad_userid'],
    ]);
    expect(text).to.not.match(/"userid"|"ann/);
  });

  it('audits the answer itself where values are asked for', async () => {
    await serve('{ audit: values }');
    const answer = await ask('userid=ann').expect(200);
    const [line] = await lines(1);
    expect(line?.['answer']).to.deep.equal(JSON.parse(answer.text));
  });

  it('keeps an audited authorization whatever its name', () => {
    let written = '';
    const log = createLog('info', {
      write: (line) => {
        written = line;
      },
    });
    const answer =
      '{"groups":[{"name":"password"}],"authorizations":{"password":["a"],"authorization":["b"]}}';
    requestLog(log, () => 'values')(finished({ answer: new AnswerText(answer) }));
    expect((JSON.parse(written) as { answer: unknown }).answer).to.deep.equal(JSON.parse(answer));
  });

  it('names nobody without the audit: problems alone leave a line', async () => {
    await serve('{ audit: no }');
    await ask('userid=ann').expect(200);
    await ask('userid=nobody').expect(404);
    const [line] = await lines(1);
    expect(line).to.include({ msg: 'request', caller: 'immuta', status: 404, code: 'unknown_user' });
    expect(text).to.not.match(/"userid"|"ann|nobody/);
  });

  it('audits whatever the level of the log, and only so', async () => {
    await serve('{ level: fatal, audit: yes }');
    await ask('userid=ann').expect(200);
    await request(url).get('/nowhere').expect(404);
    expect((await lines(1))[0]).to.include({ msg: 'answer', userid: 'ann' });
  });

  it('asks for the kind of audit anew for each request', () => {
    const seen: string[] = [];
    let audit: AuditLevel = 'no';
    const record = requestLog(createLog('info', { write: (line) => void seen.push(line) }), () => audit);
    record(finished({ answer: new AnswerText('{}') }));
    audit = 'yes';
    record(finished({ answer: new AnswerText('{}') }));
    expect(seen).to.have.length(1);
  });

  for (const [what, userid] of [
    ['a line of its own', 'x"}\\n{"level":30,"msg":"answer","userid":"ann'],
    ['bidirectional overrides', 'ann\u202Eevil\u2066x\u2069\u200F\u061C'],
    ['hidden characters', 'a\u200Bn\u{E0041}n\uFEFF\u00AD'],
  ] as const) {
    it(`is not forged by a userid with ${what}`, async () => {
      await serve('{ audit: yes }');
      await ask(`userid=${encodeURIComponent(userid)}`).expect(404);
      expect((await lines(1))[0]).to.include({ userid, outcome: 'unknown_user' });
      expect(text).to.not.match(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    });
  }

  for (const escaped of ['%0a', '%1b[31m', '%e2%80%a8', '%c2%9b', '%7f'])
    it(`does not even hold a userid with ${escaped}`, async () => {
      await serve('{ level: trace, audit: values }');
      await ask(`userid=forged${escaped}`).expect(400);
      await lines(1);
      expect(text).to.not.include('forged');
    });

  it('holds no password, hash or header at any level', async () => {
    await serve('{ level: trace, audit: values }');
    await ask('userid=ann').expect(200);
    await ask('userid=ann', 'hashed', 'c4nary-hashed').expect(200);
    for (const [user, password] of [
      ['immuta', 'c4nary-wrong'],
      ['hashed', 'c4nary-wrong'],
      ['c4nary-user', 'c4nary-wrong'],
    ] as const)
      await ask('userid=ann', user, password).expect(401);
    await request(url).get('/user-info?userid=ann').set('Authorization', 'Bearer c4nary').expect(401);
    await request(url).get('/user-info?userid=ann&token=c4nary').set('Cookie', 'c4nary=c4nary').expect(401);
    await lines(7);
    for (const secret of SECRETS) {
      expect(text).to.not.include(secret);
      expect(text).to.not.include(unpadded(Buffer.from(`immuta:${secret}`)).slice(0, -2));
    }
    expect(text).to.not.match(/Basic |Bearer |YzRuYXJ5/);
  });

  it('tells what was left out of a person who was read, and nothing where all was read', () => {
    const written: Record<string, unknown>[] = [];
    const log = createLog('info', { write: (line) => void written.push(JSON.parse(line)) });
    const record = requestLog(log, () => 'yes');
    const note = 'left out, of a domain that no directory here serves: S-1-5-21-9-9-9-512';
    record(finished({ completeness: { isWhole: true, notes: [] } }));
    record(finished({ completeness: { isWhole: true, notes: [note] } }));
    record(finished({ completeness: { isWhole: false, notes: [] } }));
    expect(written.map(({ complete, left_out }) => [complete, left_out])).to.deep.equal([
      [undefined, undefined],
      [true, [note]],
      [false, []],
    ]);
  });

  it('masks what an error of a library may carry', () => {
    let written = '';
    const log = createLog('info', {
      write: (line) => {
        written += line;
      },
    });
    const err = Object.assign(new Error('failed'), { password: 'c4nary', authorization: 'c4nary' });
    log.error({ err, headers: { authorization: 'c4nary' }, authorization: 'c4nary' }, 'x');
    log.error({ req: { headers: { authorization: 'c4nary' } } }, 'x');
    expect(written).to.include('failed').and.not.include('c4nary');
  });
});

function finished(
  some: Partial<Parameters<ReturnType<typeof requestLog>>[0]>,
): Parameters<ReturnType<typeof requestLog>>[0] {
  return {
    requestId: 'the-id',
    method: 'GET',
    endpoint: '/user-info',
    revision: 'abc',
    caller: 'immuta',
    userid: 'ann',
    status: 200,
    code: undefined,
    reason: undefined,
    cache: '',
    milliseconds: 1,
    sent: true,
    answer: EMPTY_TEXT,
    ...some,
  };
}
