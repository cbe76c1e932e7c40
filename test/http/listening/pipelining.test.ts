/** Requests that come ahead of the answers to those before, over one connection: few of them are taken at once, and none is lost. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { expect } from 'chai';
import { pino } from 'pino';
import { type Listener, listen } from '../../../src/http/listening/server.ts';
import { folderWith } from '../../acceptance/running-service.ts';
import { makeCertificates } from '../../directories/certificates.ts';
import { until } from '../../until.ts';
import { type Client, HeldAnswers } from '../held-answers.ts';

const ALL = 10_000;
const REQUEST = `GET /held HTTP/1.1\r\nHost: x\r\nX-Filling: ${'x'.repeat(100)}\r\n\r\n`;
// What one reading of 64 KiB holds beyond the bound.
const MOST = 64 + Math.ceil(65_536 / REQUEST.length);

describe('requests sent ahead', () => {
  let server: HeldAnswers | undefined;
  let listener: Listener | undefined;
  afterEach(async () => {
    server?.close();
    await listener?.close(0);
    [server, listener] = [undefined, undefined];
  });

  for (const isSecure of [false, true])
    it(`are taken a few at once${isSecure ? ' over TLS' : ''}, and all are answered`, async () => {
      const held = await HeldAnswers.start(isSecure ? tlsOfServer() : {});
      server = held;
      const client = isSecure ? await held.openTls({}) : held.open();
      client.send(REQUEST.repeat(ALL));
      await until(() => held.held.length > 0);
      await nothingIsOnItsWay(held, isSecure);
      expect(held.held.length).to.be.within(64, MOST);
      let answered = 0;
      await until(() => {
        for (const response of held.held.splice(0)) {
          answered++;
          response.end('answered');
        }
        return answered === ALL;
      });
      await until(() => answersOf(client) === ALL);
    });

  it('are begun one in a turn of the event loop, so that others have theirs', async () => {
    let [begun, most, all] = [0, 0, 0];
    listener = await listen(
      (_request, response) => {
        if (begun++ === 0) setImmediate(() => setImmediate(() => (begun = 0)));
        most = Math.max(most, begun);
        all++;
        response.end();
      },
      { host: '127.0.0.1', port: 0, tls: undefined },
      { log: pino({ level: 'silent' }), newRequestId: () => 'the-id' },
    );
    const socket = connect(Number(new URL(listener.url).port), '127.0.0.1');
    socket.write(REQUEST.repeat(300));
    await until(() => all === 300);
    socket.destroy();
    // Two, as a turn may end between the two that count it.
    expect(most).to.be.within(1, 3);
  });

  // Others are answered meanwhile; by then whatever this one sent has been read, if it is read at all.
  async function nothingIsOnItsWay(server: HeldAnswers, isSecure: boolean): Promise<void> {
    for (let i = 0; i < 20; i++) await (isSecure ? server.openTls({}) : server.open().askNow());
  }
});

function tlsOfServer(): { cert: string; key: string } {
  const { certificateFile, keyFile } = makeCertificates(folderWith({}));
  return { cert: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}

function answersOf({ text }: Client): number {
  return text.split('answered').length - 1;
}
