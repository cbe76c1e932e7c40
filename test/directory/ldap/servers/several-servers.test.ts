/** Which server is asked: by DNS, by preference, and past those that were dead a moment ago. */
import { createServer, type Server } from 'node:net';
import { expect } from 'chai';
import { Deadline } from '../../../../src/deadline.ts';
import type { EntryDirectory } from '../../../../src/directory/entry-directory.ts';
import type { LdapSettings, LdapSrv } from '../../../../src/directory/settings/settings.ts';
import { freePorts } from '../../../directories/child-servers.ts';
import { startClosedDoor } from '../../../directories/closed-door.ts';
import { type DnsServer, startDnsServer } from '../../../directories/dns-server.ts';
import { requireSlapd } from '../../../directories/installed.ts';
import { type RecordingProxy, startRecordingProxy } from '../../../directories/recording-proxy.ts';
import { type Slapd, startSlapd } from '../../../directories/slapd.ts';
import { TurnedClock } from '../../../turned-clock.ts';
import { until } from '../../../until.ts';
import {
  exampleSettings,
  findPerson,
  ldapUrl,
  type Overrides,
  openDirectory,
  realClock,
  slapdSource,
  within,
} from '../../example-settings.ts';
import { onceWell } from '../../recovery.ts';
import { expectFailure } from '../../rejection.ts';

const SRV: LdapSrv = { scheme: 'srv', domain: 'example.test', service: 'ldaps', text: 'srv:example.test' };
const NAME = '_ldaps._tcp.example.test';

describe('the servers of a directory', () => {
  let slapd: Slapd;
  let dns: DnsServer;
  /** What a name is said to have. */
  let addresses: readonly string[];
  const opened: EntryDirectory[] = [];
  const proxies: RecordingProxy[] = [];
  const open = (source: Partial<LdapSettings>, overrides: Overrides = {}, clock?: TurnedClock) => {
    const settings = exampleSettings(slapdSource(slapd, 'ldaps', source), overrides);
    const network = {
      resolveSrv: (name: string) => dns.resolver.resolveSrv(name),
      lookup: async () => addresses,
      random: () => 0,
    };
    const one = openDirectory(settings, { network, ...(clock ? { clock } : {}) });
    opened.push(one);
    return one;
  };
  const find = (one: EntryDirectory) => findPerson(one, 'ann', within());
  const proxyTo = async (port: number, host?: string) => {
    const proxy = await startRecordingProxy(port, host);
    proxies.push(proxy);
    return proxy;
  };
  const record = (port: number, others = {}) => ({
    priority: 0,
    weight: 0,
    port,
    name: 'localhost',
    ...others,
  });

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd();
  });
  beforeEach(async () => {
    dns = await startDnsServer();
    addresses = ['127.0.0.1'];
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    await Promise.all([dns.stop(), ...proxies.splice(0).map((proxy) => proxy.stop())]);
  });
  after(() => slapd?.remove());

  describe('that DNS names', () => {
    it('are looked up at openings, once what is known is half a minute old, and found', async () => {
      const [first, second] = [await proxyTo(slapd.securePort), await proxyTo(slapd.securePort)];
      const clock = new TurnedClock();
      const one = open({ urls: [SRV] }, { limits: { age: 1000 } }, clock);
      dns.records = { [NAME]: [record(first.port)] };
      expect(await find(one)).not.to.equal(undefined);
      expect(await find(one)).not.to.equal(undefined);
      expect(dns.questions).to.deep.equal([NAME]);
      dns.records = { [NAME]: [record(second.port)] };
      clock.turn(1001);
      expect(await find(one)).not.to.equal(undefined);
      expect(dns.questions).to.deep.equal([NAME]);
      clock.turn(30_001);
      expect(await find(one)).not.to.equal(undefined);
      expect(dns.questions).to.deep.equal([NAME, NAME]);
      expect([first.connections.length, second.connections.length]).to.deep.equal([2, 1]);
    });

    it('are spoken to by StartTLS where that is configured', async () => {
      const proxy = await proxyTo(slapd.port);
      dns.records = { '_ldap._tcp.example.test': [record(proxy.port)] };
      const tls = { ca: slapd.certificates.ca, startTls: true };
      expect(await find(open({ urls: [{ ...SRV, service: 'ldap' }], tls }))).not.to.equal(undefined);
      expect(proxy.connections[0]?.sent[1]?.[0]).to.equal(0x16);
    });

    it('are asked by priority, and the next one where one is dead', async () => {
      const [closed = 0] = await freePorts(1);
      const [first, last] = [await proxyTo(slapd.securePort), await proxyTo(slapd.securePort)];
      dns.records = {
        [NAME]: [
          record(last.port, { priority: 30 }),
          record(closed, { priority: 10 }),
          record(first.port, { priority: 20 }),
        ],
      };
      expect(await find(open({ urls: [SRV] }))).not.to.equal(undefined);
      expect([first.connections.length, last.connections.length]).to.deep.equal([1, 0]);
    });

    it('must have certificates with the names that DNS gives, or the configured one', async () => {
      const proxy = await proxyTo(slapd.securePort, '127.0.0.2');
      dns.records = { [NAME]: [record(proxy.port, { name: '127.0.0.2' })] };
      await expectFailure(find(open({ urls: [SRV] })), 'directory_unavailable', /127\.0\.0\.2.*cert/s);
      const tls = { ca: slapd.certificates.ca, serverName: 'ldap.example.test' };
      expect(await find(open({ urls: [SRV], tls }))).not.to.equal(undefined);
    });

    for (const [what, records, message] of [
      ['does not know the name', {}, /srv:example\.test: .*ENOTFOUND/],
      ['knows no records', { [NAME]: [] }, /srv:example\.test: .*ENODATA/],
      ['says that there is no such service', { [NAME]: [record(636, { name: '.' })] }, /names no server/],
      ['names no possible server', { [NAME]: [record(0), record(636, { name: 'a b' })] }, /names no server/],
    ] as const) {
      it(`cannot be had where it ${what}: directory_unavailable`, async () => {
        dns.records = records;
        await expectFailure(find(open({ urls: [SRV] })), 'directory_unavailable', message);
        expect(dns.questions).to.deep.equal([NAME]);
      });
    }

    it('cannot be had where it is silent: directory_unavailable once the time to connect has passed', async () => {
      dns.silent = true;
      const one = open({ urls: [SRV] }, { limits: { connect: 200 } });
      await expectFailure(find(one), 'directory_unavailable', /did not answer/);
    });

    it('are left alone while a server with a URL before them can be reached', async () => {
      await find(open({ urls: [ldapUrl('ldaps', slapd.securePort), SRV] }));
      expect(dns.questions).to.deep.equal([]);
    });
  });

  describe('at the addresses of one name', () => {
    const named = () => [
      { ...ldapUrl('ldaps', slapd.securePort), host: 'localhost', text: 'ldaps://localhost' },
    ];

    it('are each a server: the next one where one is dead', async () => {
      addresses = ['127.0.0.2', '127.0.0.1'];
      expect(await find(open({ urls: named() }))).not.to.equal(undefined);
    });

    it('share the time to connect, so that one that swallows everything leaves the other its part', async () => {
      const door = await startClosedDoor(slapd.securePort, '127.0.0.2');
      try {
        addresses = ['127.0.0.2', '127.0.0.1'];
        // All of the time for the one would leave the request none.
        const one = open({ urls: named() }, { limits: { connect: 6000 } });
        expect(await findPerson(one, 'ann', new Deadline(realClock, 5900))).not.to.equal(undefined);
      } finally {
        await door.stop();
      }
    });

    it('are told apart in messages', async () => {
      addresses = ['127.0.0.2', '127.0.0.3'];
      const both = /localhost \[127\.0\.0\.2\]: .*ECONNREFUSED.*localhost \[127\.0\.0\.3\]: .*ECONNREFUSED/;
      await expectFailure(find(open({ urls: named() })), 'directory_unavailable', both);
    });

    it('are those of the last answer where DNS is gone', async () => {
      const clock = new TurnedClock();
      const one = open({ urls: named() }, { limits: { age: 1000 } }, clock);
      expect(await find(one)).not.to.equal(undefined);
      addresses = [];
      clock.turn(60_000);
      expect(await find(one)).not.to.equal(undefined);
    });

    it('are another one once DNS says so', async () => {
      const proxy = await startRecordingProxy(slapd.securePort, '127.0.0.2');
      proxies.push(proxy);
      const url = { ...ldapUrl('ldaps', proxy.port), host: 'localhost', text: 'ldaps://localhost' };
      const clock = new TurnedClock();
      const one = open({ urls: [url] }, {}, clock);
      await expectFailure(find(one), 'directory_unavailable', /ECONNREFUSED/);
      addresses = ['127.0.0.2'];
      expect(await onceWell(() => find(one))).not.to.equal(undefined);
      expect(proxy.connections.length).to.be.above(0);
    });
  });

  describe('of which the first swallows everything', () => {
    let hole: Server;
    let taken = 0;
    beforeEach(async () => {
      taken = 0;
      hole = createServer((socket) => {
        taken++;
        socket.resume();
        socket.on('error', () => {});
      });
      await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve));
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((one) => one.close()));
      await new Promise((resolve) => hole.close(resolve));
    });
    const holeUrl = () => {
      const address = hole.address();
      return ldapUrl('ldaps', typeof address === 'object' && address ? address.port : 0);
    };

    it('cost the time to connect once; then probes ask alone, and more and more rarely', async () => {
      const clock = new TurnedClock();
      const urls = [holeUrl(), ldapUrl('ldaps', slapd.securePort)];
      const one = open({ urls }, { limits: { connect: 1500, age: 1000 } }, clock);
      expect(await find(one)).not.to.equal(undefined);
      expect(taken).to.equal(1);
      for (let turned = 0; turned < 28; turned += 2) {
        clock.turn(2000);
        expect(await find(one)).not.to.equal(undefined);
      }
      await until(() => taken > 1);
      expect(taken).to.be.at.most(5);
    });

    it('are all tried by each probe while none can be reached, and nobody waits for that', async () => {
      const clock = new TurnedClock();
      const [closed = 0] = await freePorts(1);
      const urls = [holeUrl(), ldapUrl('ldaps', closed)];
      const one = open({ urls }, { limits: { connect: 500 } }, clock);
      await expectFailure(find(one), 'directory_unavailable', /^no server .*ECONNREFUSED/);
      expect(taken).to.equal(1);
      await expectFailure(find(one), 'directory_unavailable', /^known to be failing: .*ECONNREFUSED/);
      expect(taken).to.equal(1);
      await until(() => taken === 3);
    });

    it('are named by DNS: the next of them costs nothing', async () => {
      const clock = new TurnedClock();
      dns.records = {
        [NAME]: [record(holeUrl().port), record(slapd.securePort, { priority: 1 })],
      };
      const one = open({ urls: [SRV] }, { limits: { connect: 1500, age: 500 } }, clock);
      expect(await find(one)).not.to.equal(undefined);
      clock.turn(501);
      expect(await find(one)).not.to.equal(undefined);
      expect(taken).to.equal(1);
      expect(dns.questions).to.have.length(2);
    });
  });
});
