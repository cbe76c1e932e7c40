/** Servers that accept a bind and then do not search: left alone while there is another, known to be failing where not. */
import { expect } from 'chai';
import { Deadline } from '../../../../src/deadline.ts';
import type { EntryDirectory } from '../../../../src/directory/entry-directory.ts';
import {
  type FakeAnswer,
  type FakeLdapServer,
  searchDone,
  searchEntry,
  startFakeLdapServer,
} from '../../../directories/fake-ldap-server.ts';
import { TurnedClock } from '../../../turned-clock.ts';
import { sooner, until } from '../../../until.ts';
import { exampleSettings, findPerson, ldapUrl, openDirectory } from '../../example-settings.ts';
import { onceWell } from '../../recovery.ts';
import { expectFailure } from '../../rejection.ts';

const DN = 'uid=ann,ou=people,dc=example,dc=test';
const SEARCH = 300;
const A_MINUTE = 60_000;

const LIES: readonly (readonly [what: string, answer: FakeAnswer])[] = [
  ['answers nothing', () => undefined],
  ['is busy (51)', ({ id }, socket) => socket.write(searchDone(id, 51))],
  ['is unavailable (52)', ({ id }, socket) => socket.write(searchDone(id, 52))],
  ['hangs up', (_request, socket) => socket.destroy()],
  ['sends half a message', ({ id }, socket) => socket.end(searchDone(id, 0).subarray(0, 4))],
  ['sends no LDAP', (_request, socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
];

describe('a server that binds and does not search', () => {
  const servers: FakeLdapServer[] = [];
  let directory: EntryDirectory;
  const well: FakeAnswer = ({ id }, socket) =>
    socket.write(Buffer.concat([searchEntry(id, DN, { uid: ['ann'] }), searchDone(id, 0)]));
  const clock = new TurnedClock();
  const open = async (...answers: FakeAnswer[]) => {
    for (const answer of answers) servers.push(await startFakeLdapServer(answer));
    const urls = servers.map(({ port }) => ldapUrl('ldap', port));
    directory = openDirectory(
      exampleSettings(
        { kind: 'ldap', urls, tls: {}, bind: { kind: 'anonymous' } },
        { memberships: { nested: false }, limits: { search: SEARCH } },
      ),
      { clock },
    );
  };
  /** Below a base DN: what asks only whether it is there is none of them. */
  const searchesOf = (server: FakeLdapServer | undefined) =>
    server?.requests.filter(({ operation, text }) => operation === 'search' && text.includes('dc=example'))
      .length;
  const find = () => findPerson(directory, 'ann', new Deadline(clock, 5000));
  afterEach(async () => {
    await directory.close();
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  for (const [what, answer] of LIES) {
    it(`but ${what}: the same lookup goes on to the next, and later ones do not come back to it`, async () => {
      await open(answer, well);
      expect((await find())?.dn).to.equal(DN);
      const [first] = servers;
      expect(searchesOf(first)).to.equal(1);
      for (let i = 0; i < 3; i++) expect((await find())?.dn).to.equal(DN);
      expect(searchesOf(first)).to.equal(1);
      expect(first?.connections).to.equal(1);
    });

    it(`but ${what}, and is the only one: nobody waits for it once that is known, and it is well again`, async () => {
      await open(answer);
      await find().catch(() => {});
      await until(async () => {
        const outcome = await find().catch((error: Error) => error.message);
        return String(outcome).startsWith('known to be failing');
      });
      await sooner(SEARCH / 2, expectFailure(find(), 'directory_unavailable', /^known to be failing/));
      const [server] = servers;
      if (server !== undefined) server.answer = well;
      expect((await onceWell(find))?.dn).to.equal(DN);
    });
  }

  it('is gone back to once it searches again, and is asked by a probe before any lookup goes there', async () => {
    await open(() => undefined, well);
    const [first, second] = servers;
    await find();
    clock.turn(A_MINUTE);
    const before = searchesOf(first) ?? 0;
    // Still silent: the lookups stay where they are.
    for (let i = 0; i < 5; i++) expect((await find())?.dn).to.equal(DN);
    await until(() => searchesOf(first) === before + 1);
    for (let i = 0; i < 5; i++) expect((await find())?.dn).to.equal(DN);
    expect(searchesOf(first)).to.equal(before + 1);
    // The probe has ended.
    await until(() => first?.open === 0);
    if (first !== undefined) first.answer = well;
    clock.turn(A_MINUTE);
    await until(async () => {
      await find();
      return (searchesOf(first) ?? 0) > before + 5;
    });
    const searches = searchesOf(second);
    for (let i = 0; i < 5; i++) await find();
    expect(searchesOf(second)).to.equal(searches);
  });

  for (const [what, answer] of LIES) {
    it(`but ${what}, before one that failed once and is well again: that one is asked`, async () => {
      await open(answer, ({ id }, socket) => socket.write(searchDone(id, 52)));
      const [first, second] = servers;
      await find().catch(() => {});
      await find().catch(() => {});
      if (second !== undefined) second.answer = well;
      expect((await onceWell(find))?.dn).to.equal(DN);
      // And where the first has been well meanwhile.
      if (first !== undefined) first.answer = well;
      expect((await find())?.dn).to.equal(DN);
      if (second !== undefined) second.answer = ({ id }, socket) => socket.write(searchDone(id, 52));
      expect((await find())?.dn).to.equal(DN);
      if (second !== undefined) second.answer = well;
      if (first !== undefined) first.answer = answer;
      expect((await find())?.dn).to.equal(DN);
    });
  }

  it('to one question alone is not taken for failing: the others go on', async () => {
    const isHeavy = ({ text }: { readonly text: string }) => text.includes('heavy');
    await open((request, socket) => {
      if (!isHeavy(request)) well(request, socket);
    });
    expect((await find())?.dn).to.equal(DN);
    const heavy = findPerson(directory, 'heavy', new Deadline(clock, 5000));
    let isOver = false;
    const over = expectFailure(heavy, 'directory_timeout').finally(() => {
      isOver = true;
    });
    while (!isOver) expect((await find())?.dn).to.equal(DN);
    await over;
    for (let i = 0; i < 5; i++) expect((await find())?.dn).to.equal(DN);
  });

  it('is asked by one probe at a time', async () => {
    await open(() => undefined);
    await find().catch(() => {});
    const [server] = servers;
    await Promise.all(Array.from({ length: 20 }, () => find().catch(() => {})));
    const before = server?.open ?? 0;
    await Promise.all(Array.from({ length: 200 }, () => find().catch(() => {})));
    expect(server?.open).to.be.at.most(before + 1);
  });
});
