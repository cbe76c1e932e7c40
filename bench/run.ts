/**
 * `npm run bench [-- --quick] [--draw] [NAMES…]`: measures the paths in turn, prints a table of them and exits with 1
 * where a bound is missed or a path fails. `--draw` writes the table and a picture of it into docs/. What is measured is the paths' own; each runs in a process of its own.
 */
import { fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { endWithUs } from '../test/directories/child-servers.ts';
import { writeDocuments } from './document.ts';
import type { Order, Outcome } from './one-path.ts';
import type { Row, Skipped } from './path.ts';
import { columns, HEADINGS, printed, verdictOf } from './table.ts';

/** Names of paths as in the table; others come after these. */
const ORDER = [
  'hit',
  'shim',
  'tls',
  'miss',
  'nested',
  'search',
  'sssd',
  'sweep',
  'translating',
  'starting',
  'memory',
  'small-heap',
  'plan',
  'growth',
  'reloading',
  'compiling',
];
/** Take so long that they are measured only where they are asked for. */
const ON_DEMAND = ['rotating', 'soak'];
/** The longest that any path may take. */
const PATIENCE = 40 * 60_000;

const { values: options, positionals: asked } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    draw: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

const files = new Map(
  readdirSync(new URL('paths/', import.meta.url))
    .filter((file) => file.endsWith('.js'))
    .map((file) => [file.slice(0, -'.js'.length), new URL(`paths/${file}`, import.meta.url).href]),
);
const names = [
  ...ORDER.filter((name) => files.has(name)),
  ...[...files.keys()].filter((name) => !ORDER.includes(name)).sort(),
];
const unknown = asked.filter((name) => !files.has(name));
if (unknown.length > 0) {
  process.stderr.write(`no such path: ${unknown.join(', ')}; there are ${names.join(', ')}\n`);
  process.exit(1);
}

if (options.draw && asked.length > 0) {
  process.stderr.write('--draw is for all paths: what it writes is the whole table\n');
  process.exit(1);
}

process.stdout.write(columns(HEADINGS));
const rows: (Row | Skipped)[] = [];
const took: string[] = [];
const begun = performance.now();
let failed = false;
for (const name of names) {
  if (asked.length > 0 ? !asked.includes(name) : ON_DEMAND.includes(name)) continue;
  const started = performance.now();
  const outcome = await measure({ file: files.get(name) ?? '', quick: options.quick });
  took.push(`${name} ${secondsSince(started)}`);
  if ('failed' in outcome) {
    process.stdout.write(`${name}: FAILED\n  ${outcome.failed}\n`);
    failed = true;
    continue;
  }
  for (const row of outcome.rows) {
    const named: Row | Skipped = row.name === '' ? { ...row, name } : row;
    rows.push(named);
    process.stdout.write(printed(named));
    failed ||= !('skipped' in named) && verdictOf(named) === 'missed';
  }
}
process.stdout.write(`\ntook ${secondsSince(begun)}: ${took.join(', ')}\n`);
if (options.draw) writeDocuments(rows, options.quick);
process.exitCode = failed ? 1 : 0;

function secondsSince(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(0)} s`;
}

function measure(order: Order): Promise<Outcome> {
  const child = fork(new URL('one-path.js', import.meta.url), {
    execArgv: ['--expose-gc'],
    serialization: 'advanced',
  });
  endWithUs(child);
  child.send(order);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve({ failed: `not done within ${PATIENCE / 60_000} minutes` });
      child.kill('SIGTERM');
    }, PATIENCE);
    child.once('message', (outcome: Outcome) => resolve(outcome));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve({ failed: `its process ended with ${code ?? signal}` });
    });
  });
}
