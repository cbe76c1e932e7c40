/** Every code of the outside contract, provoked; status, headers and body are compared whole. */
import { expect } from 'chai';
import { pino } from 'pino';
import request from 'supertest';
import { Failure, type FailureCode } from '../../src/failure.ts';
import { createApp } from '../../src/http/app.ts';
import { KnownCallers } from '../../src/http/callers/callers.ts';
import type { Caller, ServedEndpoint } from '../../src/http/served.ts';
import type { FinishedRequest } from '../../src/observe/request-log.ts';
import { AnswerText } from '../../src/user-info/answer-text.ts';
import type { UserInfoAnswer } from '../../src/user-info/user-info.ts';

interface Provoked {
  readonly status: number;
  readonly title: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the request is instead of a right one; where absent the lookup fails with the code. */
  readonly by?: {
    readonly path?: string;
    readonly method?: 'get' | 'delete';
    readonly login?: readonly [string, string];
    readonly isClosed?: true;
    readonly times?: number;
  };
}

const MISS = { 'cache-status': 'ldap-user-info; fwd=miss' };

const CONTRACT: Readonly<Record<FailureCode, Provoked>> = {
  bad_userid: {
    status: 400,
    title: 'The parameter userid is missing or not acceptable',
    by: { path: '/user-info?userid=' },
  },
  unauthenticated: {
    status: 401,
    title: 'Credentials are missing or wrong',
    headers: { 'www-authenticate': 'Basic realm="ldap-user-info", charset="UTF-8"' },
    by: { login: ['immuta', 'wrong'] },
  },
  forbidden: {
    status: 403,
    title: 'This caller may not use this endpoint',
    by: { login: ['stranger', 'secret'] },
  },
  unknown_user: { status: 404, title: 'No such person', headers: MISS },
  not_found: { status: 404, title: 'No such endpoint', by: { path: '/nowhere?userid=ann' } },
  method_not_allowed: {
    status: 405,
    title: 'Only GET and HEAD are answered here',
    headers: { allow: 'GET, HEAD' },
    by: { method: 'delete' },
  },
  ambiguous_user: { status: 409, title: 'More than one entry has this person', headers: MISS },
  too_many_failures: {
    status: 429,
    title: 'Too many failed authentications from this address',
    headers: { 'retry-after': '60' },
    by: { login: ['immuta', 'wrong'], times: 3 },
  },
  directory_refused: { status: 502, title: 'The directory refused to answer', headers: MISS },
  directory_incomplete: { status: 502, title: 'The directory could not be read completely', headers: MISS },
  required_attribute_missing: { status: 502, title: 'A required attribute is missing', headers: MISS },
  directory_unavailable: {
    status: 503,
    title: 'The directory cannot be reached',
    headers: { ...MISS, 'retry-after': '5' },
  },
  overloaded: { status: 503, title: 'Too many requests at once', headers: { ...MISS, 'retry-after': '1' } },
  shutting_down: {
    status: 503,
    title: 'The service is shutting down',
    headers: { 'retry-after': '1' },
    by: { isClosed: true },
  },
  directory_timeout: { status: 504, title: 'The directory did not answer in time', headers: MISS },
};

describe('each code of the contract', () => {
  const caller = (name: string): Caller => ({
    name,
    user: name,
    passwords: ['secret'],
    passwordHashes: [],
    certificate: undefined,
  });
  const callers = new KnownCallers([caller('immuta'), caller('stranger')]);
  let answer: () => Promise<UserInfoAnswer>;
  let finished: FinishedRequest[];

  const appFor = (isClosed: boolean) => {
    finished = [];
    const endpoint: ServedEndpoint = {
      path: '/user-info',
      callers: new Set(['immuta']),
      deadline: 60_000,
      userInfo: { answer: () => answer(), keep: () => undefined, hit: () => undefined },
    };
    return createApp({
      served: () => ({ endpoints: new Map([[endpoint.path, endpoint]]), callers }),
      failedLogins: { count: 2, window: 60_000 },
      clock: { now: () => performance.now() },
      wallNow: Date.now,
      log: pino({ level: 'silent' }),
      observe: (each) => finished.push(each),
      newRequestId: () => 'the-id',
      isClosed: () => isClosed,
    });
  };

  for (const [code, { status, title, headers, by }] of Object.entries(CONTRACT)) {
    it(`${status} ${code}`, async () => {
      answer = async () => {
        throw new Failure(code as FailureCode, 'ldap://dc1 said: cn=secret,dc=example');
      };
      const app = appFor(by?.isClosed ?? false);
      const path = by?.path ?? '/user-info?userid=ann';
      const [user, password] = by?.login ?? ['immuta', 'secret'];
      const ask = () => request(app)[by?.method ?? 'get'](path).auth(user, password);
      for (let i = 1; i < (by?.times ?? 1); i++) await ask();
      const sent = await ask().buffer();
      const { date, ...others } = sent.headers as Record<string, string>;
      const body = JSON.stringify({
        type: `urn:ldap-user-info:${code}`,
        title,
        status,
        code,
        request_id: 'the-id',
      });
      expect(date).to.match(/GMT$/);
      expect(sent.status).to.equal(status);
      expect(sent.text ?? String(sent.body)).to.equal(body);
      expect(others).to.deep.equal({
        'x-request-id': 'the-id',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'cache-status': 'ldap-user-info; fwd=bypass',
        'content-type': 'application/problem+json',
        'content-length': String(Buffer.byteLength(body)),
        connection: 'close',
        ...headers,
      });
      expect(finished.at(-1)).to.include({ code, status });
    });
  }

  it('500 internal_error for a defect, of which nothing leaves', async () => {
    answer = async () => {
      throw new TypeError('secret');
    };
    const sent = await request(appFor(false)).get('/user-info?userid=ann').auth('immuta', 'secret').buffer();
    expect([sent.status, sent.text ?? String(sent.body)]).to.deep.equal([
      500,
      '{"type":"urn:ldap-user-info:internal_error","title":"The service failed","status":500,' +
        '"code":"internal_error","request_id":"the-id"}',
    ]);
  });

  it('marks an old answer with the failure for which it stands in, and logs why', async () => {
    const insteadOf = new Failure('directory_unavailable', 'no server was reached');
    answer = async () => ({
      kind: 'answer',
      text: new AnswerText('{}'),
      cache: { from: 'memory', ttl: -130_000, insteadOf },
    });
    const sent = await request(appFor(false))
      .get('/user-info?userid=ann')
      .auth('immuta', 'secret')
      .expect(200);
    expect(sent.headers['cache-status']).to.equal(
      'ldap-user-info; hit; ttl=-130; detail=directory_unavailable',
    );
    expect(finished[0]).to.include({ status: 200, code: undefined, reason: 'no server was reached' });
  });
});
