/** What reaches no app, or would hold the process: unreadable requests, silent sockets, failed handshakes. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import express from 'express';
import { pino } from 'pino';
import { type Listener, type ListenTls, listen } from '../../../src/http/listening/server.ts';
import { folderWith } from '../../acceptance/running-service.ts';
import { makeCertificates } from '../../directories/certificates.ts';

const logged: Record<string, unknown>[] = [];
const surroundings = {
  log: pino(
    { level: 'info' },
    { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) },
  ),
  newRequestId: () => 'the-id',
};

/** Longer than a test may take: whoever waits for it to pass, fails. */
const ENDLESS = 600_000;

describe('the listener', () => {
  const sockets: Socket[] = [];
  let listener: Listener;
  /** How many requests for /slow came. */
  let arrived = 0;
  /** They are answered when this is, and a moment later than they come. */
  let released: Promise<unknown> = Promise.resolve();

  const start = async (tls?: ListenTls) => {
    const app = express();
    app.get('/slow', async (_request, response) => {
      arrived++;
      await Promise.all([released, sleep(20)]);
      response.send('slow');
    });
    app.use((request, response) => {
      response.status(404).json({ path: request.path });
    });
    listener = await listen(app, { host: '127.0.0.1', port: 0, tls }, surroundings);
  };

  const open = (): Socket => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(listener.url).port) });
    socket.on('error', () => undefined);
    sockets.push(socket);
    return socket;
  };

  /** Sends the octets and gives what came until the server closed. */
  const talk = (text: string, socket = open()): Promise<string> =>
    new Promise((resolve) => {
      let answer = '';
      socket.on('data', (chunk) => (answer += String(chunk))).on('close', () => resolve(answer));
      socket.write(text);
    });
  const talkTls = (text: string) => talk(text, connectTls({ socket: open(), rejectUnauthorized: false }));

  /** Keeps answers to /slow back until the function that it gives is called. */
  const hold = (): (() => void) => {
    let release = () => {};
    released = new Promise<void>((resolve) => {
      release = resolve;
    });
    return release;
  };
  const until = async (what: () => boolean) => {
    while (!what()) await sleep(5);
  };
  const openSilent = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () => new Promise((resolve) => open().once('connect', resolve))),
    );

  const certificates = (): ListenTls => {
    const { certificateFile, keyFile } = makeCertificates(folderWith({}));
    const [certificate, key] = [certificateFile, keyFile].map((file) => readFileSync(file, 'utf8'));
    return { certificate: certificate ?? '', key: key ?? '', clientCa: undefined };
  };

  beforeEach(() => {
    arrived = 0;
    released = Promise.resolve();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await listener.close(0);
  });

  it('hands targets that no URL has, and an unknown Expect, to the app', async () => {
    await start();
    const close = 'Connection: close\r\n\r\n';
    expect(await talk(`GET http://[::1/user-info HTTP/1.1\r\nHost: x\r\n${close}`)).to.match(
      /^HTTP\/1\.1 404 .*"\/%"/s,
    );
    expect(await talk(`GET http://h/slow HTTP/1.1\r\nHost: x\r\n${close}`)).to.match(
      /^HTTP\/1\.1 200 .*slow/s,
    );
    expect(await talk(`GET /nowhere HTTP/1.1\r\nHost: x\r\nExpect: much\r\n${close}`)).to.match(
      /^HTTP\/1\.1 404 /,
    );
  });

  it('answers what is no HTTP with a problem, and logs it under the same id', async () => {
    await start();
    logged.length = 0;
    for (const [text, status] of [
      ['GET / HTTP/9.9\r\n\r\n', 400],
      ['nonsense\r\n\r\n', 400],
      [`GET /user-info?userid=${'a'.repeat(200_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ] as const) {
      const answer = await talk(text);
      expect(answer).to.match(
        new RegExp(`^HTTP/1\\.1 ${status} .*\r\nX-Request-Id: the-id\r\nCache-Control: no-store\r\n`),
      );
      expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).to.include({
        status,
        code: 'unreadable_request',
        request_id: 'the-id',
      });
    }
    expect(logged.filter((line) => line['request_id'] === 'the-id')).to.have.length(3);
  });

  it('does not mix the answer under way with garbage that follows it', async () => {
    await start();
    const answer = await talk('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n\x01\x02garbage\r\n\r\n');
    expect(answer).to.match(/^HTTP\/1\.1 200 .*slow$/s);
  });

  it('speaks TLS 1.2 and newer', async () => {
    await start(certificates());
    const protocolOf = (version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
      new Promise<string | null>((resolve) => {
        const options = { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' } as const;
        const socket = connectTls({ socket: open(), rejectUnauthorized: false, ...options });
        socket.once('secureConnect', () => resolve(socket.getProtocol())).once('error', () => resolve(null));
      });
    for (const version of ['TLSv1', 'TLSv1.1'] as const) expect(await protocolOf(version)).to.equal(null);
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
      expect(await protocolOf(version)).to.equal(version);
  });

  it('ends in time with silent connections, plain', async () => {
    await start();
    await openSilent(5);
    await listener.close(ENDLESS);
  });

  it('ends in time with silent connections to TLS, and closes what fails to shake hands', async () => {
    await start(certificates());
    await openSilent(5);
    expect(await talk('GET / HTTP/1.1\r\n\r\n')).to.not.include('HTTP/1.1 200');
    await listener.close(ENDLESS);
  });

  for (const what of ['plain', 'TLS'] as const) {
    it(`says in the drain that a connection ends with its answer, to requests under way as well: ${what}`, async () => {
      const ask = what === 'plain' ? talk : talkTls;
      await start(what === 'plain' ? undefined : certificates());
      const release = hold();
      const underWay = ask('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
      await until(() => arrived === 1);
      listener.drain();
      release();
      // Each of these resolves as the server closes; the requests did not ask for it.
      expect(await underWay).to.match(/^HTTP\/1\.1 200 .*\r\nConnection: close\r\n.*slow$/s);
      expect(await ask('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n')).to.match(
        /^HTTP\/1\.1 200 .*\r\nConnection: close\r\n.*slow$/s,
      );
      expect(await ask('HEAD /nowhere HTTP/1.1\r\nHost: x\r\nExpect: much\r\n\r\n')).to.match(
        /^HTTP\/1\.1 404 .*\r\nConnection: close\r\n/s,
      );
    });
  }

  it('answers all pipelined requests in the drain, and says with the last one that the connection ends', async () => {
    await start();
    const slow = 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n';
    const release = hold();
    const underWay = talk(slow + slow);
    await until(() => arrived > 0);
    listener.drain();
    release();
    for (const all of [await underWay, await talk(slow + slow + slow)]) {
      const answers = all.split(/(?=HTTP\/1\.1 )/);
      expect(answers.length).to.be.greaterThan(1);
      for (const [i, answer] of answers.entries()) {
        expect(answer).to.match(/^HTTP\/1\.1 200 .*slow$/s);
        expect(answer.includes('\r\nConnection: close\r\n')).to.equal(i === answers.length - 1);
      }
    }
  });

  it('goes on with a kept connection in the drain for one more answer, and closes idle ones at the end', async () => {
    await start();
    const [used, idle] = [open(), open()];
    const closed = [used, idle].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    let [answers, others] = ['', ''];
    used.on('data', (chunk) => (answers += String(chunk)));
    idle.on('data', (chunk) => (others += String(chunk)));
    for (const socket of [used, idle]) socket.write('GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => [answers, others].every((text) => text.endsWith('}')));
    listener.drain();
    await sleep(100);
    expect([used.destroyed, idle.destroyed]).to.deep.equal([false, false]);
    used.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await closed[0];
    expect(answers).to.match(/Connection: keep-alive\r\n.*Connection: close\r\n.*slow$/s);
    await listener.close(ENDLESS);
    await closed[1];
  });

  it('answers the request that came last before the end', async () => {
    await start();
    const release = hold();
    const answer = talk('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => arrived === 1);
    const closed = listener.close(ENDLESS);
    release();
    await closed;
    expect(await answer).to.match(/^HTTP\/1\.1 200 .*slow/s);
  });
});
