/**
 * `npm run mutants`: tells which lines of the files in table.ts can be changed without any test noticing. It ends with
 * 1 where a file's score is below the one that the table states, or where equivalents.ts names a change that there is
 * not. `npm run mutants -- src/names/dn.ts` takes one file, `src/names/dn.ts:150,162` two lines of it.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EQUIVALENT, type Equivalent } from './equivalents.ts';
import { type Row, TABLE } from './table.ts';
import { tryAll, type Verdict } from './trial.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LEFT_BEHIND = ['node_modules', '.git', 'dist', 'coverage', 'built'];
const JOBS = 2;
const LONGEST_SHOWN = 100;

process.exitCode = await main(process.argv.slice(2));

async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((each) => TABLE[each.split(':', 1)[0] ?? ''] === undefined);
  if (unknown.length > 0) {
    const known = Object.keys(TABLE).join('\n  ');
    print(`test/mutation/table.ts has no row for ${unknown.join(', ')}; there are\n  ${known}`);
    return 1;
  }
  setPriority(10);
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
  try {
    cpSync(ROOT, copy, {
      recursive: true,
      filter: (path) => !LEFT_BEHIND.some((name) => path.endsWith(`/${name}`)),
    });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    let isEnough = true;
    for (const each of wanted.length === 0 ? Object.keys(TABLE) : wanted) {
      const [file = '', lines] = each.split(':');
      const numbers = lines === undefined ? undefined : new Set(lines.split(',').map(Number));
      const row = TABLE[file];
      if (row !== undefined && !(await judge(copy, file, row, numbers))) isEnough = false;
    }
    return isEnough ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function judge(
  copy: string,
  file: string,
  row: Row,
  lines: ReadonlySet<number> | undefined,
): Promise<boolean> {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const verdicts = await tryAll(copy, file, row.tests, lines, JOBS);
  if (verdicts.length === 0) {
    print(`${file}: there is nothing to change in these lines`);
    return false;
  }
  const unnoticed = verdicts.filter(({ fate }) => fate !== 'noticed');
  const equivalents = EQUIVALENT[file] ?? [];
  const left = unnoticed.filter((verdict) => !equivalents.some((each) => isSame(text, verdict, each)));
  const used = (each: Equivalent) => unnoticed.some((verdict) => isSame(text, verdict, each));
  const idle = lines === undefined ? equivalents.filter((each) => !used(each)) : [];
  const equal = unnoticed.length - left.length;
  const counted = verdicts.length - equal;
  const score = counted === 0 ? 100 : (100 * (counted - left.length)) / counted;
  print(
    `${file}: ${verdicts.length} changes, ${equal} equivalent, ${left.length} not noticed: ${score.toFixed(1)} %`,
  );
  for (const { mutant, fate } of left)
    print(
      `  ${file}:${mutant.line}:${mutant.column} ${fate}\n    ${lineOf(text, mutant.line)}\n    ${shown(text, mutant)}`,
    );
  for (const each of idle) print(`  equivalents.ts names what is noticed, or not there: ${each.change}`);
  return score >= row.score && idle.length === 0;
}

function isSame(text: string, { mutant }: Verdict, { line, change }: Equivalent): boolean {
  return lineOf(text, mutant.line) === line && shown(text, mutant) === change;
}

function lineOf(text: string, line: number): string {
  return (text.split('\n')[line - 1] ?? '').trim();
}

function shown(text: string, { start, end, to }: Verdict['mutant']): string {
  const short = (each: string): string => {
    const flat = each.replace(/\s+/g, ' ');
    return flat.length > LONGEST_SHOWN ? `${flat.slice(0, LONGEST_SHOWN)}…` : flat;
  };
  return `${short(text.slice(start, end))} → ${short(to)}`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
