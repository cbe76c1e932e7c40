/** Which servers there are, each address as one, in which order they are asked, and when those that failed are probed. */
import type { SrvRecord } from 'node:dns';
import { expect } from 'chai';
import type { Network, Server } from '../../../../src/directory/ldap/servers/resolution.ts';
import { type Failed, Servers } from '../../../../src/directory/ldap/servers/servers.ts';
import type { LdapSrv, LdapUrl } from '../../../../src/directory/settings/settings.ts';
import { TurnedClock } from '../../../turned-clock.ts';

const SECOND = 1000;
const ANSWERS_HOLD = 30 * SECOND;

const url = (host: string): LdapUrl => ({ scheme: 'ldaps', host, port: 636, text: `ldaps://${host}` });
const srv: LdapSrv = { scheme: 'srv', domain: 'acme.test', service: 'ldaps', text: 'srv:acme.test' };
const record = (name: string, priority = 0, port = 636): SrvRecord => ({ name, priority, weight: 0, port });
const text = (failed: Failed | undefined) => failed?.text;

describe('the servers', () => {
  let clock: TurnedClock;
  let asked: string[];
  let problems: string[];
  let limit: number;
  /** A fake DNS: what a real one would answer, without the network; a host that is not here has one address. */
  let addresses: Record<string, readonly string[] | Error>;

  beforeEach(() => {
    limit = 50;
    clock = new TurnedClock();
    asked = [];
    problems = [];
    addresses = {};
  });

  const dns = (answer: () => Promise<readonly SrvRecord[]>): Network => ({
    resolveSrv: (name) => {
      asked.push(name);
      return answer();
    },
    lookup: async (host) => {
      asked.push(host);
      const found = addresses[host] ?? [`address of ${host}`];
      if (found instanceof Error) throw found;
      return found;
    },
    random: () => 0,
  });
  const serversOf = (urls: readonly (LdapUrl | LdapSrv)[], answer = async () => [record('dc1.acme.test')]) =>
    new Servers(urls, limit, clock, dns(answer));
  const inOrder = async (servers: Servers): Promise<readonly Server[]> => {
    const order: Server[] = [];
    for await (const server of servers.inOrder(problems)) order.push(server);
    return order;
  };
  const texts = async (servers: Servers) =>
    (await inOrder(servers)).map((each) => each.text.slice('ldaps://'.length));

  describe('in their order', () => {
    it('are those of the config', async () => {
      expect(await texts(serversOf([url('b'), url('a')]))).to.deep.equal(['b', 'a']);
      expect([asked, problems]).to.deep.equal([['b', 'a'], []]);
    });

    it('have those that failed last, until they have answered', async () => {
      const servers = serversOf([url('a'), url('b'), url('c')]);
      await inOrder(servers);
      servers.failed('ldaps://a');
      expect(await texts(servers)).to.deep.equal(['b', 'c', 'a']);
      servers.failed('ldaps://b');
      clock.turn(3600 * SECOND);
      expect(await texts(servers)).to.deep.equal(['c', 'a', 'b']);
      servers.answered('ldaps://b');
      expect(await texts(servers)).to.deep.equal(['b', 'c', 'a']);
      servers.answered('ldaps://a');
      expect(await texts(servers)).to.deep.equal(['a', 'b', 'c']);
    });

    it('have each its turn where all failed: whoever failed last is last', async () => {
      const servers = serversOf([url('a'), url('b')]);
      await inOrder(servers);
      servers.failed('ldaps://b');
      servers.failed('ldaps://a');
      expect(await texts(servers)).to.deep.equal(['b', 'a']);
      servers.failed('ldaps://b');
      expect(await texts(servers)).to.deep.equal(['a', 'b']);
    });

    it('are each address of a host, told apart in messages where there are several', async () => {
      addresses = { a: ['192.0.2.1', '2001:db8::1', '192.0.2.1'] };
      const servers = serversOf([url('a'), url('b')]);
      expect(await texts(servers)).to.deep.equal(['a [192.0.2.1]', 'a [2001:db8::1]', 'b']);
      servers.failed('ldaps://a [192.0.2.1]');
      expect(await texts(servers)).to.deep.equal(['a [2001:db8::1]', 'b', 'a [192.0.2.1]']);
      expect(servers.isPreferred('ldaps://a [2001:db8::1]', 'ldaps://a [192.0.2.1]')).to.equal(false);
      expect(servers.isPreferred('ldaps://a [192.0.2.1]', 'ldaps://b')).to.equal(true);
    });

    it('ask nobody for what is an address', async () => {
      expect(await texts(serversOf([url('192.0.2.1'), url('::1')]))).to.deep.equal(['192.0.2.1', '::1']);
      expect(asked).to.deep.equal([]);
    });

    it('are asked of DNS where it says srv, once its turn has come, and taken by their preference', async () => {
      const answer = async () => [record('dc2.acme.test.', 10, 3269), record('dc1.acme.test')];
      const servers = serversOf([url('first'), srv, url('last')], answer);
      const walk = servers.inOrder(problems);
      await walk.next();
      expect(asked).to.deep.equal(['first']);
      const [first, second] = [(await walk.next()).value, (await walk.next()).value];
      expect(first?.url).to.deep.equal({
        scheme: 'ldaps',
        host: 'dc1.acme.test',
        port: 636,
        text: 'ldaps://dc1.acme.test:636 (srv:acme.test)',
      });
      expect(second?.url).to.deep.equal({
        scheme: 'ldaps',
        host: 'dc2.acme.test',
        port: 3269,
        text: 'ldaps://dc2.acme.test.:3269 (srv:acme.test)',
      });
      expect((await walk.next()).value?.url).to.deep.equal(url('last'));
      expect(servers.isPreferred(first?.text ?? '', second?.text ?? '')).to.equal(true);
      expect(servers.isPreferred(second?.text ?? '', 'ldaps://last')).to.equal(true);
    });

    it('have servers of DNS last too where they failed', async () => {
      const servers = serversOf([srv, url('last')], async () => [record('dc1'), record('dc2', 1)]);
      const [dc1] = await inOrder(servers);
      if (dc1 !== undefined) servers.failed(dc1);
      const hosts = (await inOrder(servers)).map((each) => each.url.host);
      expect(hosts).to.deep.equal(['dc2', 'last', 'dc1']);
    });

    it('are what has the form of a host and a port', async () => {
      const good = ['dc1', 'dc_1.acme.test', 'DC-1.a.b.acme.test.', '10.0.0.1'];
      const bad = [
        '.',
        '',
        'dc1..acme',
        '.acme',
        'dc1 acme',
        'dc1/x',
        'dc1.acme/',
        'dc1.acme.test..',
        ' dc1',
      ];
      const servers = serversOf([srv], async () => [
        ...[...bad, ...good].map((name) => record(name)),
        record('no-port', 0, 0),
      ]);
      const hosts = (await inOrder(servers)).map((each) => each.url.host);
      expect(hosts).to.deep.equal(good.map((name) => name.replace(/\.$/, '')));
    });
  });

  describe('that failed', () => {
    it('are due for a probe after a second, then after twice as long each time, up to a minute', async () => {
      const servers = serversOf([url('a'), url('b')]);
      await inOrder(servers);
      for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
        servers.failed('ldaps://a');
        clock.turn(seconds * SECOND - 1);
        expect(text(servers.due())).to.equal(undefined);
        clock.turn(1);
        expect(text(servers.due())).to.equal('ldaps://a');
      }
      servers.answered('ldaps://a');
      expect(servers.due()).to.equal(undefined);
      servers.failed('ldaps://a');
      clock.turn(SECOND);
      expect(text(servers.due())).to.equal('ldaps://a');
    });

    it('failed once, however many searches were under way', async () => {
      const servers = serversOf([url('a'), url('b')]);
      await inOrder(servers);
      for (let i = 0; i < 64; i++) servers.failed('ldaps://a');
      clock.turn(SECOND);
      expect(text(servers.due())).to.equal('ldaps://a');
    });

    it('are known by their text alone: of others nothing is noted', async () => {
      const servers = serversOf([url('a'), url('b')]);
      servers.failed('ldaps://c');
      await inOrder(servers);
      servers.failed('ldaps://c');
      clock.turn(SECOND);
      expect(servers.due()).to.equal(undefined);
      servers.failed('ldaps://a');
      servers.answered('ldaps://c');
      expect(await texts(servers)).to.deep.equal(['b', 'a']);
      expect(servers.isPreferred('ldaps://b', 'ldaps://c')).to.equal(true);
      expect(servers.isPreferred('ldaps://c', 'ldaps://b')).to.equal(false);
      expect(servers.isPreferred('ldaps://c', 'ldaps://d')).to.equal(false);
    });

    it('have DNS asked again, though other addresses of the name are well', async () => {
      addresses = { a: ['192.0.2.1', '192.0.2.2'] };
      const servers = serversOf([url('a')]);
      await inOrder(servers);
      servers.failed('ldaps://a [192.0.2.2]');
      asked = [];
      await inOrder(servers);
      expect(asked).to.deep.equal(['a']);
    });

    it('are forgotten where DNS has another address', async () => {
      const servers = serversOf([url('a'), url('b')]);
      await inOrder(servers);
      servers.failed('ldaps://a');
      addresses = { a: ['192.0.2.7'] };
      expect(await texts(servers)).to.deep.equal(['a', 'b']);
      clock.turn(3600 * SECOND);
      expect(servers.due()).to.equal(undefined);
    });

    it('leave others to try, or none', async () => {
      const servers = serversOf([url('a'), url('b')]);
      expect(servers.hasOther(new Set(['ldaps://a']))).to.equal(true);
      await inOrder(servers);
      expect(servers.hasOther(new Set(['ldaps://a']))).to.equal(true);
      expect(servers.hasOther(new Set(['ldaps://a', 'ldaps://b']))).to.equal(false);
      addresses = { a: ['192.0.2.1', '192.0.2.2'] };
      const ofOneName = serversOf([url('a')]);
      await inOrder(ofOneName);
      expect(ofOneName.hasOther(new Set(['ldaps://a [192.0.2.1]']))).to.equal(true);
    });
  });

  describe('as DNS tells them', () => {
    it('hold for half a minute, and until one of them fails', async () => {
      const servers = serversOf([url('a'), url('b')]);
      const hosts = async () => {
        asked = [];
        await inOrder(servers);
        return asked;
      };
      expect(await hosts()).to.deep.equal(['a', 'b']);
      clock.turn(ANSWERS_HOLD - 1);
      expect(await hosts()).to.deep.equal([]);
      clock.turn(1);
      expect(await hosts()).to.deep.equal(['a', 'b']);
      servers.failed('ldaps://b');
      expect(await hosts()).to.deep.equal(['b']);
    });

    it('hold on where DNS fails, which is told', async () => {
      addresses = { a: ['192.0.2.1', '192.0.2.2'] };
      const servers = serversOf([url('a')]);
      await inOrder(servers);
      addresses = { a: new Error('EAI_AGAIN') };
      clock.turn(ANSWERS_HOLD);
      expect(await texts(servers)).to.deep.equal(['a [192.0.2.1]', 'a [192.0.2.2]']);
      expect(problems).to.deep.equal(['ldaps://a: EAI_AGAIN; the addresses of before were tried']);
    });

    it('are waited for within the limit', async () => {
      limit = 60_000;
      const servers = serversOf([srv], async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return [record('dc1')];
      });
      expect(await inOrder(servers)).to.have.length(1);
    });

    it('are asked for once, however long that takes', async () => {
      const servers = serversOf([srv], () => new Promise<never>(() => undefined));
      await inOrder(servers);
      await inOrder(servers);
      expect(asked).to.deep.equal(['_ldaps._tcp.acme.test']);
      expect(problems).to.deep.equal(
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
          addresses = { dc1: new Error('getaddrinfo ENOTFOUND dc1') };
          return [record('dc1')];
        },
        'srv:acme.test: getaddrinfo ENOTFOUND dc1',
      ],
    ] as const) {
      it(`are left out where DNS ${what}, which is told, and asked for last until it answers`, async () => {
        const servers = serversOf([srv, url('192.0.2.1')], answer);
        expect(await texts(servers)).to.deep.equal(['192.0.2.1']);
        expect(problems).to.deep.equal([problem]);
        asked = [];
        const walk = servers.inOrder(problems);
        expect((await walk.next()).value?.text).to.equal('ldaps://192.0.2.1');
        expect(asked).to.deep.equal([]);
        expect((await walk.next()).done).to.equal(true);
        expect(asked[0]).to.equal('_ldaps._tcp.acme.test');
        clock.turn(SECOND);
        expect(text(servers.due())).to.equal(srv.text);
      });
    }

    it('are in their place again once DNS answers', async () => {
      addresses = { a: new Error('EAI_AGAIN') };
      const servers = serversOf([url('a'), url('b')]);
      expect(await texts(servers)).to.deep.equal(['b']);
      addresses = {};
      expect(await texts(servers)).to.deep.equal(['b', 'a']);
      expect(await texts(servers)).to.deep.equal(['a', 'b']);
      clock.turn(SECOND);
      expect(servers.due()).to.equal(undefined);
    });

    it('are those that have an address', async () => {
      addresses = { dc1: new Error('getaddrinfo ENOTFOUND dc1') };
      const servers = serversOf([srv], async () => [record('dc1'), record('dc2')]);
      expect((await inOrder(servers)).map((each) => each.url.host)).to.deep.equal(['dc2']);
    });
  });
});
