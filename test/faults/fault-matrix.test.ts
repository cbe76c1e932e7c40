/**
 * Every fault at every moment, with one server and with a well one beside it: never a wrong answer, in time, the second
 * server used, well again by itself, no socket left, no password in clear. docs/faults.md holds what comes of it; `npm
 * run faults` writes its tables.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { serveHere } from '../acceptance/service-here.ts';
import { requireSamba, requireSlapd } from '../directories/installed.ts';
import { until } from '../until.ts';
import { isDeadly, LOOKED, type Oracle, runCell, walked } from './cell.ts';
import { FAULTS, REASONS, reasonAgainst } from './faults.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { MOMENTS } from './moments.ts';
import type { Cell } from './stage.ts';
import { keyOf, tablesOf } from './table.ts';
import { configFor, startWorld, type World } from './world.ts';

const DOCS = join(import.meta.dirname, '../../docs/faults.md');
const isWriting = process.env['WRITE_DOCS'] === '1';
/** Most of them wait most of the time; beside these there are those that each have a server to be killed. */
const AT_ONCE = 20;

describe('a fault', () => {
  const seen = new Map<string, string>();
  const wrong = new Map<string, Error>();

  before(async function () {
    requireSlapd(this);
    requireSamba(this);
    const world = await startWorld(true);
    try {
      const oracle = await oracleOf(world);
      const work = async (cells: Cell[]) => {
        for (let cell = cells.shift(); cell !== undefined; cell = cells.shift()) {
          const key = keyOf(cell.fault, cell.moment, cell.servers);
          await runCell(cell, world, oracle).then(
            (outcome) => seen.set(key, outcome),
            (error: Error) => wrong.set(key, error),
          );
        }
      };
      const [deadly, others] = [allCells().filter(isDeadly), allCells().filter((cell) => !isDeadly(cell))];
      // Each of these waits for a server to be lent to it, and for nothing else.
      const waiting = deadly.map((cell) => work([cell]));
      await Promise.all([...waiting, ...Array.from({ length: AT_ONCE }, () => work(others))]);
    } finally {
      await world.end();
    }
  });

  for (const fault of FAULTS) {
    it(`is borne, whenever it happens: ${fault.title}`, () => {
      const moments = MOMENTS.filter((moment) => reasonAgainst(fault, moment) === undefined);
      expect(moments).not.to.deep.equal([]);
      for (const moment of moments)
        for (const servers of [1, 2] as const) {
          const error = wrong.get(keyOf(fault, moment, servers));
          if (error === undefined) continue;
          const place = `${moment.title}, ${servers === 1 ? 'one server' : 'two servers'}`;
          throw new Error(`${place}: ${error.message}`, { cause: error });
        }
    });
  }

  it('shows as docs/faults.md says', () => {
    const tables = tablesOf(seen);
    if (isWriting) writeTables(tables);
    const text = readFileSync(DOCS, 'utf8');
    for (const table of tables.values()) expect(text).to.include(table);
    for (const [letter, reason] of Object.entries(REASONS))
      expect(text).to.include(`- *${letter}*: ${reason}`);
  });
});

function allCells(): Cell[] {
  return FAULTS.flatMap((fault) =>
    MOMENTS.filter((moment) => reasonAgainst(fault, moment) === undefined).flatMap((moment): Cell[] => [
      { fault, moment, servers: 1 },
      { fault, moment, servers: 2 },
    ]),
  );
}

/** What a service answers before which nothing fails. */
async function oracleOf(world: World): Promise<Oracle> {
  const answers = new Map<string, string>();
  let walk = '';
  for (const server of ['paged', 'samba'] as const) {
    const target = world.well[server];
    if (target === undefined) throw new Error('there is no Samba');
    const proxy = new FaultyProxy('ldaps', target, world.certificates);
    await proxy.listen();
    const urls = [`ldaps://127.0.0.1:${proxy.port}`];
    const here = await serveHere({ 'config.yaml': configFor(world, server, { urls, startTls: false }) });
    await until(() => here.logged.some(({ msg }) => msg === LOOKED));
    for (const userid of server === 'paged' ? ['ann', 'gina', 'loner'] : ['deep']) {
      const { status, body } = await here.ask(userid);
      expect(status, body).to.equal(200);
      answers.set(userid, body);
    }
    const directory = here.service.directories.get('corp');
    if (server === 'paged' && directory !== undefined) walk = await walked(directory);
    await here.service.stop(0);
    proxy.stop();
  }
  expect(answers.get('ann')).to.include('accountants').and.include('staff').and.include('west');
  expect(answers.get('loner')).to.equal('{"groups":[],"authorizations":{}}');
  expect(walk.split('\n')).to.have.length.greaterThan(12);
  return { answers, walk };
}

function writeTables(tables: ReadonlyMap<string, string>): void {
  const text = readFileSync(DOCS, 'utf8');
  const generated = [...tables].map(([title, table]) => `### ${title}\n\n${table}\n`).join('\n');
  const reasons = Object.entries(REASONS).map(([letter, reason]) => `- *${letter}*: ${reason}\n`);
  writeFileSync(
    DOCS,
    text.replace(
      /(<!-- tables -->\n)[\s\S]*(<!-- end of tables -->)/,
      `$1\n${generated}\nWhere a cell makes no sense, a letter says why:\n\n${reasons.join('')}\n$2`,
    ),
  );
}
