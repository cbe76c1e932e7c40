/** The end of a server's connections: no request that came in is lost, and nobody is waited for without need. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { connect } from 'node:tls';
import { expect } from 'chai';
import { folderWith } from '../../acceptance/running-service.ts';
import { makeCertificates } from '../../directories/certificates.ts';
import { until } from '../../until.ts';
import { type Client, ENDLESS, HeldAnswers } from '../held-answers.ts';

describe('the end of the connections of a server', () => {
  const { now } = performance;
  let server: HeldAnswers;

  /** What waits for a moment in which nobody connects, waits as long as it has to. */
  const stopClock = () => {
    performance.now = () => 0;
  };

  /** A client whose connection the system made, and which the server could not take yet. */
  const openUntaken = async (): Promise<Client> => {
    const client = server.open();
    await new Promise(process.nextTick);
    // Without a turn of the event loop.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    return client;
  };

  beforeEach(async () => {
    server = await HeldAnswers.start();
  });
  afterEach(() => {
    performance.now = now;
    server.close();
  });

  it('comes at once for silent and kept ones, and after the answer for those with a request', async () => {
    const [silent, kept, busy, sending] = [server.open(), server.open(), server.open(), server.open()];
    await kept.askNow();
    busy.ask('/');
    await server.holds(1);
    sending.send('GET /now HTTP/1.1\r\n');
    await until(() => server.taken.filter(({ bytesRead }) => bytesRead > 0).length === 3);
    const ended = server.connections.end(ENDLESS);
    for (const client of [silent, kept]) await client.closed();
    server.held[0]?.end('held back');
    sending.send('Host: x\r\n\r\n');
    expect(await busy.closed()).to.match(/^HTTP\/1\.1 200 .*held back$/s);
    expect(await sending.closed()).to.match(/^HTTP\/1\.1 200 .*at once$/s);
    await ended;
  });

  it('comes at once for those in or after a TLS handshake that ask nothing', async () => {
    const folder = folderWith({});
    makeCertificates(folder);
    const [cert, key] = ['server.pem', 'server.key'].map((name) => readFileSync(join(folder, name), 'utf8'));
    const encrypted = await HeldAnswers.start({ cert, key });
    try {
      const [busy, unshaken] = [await encrypted.openTls({}), encrypted.open()];
      const silent = connect({ host: '127.0.0.1', port: encrypted.port, rejectUnauthorized: false });
      busy.ask('/');
      await encrypted.holds(1);
      // The first octets of a handshake.
      unshaken.socket.write(Buffer.from([22, 3, 1]));
      await until(
        () => encrypted.secured.length === 2 && encrypted.taken.every(({ bytesRead }) => bytesRead > 0),
      );
      const ended = encrypted.connections.end(ENDLESS);
      await unshaken.closed();
      await until(() => silent.closed);
      encrypted.held[0]?.end('held back');
      expect(await busy.closed()).to.match(/held back$/);
      await ended;
    } finally {
      encrypted.close();
    }
  });

  it('is over, so that nothing more is begun, once nothing can be on its way, and not before', async () => {
    const [kept, late] = [server.open(), server.open()];
    await kept.askNow();
    late.send('GET /now HTTP/1.1\r\n');
    await until(() => server.taken.filter(({ bytesRead }) => bytesRead > 0).length === 2);
    void server.connections.end(ENDLESS, ENDLESS);
    await until(() => !server.server.listening);
    await kept.askNow();
    expect(server.connections.isOver).to.equal(false);
    const ended = server.connections.end(ENDLESS);
    await kept.closed();
    expect(server.connections.isOver).to.equal(true);
    late.send('Host: x\r\n\r\n');
    await ended;
  });

  it('cuts off what is left when patience is over', async () => {
    const client = server.open();
    client.ask('/');
    await server.holds(1);
    await server.connections.end(1);
    expect(await client.closed()).to.equal('');
  });

  it('takes those that the system has made', async () => {
    const client = await openUntaken();
    client.ask('/now');
    const ended = server.connections.end(ENDLESS);
    expect(await client.closed()).to.match(/at once$/);
    await ended;
  });

  for (const what of ['connection', 'request'] as const) {
    it(`takes those that come right after another ${what}`, async () => {
      stopClock();
      const first = what === 'connection' ? await openUntaken() : server.open();
      if (what === 'request') {
        await first.askNow();
        first.ask('/now');
      }
      const next = new Promise<Client>((resolve) => {
        server.server.once(what, () => setImmediate(() => resolve(openUntaken())));
      });
      const ended = server.connections.end(ENDLESS);
      const client = await next;
      client.ask('/now');
      expect(await client.closed()).to.match(/at once$/);
      await ended;
    });
  }

  it('takes no new ones after a moment in which nobody came, however much patience there is', async () => {
    stopClock();
    const ended = server.connections.end(ENDLESS);
    await until(() => !server.server.listening);
    await ended;
  });

  it('takes no new ones after a while, even if requests never cease', async () => {
    const client = server.open();
    await client.askNow();
    const ended = server.connections.end(ENDLESS);
    while (server.server.listening) {
      client.ask('/now');
      await turnOfTheLoop();
    }
    await ended;
  });

  it('leaves nothing behind that would keep the process', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    // The test's own limit counts from here on, and a timer that has come until its turn is over.
    await turnOfTheLoop();
    const before = timers();
    await server.connections.end(ENDLESS);
    await turnOfTheLoop();
    expect(timers()).to.be.at.most(before);
  });
});
