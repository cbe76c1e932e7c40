/** The outer half of forests-world.ts: starts it in namespaces of its own, asks it things, hears what it prints. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './child-servers.ts';
import { FOREST_NAMES, type ForestName } from './forests-people.ts';
import type { Answer, Question } from './forests-world.ts';
import { WORLD_NAMESPACES } from './installed.ts';

/** Where a domain controller has its data, as its own commands see it. */
export const FOREST_DATA = ['-H', '/var/lib/samba/private/sam.ldb'];

const WORLD = fileURLToPath(new URL('forests-world.ts', import.meta.url));
/** Where tsx is found. */
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const MOST_SAID = 4000;

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** A network, mount and process namespace for the two domain controllers whose data lie in one folder. */
export class ForestsProcess {
  readonly #child: ChildProcess;
  readonly #searches: Readonly<Record<ForestName, string[]>> = { corp: [], res: [] };
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #said = '';
  #last = 0;

  constructor(folder: string) {
    const program = [process.execPath, '--import', 'tsx', WORLD, folder];
    // The last two are what the domain controllers print.
    this.#child = spawn('unshare', [...WORLD_NAMESPACES, ...program], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe', 'pipe'],
      cwd: PROJECT,
    });
    endWithUs(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => this.#note(chunk.toString()));
    for (const [i, name] of FOREST_NAMES.entries()) this.#hear(name, this.#child.stdio[4 + i]);
    this.#child.on('message', (answer: Answer) => this.#waiting.get(answer.id)?.(answer));
    this.#child.once('exit', () => {
      for (const [id, answer] of this.#waiting) answer({ id, output: '', error: 'the forests ended' });
    });
  }

  /** What the question's answer says. Rejects with all that was printed lately where it could not be done. */
  ask(question: WithoutId<Question>, handle?: Server): Promise<string> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ output, error }) => {
        this.#waiting.delete(id);
        if (error === undefined) resolve(output);
        else reject(new Error(`${error}\n${this.#said}`));
      });
      this.#child.send({ ...question, id }, handle);
    });
  }

  /** Runs a command where a domain controller lives; what it prints. */
  run(forest: ForestName, command: readonly string[], input = ''): Promise<string> {
    return this.ask({ ask: 'run', forest, command, input });
  }

  /** A line for each search that the domain controller answered so far. */
  searches(forest: ForestName): readonly string[] {
    return [...this.#searches[forest]];
  }

  /** The SIDs of people and groups, by CN. */
  async sids(forest: ForestName): Promise<ReadonlyMap<string, string>> {
    const filter = '(|(objectClass=user)(objectClass=group))';
    const found = await this.run(forest, ['ldbsearch', ...FOREST_DATA, filter, 'cn', 'objectSid']);
    return new Map(
      found.split(/\n\n+/).flatMap((record) => {
        const [cn, sid] = [/^cn: (.+)$/m.exec(record)?.[1], /^objectSid: (.+)$/m.exec(record)?.[1]];
        return cn === undefined || sid === undefined ? [] : [[cn, sid] as const];
      }),
    );
  }

  /** Ends everything in it. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }

  #hear(name: ForestName, stream: unknown): void {
    let rest = '';
    (stream as NodeJS.ReadableStream).on('data', (chunk: Buffer) => {
      const lines = `${rest}${chunk.toString()}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.includes('LDAP Query:')) this.#searches[name].push(line);
        else this.#note(`${line}\n`);
      }
    });
  }

  #note(text: string): void {
    this.#said = `${this.#said}${text}`.slice(-MOST_SAID);
  }
}
