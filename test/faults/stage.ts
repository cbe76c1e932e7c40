/**
 * The servers of one cell as its service sees them: the faulty one, a well one beside it, and those that DNS may name
 * instead. Begins the fault, and ends it.
 */
import { type Fault, isByName } from './faults.ts';
import { type Act, FaultyProxy, type Target } from './faulty-proxy.ts';
import { atAnySearch, atBind, type Moment } from './moments.ts';
import { configFor, type Times, type Victim, type World } from './world.ts';

export interface Cell {
  readonly fault: Fault;
  readonly moment: Moment;
  readonly servers: 1 | 2;
}

let named = 0;

export class Stage {
  readonly first: FaultyProxy;
  readonly second: FaultyProxy;
  /** A server like the others, under a certificate with another name. */
  readonly stranger: FaultyProxy;
  readonly #newHome: FaultyProxy;
  readonly #cell: Cell;
  readonly #world: World;
  readonly #victim: Victim | undefined;
  readonly #record = `_ldaps._tcp.d${++named}.example.test`;

  /** @param victim the first server, where it is to be killed or stopped */
  constructor(cell: Cell, world: World, victim: Victim | undefined) {
    const { fault, moment } = cell;
    this.#cell = cell;
    this.#world = world;
    this.#victim = victim;
    const well = world.well[moment.server];
    if (well === undefined) throw new Error('there is no Samba');
    const full = fault.kind === 'full' && moment.server !== 'samba' ? world.full[moment.server] : undefined;
    const scheme = moment.startTls ? 'ldap' : 'ldaps';
    const proxyTo = (target: Target) => new FaultyProxy(scheme, target, world.certificates);
    this.first = proxyTo(victim?.target ?? full ?? well);
    this.second = proxyTo(well);
    this.stranger = proxyTo(well);
    this.stranger.certificate = world.certificates.otherName;
    this.#newHome = proxyTo(well);
  }

  get all(): readonly FaultyProxy[] {
    return [this.first, this.second, this.stranger, this.#newHome];
  }

  /** How many connections are open now. */
  get open(): number {
    return this.all.reduce((sum, proxy) => sum + proxy.open, 0);
  }

  async listen(): Promise<void> {
    for (const proxy of this.all) await proxy.listen();
    this.#name('127.0.0.1', this.first.port);
  }

  stop(): void {
    for (const proxy of this.all) proxy.stop();
  }

  /** What the service of the cell is given. */
  config(times?: Times): string {
    const { fault, moment, servers } = this.#cell;
    const urlOf = ({ scheme, port }: FaultyProxy) => `${scheme}://127.0.0.1:${port}`;
    const first = isByName(fault) ? `srv:${this.#record.replace('_ldaps._tcp.', '')}` : urlOf(this.first);
    const urls = [first, urlOf(this.second)].slice(0, servers);
    return configFor(this.#world, moment.server, { urls, startTls: moment.startTls }, times);
  }

  async begin(): Promise<void> {
    const { fault, moment } = this.#cell;
    const isAtRest = moment.during === 'rest';
    switch (fault.kind) {
      case 'network':
      case 'tls':
        fault.begin({
          proxy: this.first,
          stranger: this.stranger,
          newHome: this.#newHome,
          name: (host, port) => this.#name(host, port),
        });
        this.first.strikeIdle({ kind: 'gone' });
        return;
      case 'bind':
        this.first.strike = { place: atBind, act: fault.act };
        this.first.strikeIdle({ kind: 'gone' });
        return;
      case 'search':
        this.first.strike = { place: isAtRest ? atAnySearch : moment.place, act: fault.act };
        return;
      case 'wire':
        this.#beginOnWire(fault.act);
        return;
      case 'killed':
      case 'stopped':
        if (isAtRest) await this.#harm();
        else this.first.strike = { place: moment.place, act: { kind: 'first', happens: () => this.#harm() } };
        return;
      case 'full':
        return;
    }
  }

  /** As it was before the fault. */
  async end(): Promise<void> {
    this.first.strike = undefined;
    this.first.isOld = false;
    this.first.certificate = this.#world.certificates.right;
    this.#name('127.0.0.1', this.first.port);
    await this.first.listen();
    await this.#victim?.revive();
  }

  #beginOnWire(act: Act): void {
    const { moment } = this.#cell;
    if (moment.during !== 'rest') {
      this.first.strike = { place: moment.place, act };
      return;
    }
    this.first.strike = { place: act.kind === 'drip' || act.kind === 'cut' ? 'tls' : 'connect', act };
    this.first.strikeIdle(act);
  }

  async #harm(): Promise<void> {
    if (this.#cell.fault.kind === 'killed') await this.#victim?.kill();
    else this.#victim?.hang();
  }

  #name(host: string | undefined, port = 636): void {
    const { dns } = this.#world;
    const { [this.#record]: _, ...others } = dns.records;
    const record = { name: host ?? '', port, priority: 0, weight: 0 };
    dns.records = host === undefined ? others : { ...others, [this.#record]: [record] };
  }
}
