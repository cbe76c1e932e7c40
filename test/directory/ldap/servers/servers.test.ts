/** Which servers there are, each address as one, in which order they are asked, and when those that failed are probed. */
import { expect } from 'chai';
import type { Failed } from '../../../../src/directory/ldap/servers/servers.ts';
import { FakeDns, record, SECOND, srv, url, WHY } from './fake-dns.ts';

const text = (failed: Failed | undefined) => failed?.text;

describe('the servers', () => {
  let dns: FakeDns;
  beforeEach(() => {
    dns = new FakeDns();
  });

  describe('in their order', () => {
    it('are those of the config', async () => {
      expect(await dns.texts(dns.serversOf([url('b'), url('a')]))).to.deep.equal(['b', 'a']);
      expect([dns.asked, dns.problems]).to.deep.equal([['b', 'a'], []]);
    });

    it('have those that failed last, until they have answered', async () => {
      const servers = dns.serversOf([url('a'), url('b'), url('c')]);
      await dns.inOrder(servers);
      servers.failed('ldaps://a', WHY);
      expect(await dns.texts(servers)).to.deep.equal(['b', 'c', 'a']);
      servers.failed('ldaps://b', WHY);
      dns.clock.turn(3600 * SECOND);
      expect(await dns.texts(servers)).to.deep.equal(['c', 'a', 'b']);
      servers.answered('ldaps://b');
      expect(await dns.texts(servers)).to.deep.equal(['b', 'c', 'a']);
      servers.answered('ldaps://a');
      expect(await dns.texts(servers)).to.deep.equal(['a', 'b', 'c']);
    });

    it('tell which failed, how they failed last, and only until they have answered', async () => {
      const servers = dns.serversOf([url('a'), url('b')]);
      await dns.inOrder(servers);
      expect(servers.failures).to.deep.equal([]);
      servers.failed('ldaps://b', WHY);
      servers.failed('ldaps://a', WHY);
      servers.failed('ldaps://b', new Error('another reason'));
      expect(servers.failures).to.deep.equal([
        { server: 'ldaps://b', reason: 'another reason' },
        { server: 'ldaps://a', reason: WHY.message },
      ]);
      servers.answered('ldaps://b');
      expect(servers.failures.map(({ server }) => server)).to.deep.equal(['ldaps://a']);
    });

    it('have each its turn where all failed: whoever failed last is last', async () => {
      const servers = dns.serversOf([url('a'), url('b')]);
      await dns.inOrder(servers);
      servers.failed('ldaps://b', WHY);
      servers.failed('ldaps://a', WHY);
      expect(await dns.texts(servers)).to.deep.equal(['b', 'a']);
      servers.failed('ldaps://b', WHY);
      expect(await dns.texts(servers)).to.deep.equal(['a', 'b']);
    });

    it('have before the others that failed who answered since the walk began', async () => {
      const servers = dns.serversOf([url('a'), url('b'), url('c'), url('d')]);
      await dns.inOrder(servers);
      for (const text of ['ldaps://c', 'ldaps://b', 'ldaps://a']) servers.failed(text, WHY);
      const walk = servers.inOrder(dns.problems);
      expect((await walk.next()).value?.text).to.equal('ldaps://d');
      servers.answered('ldaps://b');
      const rest: string[] = [];
      // It is at its first server: the others are put into their order when it goes on.
      for await (const { text } of walk) rest.push(text);
      expect(rest).to.deep.equal(['ldaps://b', 'ldaps://c', 'ldaps://a']);
    });

    it('are each address of a host, told apart in messages where there are several', async () => {
      dns.addresses = { a: ['192.0.2.1', '2001:db8::1', '192.0.2.1'] };
      const servers = dns.serversOf([url('a'), url('b')]);
      expect(await dns.texts(servers)).to.deep.equal(['a [192.0.2.1]', 'a [2001:db8::1]', 'b']);
      servers.failed('ldaps://a [192.0.2.1]', WHY);
      expect(await dns.texts(servers)).to.deep.equal(['a [2001:db8::1]', 'b', 'a [192.0.2.1]']);
      expect(servers.isPreferred('ldaps://a [2001:db8::1]', 'ldaps://a [192.0.2.1]')).to.equal(false);
      expect(servers.isPreferred('ldaps://a [192.0.2.1]', 'ldaps://b')).to.equal(true);
    });

    it('ask nobody for what is an address', async () => {
      expect(await dns.texts(dns.serversOf([url('192.0.2.1'), url('::1')]))).to.deep.equal([
        '192.0.2.1',
        '::1',
      ]);
      expect(dns.asked).to.deep.equal([]);
    });

    it('are asked of DNS where it says srv, once its turn has come, and taken by their preference', async () => {
      const answer = async () => [record('dc2.acme.test.', 10, 3269), record('dc1.acme.test')];
      const servers = dns.serversOf([url('first'), srv, url('last')], answer);
      const walk = servers.inOrder(dns.problems);
      await walk.next();
      expect(dns.asked).to.deep.equal(['first']);
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
      const servers = dns.serversOf([srv, url('last')], async () => [record('dc1'), record('dc2', 1)]);
      const [dc1] = await dns.inOrder(servers);
      if (dc1 !== undefined) servers.failed(dc1, WHY);
      const hosts = (await dns.inOrder(servers)).map((each) => each.url.host);
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
      const servers = dns.serversOf([srv], async () => [
        ...[...bad, ...good].map((name) => record(name)),
        record('no-port', 0, 0),
      ]);
      const hosts = (await dns.inOrder(servers)).map((each) => each.url.host);
      expect(hosts).to.deep.equal(good.map((name) => name.replace(/\.$/, '')));
    });
  });

  describe('that failed', () => {
    it('are due for a probe after a second, then after twice as long each time, up to a minute', async () => {
      const servers = dns.serversOf([url('a'), url('b')]);
      await dns.inOrder(servers);
      for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
        servers.failed('ldaps://a', WHY);
        dns.clock.turn(seconds * SECOND - 1);
        expect(text(servers.due())).to.equal(undefined);
        dns.clock.turn(1);
        expect(text(servers.due())).to.equal('ldaps://a');
      }
      servers.answered('ldaps://a');
      expect(servers.due()).to.equal(undefined);
      servers.failed('ldaps://a', WHY);
      dns.clock.turn(SECOND);
      expect(text(servers.due())).to.equal('ldaps://a');
    });

    it('failed once, however many searches were under way', async () => {
      const servers = dns.serversOf([url('a'), url('b')]);
      await dns.inOrder(servers);
      for (let i = 0; i < 64; i++) servers.failed('ldaps://a', WHY);
      dns.clock.turn(SECOND);
      expect(text(servers.due())).to.equal('ldaps://a');
    });

    it('are told once as they fail, with the reason, and once as they come back', async () => {
      const servers = dns.serversOf([url('a'), url('b')]);
      await dns.inOrder(servers);
      for (let i = 0; i < 3; i++) servers.failed('ldaps://a', WHY);
      dns.clock.turn(SECOND);
      servers.failed('ldaps://a', new Error('of another'));
      servers.answered('ldaps://b');
      servers.answered('ldaps://a');
      servers.answered('ldaps://a');
      expect(dns.news).to.deep.equal(['ldaps://a left: of itself', 'ldaps://a back']);
    });

    it('are known by their text alone: of others nothing is noted', async () => {
      const servers = dns.serversOf([url('a'), url('b')]);
      servers.failed('ldaps://c', WHY);
      await dns.inOrder(servers);
      servers.failed('ldaps://c', WHY);
      dns.clock.turn(SECOND);
      expect(servers.due()).to.equal(undefined);
      servers.failed('ldaps://a', WHY);
      servers.answered('ldaps://c');
      expect(await dns.texts(servers)).to.deep.equal(['b', 'a']);
      expect(servers.isPreferred('ldaps://b', 'ldaps://c')).to.equal(true);
      expect(servers.isPreferred('ldaps://c', 'ldaps://b')).to.equal(false);
      expect(servers.isPreferred('ldaps://c', 'ldaps://d')).to.equal(false);
    });

    it('have DNS asked again, though other addresses of the name are well', async () => {
      dns.addresses = { a: ['192.0.2.1', '192.0.2.2'] };
      const servers = dns.serversOf([url('a')]);
      await dns.inOrder(servers);
      servers.failed('ldaps://a [192.0.2.2]', WHY);
      dns.asked = [];
      await dns.inOrder(servers);
      expect(dns.asked).to.deep.equal(['a']);
    });

    it('are forgotten where DNS has another address', async () => {
      const servers = dns.serversOf([url('a'), url('b')]);
      await dns.inOrder(servers);
      servers.failed('ldaps://a', WHY);
      dns.addresses = { a: ['192.0.2.7'] };
      expect(await dns.texts(servers)).to.deep.equal(['a', 'b']);
      dns.clock.turn(3600 * SECOND);
      expect(servers.due()).to.equal(undefined);
    });

    it('leave others to try, or none', async () => {
      const servers = dns.serversOf([url('a'), url('b')]);
      expect(servers.hasOther(new Set(['ldaps://a']))).to.equal(true);
      await dns.inOrder(servers);
      expect(servers.hasOther(new Set(['ldaps://a']))).to.equal(true);
      expect(servers.hasOther(new Set(['ldaps://a', 'ldaps://b']))).to.equal(false);
      dns.addresses = { a: ['192.0.2.1', '192.0.2.2'] };
      const ofOneName = dns.serversOf([url('a')]);
      await dns.inOrder(ofOneName);
      expect(ofOneName.hasOther(new Set(['ldaps://a [192.0.2.1]']))).to.equal(true);
    });
  });
});
