/** What DNS says on the way to the servers, with a DNS server of the tests; and that its words are not acted on. */
import { createServer } from 'node:net';
import { expect } from 'chai';
import { composeInstruments } from '../../../src/compose.ts';
import { parseServer } from '../../../src/config/ldap-url.ts';
import type { LdapSettings } from '../../../src/directory/settings/settings.ts';
import { reachServers } from '../../../src/doctor/steps/servers.ts';
import { type DnsServer, startDnsServer } from '../../directories/dns-server.ts';

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
  ) => {
    const settings: LdapSettings = {
      kind: 'ldap',
      urls: [parseServer(url, tls.startTls ? 'ldap' : 'ldaps')],
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
    const { steps, source } = await reach('ldaps://dc9.acme.example');
    expect(steps).to.have.lengthOf(1);
    expect(steps[0]?.hint).to.equal(
      'urls: correct the host; DNS names these servers of acme.example: dc1.acme.example, dc2.acme.example',
    );
    expect(source).to.equal(undefined);
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
