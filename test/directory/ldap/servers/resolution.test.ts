/** What DNS says of servers: for how long it holds, and what comes of it where DNS fails. */
import { expect } from 'chai';
import { FakeDns, record, SECOND, srv, url, WHY } from './fake-dns.ts';

const ANSWERS_HOLD = 30 * SECOND;

describe('servers as DNS tells them', () => {
  let dns: FakeDns;
  beforeEach(() => {
    dns = new FakeDns();
  });

  it('hold for half a minute, and until one of them fails', async () => {
    const servers = dns.serversOf([url('a'), url('b')]);
    const hosts = async () => {
      dns.asked = [];
      await dns.inOrder(servers);
      return dns.asked;
    };
    expect(await hosts()).to.deep.equal(['a', 'b']);
    dns.clock.turn(ANSWERS_HOLD - 1);
    expect(await hosts()).to.deep.equal([]);
    dns.clock.turn(1);
    expect(await hosts()).to.deep.equal(['a', 'b']);
    servers.failed('ldaps://b', WHY);
    expect(await hosts()).to.deep.equal(['b']);
  });

  it('hold on where DNS fails, which is told', async () => {
    dns.addresses = { a: ['192.0.2.1', '192.0.2.2'] };
    const servers = dns.serversOf([url('a')]);
    await dns.inOrder(servers);
    dns.addresses = { a: new Error('EAI_AGAIN') };
    dns.clock.turn(ANSWERS_HOLD);
    expect(await dns.texts(servers)).to.deep.equal(['a [192.0.2.1]', 'a [192.0.2.2]']);
    expect(dns.problems).to.deep.equal(['ldaps://a: EAI_AGAIN; the addresses of before were tried']);
  });

  it('are waited for within the limit', async () => {
    dns.limit = 60_000;
    const servers = dns.serversOf([srv], async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return [record('dc1')];
    });
    expect(await dns.inOrder(servers)).to.have.length(1);
  });

  it('are asked for once, however long that takes', async () => {
    const servers = dns.serversOf([srv], () => new Promise<never>(() => undefined));
    await dns.inOrder(servers);
    await dns.inOrder(servers);
    expect(dns.asked).to.deep.equal(['_ldaps._tcp.acme.test']);
    expect(dns.problems).to.deep.equal(
      Array(2).fill('srv:acme.test: DNS did not answer for _ldaps._tcp.acme.test in time'),
    );
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
      'knows none of the hosts',
      async () => {
        dns.addresses = { dc1: new Error('getaddrinfo ENOTFOUND dc1') };
        return [record('dc1')];
      },
      'srv:acme.test: getaddrinfo ENOTFOUND dc1',
    ],
  ] as const) {
    it(`are left out where DNS ${what}, which is told, and asked for last until it answers`, async () => {
      const servers = dns.serversOf([srv, url('192.0.2.1')], answer);
      expect(await dns.texts(servers)).to.deep.equal(['192.0.2.1']);
      expect(dns.problems).to.deep.equal([problem]);
      dns.asked = [];
      const walk = servers.inOrder(dns.problems);
      expect((await walk.next()).value?.text).to.equal('ldaps://192.0.2.1');
      expect(dns.asked).to.deep.equal([]);
      expect((await walk.next()).done).to.equal(true);
      expect(dns.asked[0]).to.equal('_ldaps._tcp.acme.test');
      dns.clock.turn(SECOND);
      expect(servers.due()?.text).to.equal(srv.text);
    });
  }

  it('are in their place again once DNS answers', async () => {
    dns.addresses = { a: new Error('EAI_AGAIN') };
    const servers = dns.serversOf([url('a'), url('b')]);
    expect(await dns.texts(servers)).to.deep.equal(['b']);
    dns.addresses = {};
    expect(await dns.texts(servers)).to.deep.equal(['b', 'a']);
    expect(await dns.texts(servers)).to.deep.equal(['a', 'b']);
    dns.clock.turn(SECOND);
    expect(servers.due()).to.equal(undefined);
  });

  it('are those that have an address', async () => {
    dns.addresses = { dc1: new Error('getaddrinfo ENOTFOUND dc1') };
    const servers = dns.serversOf([srv], async () => [record('dc1'), record('dc2')]);
    expect((await dns.inOrder(servers)).map((each) => each.url.host)).to.deep.equal(['dc2']);
  });
});
