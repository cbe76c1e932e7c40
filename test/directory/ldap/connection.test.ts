/**
 * One connection, from its socket to its end, over a plain socket on loopback. The server is a fake: no real one answers
 * with the result of another operation, falls silent at one search or stops reading because a test wants it to.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { PresenceFilter, SearchRequest } from 'ldapts';
import { plainValues } from '../../../src/directory/entries/entry.ts';
import { ConnectionLostError, LdapConnection } from '../../../src/directory/ldap/connection.ts';
import { type AnswerBounds, AnswerTooLargeError } from '../../../src/directory/ldap/pending-operations.ts';
import { OperationCutError, OperationTimeoutError } from '../../../src/directory/ldap/silence.ts';
import {
  bindResponse,
  extendedResponse,
  type FakeLdapServer,
  type FakeRequest,
  PAGED_RESULTS,
  searchDone,
  searchEntry,
  searchReference,
  startFakeLdapServer,
} from '../../directories/fake-ldap-server.ts';
import { TurnedTimers } from '../../turned-timers.ts';
import { until } from '../../until.ts';

const IDLE = 60_000;
const ENOUGH = 30_000;
const DN = 'uid=ann,dc=example,dc=test';
/** What the server does not know is named by another control (RFC 2891) that the library reads too. */
const SORTING = '1.2.840.113556.1.4.473';
/** More than the kernel takes from a writer whose reader reads nothing. */
const TOO_MUCH = 64 * 1024 * 1024;

interface Asked {
  readonly request: FakeRequest;
  /** The server's end of the connection. */
  readonly peer: Socket;
  answer(...messages: readonly Buffer[]): void;
}

describe('an LDAP connection', () => {
  let server: FakeLdapServer;
  let socket: Socket;
  let timers: TurnedTimers;
  let connection: LdapConnection;
  /** Searches and binds that wait for their answers. */
  let asked: Asked[];

  const note = (request: FakeRequest, peer: Socket) => {
    asked.push({ request, peer, answer: (...messages) => peer.write(Buffer.concat(messages)) });
  };

  beforeEach(async () => {
    asked = [];
    server = await startFakeLdapServer(note);
    server.answerBind = note;
    socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    timers = new TurnedTimers();
    timers.take();
    connection = new LdapConnection(socket, 'ldap://fake', IDLE);
  });
  afterEach(async () => {
    timers.giveBack();
    socket.destroy();
    await server.stop();
  });

  const search = (milliseconds = ENOUGH, patience = milliseconds) =>
    connection.search(
      new SearchRequest({ messageId: 0, baseDN: DN, filter: new PresenceFilter({ attribute: 'uid' }) }),
      { milliseconds, patience },
    );
  /** Waits until the server was asked so often, and gives what it was asked last. */
  const askedTimes = async (count: number): Promise<Asked> => {
    await until(() => asked.length >= count);
    const last = asked[count - 1];
    if (last === undefined) throw new Error(`it was not asked ${count} times`);
    return last;
  };
  /** A search that is answered like this. */
  const answered = async (messages: (id: number) => readonly Buffer[]) => {
    const result = search();
    const { request, answer } = await askedTimes(asked.length + 1);
    answer(...messages(request.id));
    return result;
  };
  const done = (id: number) => [searchDone(id, 0)];
  /** All that the server got, as hexadecimal digits. */
  const received = () => server.requests.map(({ text }) => Buffer.from(text, 'latin1').toString('hex'));
  const receivedKinds = () => server.requests.map(({ operation, id }) => `${id} ${operation}`);
  const unbind = (id: number) => `300502010${id}4200`;
  const errorOf = async (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => {
        throw new Error('it did not fail');
      },
      (error: Error) => error,
    );
  const expectLost = (error: Error, reason: string) => {
    expect(error).to.be.instanceOf(ConnectionLostError);
    expect(error.message).to.equal(`ldap://fake: ${reason}`);
  };
  /** What was to happen in this turn of the event loop has happened. */
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  describe('binds', () => {
    for (const [what, bind, octets] of [
      ['anonymously', { kind: 'anonymous' }, '300c 020101 6007 020103 0400 8000'],
      [
        'with a DN and its password',
        { kind: 'simple', dn: 'cn=a', password: 'pw' },
        '3012 020101 600d 020103 0404636e3d61 80027077',
      ],
      [
        'by what TLS proved, SASL EXTERNAL',
        { kind: 'external' },
        '3018 020101 6013 020103 0400 a30c 040845585445524e414c 0400',
      ],
    ] as const) {
      it(`${what}, and hands on the result`, async () => {
        const result = connection.bind(bind, ENOUGH);
        const { answer } = await askedTimes(1);
        expect(received()).to.deep.equal([octets.replaceAll(' ', '')]);
        answer(bindResponse(1, 49, 'not you'));
        expect(await result).to.deep.equal({ code: 49, diagnostic: 'not you' });
        expect(connection.usable).to.equal(true);
      });
    }
  });

  describe('searches', () => {
    it('of one turn of the event loop with one write, in their order, and what comes later apart', async () => {
      const pieces: number[] = [];
      const { _write: one, _writev: many } = socket;
      socket._write = (chunk, encoding, written) => {
        pieces.push(1);
        one.call(socket, chunk, encoding, written);
      };
      socket._writev = (chunks, written) => {
        pieces.push(chunks.length);
        many?.call(socket, chunks, written);
      };
      const first = [search(), search(), search()];
      await until(() => asked.length === 3);
      const later = search();
      await until(() => asked.length === 4);
      for (const { request, answer } of asked) answer(searchDone(request.id, request.id));
      expect((await Promise.all([...first, later])).map(({ code }) => code)).to.deep.equal([1, 2, 3, 4]);
      expect(pieces).to.deep.equal([3, 1]);
    });

    it('and hands on entries, references and the result, be it good or bad', async () => {
      const found = await answered((id) => [
        searchEntry(id, DN, { uid: ['ann'], 'cn;lang-de': ['Ann', 'Anna'] }),
        searchReference(id, ['ldap://a/dc=x', 'ldap://b/dc=x']),
        searchEntry(id, 'uid=bob', {}),
        searchReference(id, ['ldap://c/dc=y']),
        searchDone(id, 4, undefined, { diagnostic: 'that is enough' }),
      ]);
      expect(found).to.deep.equal({
        code: 4,
        diagnostic: 'that is enough',
        entries: [
          {
            dn: DN,
            forms: [
              { type: 'uid', options: [], values: ['ann'] },
              { type: 'cn', options: ['lang-de'], values: ['Ann', 'Anna'] },
            ],
          },
          { dn: 'uid=bob', forms: [] },
        ],
        references: [['ldap://a/dc=x', 'ldap://b/dc=x'], ['ldap://c/dc=y']],
        isPaged: false,
        cookie: undefined,
      });
      expect(connection.usable).to.equal(true);
    });

    it('and hands on octets that are no UTF-8 as they are, and nothing else of their message', async () => {
      const octets = Buffer.from('fffe00e9', 'hex');
      const { entries } = await answered((id) => [
        searchEntry(id, DN, { objectSid: [octets, 'é'], jpegPhoto: [Buffer.alloc(1000, 0xff)] }),
        ...done(id),
      ]);
      const [first, second] = entries.flatMap((entry) => plainValues(entry, 'objectSid'));
      expect(first).to.deep.equal(new Uint8Array(octets));
      expect((first as Uint8Array).buffer.byteLength).to.equal(4);
      expect(second).to.equal('é');
    });

    it('several at a time, each with its own answer', async () => {
      const [first, second] = [search(), search()];
      const { answer } = await askedTimes(2);
      answer(
        searchEntry(2, 'uid=second', {}),
        searchEntry(1, 'uid=first', {}),
        searchDone(2, 0),
        searchDone(1, 32),
      );
      expect((await first).code).to.equal(32);
      expect((await first).entries.map(({ dn }) => dn)).to.deep.equal(['uid=first']);
      expect((await second).entries.map(({ dn }) => dn)).to.deep.equal(['uid=second']);
    });

    it('and leaves alone what nobody asked for', async () => {
      await answered(done);
      const { code, entries } = await answered((id) => [
        searchEntry(99, 'uid=nobody', {}),
        searchDone(99, 80),
        // The result of a search that has ended, and what has the number of the notice and is none.
        searchDone(1, 80),
        searchDone(0, 80),
        searchEntry(id, DN, {}),
        ...done(id),
      ]);
      expect(code).to.equal(0);
      expect(entries.map(({ dn }) => dn)).to.deep.equal([DN]);
      expect(connection.usable).to.equal(true);
    });
  });

  describe('of paged results', () => {
    const page = async (...rest: [cookie?: string, others?: Parameters<typeof searchDone>[3]]) => {
      const { isPaged, cookie } = await answered((id) => [searchDone(id, 0, ...rest)]);
      return { isPaged, cookie: cookie?.toString() };
    };

    it('hands on the cookie', async () => {
      expect(await page('next')).to.deep.equal({ isPaged: true, cookie: 'next' });
    });

    it('has no cookie after the last page', async () => {
      expect(await page('')).to.deep.equal({ isPaged: true, cookie: undefined });
    });

    it('finds the control among others', async () => {
      expect(await page('next', { controls: [SORTING] })).to.deep.equal({ isPaged: true, cookie: 'next' });
      expect(await page(undefined, { controls: [SORTING] })).to.deep.equal({
        isPaged: false,
        cookie: undefined,
      });
    });

    it('has no cookie where the control is without a value', async () => {
      expect(await page(undefined, { controls: [PAGED_RESULTS] })).to.deep.equal({
        isPaged: true,
        cookie: undefined,
      });
    });

    it('copies the cookie, so that its message does not stay in memory with it', async () => {
      const length = 1_000_000;
      const { cookie } = await answered((id) => [
        searchDone(id, 0, 'next', { diagnostic: 'x'.repeat(length) }),
      ]);
      expect(cookie?.toString()).to.equal('next');
      expect(cookie?.buffer.byteLength).to.be.below(length);
    });
  });

  describe('numbers its messages', () => {
    it('from 1, the unbind at its end too', async () => {
      const bound = connection.bind({ kind: 'anonymous' }, ENOUGH);
      (await askedTimes(1)).answer(bindResponse(1, 0));
      await bound;
      await answered(done);
      await answered(done);
      connection.retire();
      await until(() => server.requests.length === 4);
      expect(receivedKinds()).to.deep.equal(['1 bind', '2 search', '3 search', '4 other']);
      expect(received().at(-1)).to.equal(unbind(4));
    });
  });

  describe('is lost', () => {
    const results: readonly (readonly [string, string, (asked: Asked) => void])[] = [
      [
        'by the result of a bind',
        'the server answered with the result of another operation',
        ({ request, answer }) => answer(bindResponse(request.id, 0)),
      ],
      [
        'by the result of an extended operation',
        'the server answered with the result of another operation',
        ({ request, answer }) => answer(extendedResponse(request.id, 0)),
      ],
      [
        'by a notice of disconnection',
        'the server ends the connection: going down',
        ({ answer }) => answer(extendedResponse(0, 52, 'going down')),
      ],
      [
        'by what is no LDAP',
        'what the server sent is no LDAP message',
        ({ answer }) => answer(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
      ],
      [
        'by an operation that the library does not know',
        'Protocol Operation not supported: 0x79',
        ({ answer }) => answer(Buffer.from('30050201027900', 'hex')),
      ],
      ['by its end', 'the server closed the connection', ({ peer }) => peer.end()],
      ['by a reset', 'read ECONNRESET', ({ peer }) => peer.resetAndDestroy()],
      ['where its socket is closed', 'the connection was closed', () => socket.destroy()],
    ];
    for (const [what, reason, happens] of results) {
      it(`${what}: all operations fail, and nothing is sent any more`, async () => {
        await answered(done);
        const errors = [errorOf(search()), errorOf(search())];
        const last = await askedTimes(3);
        happens(last);
        for (const error of await Promise.all(errors)) expectLost(error, reason);
        expect(connection.usable).to.equal(false);
        expect(socket.destroyed).to.equal(true);
        expectLost(await errorOf(search()), 'the connection is closed');
        expectLost(await errorOf(connection.bind({ kind: 'anonymous' }, ENOUGH)), 'the connection is closed');
        connection.retire();
        await connection.closed;
        await until(() => server.open === 0);
        expect(receivedKinds()).to.deep.equal(['1 search', '2 search', '3 search']);
        expect(timers.holding).to.equal(0);
      });
    }

    it('by the result of a search where a bind was sent', async () => {
      const error = errorOf(connection.bind({ kind: 'anonymous' }, ENOUGH));
      (await askedTimes(1)).answer(searchDone(1, 0));
      expectLost(await error, 'the server answered with the result of another operation');
    });

    it('while nothing is in flight: nothing keeps the process up', async () => {
      await answered(done);
      expect(timers.holding).to.equal(1);
      asked[0]?.peer.end();
      await connection.closed;
      expect(connection.usable).to.equal(false);
      expect(timers.holding).to.equal(0);
    });
  });

  describe('that waits too long', () => {
    it('abandons that search alone, and is ended after the others', async () => {
      const error = errorOf(search(4999.6));
      const other = search(10_000);
      const { answer } = await askedTimes(2);
      timers.turn(4998);
      await turn();
      expect(connection.usable).to.equal(true);
      timers.turn(2);
      expect(await error).to.be.instanceOf(OperationTimeoutError);
      expect((await error).message).to.equal('ldap://fake: no answer within 5000 ms');
      expect(await error).to.have.property('isSlow', false);
      expect(connection.usable).to.equal(false);
      expectLost(await errorOf(search()), 'the connection is closed');
      await until(() => server.requests.length === 4);
      expect(received().at(-1)).to.equal('3006020104500101');
      expect(socket.writableEnded).to.equal(false);

      answer(searchEntry(1, 'uid=late', {}), searchEntry(2, DN, {}), ...done(1), ...done(2));
      expect((await other).entries.map(({ dn }) => dn)).to.deep.equal([DN]);
      await connection.closed;
      await until(() => server.requests.length === 5);
      expect(received().at(-1)).to.equal(unbind(5));
    });

    it('asks after half of the time whether the server is there, and goes on where it is', async () => {
      const error = errorOf(search(5000));
      await askedTimes(1);
      timers.turn(2500);
      const { request, answer } = await askedTimes(2);
      expect([request.id, request.operation]).to.deep.equal([2, 'search']);
      // A read of the root (an empty DN, scope 0), of no attribute.
      expect(request.text).to.contain('\x04\x00\x0a\x01\x00').and.to.contain('\x04\x031.1');
      // Whatever the result: here that it may not be read.
      answer(searchDone(2, 50));
      const before = search();
      (await askedTimes(3)).answer(...done(3));
      await before;
      timers.turn(2500);
      expect(await error).to.have.property('isSlow', true);
      expect(connection.usable).to.equal(true);
      await answered(done);
    });

    for (const milliseconds of [8, 2400, 2600, 4499])
      it(`abandons what had less time than a server may take, and goes on: ${milliseconds} ms of 5000`, async () => {
        const error = errorOf(search(milliseconds, 5000));
        await askedTimes(1);
        timers.turn(milliseconds);
        expect(await error).to.be.instanceOf(OperationCutError);
        expect((await error).message).to.equal(
          `ldap://fake: no answer within ${milliseconds} ms, which was all the time there was`,
        );
        const asks = milliseconds > 2500 ? ['2 search'] : [];
        await until(() => server.requests.length === asks.length + 2);
        expect(receivedKinds()).to.deep.equal(['1 search', ...asks, `${asks.length + 2} other`]);
        expect(connection.usable).to.equal(true);
        await answered(done);
      });

    for (const isAnswered of [true, false])
      it(`${isAnswered ? 'goes on' : 'tells of the server'} where searches are cut and ${isAnswered ? 'another is' : 'none but its own question is'} answered between`, async () => {
        const begun = performance.now();
        const first = errorOf(search(80, 100));
        await askedTimes(1);
        timers.turn(50);
        (await askedTimes(2)).answer(searchDone(2, 0));
        await turn();
        timers.turn(30);
        expect(await first).to.be.instanceOf(OperationCutError);
        if (isAnswered) await answered(done);
        while (performance.now() < begun + 110) await turn();
        const second = errorOf(search(40, 100));
        await askedTimes(isAnswered ? 4 : 3);
        timers.turn(40);
        expect(await second).to.be.instanceOf(isAnswered ? OperationCutError : OperationTimeoutError);
      });

    it('tells of the server by what had nearly all of the time that it may take', async () => {
      const error = errorOf(search(4500, 5000));
      await askedTimes(1);
      timers.turn(4500);
      expect(await error).to.be.instanceOf(OperationTimeoutError);
      expect(connection.usable).to.equal(false);
    });

    it('asks nothing where others were answered since, and goes on', async () => {
      const error = errorOf(search(5000));
      await askedTimes(1);
      await answered(done);
      timers.turn(5000);
      expect(await error).to.have.property('isSlow', true);
      await answered(done);
      expect(receivedKinds()).to.deep.equal(['1 search', '2 search', '3 other', '4 search']);
    });

    it('is not there for others because its own entries drip', async () => {
      const error = errorOf(search(5000));
      const { answer } = await askedTimes(1);
      for (let i = 0; i < 4; i++) {
        answer(searchEntry(1, `uid=${i}`, {}));
        timers.turn(1250);
        await turn();
      }
      expect(await error).to.have.property('isSlow', false);
      expect(connection.usable).to.equal(false);
    });

    it('is ended where the server goes on to send what was given up', async () => {
      const error = errorOf(search(5000));
      const { answer } = await askedTimes(1);
      await answered(done);
      timers.turn(5000);
      await error;
      expect(connection.usable).to.equal(true);
      answer(...Array.from({ length: 1000 }, (_, i) => searchEntry(1, `uid=${i}`, {})));
      await answered(done);
      expect(connection.usable).to.equal(true);
      answer(searchEntry(1, 'uid=one more', {}));
      await connection.closed;
    });

    it('is ended at once where there are no others', async () => {
      const error = errorOf(connection.bind({ kind: 'anonymous' }, 100));
      await askedTimes(1);
      timers.turn(100);
      expect(await error).to.be.instanceOf(OperationTimeoutError);
      await connection.closed;
      await until(() => server.requests.length === 3);
      expect(received().slice(1)).to.deep.equal(['3006020102500101', unbind(3)]);
    });

    it('not: what was answered is not abandoned', async () => {
      await answered(done);
      timers.turn(ENOUGH);
      await turn();
      expect(connection.usable).to.equal(true);
      await answered(done);
      expect(receivedKinds()).to.deep.equal(['1 search', '2 search']);
    });
  });

  describe('of which too much comes', () => {
    const ENTRY = searchEntry(1, DN, {}).length;
    const boundTo = (bounds: AnswerBounds) => {
      socket.removeAllListeners();
      connection = new LdapConnection(socket, 'ldap://fake', IDLE, bounds);
    };

    it('ends the search that has more entries than it may, and no other', async () => {
      boundTo({ entries: 2, octets: 2 ** 20 });
      const [error, other] = [errorOf(search()), search()];
      const { answer } = await askedTimes(2);
      answer(
        searchEntry(2, DN, {}),
        searchEntry(1, DN, {}),
        searchReference(1, ['ldap://b']),
        searchEntry(1, DN, {}),
      );
      expect(await error).to.be.instanceOf(AnswerTooLargeError);
      expect((await error).message).to.equal(
        'ldap://fake: more than 2 entries came for one search (limits.entries)',
      );
      expect(connection.usable).to.equal(false);
      answer(...done(2));
      expect((await other).entries).to.have.length(1);
      await connection.closed;
    });

    it('ends a bind for which entries come', async () => {
      boundTo({ entries: 2, octets: 100 * ENTRY });
      const error = errorOf(connection.bind({ kind: 'anonymous' }, ENOUGH));
      const { answer } = await askedTimes(1);
      answer(...Array.from({ length: 3 }, () => searchEntry(1, DN, {})));
      expect(await error).to.be.instanceOf(AnswerTooLargeError);
      await connection.closed;
    });

    it('ends the one that holds most where all of them hold more than they may', async () => {
      const bounds = { entries: 100, octets: 4 * ENTRY - 1 };
      boundTo(bounds);
      const [error, other] = [errorOf(search()), search()];
      const { answer } = await askedTimes(2);
      answer(...[1, 1, 1, 2].map((id) => searchEntry(id, DN, {})));
      expect((await error).message).to.equal(
        `ldap://fake: more than ${bounds.octets} octets came for one search (limits.octets)`,
      );
      answer(...done(2));
      expect((await other).entries).to.have.length(1);
    });

    it('counts references too, by their URIs', async () => {
      const uris = ['ldap://a/', 'ldap://b/'];
      boundTo({ entries: 9, octets: 3 * uris.join('').length - 1 });
      const error = errorOf(search());
      const { answer } = await askedTimes(1);
      for (let i = 0; i < 2; i++) answer(searchReference(1, uris));
      await turn();
      expect(connection.usable).to.equal(true);
      answer(searchReference(1, uris));
      expect(await error).to.be.instanceOf(AnswerTooLargeError);
    });

    it('counts what is held, not what came', async () => {
      boundTo({ entries: 2, octets: 3 * ENTRY });
      for (let i = 0; i < 5; i++) {
        const { entries } = await answered((id) => [
          searchEntry(id, DN, {}),
          searchEntry(id, DN, {}),
          ...done(id),
        ]);
        expect(entries).to.have.length(2);
      }
    });

    it('is lost with a message that is longer than all may be, which ends its own search for good', async () => {
      boundTo({ entries: 2, octets: ENTRY });
      const [error, other] = [errorOf(search()), errorOf(search())];
      const { answer } = await askedTimes(2);
      answer(searchEntry(1, DN, { cn: ['longer'] }).subarray(0, 12));
      const reason = `the server sent a message of more than ${ENTRY} octets (limits.octets)`;
      expect(await error).to.be.instanceOf(AnswerTooLargeError);
      expect((await error).message).to.equal(`ldap://fake: ${reason}`);
      expectLost(await other, reason);
    });

    it('is lost with such a message of a search that nobody waits for, too', async () => {
      boundTo({ entries: 2, octets: ENTRY });
      const error = errorOf(search());
      (await askedTimes(1)).answer(searchEntry(99, DN, { cn: ['longer'] }).subarray(0, 12));
      expectLost(await error, `the server sent a message of more than ${ENTRY} octets (limits.octets)`);
    });
  });

  describe('that is retired', () => {
    it('is unbound, closed, and takes nothing more', async () => {
      await answered(done);
      connection.retire();
      connection.retire();
      expect(connection.usable).to.equal(false);
      expectLost(await errorOf(search()), 'the connection is closed');
      await connection.closed;
      await until(() => server.requests.length === 2 && server.open === 0);
      expect(received().at(-1)).to.equal(unbind(2));
      expect(timers.holding).to.equal(0);
    });

    it('is closed only after what is in flight', async () => {
      let isClosed = false;
      void connection.closed.then(() => {
        isClosed = true;
      });
      const [first, second] = [search(), search()];
      const { answer } = await askedTimes(2);
      connection.retire();
      expectLost(await errorOf(search()), 'the connection is closed');
      expect(socket.writableEnded).to.equal(false);
      answer(...done(1));
      await first;
      await turn();
      expect(socket.writableEnded).to.equal(false);
      expect(isClosed).to.equal(false);
      answer(searchEntry(2, DN, {}), ...done(2));
      expect((await second).entries).to.have.length(1);
      await connection.closed;
      await until(() => server.requests.length === 3);
      expect(received().at(-1)).to.equal(unbind(3));
    });

    it('does not wait for the server to close it too', async () => {
      await answered(done);
      // It reads nothing any more, the end neither.
      asked[0]?.peer.pause();
      connection.retire();
      await connection.closed;
      expect(socket.destroyed).to.equal(true);
    });

    it('waits a second for a server that does not read, and no longer', async () => {
      await answered(done);
      asked[0]?.peer.pause();
      socket.write(Buffer.alloc(TOO_MUCH));
      connection.retire();
      connection.retire();
      timers.turn(999);
      await turn();
      expect(socket.destroyed).to.equal(false);
      timers.turn(1);
      expect(socket.destroyed).to.equal(true);
      await connection.closed;
    });
  });

  describe('that is idle', () => {
    it('is unbound and closed after its time, not before', async () => {
      await answered(done);
      timers.turn(IDLE - 1);
      expect(connection.usable).to.equal(true);
      await answered(done);
      timers.turn(IDLE - 1);
      expect(connection.usable).to.equal(true);
      timers.turn(1);
      expect(connection.usable).to.equal(false);
      await connection.closed;
      await until(() => server.requests.length === 3);
      expect(received().at(-1)).to.equal(unbind(3));
    });

    it('not, because one of its operations is in flight, stays', async () => {
      await answered(done);
      const [first, second] = [search(10 * IDLE), search(10 * IDLE)];
      const { answer } = await askedTimes(3);
      timers.turn(IDLE);
      expect(connection.usable).to.equal(true);
      answer(...done(2));
      await first;
      timers.turn(IDLE);
      expect(connection.usable).to.equal(true);
      answer(...done(3));
      await second;
      timers.turn(IDLE - 1);
      expect(connection.usable).to.equal(true);
    });
  });
});
