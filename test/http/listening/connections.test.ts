/** The open connections of a server: what a client sees of the drain, of being refused, and of another authority. */
import { readFileSync } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import { expect } from 'chai';
import { folderWith } from '../../acceptance/running-service.ts';
import { type Certificates, makeCertificates } from '../../directories/certificates.ts';
import { until } from '../../until.ts';
import { type Client, HeldAnswers } from '../held-answers.ts';

const CLOSES = '\r\nConnection: close\r\n';
const STAYS = '\r\nConnection: keep-alive\r\n';
const TUNNEL = 'CONNECT ann:443 HTTP/1.1\r\nHost: x\r\n\r\n';

let made: Certificates | undefined;
const certificates = (): Certificates => {
  made ??= makeCertificates(folderWith({}));
  return made;
};
const tls = (): TlsOptions => {
  const { ca, certificateFile, keyFile } = certificates();
  const [cert, key] = [readFileSync(certificateFile), readFileSync(keyFile)];
  return { cert, key, ca, requestCert: true, rejectUnauthorized: false };
};

/** The answers of a connection, one by one. */
function answersIn(text: string): readonly string[] {
  return text.split(/(?=HTTP\/1\.1 )/);
}

describe('the connections of a server', () => {
  let server: HeldAnswers;
  afterEach(() => server.close());

  it('are kept, and not told to end, until the drain', async () => {
    server = await HeldAnswers.start();
    const client = server.open();
    for (let i = 0; i < 3; i++) expect(await client.askNow()).to.include(STAYS);
  });

  it('end in the drain with the answer under way, and with the first of a later one', async () => {
    server = await HeldAnswers.start();
    const clients = [server.open(), server.open()];
    clients[0]?.ask('/');
    clients[1]?.ask('/', 'Expect: much');
    await server.holds(2);
    server.connections.drain();
    for (const response of server.held) response.end('held back');
    for (const client of clients)
      expect(await client.closed())
        .to.include(CLOSES)
        .and.match(/held back$/);
    for (const expectation of ['Accept: */*', 'Expect: much']) {
      const later = server.open();
      later.ask('/now', expectation);
      expect(await later.closed())
        .to.include(CLOSES)
        .and.match(/at once$/);
    }
  });

  it('end in the drain with the next answer where the head of the one under way was sent', async () => {
    server = await HeldAnswers.start();
    const client = server.open();
    client.ask('/');
    await server.holds(1);
    server.held[0]?.flushHeaders();
    server.connections.drain();
    client.ask('/');
    await server.holds(2);
    for (const response of server.held) response.end('held back');
    const [first, second, ...others] = answersIn(await client.closed());
    expect(first).to.include(STAYS).and.include('held back');
    expect(second).to.include(CLOSES).and.include('held back');
    expect(others).to.deep.equal([]);
  });

  it('end in the drain with the last of pipelined requests, the earlier ones being answered', async () => {
    server = await HeldAnswers.start();
    const client = server.open();
    server.connections.drain();
    for (let i = 0; i < 3; i++) client.ask('/');
    await server.holds(3);
    for (const response of server.held) response.end('held back');
    const answers = answersIn(await client.closed());
    expect(answers.map((answer) => answer.includes(CLOSES))).to.deep.equal([false, false, true]);
    for (const answer of answers) expect(answer).to.match(/held back$/);
  });

  it('end in the drain with a pipelined request whose predecessor was answered before', async () => {
    server = await HeldAnswers.start();
    const client = server.open();
    client.ask('/');
    client.ask('/');
    await server.holds(2);
    server.held[0]?.end('the first');
    await until(() => client.text.endsWith('the first'));
    await until(() => server.held[0]?.closed === true);
    server.connections.drain();
    server.held[1]?.end('the second');
    expect(answersIn(await client.closed())[1])
      .to.include(CLOSES)
      .and.match(/the second$/);
  });

  it('are answered a problem for what is no HTTP, logged by its id, and closed against a client that stays', async () => {
    server = await HeldAnswers.start();
    const client = server.open({ allowHalfOpen: true });
    client.send('nonsense\r\n\r\n');
    await until(() => client.socket.readableEnded && server.taken[0]?.closed === true);
    expect(client.text)
      .to.match(/^HTTP\/1\.1 400 .*\r\nX-Request-Id: the-id\r\n/s)
      .and.include(CLOSES);
    expect(server.logged).to.deep.equal([
      { level: 30, request_id: 'the-id', reason: 'HPE_INVALID_METHOD', msg: 'a request could not be read' },
    ]);
  });

  it('are answered a problem for a request that does not come to its end', async () => {
    server = await HeldAnswers.start({ headersTimeout: 1, connectionsCheckingInterval: 1 });
    const client = server.open();
    client.send('GET /now HTTP/1.1\r\n');
    expect(await client.closed()).to.match(/^HTTP\/1\.1 408 .*\r\nX-Request-Id: the-id\r\n/s);
    expect(server.logged.map(({ reason }) => reason)).to.deep.equal(['ERR_HTTP_REQUEST_TIMEOUT']);
  });

  it('are answered a problem for what follows an answered request', async () => {
    server = await HeldAnswers.start();
    const client = server.open();
    await client.askNow();
    client.send('nonsense\r\n\r\n');
    expect(answersIn(await client.closed())[1]).to.match(/^HTTP\/1\.1 400 /);
  });

  it('are closed after the answer under way, with none of their own, for what follows its request', async () => {
    server = await HeldAnswers.start();
    const client = server.open({ allowHalfOpen: true });
    client.ask('/');
    client.send('nonsense\r\n\r\n');
    const refused = new Promise((resolve) => server.server.once('clientError', resolve));
    await Promise.all([refused, server.holds(1)]);
    expect(server.taken[0]?.destroyed).to.equal(false);
    server.held[0]?.end('held back');
    await until(() => client.socket.readableEnded && server.taken[0]?.closed === true);
    expect(answersIn(client.text)).to.have.length(1);
    expect(client.text).to.match(/^HTTP\/1\.1 200 .*held back$/s);
    expect(server.logged).to.deep.equal([]);
  });

  it('are answered a problem for a tunnel, and closed against a client that stays', async () => {
    server = await HeldAnswers.start();
    const client = server.open({ allowHalfOpen: true });
    client.send(TUNNEL);
    await until(() => client.socket.readableEnded && server.taken[0]?.closed === true);
    expect(client.text)
      .to.match(/^HTTP\/1\.1 405 .*\r\nX-Request-Id: the-id\r\n/s)
      .and.include(CLOSES);
  });

  it('are closed after the answer under way, with none of their own, for a tunnel', async () => {
    server = await HeldAnswers.start();
    const client = server.open({ allowHalfOpen: true });
    client.ask('/');
    client.send(TUNNEL);
    await server.holds(1);
    await until(() => server.tunnels === 1);
    server.held[0]?.end('held back');
    await until(() => client.socket.readableEnded && server.taken[0]?.closed === true);
    expect(answersIn(client.text)).to.have.length(1);
    expect(client.text).to.match(/^HTTP\/1\.1 200 .*held back$/s);
  });

  it('that ask for a tunnel may break off: nobody else is harmed', async () => {
    server = await HeldAnswers.start();
    const client = server.open();
    client.ask('/');
    client.send(TUNNEL);
    await until(() => server.tunnels === 1);
    client.socket.resetAndDestroy();
    await server.open().askNow();
    server.held[0]?.end('held back');
    await until(() => server.taken[0]?.closed === true);
    expect(await server.open().askNow()).to.include(STAYS);
  });

  it('are closed without a word for what is no TLS', async () => {
    server = await HeldAnswers.start(tls());
    const client = server.open({ allowHalfOpen: true });
    client.ask('/now');
    await until(() => client.socket.readableEnded && server.taken[0]?.closed === true);
    expect(client.text).to.not.include('HTTP');
    expect(server.logged).to.deep.equal([]);
  });

  it('are closed without a word where nothing can be written any more', async () => {
    server = await HeldAnswers.start();
    server.server.on('connection', (socket) => socket.end());
    const client = server.open({ allowHalfOpen: true });
    client.send('nonsense\r\n\r\n');
    await until(() => client.socket.readableEnded && server.taken[0]?.closed === true);
    expect(client.text).to.equal('');
    expect(server.logged).to.deep.equal([]);
  });

  it('are let go of once they close', async () => {
    server = await HeldAnswers.start();
    server.open().socket.end();
    await until(() => server.taken[0]?.closed === true);
    let isTouched = false;
    for (const socket of server.taken)
      socket.destroy = () => {
        isTouched = true;
        return socket;
      };
    await server.connections.end(1);
    expect(isTouched).to.equal(false);
  });

  describe('under another authority', () => {
    const noneStays = () => false;
    const shown = () => {
      const { certificate: cert, key } = certificates().client;
      return { cert, key };
    };
    const open = (count: number, own: { cert?: string; key?: string }) =>
      Promise.all(Array.from({ length: count }, () => server.openTls(own)));

    beforeEach(async () => {
      server = await HeldAnswers.start(tls());
    });

    it('end at once where a certificate was shown and nothing is under way', async () => {
      const theirs = await open(2, shown());
      const unproven = await open(2, {});
      server.connections.retire(noneStays);
      for (const client of theirs) await client.closed();
      for (const client of unproven) expect(await client.askNow()).to.include(STAYS);
    });

    it('end where a certificate is shown in a handshake that had begun, and only there', async () => {
      const [first, second] = [server.open(), server.open()];
      await until(() => server.taken.length === 2);
      server.connections.retire(noneStays);
      const theirs = server.openTls(shown(), first).catch(() => undefined);
      const unproven = await server.openTls({}, second);
      await first.closed();
      expect(await theirs).to.equal(undefined);
      expect(await unproven.askNow()).to.include(STAYS);
    });

    it('stay where the certificate proves what it did, in a handshake that had begun too', async () => {
      const [theirs] = await open(1, shown());
      const begun = server.open();
      await until(() => server.taken.length === 2);
      server.connections.retire(() => true);
      expect(await theirs?.askNow()).to.include(STAYS);
      const late = await server.openTls(shown(), begun);
      expect(await late.askNow()).to.include(STAYS);
    });

    it('end with the answer under way where a certificate was shown, and only there', async () => {
      const [busy, idle] = await open(2, shown());
      const [unproven] = await open(1, {});
      for (const [i, client] of [busy, unproven].entries()) {
        client?.ask('/');
        await server.holds(i + 1);
      }
      server.connections.retire(noneStays);
      await idle?.closed();
      for (const response of server.held) response.end('held back');
      expect(answersIn((await busy?.closed()) ?? '')[1])
        .to.include(CLOSES)
        .and.match(/held back$/);
      await until(() => unproven?.text.endsWith('held back') === true);
      expect(unproven?.text).to.not.include(CLOSES);
      expect(await unproven?.askNow()).to.include(STAYS);
    });

    it('end with the answer under way when its head was sent before', async () => {
      const clients = [...(await open(1, shown())), ...(await open(1, {}))];
      for (const [i, client] of clients.entries()) {
        client.ask('/');
        await server.holds(i + 1);
        server.held[i]?.write('held ');
      }
      server.connections.retire(noneStays);
      for (const response of server.held) response.end('back');
      const [theirs, unproven] = clients;
      expect(await theirs?.closed()).to.match(/held \r\n.*back\r\n0\r\n\r\n$/s);
      await until(() => unproven?.text.endsWith('\r\n0\r\n\r\n') === true);
      expect(await unproven?.askNow()).to.include(STAYS);
    });

    describe('that come from a port that another one had before', () => {
      // An address of their own, on which nobody else takes the port in between.
      const localAddress = '127.0.0.4';
      /** Another connection from there, once that one is gone. */
      const following = async ({ socket }: Client): Promise<Client> => {
        const { localPort = 0 } = socket;
        // Without a reset the system would keep the port for a while.
        socket.resetAndDestroy();
        await until(() => server.taken.every(({ closed }) => closed));
        const second = server.open({ localAddress, localPort });
        await until(() => server.taken.some(({ closed }) => !closed));
        expect(second.socket.localPort).to.equal(localPort);
        return second;
      };

      it('end at once where a certificate was shown, and none before', async () => {
        const first = server.open({ localAddress });
        await server.openTls({}, first);
        const second = await server.openTls(shown(), await following(first));
        server.connections.retire(noneStays);
        await second.closed();
      });

      it('end where a certificate is shown in a handshake that had begun, and one was before', async () => {
        const first = server.open({ localAddress });
        await server.openTls(shown(), first);
        const second = await following(first);
        server.connections.retire(noneStays);
        const outcome = await server.openTls(shown(), second).catch((error: Error) => error.message);
        expect(outcome).to.equal('it was closed in place of an answer');
      });

      it('stay where only the handshake of the one before had begun under the old one', async () => {
        const first = server.open({ localAddress });
        await until(() => server.taken.length === 1);
        server.connections.retire(noneStays);
        const second = await server.openTls(shown(), await following(first));
        expect(await second.askNow()).to.include(STAYS);
      });
    });
  });
});
