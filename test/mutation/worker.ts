/**
 * A process of its own in which the tests of one changed file run, again and again, each time with another change in
 * force. It is killed from outside where a change makes it run for ever.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import Mocha from 'mocha';
import { ASKED } from './mutants.ts';

/** What the process is asked: to run these tests, with this change in force; 0 is none. */
export interface Order {
  readonly mutant: number;
  /** Full titles; undefined for all, which are then loaded anew with the change in force. */
  readonly tests: readonly string[] | undefined;
}

/** What it says to that. */
export interface Report {
  /** The first test that failed, or what went wrong at loading. */
  readonly failed: string | undefined;
  /** The changes that were asked for while the files were loaded. */
  readonly loading: readonly number[];
  /** The tests that came upon each change; undefined where it was something around them. */
  readonly reached: readonly (readonly [mutant: number, tests: readonly string[] | undefined])[];
}

const AROUND_TESTS = '';
const LEAST_TIMEOUT = 5000;
const TIMES_LONGER = 8;
// Milliseconds in which a test that ran out of time comes to its end after all, once its servers are closed; mocha
// would hold that against whatever runs then, under the next change.
const AFTER_TIMEOUT = 1000;

class Silence extends Mocha.reporters.Base {
  override epilogue(): void {}
}

const [bundle = ''] = process.argv.slice(2);
/** Milliseconds that a test took without any change, by title. */
const durations = new Map<string, number>();
let inForce = 0;
let reaching = new Set<number>();
let times = 0;
let unchanged: Mocha | undefined;

Object.assign(globalThis, {
  [ASKED]: (id: number): boolean => {
    reaching.add(id);
    return id === inForce;
  },
});
// The first example that fails is enough.
fc.configureGlobal({ endOnFailure: true });

process.on('message', (order: Order) => {
  void obey(order).then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.({ failed: `loading: ${String(error)}`, loading: [], reached: [] }),
  );
});
process.send?.('ready');

async function obey({ mutant, tests }: Order): Promise<Report> {
  reaching = new Set();
  inForce = tests === undefined ? mutant : 0;
  const mocha = (tests === undefined ? undefined : unchanged) ?? (await load());
  if (inForce === 0) unchanged = mocha;
  const loading = [...reaching];
  inForce = mutant;
  const report = { ...(await run(mocha, tests)), loading };
  if (report.failed?.includes('Timeout of') === true) await sleep(AFTER_TIMEOUT);
  if (mocha !== unchanged) mocha.dispose();
  return report;
}

async function load(): Promise<Mocha> {
  const mocha = new Mocha({ timeout: 20_000, bail: true, reporter: Silence });
  mocha.cleanReferencesAfterRun(false);
  mocha.suite.emit('pre-require', globalThis as unknown as Mocha.MochaGlobals, bundle, mocha);
  await import(`${pathToFileURL(bundle).href}?${++times}`);
  mocha.suite.eachTest((test) => {
    // As long as the first time and some more, so that a change after which nothing answers is soon seen.
    const usual = durations.get(test.fullTitle());
    if (usual !== undefined) test.timeout(Math.max(LEAST_TIMEOUT, TIMES_LONGER * usual));
  });
  return mocha;
}

function run(mocha: Mocha, tests: readonly string[] | undefined): Promise<Omit<Report, 'loading'>> {
  const wanted = new Set(tests);
  const choice = { test: (title: string) => tests === undefined || wanted.has(title) };
  mocha.options.grep = choice as unknown as RegExp;
  const reached = new Map<number, Set<string>>();
  const note = (title: string): void => {
    for (const id of reaching) reached.set(id, (reached.get(id) ?? new Set()).add(title));
    reaching = new Set();
  };
  let failed: string | undefined;
  reaching = new Set();
  return new Promise((resolve) => {
    mocha
      .run(() => {
        note(AROUND_TESTS);
        resolve({
          failed,
          reached: [...reached].map(([id, titles]) => [
            id,
            titles.has(AROUND_TESTS) ? undefined : [...titles],
          ]),
        });
      })
      .on('test', () => note(AROUND_TESTS))
      .on('test end', (test) => {
        note(test.fullTitle());
        if (inForce === 0 && test.duration !== undefined) durations.set(test.fullTitle(), test.duration);
      })
      .on('fail', (test, error: unknown) => {
        failed ??= `${test.fullTitle()}: ${String(error)}`;
      });
  });
}
