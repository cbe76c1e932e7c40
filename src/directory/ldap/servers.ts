/**
 * Which servers to try for a new connection, and in which order: as configured, DNS asked where it says `srv:`, and
 * those that failed a short while ago last. Connecting to them is opener.ts's.
 */
import type { SrvRecord } from 'node:dns';
import type { Clock } from '../../deadline.ts';
import type { LdapSrv, LdapUrl } from '../settings/settings.ts';

/** What the opening of connections has from the world. */
export interface Network {
  /** As `resolveSrv` of node:dns/promises. */
  resolveSrv(name: string): Promise<readonly SrvRecord[]>;
  /** From 0 inclusive to 1 exclusive. */
  random(): number;
}

// A server that swallows packets would else cost `limits.connect` at every opening.
const AVOIDED_MILLISECONDS = 30_000;
const HOST = /^[\w-]+(?:\.[\w-]+)*\.?$/;

export class Servers {
  readonly #urls: readonly (LdapUrl | LdapSrv)[];
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #network: Network;
  /** Until when, by the text of the server, or of an `srv:` that DNS did not answer. */
  readonly #avoided = new Map<string, number>();
  #noReturnBefore = Number.NEGATIVE_INFINITY;

  /** @param limit milliseconds for one question to DNS */
  constructor(urls: readonly (LdapUrl | LdapSrv)[], limit: number, clock: Clock, network: Network) {
    this.#urls = urls;
    this.#limit = limit;
    this.#clock = clock;
    this.#network = network;
  }

  /**
   * Every server once; DNS is asked only when its turn has come.
   * @param problems gets a line for each `srv:` of which DNS gives no server
   */
  async *inOrder(problems: string[]): AsyncGenerator<LdapUrl> {
    const last: (LdapUrl | LdapSrv)[] = [];
    for (const each of this.#urls) {
      if (this.#isAvoided(each)) {
        last.push(each);
        continue;
      }
      for (const server of await this.#serversOf(each, problems)) {
        if (this.#isAvoided(server)) last.push(server);
        else yield server;
      }
    }
    for (const each of last) yield* await this.#serversOf(each, problems);
  }

  /** Puts it behind the others for a while. */
  avoid(text: string): void {
    this.#avoided.set(text, this.#clock.now() + AVOIDED_MILLISECONDS);
  }

  /** Gives it its place back, as it answered a search. */
  answered(text: string): void {
    this.#avoided.delete(text);
  }

  /**
   * Whether now is the time to see whether one that is written before this server is well again: not while it is avoided,
   * and for each replica of the service at a moment of its own.
   */
  mayGoBack(text: string): boolean {
    const now = this.#clock.now();
    if (this.#urls.length < 2 || now < this.#noReturnBefore) return false;
    const at = this.#urls.findIndex((each) => each.text === text || text.endsWith(`(${each.text})`));
    if (!this.#urls.some((each, i) => i < at && !this.#isAvoided(each))) return false;
    this.#noReturnBefore = now + AVOIDED_MILLISECONDS * (1 + this.#network.random());
    return true;
  }

  #isAvoided({ text }: LdapUrl | LdapSrv): boolean {
    const until = this.#avoided.get(text);
    return until !== undefined && this.#clock.now() < until;
  }

  async #serversOf(each: LdapUrl | LdapSrv, problems: string[]): Promise<readonly LdapUrl[]> {
    if (each.scheme !== 'srv') return [each];
    try {
      return await this.#askDns(each);
    } catch (error) {
      this.avoid(each.text);
      problems.push(`${each.text}: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  }

  async #askDns({ domain, service, text }: LdapSrv): Promise<readonly LdapUrl[]> {
    const name = `_${service}._tcp.${domain}`;
    const answer = this.#network.resolveSrv(name);
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`DNS did not answer for ${name} in time`)), this.#limit);
    });
    const records = await Promise.race([answer, expired]).finally(() => clearTimeout(timer));
    // RFC 2782: the target "." says that there is no such service.
    const targets = records.filter(({ name: host, port }) => HOST.test(host) && port > 0);
    if (targets.length === 0) throw new Error(`DNS names no server for ${name}`);
    return byPreference(targets, () => this.#network.random()).map(({ name: host, port }) => ({
      scheme: service,
      host: host.replace(/\.$/, ''),
      port,
      text: `${service}://${host}:${port} (${text})`,
    }));
  }
}

/** RFC 2782: the lowest priority first, within one priority by chance in proportion to the weights. */
export function byPreference(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const left = [...records].sort((a, b) => a.priority - b.priority || a.weight - b.weight);
  const ordered: SrvRecord[] = [];
  while (left.length > 0) {
    const same = left.filter(({ priority }) => priority === left[0]?.priority);
    const sum = same.reduce((total, { weight }) => total + weight, 0);
    const drawn = Math.floor(random() * (sum + 1));
    let running = 0;
    const chosen = same.findIndex(({ weight }) => {
      running += weight;
      return running >= drawn;
    });
    ordered.push(...left.splice(chosen, 1));
  }
  return ordered;
}
