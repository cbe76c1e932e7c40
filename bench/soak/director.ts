/**
 * What happens while requests go on: servers hang, fall and come back, connections are cut, passwords and mappings change.
 * Faults and changes go on beside each other, each in its own order; what may be answered meanwhile is told to the oracle.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Asker } from '../measuring/asker.ts';
import { markOf, type Oracle } from './oracle.ts';
import type { Passwords } from './requests.ts';
import { HASHED_PASSWORD, mappingOf, type SoakWorld } from './world.ts';

/** Milliseconds for which a fault lasts, and for which nothing happens behind it. */
const FAULT = 2500;
const PAUSE = 1500;
/** Milliseconds within which a change must be in use. */
const CHANGED_WITHIN = 60_000;

export class Director {
  readonly #world: SoakWorld;
  readonly #oracle: Oracle;
  /** How often each thing happened. */
  readonly happened = new Map<string, number>();
  #isOver = false;
  #isDown = false;
  #revision = 0;
  #passwords: Passwords;
  #rotations = 0;

  /** @param passwords those of the two files: the second one is in use */
  constructor(world: SoakWorld, oracle: Oracle, [retired, current]: readonly [string, string]) {
    this.#world = world;
    this.#oracle = oracle;
    this.#passwords = { current, retired: `not ${retired}`, hashed: HASHED_PASSWORD };
    oracle.allow(0);
  }

  /** Whether no server can be asked, or none was found well again yet. */
  get isDown(): boolean {
    return this.#isDown;
  }

  get passwords(): Passwords {
    return this.#passwords;
  }

  /** Goes on until it is told to {@link end}, and with each kind of event once at the least. */
  async run(): Promise<void> {
    this.#isOver = false;
    await Promise.all([this.#repeat(this.#faults()), this.#repeat(this.#changes())]);
  }

  end(): void {
    this.#isOver = true;
  }

  async #repeat(events: readonly (readonly [name: string, happen: () => Promise<void>])[]): Promise<void> {
    for (let i = 0; i < events.length || !this.#isOver; i++) {
      const [name, happen] = events[i % events.length] ?? ['', async () => {}];
      await happen();
      this.happened.set(name, (this.happened.get(name) ?? 0) + 1);
      await sleep(PAUSE);
    }
  }

  #faults(): readonly (readonly [string, () => Promise<void>])[] {
    const { servers, proxies } = this.#world;
    const [first, second] = servers;
    const outage = async (happen: () => Promise<void>) => {
      this.#isDown = true;
      await happen();
      await this.#untilFound();
      this.#isDown = false;
    };
    const hang = async (...hung: readonly (typeof first)[]) => {
      for (const server of hung) server.hang();
      await sleep(FAULT);
      for (const server of hung) server.wake();
    };
    const kill = async (...killed: readonly (typeof first)[]) => {
      await Promise.all(killed.map((server) => server.kill()));
      await sleep(FAULT);
      await Promise.all(killed.map((server) => server.start()));
    };
    return [
      ['first hangs', () => hang(first)],
      [
        'connections cut',
        async () => {
          for (const proxy of proxies) proxy.cut();
        },
      ],
      ['first killed', () => kill(first)],
      ['both hang', () => outage(() => hang(first, second))],
      [
        'both refuse',
        () =>
          outage(async () => {
            for (const proxy of proxies) proxy.refuses = true;
            for (const proxy of proxies) proxy.cut();
            await sleep(FAULT);
            for (const proxy of proxies) proxy.refuses = false;
          }),
      ],
      ['second killed', () => kill(second)],
      ['both killed', () => outage(() => kill(first, second))],
      ['second hangs', () => hang(second)],
    ];
  }

  #changes(): readonly (readonly [string, () => Promise<void>])[] {
    return [
      ['mapping changed', () => this.#changeMapping()],
      ['password rotated', () => this.#rotate()],
      ['reloaded unchanged', async () => this.#reload()],
      ['broken mapping refused', () => this.#breakMapping()],
    ];
  }

  #reload(): void {
    this.#world.program.process.kill('SIGHUP');
  }

  async #changeMapping(): Promise<void> {
    const before = this.#revision;
    this.#revision++;
    this.#oracle.allow(this.#revision);
    this.#world.replace('mapping.yaml', mappingOf(this.#revision));
    this.#reload();
    await this.#until(`u0`, (body) => body.includes(`"${markOf(this.#revision)}"`), this.#passwords.current);
    this.#oracle.forbid(before);
  }

  // The new one is taken beside the one in use; then callers use it, and the old one is no longer right.
  async #rotate(): Promise<void> {
    const { current } = this.#passwords;
    const next = `secret ${++this.#rotations}`;
    const [free, used] =
      this.#rotations % 2 === 1 ? ['password-a', 'password-b'] : ['password-b', 'password-a'];
    this.#world.replace(free, next);
    this.#reload();
    await this.#until('u0', () => true, next);
    this.#passwords = { ...this.#passwords, current: next };
    await sleep(PAUSE); // Requests that were sent with the old one are answered within that, or are not looked at.
    this.#world.replace(used, next);
    this.#reload();
    await this.#until('u0', undefined, current);
    this.#passwords = { ...this.#passwords, retired: current };
  }

  async #breakMapping(): Promise<void> {
    const isReload = async (outcome: string) => (await this.#readiness()).includes(`"reload":"${outcome}"`);
    this.#world.replace('mapping.yaml', 'version: 1\nrules: [');
    this.#reload();
    await this.#wait(() => isReload('refused'), 'a broken mapping was not refused');
    this.#world.replace('mapping.yaml', mappingOf(this.#revision));
    this.#reload();
    await this.#wait(async () => !(await isReload('refused')), 'a right mapping was not taken');
  }

  // Of somebody who is in no memory it cannot know without asking.
  async #untilFound(): Promise<void> {
    const asker = new Asker(this.#world.program.port);
    let i = 0;
    await this.#wait(async () => {
      const answered = await asker.ask({
        method: 'GET',
        target: `/user-info?userid=stranger${performance.now()}-${i++}`,
        credentials: `immuta:${this.#passwords.current}`,
      });
      return answered?.status === 404;
    }, 'no server is asked again');
    asker.close();
  }

  async #readiness(): Promise<string> {
    const asker = new Asker(this.#world.adminPort);
    const answered = await asker.ask({ method: 'GET', target: '/readyz' });
    asker.close();
    return answered?.body ?? '';
  }

  /** Waits for an answer with such a body; where no body is told, until the password is refused. */
  async #until(
    userid: string,
    isSo: ((body: string) => boolean) | undefined,
    password: string,
  ): Promise<void> {
    const asker = new Asker(this.#world.program.port);
    const target = `/user-info?userid=${userid}`;
    await this.#wait(async () => {
      const answered = await asker.ask({ method: 'GET', target, credentials: `immuta:${password}` });
      if (isSo === undefined) return answered?.status === 401 || answered?.status === 429;
      return answered?.status === 200 && isSo(answered.body);
    }, `a change is not in use`);
    asker.close();
  }

  async #wait(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
    const until = performance.now() + CHANGED_WITHIN;
    while (!(await isSo())) {
      if (performance.now() > until) throw new Error(`${otherwise} after ${CHANGED_WITHIN} ms`);
      await sleep(20);
    }
  }
}
