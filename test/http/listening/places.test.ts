/**
 * Who keeps a place where more connect than there are places, on a listener that has twenty: half-sent requests, slow
 * bodies, idle connections and handshakes without end never shut out who asks for something.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import { pino } from 'pino';
import { Places } from '../../../src/http/listening/places.ts';
import { type Listener, type ListenTls, listen } from '../../../src/http/listening/server.ts';
import { noteProof } from '../../../src/http/proven.ts';
import { folderWith } from '../../acceptance/running-service.ts';
import { makeCertificates } from '../../directories/certificates.ts';
import { until } from '../../until.ts';
import { Client } from '../held-answers.ts';

const PLACES = 20;
const HALF = 'GET /user-info?userid=ann HTTP/1.1\r\nHost: x\r\n';

describe('places', () => {
  let listener: Listener;
  let clients: Client[] = [];
  let held: ServerResponse[] = [];
  let logged: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => logged.push(JSON.parse(line)) });

  /** `/right` proves who asks, `/held` waits; all else is refused. */
  const start = async (tls?: ListenTls) => {
    listener = await listen(
      ({ url, socket }, response) => {
        if (url === '/held') return void held.push(response);
        if (url === '/right') noteProof(socket);
        response.statusCode = url === '/right' ? 200 : 401;
        response.setHeader('Content-Length', 4).end('told');
      },
      { host: '127.0.0.1', port: 0, tls, places: PLACES },
      { log, newRequestId: () => 'the-id' },
    );
  };
  const open = (localAddress = '127.0.0.1', text = ''): Promise<Client> => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(listener.url).port), localAddress });
    const client = new Client(socket);
    clients.push(client);
    return new Promise((resolve, reject) => {
      socket.once('error', reject).once('connect', () => {
        client.send(text);
        resolve(client);
      });
    });
  };
  const openAll = async (count: number, localAddress?: string, text?: string): Promise<Client[]> => {
    const opened: Client[] = [];
    // One after another, so that it is known who came first.
    for (let i = 0; i < count; i++) opened.push(await open(localAddress, text));
    return opened;
  };
  const ask = async (client: Client, path: string): Promise<string> => {
    const before = client.text.length;
    client.ask(path);
    await until(() => client.text.slice(before).endsWith('told') || client.socket.closed);
    return client.text.slice(before);
  };
  const isOpen = ({ socket }: Client) => !socket.closed && !socket.readableEnded;
  const openOf = (some: readonly Client[]) => some.filter(isOpen).length;
  /** All that was sent before was seen by the server: it takes and reads in order. */
  const settled = async () => {
    const last = await open('127.0.0.9');
    expect(await ask(last, '/right')).to.match(/^HTTP\/1\.1 200 /);
    last.socket.destroy();
  };

  beforeEach(() => {
    [clients, held, logged] = [[], [], []];
  });
  afterEach(async () => {
    for (const { socket } of clients) socket.destroy();
    await listener?.close(0);
  });

  for (const [what, text] of [
    ['half-sent requests', HALF],
    ['nothing at all', ''],
    ['slow bodies', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nab'],
    ['wrong proofs, and then nothing', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ] as const) {
    it(`that are all taken by ${what} are given to who asks, from another address and from the same`, async () => {
      await start();
      await openAll(5 * PLACES, '127.0.0.1', text);
      for (const address of ['127.0.0.2', '127.0.0.1']) {
        const right = await open(address);
        expect(await ask(right, '/right'), address).to.match(/^HTTP\/1\.1 200 /);
        // From now on whatever comes from there does not matter.
        await openAll(2 * PLACES, address, text);
        expect(await ask(right, '/right'), address).to.match(/^HTTP\/1\.1 200 /);
      }
    });
  }

  it('are taken first from the oldest that has sent no whole request', async () => {
    await start();
    const all = await openAll(PLACES, '127.0.0.1', HALF);
    await openAll(3, '127.0.0.2');
    await until(() => openOf(all) <= PLACES - 3);
    await settled();
    expect(all.map(isOpen).indexOf(true)).to.be.oneOf([3, 4]);
  });

  it('are taken from the address that has most, and nobody within the share of all loses one', async () => {
    await start();
    const few = await openAll(4, '127.0.0.3', HALF);
    const some = await openAll(5, '127.0.0.4', HALF);
    const flood = await openAll(4 * PLACES, '127.0.0.1', HALF);
    await settled();
    expect([openOf(few), openOf(some)]).to.deep.equal([4, 5]);
    expect(openOf(flood)).to.be.within(PLACES - 11, PLACES - 9);
  });

  it('are kept by those who were right, while others have any', async () => {
    await start();
    const right = await openAll(PLACES - 2);
    for (const client of right) await ask(client, '/right');
    const wrong = await open('127.0.0.5');
    await ask(wrong, '/');
    await openAll(PLACES, '127.0.0.5', HALF);
    await settled();
    expect([openOf(right), isOpen(wrong)]).to.deep.equal([PLACES - 2, false]);
  });

  it('are taken from the longest idle of those who were right where all were', async () => {
    await start();
    const right = await openAll(PLACES);
    for (const client of right) await ask(client, '/right');
    await ask(right[0] as Client, '/right');
    const another = await open('127.0.0.1');
    expect(await ask(another, '/right')).to.match(/^HTTP\/1\.1 200 /);
    await until(() => openOf(right) === PLACES - 1);
    expect(right.findIndex((client) => !isOpen(client))).to.equal(1);
  });

  it('that all have a request under way are kept; who comes then is told so, unless of an address with few', async () => {
    await start();
    const busy = await openAll(PLACES);
    for (const client of busy) client.ask('/held');
    await until(() => held.length === PLACES);
    const refused = await open('127.0.0.1');
    refused.ask('/right');
    expect(await refused.closed())
      .to.match(/^HTTP\/1\.1 503 .*\r\nRetry-After: 1\r\n.*\r\nConnection: close\r\n/s)
      .and.include('"code":"overloaded"');
    expect(await ask(await open('127.0.0.2'), '/right')).to.match(/^HTTP\/1\.1 200 /);
    // More than there is room for being told.
    await openAll(10 * PLACES, '127.0.0.1', HALF);
    expect(await ask(await open('127.0.0.2'), '/right')).to.match(/^HTTP\/1\.1 200 /);
    for (const response of held) response.end('told');
    for (const client of busy) await until(() => client.text.endsWith('told'));
    expect(openOf(busy)).to.equal(PLACES);
  });

  it('are not held by handshakes that do not end', async () => {
    const { certificateFile, keyFile } = makeCertificates(folderWith({}));
    const [certificate = '', key = ''] = [certificateFile, keyFile].map((file) => readFileSync(file, 'utf8'));
    await start({ certificate, key, clientCa: undefined });
    // The first octets of a record of a handshake.
    await openAll(3 * PLACES, '127.0.0.1', '\x16\x03\x01');
    const { socket } = await open('127.0.0.1');
    const right = new Client(connectTls({ socket, rejectUnauthorized: false }));
    clients.push(right);
    expect(await ask(right, '/right')).to.match(/^HTTP\/1\.1 200 /);
    await openAll(2 * PLACES, '127.0.0.1', '\x16\x03\x01');
    expect(await ask(right, '/right')).to.match(/^HTTP\/1\.1 200 /);
  });

  it('that are taken away are told to the log, not each by itself', async () => {
    await start();
    await openAll(3 * PLACES, '127.0.0.1', HALF);
    await settled();
    const lines = logged.filter(({ msg }) => String(msg).startsWith('too many connections'));
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({ level: 40, most: PLACES, address: '127.0.0.1', closed: 1 });
  });

  describe('of addresses that nobody has on one machine', () => {
    class Remote extends EventEmitter {
      isDestroyed = false;
      readonly remoteAddress: string;
      readonly remotePort: number;
      constructor(address: string, port = 1) {
        super();
        this.remoteAddress = address;
        this.remotePort = port;
      }
      destroy() {
        this.isDestroyed = true;
      }
    }
    const socket = (remote: Remote) => remote as unknown as Socket;

    it('are never more than there are, where the address that comes had the one that goes', () => {
      const places = new Places(1, { log, isProven: () => false });
      const all = Array.from({ length: 4 }, (_, i) => new Remote('192.0.2.1', i));
      for (const each of all) places.take(socket(each));
      expect(all.map(({ isDestroyed }) => isDestroyed)).to.deep.equal([true, true, true, false]);
    });

    for (const [what, networks] of [
      ['one network of IPv6', ['2001:db8::1', '2001:db8:0:0:ffff::2', '2001:db8::3:0:0:4', '2001:db8:0::']],
      ['one address of IPv4, however written', ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:192.0.2.1']],
    ] as const) {
      it(`are one share for ${what}`, () => {
        const places = new Places(6, { log, isProven: () => false });
        const others = ['198.51.100.1', '2001:db8:0:1::1', '::1'].map((each) => new Remote(each));
        for (const each of others) places.take(socket(each));
        const flood = Array.from(
          { length: 20 },
          (_, i) => new Remote(networks[i % networks.length] ?? '', i),
        );
        for (const each of flood) places.take(socket(each));
        expect(others.map(({ isDestroyed }) => isDestroyed)).to.deep.equal([false, false, false]);
        expect(flood.filter(({ isDestroyed }) => !isDestroyed)).to.have.length(3);
      });
    }
  });
});
