/** Requests that come ahead of the answers to those before, over one connection: few of them are taken at once, and none is lost. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { folderWith } from '../../acceptance/running-service.ts';
import { makeCertificates } from '../../directories/certificates.ts';
import { until } from '../../until.ts';
import { type Client, HeldAnswers } from '../held-answers.ts';

const ALL = 10_000;
const REQUEST = `GET /held HTTP/1.1\r\nHost: x\r\nX-Filling: ${'x'.repeat(100)}\r\n\r\n`;
// What one reading of 64 KiB holds beyond the bound.
const MOST = 64 + Math.ceil(65_536 / REQUEST.length);

describe('requests sent ahead', () => {
  let server: HeldAnswers;
  afterEach(() => server?.close());

  for (const isSecure of [false, true])
    it(`are taken a few at once${isSecure ? ' over TLS' : ''}, and all are answered`, async () => {
      server = await HeldAnswers.start(isSecure ? tlsOfServer() : {});
      const client = isSecure ? await server.openTls({}) : server.open();
      client.send(REQUEST.repeat(ALL));
      await until(() => server.held.length > 0);
      await nothingIsOnItsWay(isSecure);
      expect(server.held.length).to.be.within(64, MOST);
      let answered = 0;
      await until(() => {
        for (const response of server.held.splice(0)) {
          answered++;
          response.end('answered');
        }
        return answered === ALL;
      });
      await until(() => answersOf(client) === ALL);
    });

  // Others are answered meanwhile; by then whatever this one sent has been read, if it is read at all.
  async function nothingIsOnItsWay(isSecure: boolean): Promise<void> {
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
