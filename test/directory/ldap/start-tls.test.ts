/** StartTLS as it looks on the wire: nothing that tells anything goes out before the handshake, come what may. */
import { expect } from 'chai';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import type { LdapTls } from '../../../src/directory/settings/settings.ts';
import {
  bindResponse,
  extendedResponse,
  type FakeAnswer,
  startFakeLdapServer,
} from '../../directories/fake-ldap-server.ts';
import { requireSlapd } from '../../directories/installed.ts';
import { type RecordingProxy, startRecordingProxy } from '../../directories/recording-proxy.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd, startSlapd } from '../../directories/slapd.ts';
import { until } from '../../until.ts';
import {
  exampleSettings,
  findPerson,
  ldapUrl,
  type Overrides,
  openDirectory,
  slapdSource,
  within,
} from '../example-settings.ts';
import { onceWell } from '../recovery.ts';
import { expectFailure } from '../rejection.ts';

const USER = 'svc-probe';
const START_TLS = Buffer.from('301d02010177188016312e332e362e312e342e312e313436362e3230303337', 'hex');
const HANDSHAKE = 0x16;

describe('StartTLS', () => {
  let slapd: Slapd;
  let proxy: RecordingProxy;
  let directory: EntryDirectory | undefined;
  const open = (tls: Partial<LdapTls> = {}, overrides: Overrides = {}) => {
    const source = slapdSource(slapd, 'ldap', {
      urls: [ldapUrl('ldap', proxy.port)],
      tls: { ca: slapd.certificates.ca, startTls: true, ...tls },
    });
    directory = openDirectory(exampleSettings(source, overrides));
    return directory;
  };
  const find = (one: EntryDirectory) => findPerson(one, USER, within());
  const expectNothingInClear = () => {
    for (const { sent, received } of proxy.connections) {
      const [first, second] = sent;
      expect(first?.equals(START_TLS)).to.equal(true);
      if (second !== undefined) expect(second[0]).to.equal(HANDSHAKE);
      const bytes = Buffer.concat([...sent, ...received]);
      for (const text of [LOOKUP_DN, LOOKUP_PASSWORD, USER, 'dc=example']) {
        expect(bytes.includes(text), text).to.equal(false);
      }
    }
  };

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd();
  });
  beforeEach(async () => {
    proxy = await startRecordingProxy(slapd.port);
  });
  afterEach(async () => {
    await directory?.close();
    await proxy.stop();
  });
  after(() => slapd?.remove());

  it('comes before everything else, and the person is found', async () => {
    expect((await find(open()))?.memberships).to.have.length(1);
    expect(proxy.connections).to.have.length(1);
    expectNothingInClear();
    expect(Buffer.concat(proxy.connections[0]?.sent ?? []).length).to.be.above(500);
  });

  it('is shown by the proxy to matter: without it everything is in clear', async () => {
    await find(open({ startTls: false }));
    const bytes = Buffer.concat(proxy.connections[0]?.sent ?? []);
    for (const text of [LOOKUP_DN, LOOKUP_PASSWORD, USER]) expect(bytes.includes(text), text).to.equal(true);
  });

  it('comes first again after the connection was dropped', async () => {
    const one = open();
    for (const connections of [1, 2, 3]) {
      expect(await find(one)).not.to.equal(undefined);
      expect(proxy.connections).to.have.length(connections);
      proxy.drop();
    }
    expectNothingInClear();
  });

  it('comes first again where the connection is dropped in the middle of a search', async () => {
    const one = open();
    await find(one);
    const before = proxy.connections[0]?.sent.length ?? 0;
    proxy.toServer = (chunk, index) => {
      if (proxy.connections.length === 1 && index >= before) proxy.drop();
      return chunk;
    };
    expect(await find(one)).not.to.equal(undefined);
    expect(proxy.connections).to.have.length(2);
    expectNothingInClear();
  });

  for (const [what, index] of [
    ['at StartTLS', 0],
    ['in the handshake', 1],
  ] as const) {
    it(`drops ${what}: directory_unavailable, and nothing in clear`, async () => {
      proxy.toServer = (chunk, at) => {
        if (at < index) return chunk;
        proxy.drop();
        return undefined;
      };
      await expectFailure(find(open()), 'directory_unavailable');
      expectNothingInClear();
    });

    it(`hangs ${what}: directory_unavailable once the time to connect has passed`, async () => {
      proxy.toServer = (chunk, at) => (at < index ? chunk : undefined);
      const one = open({}, { limits: { connect: 1500 } });
      await expectFailure(find(one), 'directory_unavailable', /in time/);
      expectNothingInClear();
      proxy.toServer = (chunk) => chunk;
      expect(await onceWell(() => find(one))).not.to.equal(undefined);
    });
  }

  it('refuses a certificate of a stranger or of another name, before the bind', async () => {
    const logged = (await slapd.settledLog()).length;
    await expectFailure(
      find(open({ ca: slapd.certificates.otherCa })),
      'directory_unavailable',
      /certificate/,
    );
    await expectFailure(find(open({ serverName: 'other.test' })), 'directory_unavailable', /other\.test/);
    expectNothingInClear();
    expect((await slapd.settledLog()).slice(logged))
      .to.contain('STARTTLS')
      .and.not.to.contain('BIND dn=');
  });

  it('takes a certificate with the server name of the config', async () => {
    expect(await find(open({ serverName: 'ldap.example.test' }))).not.to.equal(undefined);
    expectNothingInClear();
  });

  describe('with a server that', () => {
    for (const [what, answer, message] of [
      [
        'refuses it',
        ({ id }, socket) => socket.write(extendedResponse(id, 2)),
        /refused StartTLS.*protocolError/,
      ],
      ['is busy', ({ id }, socket) => socket.write(extendedResponse(id, 51)), /refused StartTLS.*busy/],
      [
        'answers another request',
        ({ id }, socket) => socket.write(extendedResponse(id + 1, 0)),
        /another request/,
      ],
      ['answers a bind', ({ id }, socket) => socket.write(bindResponse(id, 0)), /something else/],
      ['sends no LDAP', (_, socket) => socket.write('HTTP/1.1 400 Bad Request\r\n'), /no LDAP/],
      [
        'puts an answer behind it',
        ({ id }, socket) => socket.write(Buffer.concat([extendedResponse(id, 0), bindResponse(id, 0)])),
        /behind its answer/,
      ],
      [
        'puts half an answer behind it',
        ({ id }, socket) =>
          socket.write(Buffer.concat([extendedResponse(id, 0), bindResponse(id, 0).subarray(0, 5)])),
        /behind its answer/,
      ],
      [
        'sends an answer soon after it',
        ({ id }, socket) => {
          socket.write(extendedResponse(id, 0));
          setImmediate(() => socket.write(bindResponse(id, 0)));
        },
        /SSL|TLS|ssl/,
      ],
    ] satisfies [string, FakeAnswer, RegExp][]) {
      it(`${what}: directory_unavailable, and no bind`, async () => {
        const server = await startFakeLdapServer(() => {});
        server.answerExtended = answer;
        const settings = exampleSettings({
          kind: 'ldap',
          urls: [ldapUrl('ldap', server.port)],
          tls: { startTls: true },
          bind: { kind: 'simple', dn: LOOKUP_DN, password: LOOKUP_PASSWORD },
        });
        directory = openDirectory(settings);
        try {
          await expectFailure(find(directory), 'directory_unavailable', message);
          await until(() => server.open === 0);
          expect(server.requests.map(({ operation }) => operation)).to.deep.equal(['extended']);
        } finally {
          await server.stop();
        }
      });
    }
  });
});
