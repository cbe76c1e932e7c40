/** Each trap of passport-http 0.3, closed: run through passport itself, not through our parser alone. */
import { expect } from 'chai';
import express from 'express';
import { Passport, type PassportStatic } from 'passport';
import request from 'supertest';
import { parseBasic, StrictBasicStrategy } from '../../../src/http/callers/basic-strategy.ts';
import type { Credentials } from '../../../src/http/served.ts';

const basic = (text: string | Buffer) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('HTTP Basic', () => {
  let verify: (credentials: Credentials) => Promise<{ name: string } | undefined>;
  let seen: Credentials | undefined;

  const ask = (authorization?: string) => {
    const passport = new Passport() as PassportStatic;
    passport.use(
      'basic',
      new StrictBasicStrategy((credentials) => {
        seen = credentials;
        return verify(credentials);
      }),
    );
    const app = express();
    app.use(passport.authenticate(['basic'], { session: false }) as express.RequestHandler);
    app.use((asked, response) => {
      response.json(asked.user);
    });
    app.use(((_error, _request, response, _next) => {
      response.status(599).end();
    }) as express.ErrorRequestHandler);
    const call = request(app).get('/');
    return authorization === undefined ? call : call.set('Authorization', authorization);
  };

  beforeEach(() => {
    seen = undefined;
    verify = async ({ user, password }) =>
      user === 'immuta' && password === 'pa:ss:' ? { name: user } : undefined;
  });

  it('keeps the colons of a password', async () => {
    await ask(basic('immuta:pa:ss:')).expect(200, { name: 'immuta' });
    expect(seen).to.deep.equal({ user: 'immuta', password: 'pa:ss:' });
    await ask(basic('immuta:pa')).expect(401);
  });

  it('takes a password that starts with a colon', async () => {
    verify = async () => ({ name: 'x' });
    await ask(basic('immuta::secret')).expect(200);
    expect(seen?.password).to.equal(':secret');
  });

  for (const scheme of ['XBasicY', 'Basic2', 'NotBasic', 'Bearer', 'Basic:']) {
    it(`takes no scheme ${scheme}`, async () => {
      await ask(`${scheme} ${Buffer.from('immuta:pa:ss:').toString('base64')}`).expect(401);
      expect(seen).to.equal(undefined);
    });
  }

  it('takes the scheme in any case, as RFC 7235 says', async () => {
    await ask(basic('immuta:pa:ss:').replace('Basic', 'bAsIc')).expect(200);
  });

  it('reads user and password as UTF-8', async () => {
    verify = async ({ user, password }) =>
      user === 'Łukasz' && password === 'zażółć 😀' ? { name: user } : undefined;
    await ask(basic('Łukasz:zażółć 😀')).expect(200);
  });

  for (const [what, header] of [
    ['no header', undefined],
    ['no credentials', 'Basic'],
    ['credentials that are no Base64', 'Basic %%%%'],
    ['credentials without a colon', basic('immuta')],
    ['octets that are no UTF-8', basic(Buffer.from([0x69, 0x3a, 0xff, 0xfe]))],
    ['an empty user', basic(':secret')],
    ['an empty password', basic('immuta:')],
    ['two words', `${basic('immuta:pa:ss:')} more`],
  ] as const) {
    it(`answers 401 with a challenge to ${what}`, async () => {
      const answer = await ask(header).expect(401);
      expect(answer.headers['www-authenticate']).to.equal('Basic realm="ldap-user-info", charset="UTF-8"');
      expect(seen).to.equal(undefined);
    });
  }

  it('ends a request whose check throws at once', async () => {
    verify = () => {
      throw new Error('broken');
    };
    await ask(basic('a:b')).expect(599);
  });

  it('ends a request whose check rejects', async () => {
    verify = async () => Promise.reject(new Error('broken'));
    await ask(basic('a:b')).expect(599);
  });

  it('tells a missing colon from an empty part', () => {
    expect(parseBasic(basic('a'))).to.equal(undefined);
    expect(parseBasic(basic('a:'))).to.deep.equal({ user: 'a', password: '' });
  });
});
