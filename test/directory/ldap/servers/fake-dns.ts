/** A fake DNS: what a real one would answer, without the network; and the servers that it leads to. */
import type { SrvRecord } from 'node:dns';
import { NO_NEWS } from '../../../../src/directory/ldap/servers/news.ts';
import type { Network, Server } from '../../../../src/directory/ldap/servers/resolution.ts';
import { Servers } from '../../../../src/directory/ldap/servers/servers.ts';
import type { LdapSrv, LdapUrl } from '../../../../src/directory/settings/settings.ts';
import { TurnedClock } from '../../../turned-clock.ts';

export const SECOND = 1000;
/** Why a server failed. */
export const WHY = new Error('of itself');

export const url = (host: string): LdapUrl => ({ scheme: 'ldaps', host, port: 636, text: `ldaps://${host}` });
export const srv: LdapSrv = { scheme: 'srv', domain: 'acme.test', service: 'ldaps', text: 'srv:acme.test' };
export const record = (name: string, priority = 0, port = 636): SrvRecord => ({
  name,
  priority,
  weight: 0,
  port,
});

export class FakeDns {
  readonly clock = new TurnedClock();
  /** What was asked for. */
  asked: string[] = [];
  readonly problems: string[] = [];
  /** What was told of servers. */
  readonly news: string[] = [];
  /** Milliseconds for one question. */
  limit = 50;
  /** A host that is not here has one address. */
  addresses: Record<string, readonly string[] | Error> = {};

  serversOf(
    urls: readonly (LdapUrl | LdapSrv)[],
    answer: () => Promise<readonly SrvRecord[]> = async () => [record('dc1.acme.test')],
  ): Servers {
    const network: Network = {
      resolveSrv: (name) => {
        this.asked.push(name);
        return answer();
      },
      lookup: async (host) => {
        this.asked.push(host);
        const found = this.addresses[host] ?? [`address of ${host}`];
        if (found instanceof Error) throw found;
        return found;
      },
      random: () => 0,
    };
    return new Servers(urls, this.limit, this.clock, network, {
      ...NO_NEWS,
      left: (server, reason) => this.news.push(`${server} left: ${reason}`),
      back: (server) => this.news.push(`${server} back`),
    });
  }

  async inOrder(servers: Servers): Promise<readonly Server[]> {
    const order: Server[] = [];
    for await (const server of servers.inOrder(this.problems)) order.push(server);
    return order;
  }

  async texts(servers: Servers): Promise<readonly string[]> {
    return (await this.inOrder(servers)).map((each) => each.text.slice('ldaps://'.length));
  }
}
