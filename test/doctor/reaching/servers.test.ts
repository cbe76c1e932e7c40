/** What DNS says on the way to the servers, with a DNS server of the tests; and that its words are not acted on. */
import { createServer, type Server } from 'node:net';
import { expect } from 'chai';
import { composeInstruments } from '../../../src/compose.ts';
import { parseServer } from '../../../src/config/ldap-url.ts';
import type { LdapSettings } from '../../../src/directory/settings/settings.ts';
import { reachServers } from '../../../src/doctor/reaching/servers.ts';
import { freePorts } from '../../directories/child-servers.ts';
import { type DnsServer, startDnsServer } from '../../directories/dns-server.ts';
import {
  bindResponse,
  type FakeLdapServer,
  startFakeLdapServer,
} from '../../directories/fake-ldap-server.ts';

describe('the servers of a directory, by DNS', () => {
  let dns: DnsServer;
  before(async () => {
    dns = await startDnsServer();
  });
  after(() => dns?.stop());

  const unknown = () => Promise.reject(Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' }));
  const reach = (
    url: string,
    tls: LdapSettings['tls'] = {},
    lookup: () => Promise<readonly string[]> = unknown,
    service: 'ldap' | 'ldaps' = tls.startTls ? 'ldap' : 'ldaps',
  ) => {
    const settings: LdapSettings = {
      kind: 'ldap',
      urls: [parseServer(url, service)],
      tls,
      bind: { kind: 'anonymous' },
    };
    const instruments = {
      ...composeInstruments(),
      lookup,
      resolveSrv: (name: string) => dns.resolver.resolveSrv(name),
    };
    return reachServers(settings, ['ou=people,dc=acme,dc=example'], { connect: 1000 }, instruments);
  };
  const at = (name: string, priority = 0) => ({ name, port: 389, priority, weight: 0 });

  it('names the servers of the domain in the hint where the host is wrong, and asks none of them', async () => {
    dns.records = { '_ldap._tcp.acme.example': [at('dc2.acme.example', 1), at('dc1.acme.example')] };
    const { steps, bound } = await reach('ldaps://dc9.acme.example');
    expect(steps).to.have.lengthOf(1);
    expect(steps[0]?.hint).to.equal(
      'urls: correct the host; DNS names these servers of acme.example: dc1.acme.example, dc2.acme.example',
    );
    expect(bound).to.equal(undefined);
  });

  it('has another hint where the domain names none', async () => {
    dns.records = {};
    const { steps } = await reach('ldaps://dc9.acme.example');
    expect(steps[0]?.hint).to.match(/^urls: correct the host, or let DNS know it/);
  });

  it('says which servers srv: stands for', async () => {
    dns.records = { '_ldap._tcp.acme.example': [at('dc1.acme.example')] };
    const { steps } = await reach('srv:acme.example', { startTls: true });
    expect(steps[0]).to.include({
      status: 'ok',
      finding: '_ldap._tcp.acme.example names ldap://dc1.acme.example:389',
    });
    expect(steps[1]).to.include({ name: 'dns', status: 'failed' });
  });

  it('says which addresses of a host take connections, and which do not', async () => {
    const listener = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    try {
      const tcpOf = async (...addresses: string[]) => {
        const { steps } = await reach(`ldaps://dc.acme.example:${port}`, {}, async () => addresses);
        return steps.find(({ name }) => name === 'tcp');
      };
      expect(await tcpOf('127.0.0.1')).to.include({
        status: 'ok',
        finding: `port ${port} takes connections`,
      });
      expect(await tcpOf('127.0.0.2', '127.0.0.1')).to.include({
        status: 'ok',
        finding: `port ${port} takes connections at 127.0.0.1, and not at 127.0.0.2`,
      });
      expect(await tcpOf('127.0.0.2', '127.0.0.3')).to.include({
        status: 'failed',
        finding: `nobody listens on port ${port}`,
      });
    } finally {
      await new Promise((resolve) => listener.close(resolve));
    }
  });

  describe('of a name with several addresses', () => {
    let answering: FakeLdapServer;
    let silent: Server;
    before(async () => {
      answering = await startFakeLdapServer(() => {});
      silent = createServer((socket) => socket.resume());
      await new Promise<void>((resolve) => silent.listen(answering.port, '127.0.0.2', resolve));
    });
    afterEach(() => {
      delete answering.answerBind;
    });
    after(async () => {
      await answering.stop();
      await new Promise((resolve) => silent.close(resolve));
    });
    const text = () => `ldap://dc.acme.example:${answering.port}`;
    const reachAt = (...addresses: string[]) => reach(text(), {}, async () => addresses);

    it('binds at one behind those that are silent and dead, which it names', async () => {
      const { steps, bound, lost, isAsWritten } = await reachAt('127.0.0.2', '127.0.0.3', '127.0.0.1');
      expect(steps.filter(({ status }) => status === 'failed')).to.have.lengthOf(1);
      expect(steps.map(({ name, status, on }) => [name, status, on])).to.deep.equal([
        ['dns', 'ok', text()],
        ['tcp', 'ok', text()],
        ['tls', 'skipped', `${text()} [127.0.0.2]`],
        ['bind', 'failed', `${text()} [127.0.0.2]`],
        ['tls', 'skipped', `${text()} [127.0.0.1]`],
        ['bind', 'ok', `${text()} [127.0.0.1]`],
      ]);
      expect(lost).to.deep.equal([`${text()} [127.0.0.3]`, `${text()} [127.0.0.2]`]);
      expect(isAsWritten).to.equal(true);
      expect(bound?.url.host).to.equal('dc.acme.example');
      expect(bound?.source.urls).to.deep.equal([
        { scheme: 'ldap', host: '127.0.0.1', port: answering.port, text: `${text()} [127.0.0.1]` },
      ]);
      expect(bound?.source.tls.serverName).to.equal('dc.acme.example');
    });

    it('sends a refused password to none of the others', async () => {
      answering.answerBind = ({ id }, socket) => socket.write(bindResponse(id, 49));
      const { steps, bound } = await reachAt('127.0.0.1', '127.0.0.2');
      expect(steps.at(-1)).to.include({
        status: 'skipped',
        finding: 'not tried: a refused password is not sent again',
        on: `${text()} [127.0.0.2]`,
      });
      expect(bound).to.equal(undefined);
    });

    it('has the targets of srv: that are dead beside the one that answers', async () => {
      const [dead = 0] = await freePorts(1);
      const records = [answering.port, dead].map((port) => ({ ...at('dc.acme.example'), port }));
      dns.records = { '_ldap._tcp.acme.example': records };
      const { bound, lost } = await reach(
        'srv:acme.example',
        { startTls: false },
        async () => ['127.0.0.1'],
        'ldap',
      );
      expect(lost).to.deep.equal([`ldap://dc.acme.example:${dead}`]);
      expect(bound?.url.port).to.equal(answering.port);
    });
  });

  it('says that Active Directory publishes no _ldaps._tcp', async () => {
    dns.records = { '_ldap._tcp.acme.example': [at('dc1.acme.example')] };
    const { steps } = await reach('srv:acme.example');
    expect(steps).to.have.lengthOf(1);
    expect(steps[0]?.hint).to.include('_ldap._tcp alone').and.include('starttls: yes');
  });

  it('does not wait for a DNS that is silent', async () => {
    dns.silent = true;
    const { steps } = await reach('srv:acme.example');
    dns.silent = false;
    expect(steps[0]).to.include({ name: 'dns', status: 'failed' });
    // The resolver may give up before we do.
    expect(steps[0]?.finding).to.match(/: (?:no answer within 1000 ms|querySrv ETIMEOUT .*)$/);
  });
});
