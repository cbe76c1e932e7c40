/** What each result of a bind means: a refused account is refused everywhere, all else is one server's trouble. */
import { expect } from 'chai';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import {
  bindResponse,
  type FakeAnswer,
  type FakeLdapServer,
  searchDone,
  searchEntry,
  startFakeLdapServer,
} from '../../directories/fake-ldap-server.ts';
import { exampleSettings, findPerson, ldapUrl, openDirectory, within } from '../example-settings.ts';
import { onceWell } from '../recovery.ts';
import { expectFailure } from '../rejection.ts';

const DN = 'uid=ann,ou=people,dc=example,dc=test';
/** Of RFC 4511 appendix A and of none. */
const OTHERS = [1, 2, 3, 10, 11, 14, 32, 34, 50, 51, 52, 53, 80, 4711];

describe('the result of a bind', () => {
  let first: FakeLdapServer;
  let second: FakeLdapServer;
  let directory: EntryDirectory;
  const bindsOf = ({ requests }: FakeLdapServer) =>
    requests.filter(({ operation }) => operation === 'bind').length;
  const answering = (code: number): FakeAnswer => {
    return ({ id }, socket) => socket.write(bindResponse(id, code, 'as told'));
  };

  beforeEach(async () => {
    const start = () =>
      startFakeLdapServer(({ id }, socket) =>
        socket.write(Buffer.concat([searchEntry(id, DN, { uid: ['ann'] }), searchDone(id, 0)])),
      );
    [first, second] = [await start(), await start()];
    const urls = [first, second].map(({ port }) => ldapUrl('ldap', port));
    const bind = { kind: 'simple', dn: 'cn=reader', password: 'secret' } as const;
    directory = openDirectory(
      exampleSettings({ kind: 'ldap', urls, tls: {}, bind }, { memberships: { nested: false } }),
    );
  });
  afterEach(async () => {
    await directory.close();
    await Promise.all([first.stop(), second.stop()]);
  });
  const find = () => findPerson(directory, 'ann', within());

  for (const code of OTHERS) {
    it(`${code} is that server's trouble: the next one is asked`, async () => {
      first.answerBind = answering(code);
      expect((await find())?.dn).to.equal(DN);
      expect(bindsOf(second)).to.equal(1);
    });
  }

  for (const code of [7, 8, 13, 48, 49]) {
    it(`${code} is a refusal: directory_refused, and the secret is tried nowhere else`, async () => {
      first.answerBind = answering(code);
      await expectFailure(find(), 'directory_refused', /as told/);
      await expectFailure(find(), 'directory_refused', /no further bind/);
      expect([bindsOf(first), bindsOf(second)]).to.deep.equal([1, 0]);
    });
  }

  it('is asked for again where no server could tell: directory_unavailable, and back within seconds', async () => {
    for (const server of [first, second]) server.answerBind = answering(80);
    await expectFailure(find(), 'directory_unavailable', /as told/);
    delete first.answerBind;
    expect((await onceWell(find))?.dn).to.equal(DN);
  });
});
