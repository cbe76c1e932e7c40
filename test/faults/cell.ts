/**
 * One cell of the matrix: a service of its own in front of one faulty server, or of that and a well one. The fault
 * begins at its moment, and ends; what was answered meanwhile is told, and whatever must never be is thrown.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Directory } from '../../src/directory/directory.ts';
import { isFailure } from '../../src/failure.ts';
import { meetEveryone } from '../../src/user-info/everyone.ts';
import { type Answered, codeOf } from '../acceptance/running-service.ts';
import { type ServiceHere, serveHere } from '../acceptance/service-here.ts';
import { sooner, until } from '../until.ts';
import { isAnswer, isByName } from './faults.ts';
import { type Cell, Stage } from './stage.ts';
import { DEADLINE, FRESH, PASSWORDS, type Victim, type World } from './world.ts';

/** What is right: the answers by userid, and a whole walk. */
export interface Oracle {
  readonly answers: ReadonlyMap<string, string>;
  readonly walk: string;
}

/** Beyond the deadline, for a machine that does other things besides. */
const MARGIN = 40_000;
/** What must come about by itself once a fault is over: probes are 5 s apart at the most. */
const RECOVERY = 90_000;
/** Connections that a service keeps, by `limits.connections`. */
const KEPT = 2;
/** Logged once the service has done what it does by itself after a start. */
export const LOOKED = 'looked in the directories for what the mappings name';
/** For longer than this no answer of DNS is used without asking again. */
const NAMES_HOLD = 31_000;
const REFRESH_FAILED = 'a refresh in the background failed';
/** How far into its time an answer is when it is refreshed. */
const REFRESHED_AT = 0.85 * FRESH;

/** Whether the cell needs a server of its own, to be killed or stopped. */
export function isDeadly({ fault }: Cell): boolean {
  return fault.kind === 'killed' || fault.kind === 'stopped';
}

/** Services begin one after the other: many at once would make each other's limits pass on a busy machine. */
let beginning: Promise<unknown> = Promise.resolve();

/** Runs the cell; what the table says of it. Throws where the service did what it never may. */
export function runCell(cell: Cell, world: World, oracle: Oracle): Promise<string> {
  if (isDeadly(cell))
    return world.withVictim(cell.moment.server, (victim) => new CellRun(cell, world, oracle, victim).run());
  return new CellRun(cell, world, oracle, undefined).run();
}

class CellRun {
  readonly #cell: Cell;
  readonly #oracle: Oracle;
  readonly #stage: Stage;

  constructor(cell: Cell, world: World, oracle: Oracle, victim: Victim | undefined) {
    this.#cell = cell;
    this.#oracle = oracle;
    this.#stage = new Stage(cell, world, victim);
  }

  async run(): Promise<string> {
    await this.#stage.listen();
    try {
      if (!this.#cell.moment.isConnected) await this.#stage.begin();
      const here = await inTurn(() => serveHere({ 'config.yaml': this.#stage.config() }));
      try {
        return await this.#watch(here);
      } finally {
        await this.#stage.end();
        await here.service.stop(0);
      }
    } finally {
      this.#stage.stop();
    }
  }

  async #watch(here: ServiceHere): Promise<string> {
    const { moment } = this.#cell;
    if (moment.isConnected) {
      // What it does by itself after a start is not to meet the fault.
      await until(() => here.logged.some(({ msg }) => msg === LOOKED));
      await this.#prepare(here);
    }
    const seen = await this.#see(here);
    this.#demandFault();
    this.#demandNoSecret();
    await this.#stage.end();
    await this.#recover(here);
    await this.#demandNoLeak(here);
    return seen;
  }

  /** What comes before the fault where there is a connection already. */
  async #prepare(here: ServiceHere): Promise<void> {
    const { moment } = this.#cell;
    if (moment.during === 'rest') this.#mustBeRight(await here.ask('gina'), 'gina');
    if (moment.during === 'a refresh') {
      this.#mustBeRight(await here.ask(moment.userid), moment.userid);
      here.turn(REFRESHED_AT);
    }
    await this.#stage.begin();
    // Or what DNS said before would be good enough.
    if (isByName(this.#cell.fault)) here.turn(NAMES_HOLD);
  }

  async #see(here: ServiceHere): Promise<string> {
    const { moment } = this.#cell;
    if (moment.during === 'a walk') {
      const walk = await this.#walk(here);
      this.#demandSecond(walk, 'whole');
      return walk;
    }
    if (moment.during === 'a refresh') {
      await this.#refreshed(here);
      here.turn(FRESH + 1000);
    }
    const outcome = this.#outcomeOf(await this.#ask(here, moment.userid), moment.userid);
    if (moment.during === 'rest') {
      const known = this.#outcomeOf(await this.#ask(here, 'gina'), 'gina');
      if (known !== '200') throw new Error(`a fresh answer was not served: ${known}`);
    }
    this.#demandSecond(outcome, '200');
    return outcome;
  }

  /** Has a fresh answer refreshed behind it, and resolves once that came to an end. */
  async #refreshed(here: ServiceHere): Promise<void> {
    const { userid } = this.#cell.moment;
    await until(async () => {
      const answer = await this.#ask(here, userid);
      if (this.#outcomeOf(answer, userid) !== '200') throw new Error('a fresh answer was not served');
      const ttl = Number(/ttl=(\d+)/.exec(answer.headers['cache-status'] ?? '')?.[1]);
      const hasFailed = here.logged.some(({ msg }) => String(msg).startsWith(REFRESH_FAILED));
      return ttl * 1000 > FRESH - REFRESHED_AT || hasFailed;
    });
  }

  async #walk({ service }: ServiceHere): Promise<string> {
    const directory = service.directories.get('corp');
    if (directory === undefined) throw new Error('no directory');
    try {
      const walk = await sooner(DEADLINE + MARGIN, walked(directory));
      if (walk !== this.#oracle.walk) throw new Error(`a walk that lacks people: ${walk}`);
      return 'whole';
    } catch (error) {
      if (isFailure(error)) return error.code.replace('directory_', '');
      throw error;
    }
  }

  #ask(here: ServiceHere, userid: string): Promise<Answered> {
    return sooner(DEADLINE + MARGIN, here.ask(userid));
  }

  // Never a wrong body: the right one, the right one marked as old, or a problem.
  #outcomeOf(answer: Answered, userid: string): string {
    const code = codeOf(answer);
    if (answer.status === 200) {
      this.#mustBeRight(answer, userid);
      return /ttl=-/.test(answer.headers['cache-status'] ?? '') ? '200 old' : '200';
    }
    const known: Readonly<Record<string, string>> = {
      '502 directory_refused': '502 refused',
      '502 directory_incomplete': '502 incomplete',
      '503 directory_unavailable': '503',
      '504 directory_timeout': '504',
    };
    const outcome = known[`${answer.status} ${code}`];
    const isProblem = answer.headers['content-type']?.startsWith('application/problem+json');
    if (outcome === undefined || isProblem !== true)
      throw new Error(`an answer that nothing names: ${answer.status} ${answer.body}`);
    return outcome;
  }

  #mustBeRight({ status, body }: Answered, userid: string): void {
    if (status !== 200 || body !== this.#oracle.answers.get(userid))
      throw new Error(`a wrong answer for ${userid}: ${status} ${body}`);
  }

  // The second server is asked where the first one fails, and not where it gives an answer that another would give too.
  #demandSecond(outcome: string, right: string): void {
    const { fault, servers } = this.#cell;
    if (servers === 1 || isAnswer(fault)) return;
    if (outcome !== right) throw new Error(`the second server is well, and it came to ${outcome}`);
    if (this.#isSecondNeeded && this.#stage.second.searches === 0)
      throw new Error('the second server was not asked, and yet there was an answer');
  }

  // A full disk is no hindrance, a server that moved is asked where it is, and one whose name is gone where it was.
  get #isSecondNeeded(): boolean {
    const { fault, moment } = this.#cell;
    const isKnown = fault.title === 'DNS gone' && moment.isConnected;
    return fault.kind !== 'full' && !fault.title.endsWith('moved') && !isKnown;
  }

  #demandFault(): void {
    const { strike, struck } = this.#stage.first;
    if (strike !== undefined && struck === 0) throw new Error('the fault did not happen');
  }

  // Neither in clear, nor to whom the certificate does not prove to be the server.
  #demandNoSecret(): void {
    const { fault, moment } = this.#cell;
    const secret = PASSWORDS[moment.server];
    for (const { sent } of this.#stage.all)
      if (Buffer.concat(sent).includes(secret)) throw new Error('the password of the bind was sent in clear');
    const isStrange = fault.kind === 'tls' && !moment.isConnected;
    if (this.#stage.stranger.asked.length > 0 || (isStrange && this.#stage.first.asked.length > 0))
      throw new Error('a stranger was asked');
    const isSeen = [this.#stage.first, this.#stage.second].some(({ asked }) =>
      asked.some(({ octets }) => octets.includes(secret)),
    );
    if (moment.isConnected && !isSeen) throw new Error('the password of the bind was not recognised in TLS');
  }

  async #recover(here: ServiceHere): Promise<void> {
    const { moment } = this.#cell;
    // A fresh answer would prove nothing.
    here.turn(FRESH + 1000);
    const isOver = async () => {
      const outcome = this.#outcomeOf(await here.ask(moment.userid), moment.userid);
      if (outcome === '200') return true;
      // With a secret that was refused nothing is tried for a while.
      if (outcome === '502 refused' || this.#cell.fault.kind === 'bind') here.turn(FRESH + 1000);
      await sleep(100);
      return false;
    };
    await within(RECOVERY, until(isOver), 'the right answer did not come back');
    if (moment.during !== 'a walk') return;
    const isWhole = async () => (await this.#walk(here)) === 'whole';
    await within(RECOVERY, until(isWhole), 'no walk was whole again');
  }

  async #demandNoLeak({ service }: ServiceHere): Promise<void> {
    await within(
      RECOVERY,
      until(() => this.#stage.open <= KEPT),
      'connections stay open after the fault',
    );
    await service.stop(0);
    await within(
      RECOVERY,
      until(() => this.#stage.open === 0),
      'connections stay open after the end',
    );
  }
}

/** Everybody with their groups, as text; read as `plan` reads them. */
export async function walked(directory: Directory): Promise<string> {
  let met: string[] = [];
  await meetEveryone([directory], () => {
    met = [];
    return ({ userid, person }) => {
      const groups = person.memberships.map(({ name }) => name).sort();
      met.push(`${userid}: ${groups.join(', ')}`);
    };
  });
  return met.sort().join('\n');
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = beginning.then(work);
  beginning = turn.catch(() => {});
  return turn;
}

async function within(milliseconds: number, work: Promise<void>, otherwise: string): Promise<void> {
  try {
    await sooner(milliseconds, work);
  } catch (cause) {
    throw new Error(otherwise, { cause });
  }
}
