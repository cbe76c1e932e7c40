import type { SrvRecord } from 'node:dns';
import { expect } from 'chai';
import { byPreference, type Network, Servers } from '../../../src/directory/ldap/servers.ts';
import type { LdapSrv, LdapUrl } from '../../../src/directory/settings/settings.ts';
import { TurnedClock } from '../../turned-clock.ts';

describe('the order of SRV records', () => {
  const record = (name: string, priority: number, weight: number): SrvRecord => ({
    name,
    priority,
    weight,
    port: 636,
  });
  const order = (records: readonly SrvRecord[], random: () => number) =>
    byPreference(records, random)
      .map(({ name }) => name)
      .join('');

  it('is by priority, whatever chance says', () => {
    const records = [record('c', 20, 65_535), record('a', 0, 0), record('b', 10, 1)];
    for (const random of [0, 0.5, 0.999]) expect(order(records, () => random)).to.equal('abc');
  });

  it('is by chance within one priority, in proportion to the weights', () => {
    const records = [record('a', 0, 60), record('b', 0, 20), record('c', 0, 20), record('d', 1, 100)];
    const firsts = new Map<string, number>();
    // A lattice in place of chance: every hundredth of the way, the same for the later draws.
    for (let i = 0; i < 1000; i++) {
      const [first = ''] = order(records, () => (i + 0.5) / 1000);
      firsts.set(first, (firsts.get(first) ?? 0) + 1);
    }
    expect(firsts.get('a')).to.be.within(570, 620);
    expect(firsts.get('b')).to.be.within(180, 220);
    expect(firsts.get('c')).to.be.within(180, 220);
    expect(firsts.has('d')).to.equal(false);
  });

  it('gives those of weight 0 a small chance to be first, and loses none', () => {
    const records = [record('a', 0, 0), record('b', 0, 9), record('c', 0, 0)];
    expect(order(records, () => 0)).to.equal('acb');
    expect(order(records, () => 0.999)).to.equal('bac');
    expect(byPreference([], () => 0)).to.deep.equal([]);
  });

  it('is the order of the answer where all have the weight 0', () => {
    const records = [record('a', 0, 0), record('b', 0, 0), record('c', 0, 0)];
    for (const random of [0, 0.999]) expect(order(records, () => random)).to.equal('abc');
  });

  it('is exactly in proportion: the sum of the weights and one more are drawn from', () => {
    const records = [record('a', 0, 1), record('b', 0, 1)];
    const firstFor = (random: number) => order(records, () => random)[0];
    expect([0, 0.66, 0.67, 0.999].map(firstFor)).to.deep.equal(['a', 'a', 'b', 'b']);
  });
});

describe('the order of servers', () => {
  const url = (host: string): LdapUrl => ({ scheme: 'ldaps', host, port: 636, text: `ldaps://${host}` });
  const srv: LdapSrv = { scheme: 'srv', domain: 'acme.test', service: 'ldaps', text: 'srv:acme.test' };
  const record = (name: string, priority = 0, port = 636): SrvRecord => ({ name, priority, weight: 0, port });
  const HALF_A_MINUTE = 30_000;

  let clock: TurnedClock;
  let asked: string[];
  let problems: string[];
  let limit: number;

  beforeEach(() => {
    limit = 50;
    clock = new TurnedClock();
    asked = [];
    problems = [];
  });

  /** A fake DNS: what a real one would answer, without the network. */
  const dns = (answer: () => Promise<readonly SrvRecord[]>): Network => ({
    resolveSrv: (name) => {
      asked.push(name);
      return answer();
    },
    random: () => 0,
  });
  const serversOf = (urls: readonly (LdapUrl | LdapSrv)[], answer = async () => [record('dc1.acme.test')]) =>
    new Servers(urls, limit, clock, dns(answer));
  const inOrder = async (servers: Servers): Promise<readonly LdapUrl[]> => {
    const order: LdapUrl[] = [];
    for await (const server of servers.inOrder(problems)) order.push(server);
    return order;
  };
  const hosts = async (servers: Servers) => (await inOrder(servers)).map(({ host }) => host);

  it('is that of the config', async () => {
    expect(await inOrder(serversOf([url('b'), url('a')]))).to.deep.equal([url('b'), url('a')]);
    expect([asked, problems]).to.deep.equal([[], []]);
  });

  it('has those that could not be reached last, for half a minute', async () => {
    const servers = serversOf([url('a'), url('b'), url('c')]);
    servers.avoid(url('a').text);
    expect(await hosts(servers)).to.deep.equal(['b', 'c', 'a']);
    servers.avoid(url('b').text);
    clock.turn(HALF_A_MINUTE - 1);
    expect(await hosts(servers)).to.deep.equal(['c', 'a', 'b']);
    clock.turn(1);
    expect(await hosts(servers)).to.deep.equal(['a', 'b', 'c']);
  });

  it('is gone back to once the time of one before has passed, and not sooner than half a minute later again', () => {
    const servers = serversOf([url('a'), url('b'), srv]);
    const second = url('b').text;
    servers.avoid(url('a').text);
    expect(servers.mayGoBack(second)).to.equal(false);
    clock.turn(HALF_A_MINUTE);
    expect(servers.mayGoBack(url('a').text)).to.equal(false);
    expect(servers.mayGoBack(`ldaps://dc1.acme.test:636 (${srv.text})`)).to.equal(true);
    expect(servers.mayGoBack(second)).to.equal(false);
    clock.turn(HALF_A_MINUTE);
    expect(servers.mayGoBack(second)).to.equal(true);
  });

  it('has nothing to go back to where there is one', () => {
    const servers = serversOf([srv]);
    expect(servers.mayGoBack(`ldaps://dc2.acme.test:636 (${srv.text})`)).to.equal(false);
  });

  it('has them in their place as soon as they are reached', async () => {
    const servers = serversOf([url('a'), url('b')]);
    servers.avoid(url('a').text);
    servers.answered(url('a').text);
    expect(await hosts(servers)).to.deep.equal(['a', 'b']);
  });

  it('asks DNS where it says srv, once its turn has come, and takes the records by their preference', async () => {
    const answer = async () => [record('dc2.acme.test.', 10, 3269), record('dc1.acme.test')];
    const servers = serversOf([url('first'), srv, url('last')], answer);
    const walk = servers.inOrder(problems);
    await walk.next();
    expect(asked).to.deep.equal([]);
    expect((await walk.next()).value).to.deep.equal({
      scheme: 'ldaps',
      host: 'dc1.acme.test',
      port: 636,
      text: 'ldaps://dc1.acme.test:636 (srv:acme.test)',
    });
    expect((await walk.next()).value).to.deep.equal({
      scheme: 'ldaps',
      host: 'dc2.acme.test',
      port: 3269,
      text: 'ldaps://dc2.acme.test.:3269 (srv:acme.test)',
    });
    expect((await walk.next()).value).to.deep.equal(url('last'));
    expect(asked).to.deep.equal(['_ldaps._tcp.acme.test']);
  });

  it('has servers of DNS last too where they could not be reached', async () => {
    const servers = serversOf([srv, url('last')], async () => [record('dc1'), record('dc2', 1)]);
    const [dc1] = await inOrder(servers);
    if (dc1 !== undefined) servers.avoid(dc1.text);
    expect(await hosts(servers)).to.deep.equal(['dc2', 'last', 'dc1']);
  });

  it('takes for servers what has the form of a host and a port', async () => {
    const good = ['dc1', 'dc_1.acme.test', 'DC-1.a.b.acme.test.', '10.0.0.1'];
    const bad = ['.', '', 'dc1..acme', '.acme', 'dc1 acme', 'dc1/x', 'dc1.acme/', 'dc1.acme.test..', ' dc1'];
    const servers = serversOf([srv], async () => [
      ...[...bad, ...good].map((name) => record(name)),
      record('no-port', 0, 0),
    ]);
    expect(await hosts(servers)).to.deep.equal(good.map((name) => name.replace(/\.$/, '')));
  });

  it('waits for DNS within its limit', async () => {
    limit = 60_000;
    const servers = serversOf([srv], async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return [record('dc1')];
    });
    expect(await hosts(servers)).to.deep.equal(['dc1']);
  });

  for (const [what, answer, problem] of [
    ['fails', async () => Promise.reject(new Error('ENOTFOUND')), 'srv:acme.test: ENOTFOUND'],
    ['fails with what is no error', async () => Promise.reject('gone'), 'srv:acme.test: gone'],
    ['has no records', async () => [], 'srv:acme.test: DNS names no server for _ldaps._tcp.acme.test'],
    [
      'says that there is no such service (RFC 2782)',
      async () => [record('.')],
      'srv:acme.test: DNS names no server for _ldaps._tcp.acme.test',
    ],
    [
      'does not answer',
      () => new Promise<never>(() => undefined),
      'srv:acme.test: DNS did not answer for _ldaps._tcp.acme.test in time',
    ],
  ] as const) {
    it(`goes on where DNS ${what}, says so, and asks it last for half a minute`, async () => {
      const servers = serversOf([srv, url('a')], answer);
      expect(await hosts(servers)).to.deep.equal(['a']);
      expect(problems).to.deep.equal([problem]);
      const walk = servers.inOrder(problems);
      expect((await walk.next()).value).to.deep.equal(url('a'));
      expect(asked).to.have.length(1);
      expect((await walk.next()).done).to.equal(true);
      expect(asked).to.have.length(2);
    });
  }
});
