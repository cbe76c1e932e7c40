/** The limit on wrong proofs: whom it stops, for how long, and what the log says of each. */
import { get, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect } from 'chai';
import { pino } from 'pino';
import { Failure } from '../../../src/failure.ts';
import { createApp } from '../../../src/http/app.ts';
import { KnownCallers } from '../../../src/http/callers/callers.ts';
import { isProven } from '../../../src/http/proven.ts';
import type { CallerRecogniser, ServedEndpoint } from '../../../src/http/served.ts';
import type { FinishedRequest } from '../../../src/observe/request-log.ts';
import { AnswerText } from '../../../src/user-info/answer-text.ts';
import { until } from '../../until.ts';

describe('wrong proofs', () => {
  const COUNT = 2;
  let server: Server;
  let callers: CallerRecogniser;
  let finished: FinishedRequest[];

  beforeEach((done) => {
    finished = [];
    const endpoint: ServedEndpoint = {
      path: '/user-info',
      callers: new Set(['immuta']),
      deadline: 1000,
      userInfo: {
        answer: async () => ({
          kind: 'answer',
          text: new AnswerText('{}'),
          cache: { from: 'directory' },
        }),
        keep: () => undefined,
        hit: () => undefined,
      },
    };
    callers = new KnownCallers([
      { name: 'immuta', user: 'immuta', passwords: ['secret'], passwordHashes: [], certificate: undefined },
    ]);
    const app = createApp({
      served: () => ({ endpoints: new Map([[endpoint.path, endpoint]]), callers }),
      failedLogins: { count: COUNT, window: 60_000 },
      clock: { now: () => performance.now() },
      wallNow: Date.now,
      log: pino({ level: 'silent' }),
      observe: (each) => finished.push(each),
      newRequestId: () => 'the-id',
      isClosed: () => false,
    });
    server = app.listen(0, '127.0.0.1', done);
  });

  afterEach((done) => {
    server.close(done);
  });

  interface Answered {
    readonly status: number | undefined;
    readonly headers: IncomingHttpHeaders;
  }
  const ask = (authorization: string | undefined, localAddress = '127.0.0.1') =>
    new Promise<Answered>((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const headers = authorization === undefined ? {} : { authorization };
      const options = { port, host: '127.0.0.1', localAddress, headers, agent: false };
      get({ ...options, path: '/user-info?userid=ann' }, (answer) => {
        answer.resume().once('end', () => resolve({ status: answer.statusCode, headers: answer.headers }));
      }).once('error', reject);
    });
  const basic = (user: string, password: string) =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const statuses = async (authorization: string | undefined, times: number, address?: string) => {
    const seen: (number | undefined)[] = [];
    for (let i = 0; i < times; i++) seen.push((await ask(authorization, address)).status);
    return seen;
  };
  const reason = () => finished.at(-1)?.reason;

  it('of one address stop that address alone', async () => {
    expect(await statuses(basic('immuta', 'guess'), 4, '127.0.0.2')).to.deep.equal([401, 401, 429, 429]);
    expect(await statuses(basic('immuta', 'mistyped'), 3, '127.0.0.3')).to.deep.equal([401, 401, 429]);
    expect((await ask(basic('immuta', 'secret'), '127.0.0.3')).status).to.equal(200);
  });

  it('count whatever the scheme, and right ones do not', async () => {
    await statuses(basic('immuta', 'secret'), 5);
    expect(await statuses('Bearer x', 1)).to.deep.equal([401]);
    expect(await statuses(basic('nobody', 'x'), 1)).to.deep.equal([401]);
    expect(await statuses('Basic ???', 1)).to.deep.equal([429]);
    expect(await statuses(basic('immuta', 'secret'), 1)).to.deep.equal([200]);
  });

  it('are not those of who brings none, who is asked for one', async () => {
    expect(await statuses(undefined, 5)).to.deep.equal([401, 401, 401, 401, 401]);
    expect(reason()).to.equal(
      'no caller is known by this alone: no Authorization header, no client certificate',
    );
    const { headers } = await ask(undefined);
    expect(headers['www-authenticate']).to.equal('Basic realm="ldap-user-info", charset="UTF-8"');
    expect(headers).to.not.have.property('retry-after');
  });

  it('are told to the log apart from those that are too many', async () => {
    await ask(basic('immuta', 'guess'));
    expect(reason()).to.equal(
      'the proofs from 127.0.0.1 are wrong, or not all of one caller: an Authorization header, no client certificate',
    );
    await statuses(basic('immuta', 'guess'), 2);
    expect(reason()).to.equal('more than 2 failed authentications from 127.0.0.1');
  });

  it('that are too many are told for how long, within the window, and of no other header', async () => {
    await statuses(basic('immuta', 'guess'), COUNT);
    const { status, headers } = await ask(basic('immuta', 'guess'));
    expect(status).to.equal(429);
    expect(Number(headers['retry-after'])).to.be.within(1, 60);
    expect(Object.keys(headers).filter((name) => /ratelimit/i.test(name))).to.deep.equal([]);
    expect(headers).to.not.have.property('www-authenticate');
  });

  it('that are too many are told what is left of the window', async () => {
    await statuses(basic('immuta', 'guess'), COUNT);
    const { now } = Date;
    Date.now = () => now() + 40_000;
    try {
      const { headers } = await ask(basic('immuta', 'guess'));
      expect(Number(headers['retry-after'])).to.be.within(1, 20);
    } finally {
      Date.now = now;
    }
  });

  it('are known of an address before its next proof is looked at, until their window is over', async () => {
    const { anyByPassword } = callers;
    const beyond: (readonly boolean[])[] = [];
    callers = {
      recognise: async (_proofs, { isBeyondLimit }) => {
        beyond.push([await isBeyondLimit(1), await isBeyondLimit(2), await isBeyondLimit(3)]);
        return undefined;
      },
      anyByPassword,
    };
    const { now } = Date;
    const begun = now();
    Date.now = () => begun;
    try {
      await statuses(basic('immuta', 'guess'), COUNT + 1);
      Date.now = () => begun + 60_000;
      await statuses(basic('immuta', 'guess'), 1);
    } finally {
      Date.now = now;
    }
    expect(beyond).to.deep.equal([
      [false, false, true],
      [false, true, true],
      [true, true, true],
      [false, false, true],
    ]);
  });

  it('are those of somebody who may have hung up', async () => {
    let isGone = () => false;
    callers = {
      recognise: (_proofs, from) => {
        isGone = from.isGone;
        return new Promise(() => undefined);
      },
      anyByPassword: callers.anyByPassword,
    };
    const before = isGone;
    const { port } = server.address() as AddressInfo;
    const headers = { authorization: basic('immuta', 'guess') };
    const request = get({ port, host: '127.0.0.1', path: '/user-info?userid=ann', headers, agent: false });
    request.on('error', () => undefined);
    await until(() => isGone !== before);
    expect(isGone()).to.equal(false);
    request.destroy();
    await until(() => isGone());
  });

  it('are not noted on their connection, as a right one is', async () => {
    const taken: Socket[] = [];
    server.on('connection', (socket) => taken.push(socket));
    for (const password of ['guess', 'secret']) await ask(basic('immuta', password));
    expect(taken.map(isProven)).to.deep.equal([false, true]);
  });

  for (const [error, status, retryAfter] of [
    [new Failure('overloaded', 'too many password checks wait'), 503, '1'],
    [new TypeError('a mistake of ours'), 500, undefined],
  ] as const) {
    it(`are not what could not be looked at: ${error.message}`, async () => {
      const { anyByPassword } = callers;
      callers = { recognise: async () => Promise.reject(error), anyByPassword };
      for (let i = 0; i < COUNT + 2; i++) {
        const { status: answered, headers } = await ask(basic('immuta', 'secret'));
        expect([answered, headers['retry-after']]).to.deep.equal([status, retryAfter]);
        expect(headers).to.not.have.property('www-authenticate');
      }
    });
  }
});
