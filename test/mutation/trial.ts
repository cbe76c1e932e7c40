/**
 * The trial of one source file: all its changes are put into a copy of the project, and processes run there the tests
 * that speak for it. Which files and tests, and what score is enough, belongs to table.ts.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { type Mutant, mutantsOf, withAll } from './mutants.ts';
import type { Order, Report } from './worker.ts';

/** What became of a change: a test failed, none did, or none even came upon it. */
export type Fate = 'noticed' | 'survived' | 'unreached';

export interface Verdict {
  readonly mutant: Mutant;
  readonly fate: Fate;
  /** The test that failed first. */
  readonly by: string | undefined;
}

const NEVER_ENDED = '(it never ended)';
const LONGEST = 600_000;
const LEAST_PATIENCE = 10_000;
const TIMES_LONGER = 8;
// What was loaded for a change stays in memory until the process ends.
const LOADED_BY_ONE = 100;
const NO_CHANGE: Order = { mutant: 0, tests: undefined };

/**
 * @param copy a folder with the project in it, where the file is changed and changed back
 * @param lines where only some lines are wanted
 * @param jobs processes at a time
 * @throws Error where the tests fail without any change
 */
export async function tryAll(
  copy: string,
  file: string,
  tests: readonly string[],
  lines: ReadonlySet<number> | undefined,
  jobs: number,
): Promise<readonly Verdict[]> {
  const text = readFileSync(join(copy, file), 'utf8');
  const all = mutantsOf(text);
  const bundle = join(copy, 'test/mutation/bundle.mjs');
  writeFileSync(join(copy, file), withAll(text, all));
  try {
    await bundleTests(copy, tests, bundle);
  } finally {
    writeFileSync(join(copy, file), text);
  }
  const worker = await Worker.start(copy, bundle, 'inherit');
  const begun = Date.now();
  const plain = await worker.run(NO_CHANGE, LONGEST);
  worker.end();
  if (plain?.failed !== undefined) throw new Error(`${file}: without any change this fails: ${plain.failed}`);
  if (plain === undefined) throw new Error(`${file}: without any change the tests do not end`);
  const patience = Math.max(LEAST_PATIENCE, TIMES_LONGER * (Date.now() - begun));
  const wanted = all.filter(({ line }) => lines === undefined || lines.has(line));
  return await inTurns(() => Worker.start(copy, bundle, 'ignore'), wanted, plain, patience, jobs);
}

/** One file of the tests and what they import of the project, so that loading it anew loads all of it anew. */
async function bundleTests(copy: string, tests: readonly string[], outfile: string): Promise<void> {
  const places: Plugin = {
    name: 'each file keeps its place',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
        contents: (await readFile(path, 'utf8'))
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
        loader: 'ts',
      })),
  };
  await build({
    stdin: { contents: tests.map((test) => `import './${test}';`).join('\n'), resolveDir: copy },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    plugins: [places],
    logLevel: 'error',
  });
}

async function inTurns(
  start: () => Promise<Worker>,
  wanted: readonly Mutant[],
  plain: Report,
  patience: number,
  jobs: number,
): Promise<readonly Verdict[]> {
  const loading = new Set(plain.loading);
  const reached = new Map(plain.reached);
  const verdicts: Verdict[] = wanted
    .filter(({ id }) => !loading.has(id) && !reached.has(id))
    .map((mutant) => ({ mutant, fate: 'unreached', by: undefined }));
  const left = wanted.filter(({ id }) => loading.has(id) || reached.has(id));
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      let worker: Worker | undefined;
      for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
        if (worker === undefined) {
          worker = await start();
          await worker.run(NO_CHANGE, LONGEST);
        }
        const tests = loading.has(mutant.id) ? undefined : reached.get(mutant.id);
        const report = await worker.run({ mutant: mutant.id, tests }, patience);
        const by = report === undefined ? NEVER_ENDED : report.failed;
        verdicts.push({ mutant, fate: by === undefined ? 'survived' : 'noticed', by });
        if (report === undefined) {
          worker = undefined;
        } else if (worker.loaded > LOADED_BY_ONE || left.length === 0) {
          await endSound(worker);
          worker = undefined;
        }
      }
      if (worker !== undefined) await endSound(worker);
    }),
  );
  return verdicts.sort((a, b) => a.mutant.id - b.mutant.id);
}

// A change may have left something behind that fails whatever comes after it.
async function endSound(worker: Worker): Promise<void> {
  const after = await worker.run(NO_CHANGE, LONGEST);
  worker.end();
  if (after?.failed !== undefined)
    throw new Error(`after changes the tests fail without one: ${after.failed}`);
}

class Worker {
  readonly #process: ChildProcess;
  readonly #ended: Promise<undefined>;
  /** How often the tests were loaded. */
  loaded = 0;

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#ended = once(process, 'exit').then(() => undefined);
  }

  /** @param stderr what becomes of that: changes make tests write all kinds of things */
  static async start(copy: string, bundle: string, stderr: 'inherit' | 'ignore'): Promise<Worker> {
    const child = fork(join(copy, 'test/mutation/worker.ts'), [bundle], {
      cwd: copy,
      execArgv: ['--import', 'tsx'],
      // JSON would make null of undefined.
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', stderr, 'ipc'],
    });
    const worker = new Worker(child);
    await Promise.race([once(child, 'message'), worker.#ended]);
    return worker;
  }

  /** Undefined where it took too long, or the process went down; then it is gone. */
  async run(order: Order, milliseconds: number): Promise<Report | undefined> {
    const patience = setTimeout(() => this.end(), milliseconds);
    if (order.tests === undefined) this.loaded++;
    const report = once(this.#process, 'message').then(([message]) => message as Report);
    this.#process.send(order);
    return await Promise.race([report, this.#ended]).finally(() => clearTimeout(patience));
  }

  end(): void {
    this.#process.kill('SIGKILL');
  }
}
