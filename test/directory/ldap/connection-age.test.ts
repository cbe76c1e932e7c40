/** How connections grow old: no new searches for an old one, and no search lost with it. */
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import { searchDone, searchEntry, startFakeLdapServer } from '../../directories/fake-ldap-server.ts';
import { requireSlapd } from '../../directories/installed.ts';
import { type Slapd, startSlapd } from '../../directories/slapd.ts';
import { TurnedClock } from '../../turned-clock.ts';
import { until } from '../../until.ts';
import {
  exampleSettings,
  findPerson,
  ldapUrl,
  type Overrides,
  openDirectory,
  slapdSource,
  within,
} from '../example-settings.ts';

describe('a connection', () => {
  let slapd: Slapd;
  let directory: EntryDirectory;
  let logged = 0;
  const open = (limits: Overrides['limits'], options: Parameters<typeof openDirectory>[1] = {}) => {
    const settings = exampleSettings(slapdSource(slapd), { limits: { connections: 1, ...limits } });
    directory = openDirectory(settings, options);
  };
  // In no group, and groups are in memberOf: one search.
  const find = () => findPerson(directory, 'loner', within());
  /** The server's log of connections accepted since the test began, as `NUMBER WHAT`, numbered from 1. */
  const eventsIn = (log: string) => {
    const lines = log
      .slice(logged)
      .matchAll(/conn=(\d+) (?:fd|op)=\d+ (ACCEPT|SRCH base|SEARCH RESULT|UNBIND)/g);
    const numbers = new Map<string, number>();
    return [...lines].flatMap(([, connection = '', what = '']) => {
      if (what === 'ACCEPT') numbers.set(connection, numbers.size + 1);
      const number = numbers.get(connection);
      return number === undefined ? [] : [`${number} ${what}`];
    });
  };
  const events = async () => eventsIn(await slapd.settledLog());
  /** An unbind has no answer: it may be logged after all that the client has seen. */
  const unbound = (connection: number) => until(() => eventsIn(slapd.log()).includes(`${connection} UNBIND`));

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd();
  });
  beforeEach(async () => {
    logged = (await slapd.settledLog()).length;
  });
  afterEach(() => directory.close());
  after(() => slapd?.remove());

  const search = (connection: number) => [`${connection} SRCH base`, `${connection} SEARCH RESULT`];

  it('that is young and used stays', async () => {
    open({ age: 60_000, idle: 60_000 });
    for (let i = 0; i < 3; i++) await find();
    expect(await events()).to.deep.equal(['1 ACCEPT', ...search(1), ...search(1), ...search(1)]);
  });

  it('that is old takes no new search, and is unbound', async () => {
    const clock = new TurnedClock();
    open({ age: 1000 }, { clock });
    await find();
    clock.turn(1001);
    await find();
    await unbound(1);
    expect((await events()).sort()).to.deep.equal(
      ['1 ACCEPT', ...search(1), '1 UNBIND', '2 ACCEPT', ...search(2)].sort(),
    );
  });

  it('that is old ends only after the search in flight, which is answered', async () => {
    const clock = new TurnedClock();
    open({ age: 1000 }, { clock });
    await find();
    slapd.hang();
    const running = find();
    await setTimeout(50);
    clock.turn(1001);
    const next = find();
    await setTimeout(50);
    slapd.wake();
    expect((await running)?.dn).to.equal('uid=loner,ou=people,dc=example,dc=test');
    expect((await next)?.dn).to.equal('uid=loner,ou=people,dc=example,dc=test');
    await unbound(1);
    const all = await events();
    expect(all.filter((event) => event.startsWith('1'))).to.deep.equal([
      '1 ACCEPT',
      ...search(1),
      ...search(1),
      '1 UNBIND',
    ]);
    expect(all.filter((event) => event.startsWith('2'))).to.deep.equal(['2 ACCEPT', ...search(2)]);
  });

  it('that nobody uses is unbound, and opened again at need', async () => {
    open({ idle: 1000 });
    await find();
    await setTimeout(50);
    await find();
    await unbound(1);
    expect(await events()).to.deep.equal(['1 ACCEPT', ...search(1), ...search(1), '1 UNBIND']);
    await find();
    expect((await events()).slice(6)).to.deep.equal(['2 ACCEPT', ...search(2)]);
  });

  it('is in use while a search takes longer than its idle time', async () => {
    open({ idle: 1000 });
    await find();
    slapd.hang();
    const running = find();
    await setTimeout(1500);
    slapd.wake();
    expect((await running)?.dn).to.equal('uid=loner,ou=people,dc=example,dc=test');
    expect((await events()).filter((event) => event.endsWith('ACCEPT'))).to.deep.equal(['1 ACCEPT']);
  });

  it('that is old is waited for by the end of the directory', async () => {
    const clock = new TurnedClock();
    const held: (() => void)[] = [];
    const server = await startFakeLdapServer(({ id }, socket) => {
      const entry = searchEntry(id, 'uid=loner,dc=x', { uid: ['loner'] });
      const answer = () => socket.write(Buffer.concat([entry, searchDone(id, 0)]));
      if (server.requests.filter(({ operation }) => operation === 'search').length === 1) held.push(answer);
      else answer();
    });
    const source = { urls: [ldapUrl('ldap', server.port)], bind: { kind: 'anonymous' } } as const;
    const settings = exampleSettings(slapdSource(slapd, 'ldap', source), { limits: { age: 1000 } });
    directory = openDirectory(settings, { clock });
    try {
      const running = find();
      await until(() => held.length === 1);
      clock.turn(1001);
      await find();
      expect(server.connections).to.equal(2);
      let ended = false;
      const ending = directory.close().then(() => {
        ended = true;
      });
      await setTimeout(50);
      expect(ended).to.equal(false);
      for (const answer of held) answer();
      expect((await running)?.dn).to.equal('uid=loner,dc=x');
      await ending;
      await until(() => server.open === 0);
    } finally {
      await server.stop();
    }
  });
});
