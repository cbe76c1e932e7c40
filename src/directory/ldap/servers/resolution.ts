/**
 * From what the config writes to servers: each address of a host name is one, and each address of each target of `srv:`.
 * Owns how long answers of DNS hold; which server is asked first is servers.ts's.
 */
import type { SrvRecord } from 'node:dns';
import { lookup, resolveSrv } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Clock, within } from '../../../deadline.ts';
import type { LdapSrv, LdapUrl } from '../../settings/settings.ts';
import { byPreference, usableRecords } from './srv-records.ts';

/** What the opening of connections has from the world. */
export interface Network {
  /** As `resolveSrv` of node:dns/promises. */
  resolveSrv(name: string): Promise<readonly SrvRecord[]>;
  /** The addresses of a host, as the system finds them (getaddrinfo). */
  lookup(host: string): Promise<readonly string[]>;
  /** From 0 inclusive to 1 exclusive. */
  random(): number;
}

/** That of the system. */
export function systemNetwork(): Network {
  return {
    resolveSrv,
    lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    random: Math.random,
  };
}

/** One of `urls`, as it is written. */
export type WrittenServer = LdapUrl | LdapSrv;

/** One server: an address that is spoken to in one way. */
export interface Server {
  /** How it is spoken to, and the name that its certificate must carry. */
  readonly url: LdapUrl;
  readonly address: string;
  /** For messages, and the same for the same server: the url's, with the address where the name has several. */
  readonly text: string;
  /** Lower ones are preferred; that of equals is equal. */
  readonly rank: number;
  /** How many addresses the name has. */
  readonly addresses: number;
}

interface Answer {
  readonly servers: readonly Server[];
  readonly at: number;
}

// Neither getaddrinfo nor Node's resolveSrv tells how long its answer may be kept.
const ANSWERS_HOLD = 30_000;
// More priorities than SRV records can have.
const RANKS_OF_ONE = 2 ** 16;

export class Resolution {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #network: Network;
  readonly #answers = new Map<WrittenServer, Answer>();
  readonly #asking = new Map<WrittenServer, Promise<readonly Server[]>>();

  /** @param limit milliseconds for one question to DNS */
  constructor(limit: number, clock: Clock, network: Network) {
    this.#limit = limit;
    this.#clock = clock;
    this.#network = network;
  }

  /** What was last found for it, however long ago. */
  known(written: WrittenServer): readonly Server[] | undefined {
    return this.#answers.get(written)?.servers;
  }

  /** Has DNS asked again when the servers of it are next wanted. */
  doubt(written: WrittenServer): void {
    const answer = this.#answers.get(written);
    if (answer !== undefined) this.#answers.set(written, { ...answer, at: Number.NEGATIVE_INFINITY });
  }

  /**
   * Its servers: at least one. Throws the error of DNS, or one that says what it lacks, where there is no answer, nor an
   * old one.
   * @param place of it in `urls`
   * @param problems gets a line where DNS fails and its last answer is used
   */
  async serversOf(written: WrittenServer, place: number, problems: string[]): Promise<readonly Server[]> {
    const answer = this.#answers.get(written);
    if (answer !== undefined && this.#clock.now() < answer.at + ANSWERS_HOLD) return answer.servers;
    try {
      const servers = await this.#ask(written, place * RANKS_OF_ONE);
      this.#answers.set(written, { servers, at: this.#clock.now() });
      return servers;
    } catch (error) {
      if (answer === undefined) throw error;
      problems.push(`${written.text}: ${reasonOf(error)}; the addresses of before were tried`);
      return answer.servers;
    }
  }

  // A question that hangs holds one of the system's few threads: nobody asks the same beside it.
  #ask(written: WrittenServer, rank: number): Promise<readonly Server[]> {
    const asking =
      this.#asking.get(written) ??
      (written.scheme === 'srv'
        ? this.#askForService(written, rank)
        : this.#askForHost(written, rank)
      ).finally(() => this.#asking.delete(written));
    this.#asking.set(written, asking);
    asking.catch(() => {});
    return within(this.#limit, asking, `DNS did not answer for ${nameOf(written)} in time`);
  }

  async #askForHost(url: LdapUrl, rank: number): Promise<readonly Server[]> {
    const found = isIP(url.host) === 0 ? await this.#network.lookup(url.host) : [url.host];
    const addresses = [...new Set(found)];
    if (addresses.length === 0) throw new Error(`DNS knows no address of ${url.host}`);
    return addresses.map((address) => ({
      url,
      address,
      text: textOfAddress(url, address, addresses.length),
      rank,
      addresses: addresses.length,
    }));
  }

  async #askForService(srv: LdapSrv, rank: number): Promise<readonly Server[]> {
    const { service, text } = srv;
    const records = usableRecords(await this.#network.resolveSrv(nameOf(srv)));
    if (records.length === 0) throw new Error(`DNS names no server for ${nameOf(srv)}`);
    const ordered = byPreference(records, () => this.#network.random());
    const targets = await Promise.allSettled(
      ordered.map(({ name, port, priority }) => {
        const at = `${service}://${name}:${port} (${text})`;
        const url: LdapUrl = { scheme: service, host: name.replace(/\.$/, ''), port, text: at };
        return this.#askForHost(url, rank + priority);
      }),
    );
    const servers = targets.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    const [failed] = targets.filter((each) => each.status === 'rejected');
    if (servers.length === 0) throw failed?.reason;
    return servers;
  }
}

/** The url's, with the address where the name has several. */
export function textOfAddress({ text }: LdapUrl, address: string, addresses: number): string {
  return addresses === 1 ? text : `${text} [${address}]`;
}

/** An error in words. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function nameOf(written: WrittenServer): string {
  return written.scheme === 'srv' ? `_${written.service}._tcp.${written.domain}` : written.host;
}
