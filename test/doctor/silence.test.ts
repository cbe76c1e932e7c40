/**
 * `doctor` on ports that take connections and then do not what they should: hung servers, balancers with nothing behind
 * them, other protocols. Each is another finding; a server that hangs is not said to speak another protocol.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import {
  bindResponse,
  extendedResponse,
  type FakeLdapServer,
  startFakeLdapServer,
} from '../directories/fake-ldap-server.ts';
import { requireSlapd } from '../directories/installed.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd, startSlapd } from '../directories/slapd.ts';
import { diagnose, onlyFailure } from './doctor-run.ts';

const SILENT = /^urls: the server takes connections and says nothing: restart it/;
const PLAIN = '    plaintext: yes\n';
const START_TLS = '    tls: { ca: ca.pem, starttls: yes }\n';
const TLS = '    tls: { ca: ca.pem }\n';

describe('doctor on a port that is silent, or speaks something else', () => {
  let slapd: Slapd;
  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd();
  });
  afterEach(() => slapd?.wake());
  after(() => slapd?.remove());

  const ask = (url: string, way: string) =>
    diagnose({
      section: `  corp:
    vendor: openldap
    urls: ${url}
${way}    bind: { dn: "${LOOKUP_DN}", password: "\${env:PASSWORD}" }
    users: { base: "ou=people,dc=example,dc=test" }
    memberships: { base: "ou=groups,dc=example,dc=test" }
    limits: { connect: 500ms, search: 500ms }
`,
      files: { 'ca.pem': slapd.certificates.ca },
      password: LOOKUP_PASSWORD,
    });
  const at = (scheme: string, { port }: { port: number }) => `${scheme}://127.0.0.1:${port}`;

  describe('a server that hangs', () => {
    it('at TLS is told to be silent, and not to speak no TLS', async () => {
      slapd.hang();
      const { finding, hint } = onlyFailure(await ask(at('ldaps', { port: slapd.securePort }), TLS), 'tls');
      expect(finding).to.equal(
        `port ${slapd.securePort} takes connections and says nothing to TLS: no answer within 500 ms`,
      );
      expect(hint).to.match(SILENT);
    });

    it('at StartTLS', async () => {
      slapd.hang();
      const { finding, hint } = onlyFailure(await ask(at('ldap', slapd), START_TLS), 'tls');
      expect(finding).to.equal(
        `port ${slapd.port} takes connections and says nothing to StartTLS: no answer within 500 ms`,
      );
      expect(hint).to.match(SILENT);
    });

    it('at the bind', async () => {
      slapd.hang();
      const { finding, hint } = onlyFailure(await ask(at('ldap', slapd), PLAIN), 'bind');
      expect(finding).to.match(/^the bind got no answer: .*no answer within 500 ms$/);
      expect(hint).to.match(SILENT).and.to.include('ldaps://, where the port takes TLS alone');
    });
  });

  describe('a fake that', () => {
    let fake: FakeLdapServer;
    beforeEach(async () => {
      fake = await startFakeLdapServer(() => {});
    });
    afterEach(() => fake.stop());

    it('agrees to StartTLS and is silent at the handshake', async () => {
      fake.answerExtended = ({ id }, socket) => socket.write(extendedResponse(id, 0));
      const { hint } = onlyFailure(await ask(at('ldap', fake), START_TLS), 'tls');
      expect(hint).to.match(SILENT);
    });

    it('refuses StartTLS has answered', async () => {
      fake.answerExtended = ({ id }, socket) => socket.write(extendedResponse(id, 2, 'unsupported'));
      const { finding, hint } = onlyFailure(await ask(at('ldap', fake), START_TLS), 'tls');
      expect(finding).to.match(/^port \d+ answers, but not to StartTLS: the server refused StartTLS: /);
      expect(hint).to.match(/^urls: the port speaks no StartTLS/);
    });

    it('takes the bind and is silent at searches', async () => {
      const { failed } = await ask(at('ldap', fake), PLAIN);
      // Which of the reads runs out of time as a whole, and which is known to fail, is the clock's.
      expect(failed.map(({ name }) => name)).to.deep.equal(['vendor', 'bases', 'bases']);
      for (const { hint } of failed) expect(hint).to.match(/restart it|answers no more/);
    });

    it('refuses the bind is not silent', async () => {
      fake.answerBind = ({ id }, socket) => socket.write(bindResponse(id, 49));
      expect(onlyFailure(await ask(at('ldap', fake), PLAIN), 'bind').hint).to.match(/^bind\.password/);
    });
  });

  describe('a port behind which', () => {
    let server: Server & { port?: number };
    const listen = async (serve: (socket: Socket) => void) => {
      server = createServer((socket) => serve(socket.on('error', () => {})));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      return { port: typeof address === 'object' && address ? address.port : 0 };
    };
    afterEach(() => new Promise((resolve) => server.close(resolve)));

    for (const [way, scheme, said] of [
      [TLS, 'ldaps', 'TLS'],
      [START_TLS, 'ldap', 'StartTLS'],
    ] as const) {
      it(`nothing stands closes connections at ${said}, as a balancer does`, async () => {
        const port = await listen((socket) => socket.once('data', () => socket.destroy()));
        const { finding, hint } = onlyFailure(await ask(at(scheme, port), way), 'tls');
        expect(finding).to.match(new RegExp(`^port \\d+ takes connections and closes them at ${said}: `));
        expect(hint).to.include(`speaks no ${said}, or nothing stands behind it`);
      });

      it(`something else stands answers, but not to ${said}`, async () => {
        const port = await listen((socket) =>
          socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n')),
        );
        const { finding, hint } = onlyFailure(await ask(at(scheme, port), way), 'tls');
        expect(finding).to.match(new RegExp(`^port \\d+ answers, but not to ${said}: `));
        expect(hint).to.equal(`urls: the port speaks no ${said}; correct the port, or how it is spoken to`);
      });
    }

    it('nothing stands closes connections at the bind', async () => {
      const port = await listen((socket) => socket.once('data', () => socket.destroy()));
      const { hint } = onlyFailure(await ask(at('ldap', port), PLAIN), 'bind');
      expect(hint).to.include("or be a balancer's with nothing behind it");
    });

    it('TLS is spoken by an alert alone is said to speak TLS', async () => {
      // handshake_failure, in a record of TLS 1.2 (RFC 5246 sections 6.2.1 and 7.2).
      const alert = Buffer.from([21, 3, 3, 0, 2, 2, 40]);
      const port = await listen((socket) => socket.once('data', () => socket.end(alert)));
      const { finding, hint } = onlyFailure(await ask(at('ldaps', port), TLS), 'tls');
      expect(finding).to.match(/^TLS failed: /);
      expect(hint).to.match(/^tls\.certificate: /);
    });
  });
});
