/**
 * Which servers to try for a new connection, and in which order: as configured, and those that failed last until they have
 * answered again. Owns the health of each; where they are resolution.ts's, connecting to them opener.ts's.
 */
import type { Clock } from '../../../deadline.ts';
import { GrowingRest } from './growing-rest.ts';
import { NO_NEWS, type ServerNews } from './news.ts';
import { type Network, Resolution, reasonOf, type Server, type WrittenServer } from './resolution.ts';

/** A server that failed, or what DNS did not answer for. */
export type Failed = Server | WrittenServer;

/** A server that failed, or a name for which DNS has no answer, and how it failed last. */
export interface FailedServer {
  readonly server: string;
  readonly reason: string;
}

interface Fault {
  readonly failed: Failed;
  reason: string;
  readonly rest: GrowingRest;
  /** When it may be probed. */
  due: number;
  /** Later failures have greater ones. */
  order: number;
}

// From one probe of a server that failed to the next.
const RESTS = { shortest: 1000, longest: 60_000 };

export class Servers {
  readonly #urls: readonly WrittenServer[];
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #resolution: Resolution;
  readonly #news: ServerNews;
  readonly #faults = new Map<string, Fault>();
  #failed = 0;

  /** @param limit milliseconds for one question to DNS */
  constructor(
    urls: readonly WrittenServer[],
    limit: number,
    clock: Clock,
    network: Network,
    news: ServerNews = NO_NEWS,
  ) {
    this.#urls = urls;
    this.#clock = clock;
    this.#random = () => network.random();
    this.#resolution = new Resolution(limit, clock, network);
    this.#news = news;
  }

  /**
   * Every server once; DNS is asked only when its turn has come. Of those that failed whoever failed last comes last: where
   * all have, each has its turn.
   * @param problems gets a line for each of `urls` for which DNS gives no server
   */
  async *inOrder(problems: string[]): AsyncGenerator<Server> {
    const last: Failed[] = [];
    for (const each of this.#urls) {
      if (this.#faults.has(keyOf(each))) {
        last.push(each);
        continue;
      }
      for (const server of await this.#serversOf(each, problems)) {
        if (this.#faults.has(keyOf(server))) last.push(server);
        else yield server;
      }
    }
    const orderOf = (each: Failed) => this.#faults.get(keyOf(each))?.order ?? 0;
    for (const each of last.sort((a, b) => orderOf(a) - orderOf(b))) yield* this.at(each, problems);
  }

  /** The server itself, or those that DNS now gives. */
  async *at(failed: Failed, problems: string[]): AsyncGenerator<Server> {
    if ('address' in failed) yield failed;
    else yield* await this.#serversOf(failed, problems);
  }

  /**
   * Puts it behind the others until it has answered; what else was under way there when it failed counts nothing.
   * @param which a server may be told by its text
   */
  failed(which: Failed | string, error: unknown): void {
    const failed = typeof which === 'string' ? this.#named(which) : which;
    if (failed === undefined) return;
    const key = keyOf(failed);
    const now = this.#clock.now();
    const fault = this.#faults.get(key) ?? this.#begin(failed, now, error);
    fault.order = ++this.#failed;
    fault.reason = reasonOf(error);
    if (now < fault.due) return;
    fault.due = now + fault.rest.next();
    for (const each of this.#urls)
      if (this.#resolution.known(each)?.some(({ text }) => text === failed.text))
        this.#resolution.doubt(each);
  }

  /** Gives it its place back, as it answered a search. */
  answered(text: string): void {
    if (this.#faults.size === 0) return;
    const server = this.#named(text);
    if (server !== undefined) this.#end(server);
  }

  /** Those that failed and have not answered since, the first to fail first. */
  get failures(): readonly FailedServer[] {
    return [...this.#faults.values()].map(({ failed: { text }, reason }) => ({ server: text, reason }));
  }

  /** Whether searches are to go to the one rather than to the other. */
  isPreferred(text: string, other: string): boolean {
    const [one, two] = [this.#named(text), this.#named(other)];
    return one !== undefined && (two === undefined || one.rank < two.rank);
  }

  /** One that failed, and has rested since: a probe is to tell whether it is well again. */
  due(): Failed | undefined {
    if (this.#faults.size === 0) return undefined;
    const now = this.#clock.now();
    for (const { failed, due } of this.#faults.values()) if (due <= now) return failed;
    return undefined;
  }

  /** Whether there is a server, or a name that was not asked for yet, beside these. */
  hasOther(servers: ReadonlySet<string>): boolean {
    return this.#urls.some((each) => {
      const known = this.#resolution.known(each);
      return known === undefined || known.some(({ text }) => !servers.has(text));
    });
  }

  #begin(failed: Failed, due: number, error: unknown): Fault {
    const reason = reasonOf(error);
    const fault = { failed, reason, rest: new GrowingRest(RESTS, this.#random), due, order: 0 };
    this.#faults.set(keyOf(failed), fault);
    this.#news.left(failed.text, reason);
    return fault;
  }

  #end(failed: Failed): void {
    if (this.#faults.delete(keyOf(failed))) this.#news.back(failed.text);
  }

  #named(text: string): Server | undefined {
    for (const each of this.#urls) {
      const named = this.#resolution.known(each)?.find((server) => server.text === text);
      if (named !== undefined) return named;
    }
    return undefined;
  }

  async #serversOf(written: WrittenServer, problems: string[]): Promise<readonly Server[]> {
    const before = this.#resolution.known(written);
    try {
      const servers = await this.#resolution.serversOf(written, this.#urls.indexOf(written), problems);
      this.#end(written);
      this.#forget(before, servers);
      return servers;
    } catch (error) {
      this.failed(written, error);
      problems.push(`${written.text}: ${reasonOf(error)}`);
      return [];
    }
  }

  // Of addresses that DNS gives no longer nobody asks any more.
  #forget(before: readonly Server[] = [], now: readonly Server[]): void {
    const kept = new Set(now.map(keyOf));
    for (const key of before.map(keyOf)) if (!kept.has(key)) this.#faults.delete(key);
  }
}

// A name and the one server that it names may have the same text.
function keyOf(failed: Failed): string {
  return 'address' in failed ? `${failed.text} at ${failed.address}` : `the name ${failed.text}`;
}
