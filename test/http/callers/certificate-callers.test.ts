/** Callers over real TLS: who is known by which certificate and password, and what TLS itself refuses. */
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { Agent, request } from 'node:https';
import { connect as tcp } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { expect } from 'chai';
import { pino } from 'pino';
import { composeService } from '../../../src/compose.ts';
import type { Config } from '../../../src/config/config.ts';
import { createApp } from '../../../src/http/app.ts';
import { KnownCallers } from '../../../src/http/callers/callers.ts';
import { KnownRequests } from '../../../src/http/known-requests.ts';
import { type Listener, type ListenTls, listen } from '../../../src/http/listening/server.ts';
import type { Served, ServedEndpoint } from '../../../src/http/served.ts';
import type { FinishedRequest } from '../../../src/observe/request-log.ts';
import { loadSetup, type Setup } from '../../../src/setup/setup.ts';
import { AnswerText } from '../../../src/user-info/answer-text.ts';
import { KeptQuestion } from '../../../src/user-info/kept-question.ts';
import { folderWith, OWN_NAMES_MAPPING } from '../../acceptance/running-service.ts';
import { makeCertificates } from '../../directories/certificates.ts';
import { PEOPLE_LDIF } from '../../directories/slapd.ts';
import { type Authority, type Client, makeAuthority } from '../client-certificates.ts';

const config = (fingerprint: string) => `
listen: { port: 0, tls: { certificate: server.pem, key: server.key, client_ca: callers.pem }, failed_logins: { count: 4 } }
admin: { port: 0 }
callers:
  by-subject: { certificate: { subject: 'CN=immuta+UID=im1,O=Acme\\, Inc.,C=DE' } }
  by-san: { certificate: { san: immuta.acme.example } }
  by-uri: { certificate: { san: 'spiffe://acme/immuta' } }
  by-fingerprint: { certificate: { fingerprint: '${fingerprint}' } }
  worded: { password: words }
  both: { password: secret, certificate: { san: both.acme.example } }
directories:
  corp:
    ldif: people.ldif
    users: { base: 'ou=people,dc=example,dc=test' }
    memberships: { from: attribute }
endpoints:
  /user-info: { directories: [corp], mapping: mapping.yaml, callers: [by-subject, by-san, by-uri, by-fingerprint, worded, both] }
  /certificates: { directories: [corp], mapping: mapping.yaml, callers: [by-subject, by-san] }
  /words: { directories: [corp], mapping: mapping.yaml, callers: [worded] }
`;

interface Sent {
  readonly status: number;
  readonly caller: string | undefined;
  readonly code: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

interface Wishes extends ConnectionOptions {
  readonly path?: string;
  readonly login?: string;
  readonly agent?: Agent;
}

describe('callers over TLS', () => {
  let authority: Authority;
  let server: { certificate: string; key: string; ca: string };
  let setup: Setup;
  let settings: Config;
  let app: RequestListener;
  let listener: Listener;
  let served: Served;
  let wallNow: () => number;
  let seen: { caller: string | undefined; reason: string | undefined }[];
  let bySubject: Client;
  let bySan: Client;
  let byUri: Client;
  let byFingerprint: Client;
  let forBoth: Client;

  const asked = { key: 'ann', unknown: 'not_found', find: async () => expect.fail('it is a hit') } as const;
  const question = new KeptQuestion({ ask: () => asked }, 'ann', asked);

  const servedBy = (callers: readonly string[]): Served => ({
    endpoints: new Map(
      settings.endpoints.map((endpoint): [string, ServedEndpoint] => [
        endpoint.path,
        {
          ...endpoint,
          callers: new Set(endpoint.callers),
          userInfo: {
            answer: async () => ({
              kind: 'answer',
              text: new AnswerText('{}'),
              cache: { from: 'directory' },
            }),
            keep: () => question,
            hit: () => ({ kind: 'answer', text: new AnswerText('{}'), cache: { from: 'memory', ttl: 1 } }),
          },
        },
      ]),
    ),
    callers: new KnownCallers([...settings.callers.values()].filter(({ name }) => callers.includes(name))),
  });

  before(async () => {
    authority = makeAuthority(folderWith({}), 'Callers CA');
    bySubject = authority.issue({ subject: '/C=DE/O=Acme, Inc./CN=immuta+UID=im1' });
    bySan = authority.issue({
      subject: '/CN=any',
      names: ['DNS.1=other.example', 'DNS.2=immuta.acme.example'],
    });
    byUri = authority.issue({ subject: '/CN=any', names: ['URI.1=spiffe://acme/immuta'] });
    byFingerprint = authority.issue({ subject: '/CN=pinned' });
    forBoth = authority.issue({ subject: '/CN=any', names: ['DNS.1=both.acme.example'] });
    const folder = folderWith({
      'config.yaml': config(byFingerprint.fingerprint),
      'mapping.yaml': OWN_NAMES_MAPPING,
      'people.ldif': readFileSync(PEOPLE_LDIF, 'utf8'),
      'callers.pem': authority.certificate,
    });
    const { ca, certificateFile, keyFile } = makeCertificates(folder);
    server = { ca, certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    setup = await loadSetup(`${folder}/config.yaml`, {});
    settings = setup.config;
  });

  beforeEach(async () => {
    served = servedBy([...settings.callers.keys()]);
    wallNow = Date.now;
    seen = [];
    const parts = {
      served: () => served,
      clock: { now: () => performance.now() },
      wallNow: () => wallNow(),
      observe: ({ caller, reason }: FinishedRequest) => seen.push({ caller, reason }),
      newRequestId: () => 'the-id',
      isClosed: () => false,
    };
    const known = new KnownRequests({ ...parts, memory: () => 1e6 });
    app = known.inFrontOf(
      createApp({
        ...parts,
        failedLogins: settings.listen.failedLogins,
        log: surroundings.log,
        answered: (request, exchange) => known.note(request, exchange),
      }),
    );
    listener = await start(settings.listen.tls);
  });

  afterEach(() => listener.close(0));

  const surroundings = { log: pino({ level: 'silent' }), newRequestId: () => 'the-id' };
  const start = (tls: ListenTls | undefined) => listen(app, { ...settings.listen, tls }, surroundings);

  const where = () => ({ host: '127.0.0.1', port: Number(new URL(listener.url).port), ca: server.ca });

  const ask = (client: Client | undefined, { path = '/user-info', login, ...more }: Wishes = {}) =>
    new Promise<Sent>((resolve, reject) => {
      const sent = request(
        {
          ...where(),
          path: `${path}?userid=ann`,
          agent: false,
          ...(login === undefined ? {} : { auth: login }),
          ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
          ...more,
        },
        (response) => {
          let body = '';
          response.on('data', (chunk) => (body += String(chunk)));
          response.on('end', () =>
            setImmediate(() =>
              resolve({
                status: response.statusCode ?? 0,
                caller: seen.at(-1)?.caller,
                code: (JSON.parse(body) as { code?: string }).code,
                headers: response.headers,
              }),
            ),
          );
        },
      );
      sent.on('error', reject);
      sent.end();
    });

  const expectRefused = async (client: Client | undefined, wishes?: Wishes) => {
    const { status, code, caller } = await ask(client, wishes);
    expect({ status, code, caller }).to.deep.equal({
      status: 401,
      code: 'unauthenticated',
      caller: undefined,
    });
  };

  it('are known by subject, by any one alternative name, and by fingerprint', async () => {
    for (const [client, caller] of [
      [bySubject, 'by-subject'],
      [bySan, 'by-san'],
      [byUri, 'by-uri'],
      [byFingerprint, 'by-fingerprint'],
    ] as const) {
      expect(await ask(client)).to.include({ status: 200, caller });
    }
  });

  it('are not known by a certificate that shows something else', async () => {
    for (const [subject, ...names] of [
      ['/C=DE/O=Acme, Inc./CN=immuta'],
      ['/CN=immuta+UID=im1/O=Acme, Inc./C=DE'],
      ['/C=DE/O=Acme/CN=immuta+UID=im1'],
      ['/CN=immuta.acme.example'],
      ['/CN=pinned'],
      ['/CN=any', 'DNS.1=x.immuta.acme.example'],
      ['/CN=any', 'DNS.1=*.acme.example'],
      ['/CN=any', 'DNS.1=x, DNS:immuta.acme.example'],
      ['/CN=any', 'URI.1=immuta.acme.example'],
      ['/CN=any', 'email.1=immuta.acme.example'],
      ['/CN=any', 'otherName.1=1.3.6.1.4.1.311.20.2.3;UTF8:x", DNS:immuta.acme.example'],
    ] as const) {
      await expectRefused(authority.issue({ subject: subject ?? '', names }));
    }
  });

  it('are not known by a certificate that TLS would not accept, nor without one', async () => {
    const subject = '/C=DE/O=Acme, Inc./CN=immuta+UID=im1';
    const names = ['DNS.1=immuta.acme.example'];
    const strangers = makeAuthority(folderWith({}), 'Callers CA');
    for (const [client, reason] of [
      [authority.issue({ subject, names, from: -7200, to: -60 }), 'CERT_HAS_EXPIRED'],
      [authority.issue({ subject, names, from: 3600, to: 7200 }), 'CERT_NOT_YET_VALID'],
      [
        strangers.issue({ subject, names }),
        /CERT_SIGNATURE_FAILURE|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER/,
      ],
      [authority.selfSign(subject), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
      [authority.issue({ subject, names, usage: 'serverAuth' }), 'INVALID_PURPOSE'],
      [undefined, /no client certificate$/],
    ] as const) {
      await expectRefused(client);
      expect(seen.at(-1)?.reason).to.match(new RegExp(reason));
    }
  });

  it('give all the proofs that are theirs', async () => {
    expect(await ask(forBoth, { login: 'both:secret' })).to.include({ status: 200, caller: 'both' });
    await expectRefused(forBoth);
    await expectRefused(undefined, { login: 'both:secret' });
    await expectRefused(byUri, { login: 'both:secret' });
    await expectRefused(forBoth, { login: 'both:wrong' });
  });

  it('pass by password with a certificate that is nobody’s, and not with another caller’s', async () => {
    const nobodys = authority.issue({ subject: '/CN=nobody' });
    for (const client of [undefined, nobodys, authority.selfSign('/CN=any')])
      expect(await ask(client, { login: 'worded:words' })).to.include({ status: 200, caller: 'worded' });
    await expectRefused(bySan, { login: 'worded:words' });
    await expectRefused(forBoth, { login: 'worded:words' });
  });

  it('are failures with any wrong header beside the right certificate, until there are too many', async () => {
    for (const login of ['worded:wrong', 'by-san:', 'nobody:x']) await expectRefused(bySan, { login });
    await expectRefused(bySan, { headers: { authorization: 'Bearer x' } } as Wishes);
    const fifth = await ask(bySan, { login: 'both:secret' });
    expect([fifth.status, fifth.code]).to.deep.equal([429, 'too_many_failures']);
    expect(fifth.headers['www-authenticate']).to.equal(undefined);
    expect(await ask(bySan)).to.include({ status: 200, caller: 'by-san' });
  });

  it('are never too many without a header: a certificate cannot be guessed', async () => {
    for (let i = 0; i < 6; i++) await expectRefused(authority.selfSign('/CN=any'));
  });

  it('meet endpoints that ask for different proofs', async () => {
    const challenged = async (path: string) => (await ask(undefined, { path })).headers['www-authenticate'];
    expect(await challenged('/certificates')).to.equal(undefined);
    expect(await challenged('/words')).to.equal('Basic realm="ldap-user-info", charset="UTF-8"');
    expect(await challenged('/user-info')).to.match(/^Basic /);
    expect(await ask(bySan, { path: '/certificates' })).to.include({ status: 200 });
    expect(await ask(undefined, { path: '/words', login: 'worded:words' })).to.include({ status: 200 });
    for (const [client, wishes] of [
      [bySan, { path: '/words' }],
      [byUri, { path: '/certificates' }],
      [undefined, { path: '/certificates', login: 'worded:words' }],
      [forBoth, { path: '/certificates', login: 'both:secret' }],
    ] as const) {
      expect(await ask(client, wishes)).to.include({ status: 403, code: 'forbidden' });
    }
  });

  it('are gone from the next request on, on a kept connection too', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await ask(bySan, { agent })).to.include({ status: 200 });
    served = servedBy(['worded', 'both']);
    await expectRefused(bySan, { agent });
    served = servedBy(['by-san']);
    expect(await ask(bySan, { agent })).to.include({ status: 200 });
    expect(Object.values(agent.freeSockets).flat()).to.have.length(1);
    agent.destroy();
  });

  it('are not known any more once their certificate expires, on a kept connection too', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await ask(bySan, { agent })).to.include({ status: 200 });
    wallNow = () => Date.now() + 3_700_000;
    await expectRefused(bySan, { agent });
    wallNow = () => Date.now() - 3_700_000;
    await expectRefused(bySan, { agent });
    agent.destroy();
  });

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`are known on a resumed session of ${version}`, async () => {
      const session = await sessionOf(bySan, version);
      const socket = await open({ session, minVersion: version, maxVersion: version });
      expect(socket.isSessionReused()).to.equal(true);
      expect(await talk(socket)).to.match(/^HTTP\/1\.1 200 /);
      expect(seen.at(-1)?.caller).to.equal('by-san');
    });

    it(`resume no session of ${version} that began under another authority`, async () => {
      const session = await sessionOf(bySan, version);
      const others = makeAuthority(folderWith({}), 'Other CA').certificate;
      listener.renew({ ...tls(), clientCa: others });
      const socket = await open({ session, minVersion: version, maxVersion: version });
      expect(socket.isSessionReused()).to.equal(false);
      expect(await talk(socket)).to.match(/^HTTP\/1\.1 401 /);
    });
  }

  it('are asked by TLS 1.2 or newer', async () => {
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    const error = await open(old).catch((reason: NodeJS.ErrnoException) => reason);
    expect(error)
      .to.be.instanceOf(Error)
      .and.have.property('code')
      .that.matches(/PROTOCOL_VERSION|ECONNRESET/);
  });

  it('cannot show another certificate in the middle of a connection', async () => {
    const socket = await open({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
    const error = await new Promise((resolve) => {
      socket.on('error', resolve);
      socket.renegotiate({ rejectUnauthorized: false }, resolve);
    });
    expect(error).to.be.instanceOf(Error);
    socket.destroy();
  });

  it('are served by renewed certificates; another authority ends the connections of the old one', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const others = makeAuthority(folderWith({}), 'Other CA');
    const theirs = others.issue({ subject: '/CN=any', names: ['DNS.1=immuta.acme.example'] });
    const socketsOf = () => Object.values(agent.freeSockets).flat();
    expect(await ask(bySan, { agent })).to.include({ status: 200 });
    const [kept] = socketsOf();
    const { certificate, key } = makeServer();
    listener.renew({ ...tls(), certificate, key });
    expect(await ask(bySan, { agent, ca: server.ca })).to.include({ status: 200 });
    expect(socketsOf()[0]).to.equal(kept);
    expect(await ask(bySan).catch((error: NodeJS.ErrnoException) => error.code)).to.match(
      /^UNABLE|SIGNATURE|SELF_SIGNED/,
    );
    listener.renew({ ...tls(), clientCa: others.certificate });
    await new Promise((resolve) => kept?.once('close', resolve));
    await expectRefused(bySan, { agent });
    expect(await ask(theirs)).to.include({ status: 200, caller: 'by-san' });
    agent.destroy();
  });

  it('stay where their authority stays beside another one, and end when it goes', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const others = makeAuthority(folderWith({}), 'Other CA');
    const theirs = others.issue({ subject: '/CN=any', names: ['DNS.1=immuta.acme.example'] });
    const socketsOf = () => Object.values(agent.freeSockets).flat();
    expect(await ask(bySan, { agent })).to.include({ status: 200 });
    const [kept] = socketsOf();
    listener.renew({ ...tls(), clientCa: `${others.certificate}\n${tls().clientCa}` });
    expect(await ask(bySan, { agent })).to.include({ status: 200 });
    expect(socketsOf()[0]).to.equal(kept);
    expect(await ask(theirs)).to.include({ status: 200, caller: 'by-san' });
    listener.renew({ ...tls(), clientCa: others.certificate });
    await new Promise((resolve) => kept?.once('close', resolve));
    await expectRefused(bySan, { agent });
    agent.destroy();
  });

  it('cannot finish under another authority what they began under the old one', async () => {
    const silent = await open({});
    const begun = tcp({ host: '127.0.0.1', port: where().port }).on('error', () => undefined);
    const closed = new Promise((resolve) => begun.once('close', () => resolve('')));
    await new Promise((resolve) => begun.once('connect', resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
    listener.renew({ ...tls(), clientCa: makeAuthority(folderWith({}), 'Other CA').certificate });
    expect(await talk(silent)).to.equal('');
    const finished = open({ socket: begun }).then(talk, () => '');
    expect(await Promise.race([closed, finished])).to.equal('');
    expect(seen).to.deep.equal([]);
  });

  it('can begin, and cease, to be asked for certificates', async () => {
    await listener.close(0);
    listener = await start({ ...tls(), clientCa: undefined });
    await expectRefused(bySan);
    listener.renew(tls());
    expect(await ask(bySan)).to.include({ status: 200 });
    listener.renew({ ...tls(), clientCa: undefined });
    await expectRefused(bySan);
    expect(await ask(undefined, { login: 'worded:words' })).to.include({ status: 200 });
  });

  it('are those of the config file, and of its authority after a reload', async () => {
    await listener.close(0);
    const service = composeService(setup, { clock: { now: () => performance.now() }, ...surroundings });
    const nothing = () => undefined;
    listener = {
      url: await service.start(),
      isLoopback: true,
      isOver: false,
      drain: nothing,
      close: () => service.stop(0),
      renew: nothing,
    };
    const status = async (client: Client | undefined, login?: string) =>
      (await ask(client, login === undefined ? {} : { login })).status;
    expect(await status(bySan)).to.equal(200);
    expect(await status(forBoth)).to.equal(401);
    expect(await status(forBoth, 'both:secret')).to.equal(200);
    const others = makeAuthority(folderWith({}), 'Other CA');
    const theirs = others.issue({ subject: '/CN=any', names: ['DNS.1=immuta.acme.example'] });
    expect(await status(theirs)).to.equal(401);
    const listen = { ...settings.listen, tls: { ...tls(), clientCa: others.certificate } };
    service.reload({ ...setup, config: { ...settings, listen } });
    expect(await status(theirs)).to.equal(200);
    expect(await status(bySan)).to.equal(401);
    const none = { ...settings.listen, tls: { ...tls(), clientCa: undefined } };
    service.reload({ ...setup, config: { ...settings, listen: none } });
    expect(await status(theirs)).to.equal(401);
    service.reload({ ...setup, config: { ...settings, listen: { ...settings.listen, tls: tls() } } });
    expect(await status(bySan)).to.equal(200);
  });

  it('keep what they had where the renewed certificates are of no use', async () => {
    expect(() => listener.renew({ ...tls(), certificate: 'x' })).to.throw();
    expect(() => listener.renew({ ...tls(), key: forBoth.key })).to.throw();
    expect(await ask(bySan)).to.include({ status: 200 });
  });

  const tls = (): ListenTls => ({
    certificate: server.certificate,
    key: server.key,
    clientCa: authority.certificate,
  });

  function makeServer() {
    return makeAuthority(folderWith({}), 'New CA').issue({ subject: '/CN=new', names: ['IP.1=127.0.0.1'] });
  }

  function open(options: ConnectionOptions): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ ...where(), cert: bySan.certificate, key: bySan.key, ...options }, () =>
        resolve(socket),
      );
      // For good: an end that comes as a reset later is nobody's error.
      socket.on('error', reject);
    });
  }

  function talk(socket: TLSSocket): Promise<string> {
    return new Promise((resolve) => {
      let answer = '';
      socket.on('data', (chunk) => (answer += String(chunk))).on('close', () => resolve(answer));
      socket.on('error', () => undefined);
      socket.write('GET /user-info?userid=ann HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    });
  }

  async function sessionOf(client: Client, version: 'TLSv1.2' | 'TLSv1.3'): Promise<Buffer> {
    const { certificate: cert, key } = client;
    const socket = await open({ cert, key, minVersion: version, maxVersion: version });
    let session = socket.getSession();
    socket.on('session', (ticket) => (session = ticket));
    await talk(socket);
    if (session === undefined) throw new Error('there is no session');
    return session;
  }
});
