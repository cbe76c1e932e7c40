/** Servers that break the protocol: an answer that may lack something must never pass for one. */
import { expect } from 'chai';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import {
  type FakeAnswer,
  type FakeLdapServer,
  type FakeRequest,
  searchDone,
  searchEntry,
  startFakeLdapServer,
} from '../../directories/fake-ldap-server.ts';
import { until } from '../../until.ts';
import {
  exampleSettings,
  findPerson,
  ldapUrl,
  type Overrides,
  openDirectory,
  within,
} from '../example-settings.ts';
import { expectFailure } from '../rejection.ts';

const DN = 'uid=ann,ou=people,dc=example,dc=test';

describe('a server that misbehaves', () => {
  let server: FakeLdapServer;
  let directory: EntryDirectory | undefined;
  const find = async (answer: FakeAnswer, overrides: Overrides = {}) => {
    server = await startFakeLdapServer(answer);
    const settings = exampleSettings(
      { kind: 'ldap', urls: [ldapUrl('ldap', server.port)], tls: {}, bind: { kind: 'anonymous' } },
      { memberships: { nested: false }, ...overrides },
    );
    directory = openDirectory(settings);
    return findPerson(directory, 'ann', within());
  };
  afterEach(async () => {
    await directory?.close();
    await server.stop();
  });

  const ann = (id: number) => searchEntry(id, DN, { uid: ['ann'] });
  const whole: FakeAnswer = ({ id }, socket) => socket.write(Buffer.concat([ann(id), searchDone(id, 0)]));

  it('not: the person is found', async () => {
    expect((await find(whole))?.dn).to.equal(DN);
  });

  it('not, but sends octet by octet', async () => {
    const person = await find(({ id }, socket) => {
      for (const octet of Buffer.concat([ann(id), searchDone(id, 0)])) socket.write(Buffer.of(octet));
    });
    expect(person?.dn).to.equal(DN);
  });

  it('once by a cut in the middle of a message: the retry answers', async () => {
    let searches = 0;
    const person = await find((request, socket) => {
      if (++searches === 1) socket.end(ann(request.id).subarray(0, 20));
      else whole(request, socket);
    });
    expect(person?.dn).to.equal(DN);
    expect(server.connections).to.equal(2);
  });

  for (const [what, octets] of [
    ['octets that are no LDAP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['an impossible length', Buffer.of(0x30, 0x85, 1, 2, 3, 4, 5, 6)],
    ['an indefinite length', Buffer.of(0x30, 0x80, 0, 0)],
    ['a huge length', Buffer.of(0x30, 0x84, 0x7f, 0xff, 0xff, 0xff)],
    ['an element longer than its message', Buffer.of(0x30, 0x06, 0x02, 0x01, 0x03, 0x64, 0x40, 0x04)],
    [
      'an entry whose attributes end beyond it',
      Buffer.of(0x30, 0x0a, 0x02, 0x01, 0x02, 0x64, 0x05, 0x04, 0x01, 0x61, 0x30, 0x20),
    ],
    ['a result without code', Buffer.of(0x30, 0x05, 0x02, 0x01, 0x02, 0x65, 0x00)],
    ['an unknown operation', Buffer.of(0x30, 0x05, 0x02, 0x01, 0x02, 0x79, 0x00)],
    [
      'the result of another operation',
      Buffer.of(0x30, 12, 0x02, 0x01, 0x02, 0x61, 7, 0x0a, 1, 0, 4, 0, 4, 0),
    ],
    ['a notice of disconnection', Buffer.of(0x30, 12, 0x02, 0x01, 0x00, 0x78, 7, 0x0a, 1, 52, 4, 0, 4, 0)],
  ] as const) {
    it(`by ${what}: directory_unavailable at once`, async () => {
      await expectFailure(
        find((_, socket) => socket.write(octets)),
        'directory_unavailable',
      );
      expect(server.connections).to.equal(2);
    });
  }

  it('by silence: asked twice, then directory_timeout', async () => {
    const timeouts = { limits: { search: 100 } };
    await expectFailure(
      find(() => {}, timeouts),
      'directory_timeout',
      /no answer within 100 ms/,
    );
    const isOfPerson = ({ operation, text }: FakeRequest) => operation === 'search' && text.includes('uid');
    expect(server.requests.filter(isOfPerson)).to.have.length(2);
  });

  it('by silence at one search: it is not sent twice, and others get their answers on the connection', async () => {
    await find(whole, { limits: { search: 1000, connections: 1 } });
    const before = server.requests.length;
    let isFirst = true;
    server.answer = (request, socket) => {
      if (!isFirst) whole(request, socket);
      isFirst = false;
    };
    await Promise.all([
      expectFailure(findPerson(directory, 'ann', within()), 'directory_timeout'),
      findPerson(directory, 'ann', within()),
    ]);
    expect((await findPerson(directory, 'ann', within()))?.dn).to.equal(DN);
    // Three searches, and that the first is abandoned.
    expect(server.requests.length - before).to.equal(4);
    expect(server.connections).to.equal(1);
  });

  it('by silence on every connection that is open: a fresh one is tried', async () => {
    await find(whole, { limits: { search: 1500, connections: 2 } });
    const lookups = (count: number) =>
      Promise.all(Array.from({ length: count }, () => findPerson(directory, 'ann', within())));
    await lookups(50);
    await lookups(1);
    expect(server.connections).to.equal(2);
    const silent = new Set<unknown>();
    server.answer = (request, socket) => {
      if (server.connections === 2) silent.add(socket);
      if (!silent.has(socket)) whole(request, socket);
    };
    expect((await lookups(2)).map((person) => person?.dn)).to.deep.equal([DN, DN]);
    expect(server.connections).to.equal(3);
  });

  for (const [key, value] of [
    ['entries', 1],
    ['octets', 100],
  ] as const) {
    it(`by more than limits.${key}: an error that names the limit, and no second search`, async () => {
      const twice: FakeAnswer = ({ id }, socket) =>
        socket.write(
          Buffer.concat([1, 2].map((i) => searchEntry(id, `uid=${i},${DN}`, { uid: ['x'.repeat(90)] }))),
        );
      await expectFailure(
        find(twice, { limits: { [key]: value } }),
        'directory_incomplete',
        new RegExp(`limits\\.${key}.*raise the limit`),
      );
      expect(server.requests.filter(({ operation }) => operation === 'search')).to.have.length(1);
    });
  }

  it('by being busy once: another connection is tried, and kept', async () => {
    let searches = 0;
    const person = await find((request, socket) => {
      if (++searches === 1) socket.write(searchDone(request.id, 51));
      else whole(request, socket);
    });
    expect(person?.dn).to.equal(DN);
    await until(() => server.open === 1);
    expect(server.connections).to.equal(2);
  });

  it('by an empty page with a cookie: the next page is read', async () => {
    const person = await find(({ id, cookie }, socket) => {
      if (cookie === undefined) socket.write(searchDone(id, 4));
      else if (cookie === '') socket.write(searchDone(id, 0, 'more'));
      else socket.write(Buffer.concat([ann(id), searchDone(id, 0, '')]));
    });
    expect(person?.dn).to.equal(DN);
  });

  it('by a cut between two pages: read again from the first', async () => {
    let cuts = 0;
    const person = await find(({ id, cookie }, socket) => {
      if (cookie === undefined) socket.write(searchDone(id, 4));
      else if (cookie === '') socket.write(Buffer.concat([ann(id), searchDone(id, 0, 'more')]));
      else if (cuts++ === 0) socket.destroy();
      else socket.write(searchDone(id, 0, ''));
    });
    expect(person?.dn).to.equal(DN);
    expect(server.requests.filter(({ cookie }) => cookie === '')).to.have.length(2);
  });

  for (const [code, failure] of [
    [1, 'directory_incomplete'],
    [3, 'directory_incomplete'],
    [10, 'directory_incomplete'],
    [11, 'directory_incomplete'],
    [32, 'directory_incomplete'],
    [80, 'directory_incomplete'],
    [8, 'directory_refused'],
    [50, 'directory_refused'],
    [51, 'directory_unavailable'],
    [52, 'directory_unavailable'],
  ] as const) {
    it(`by result ${code} after an entry: ${failure}`, async () => {
      const answer: FakeAnswer = ({ id }, socket) =>
        socket.write(Buffer.concat([ann(id), searchDone(id, code)]));
      await expectFailure(find(answer, { referrals: 'ignore' }), failure);
      expect(server.connections).to.equal(failure === 'directory_unavailable' ? 2 : 1);
    });
  }

  describe('by ranges of values', () => {
    const groups = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => `cn=g${from + i},dc=x`);
    const ranged =
      (...parts: readonly (readonly [string, readonly string[]])[]): FakeAnswer =>
      ({ id, text }, socket) => {
        // It holds no entries of groups: memberOf alone tells them.
        if (text.includes('cn=g')) {
          socket.write(searchDone(id, 32));
          return;
        }
        const [name = 'memberOf', values = []] = parts[server.requests.length - 2] ?? [];
        const entry = searchEntry(id, DN, { uid: ['ann'], memberOf: [], [name]: values });
        socket.write(Buffer.concat([entry, searchDone(id, 0)]));
      };

    it('of which all can be read', async () => {
      const person = await find(
        ranged(
          ['memberOf;range=0-1', groups(0, 1)],
          ['memberOf;Range=2-3', groups(2, 3)],
          ['memberOf;range=4-*', groups(4, 4)],
        ),
      );
      expect(person?.memberships.map(({ name }) => name)).to.deep.equal(['g0', 'g1', 'g2', 'g3', 'g4']);
    });

    it('that are whole', async () => {
      expect((await find(ranged(['memberOf;range=0-*', groups(0, 1)])))?.memberships).to.have.length(2);
    });

    for (const [what, ...parts] of [
      ['whose rest is missing', ['memberOf;range=0-1', groups(0, 1)], ['memberOf', []]],
      ['that come again', ['memberOf;range=0-1', groups(0, 1)], ['memberOf;range=0-1', groups(0, 1)]],
      ['with a gap', ['memberOf;range=0-1', groups(0, 1)], ['memberOf;range=3-*', groups(3, 4)]],
      ['that do not begin', ['memberOf;range=2-*', groups(2, 3)]],
      ['of another form', ['memberOf;range=some', groups(2, 3)]],
    ] as const) {
      it(`${what}: directory_incomplete`, async () => {
        await expectFailure(find(ranged(...parts)), 'directory_incomplete', /range/);
      });
    }
  });
});
