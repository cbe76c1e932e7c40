/**
 * Files that are as bad as they can be in one way, and four times as long: what reading them takes grows with their
 * length and not with its square. Eight MiB, which is the most, are read in minutes then and not in days.
 */
import { parseTableFile } from '../../src/mapping/compile/table-file.ts';
import { parseYaml } from '../../src/yaml/source.ts';
import { alternately, median } from '../measuring/rounds.ts';
import type { Path, Row } from '../path.ts';

const LINES = 5000;
const TIMES = 4;

const lines = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => `${line(i)}\n`).join('');

const YAML: Readonly<Record<string, (count: number) => string>> = {
  'keys that nobody knows': (count) => lines(count, (i) => `k${i}: x`),
  'one key again and again': (count) => lines(count, () => 'k: x'),
  passwords: (count) => lines(count, (i) => `password: x${i}`),
  tags: (count) => lines(count, (i) => `k${i}: !t x`),
  anchors: (count) => lines(count, (i) => `k${i}: &a x`),
  aliases: (count) => `a: &a [x]\n${lines(count, (i) => `k${i}: *a`)}`,
  'quotes within quotes': (count) => lines(count, () => `x: 'a'b`),
  'commas in brackets': (count) => `x: [${','.repeat(count)}]\n`,
  'a DN split at its commas': (count) => `x: [${'ou=a,'.repeat(count)}]\n`,
  'a text of many lines': (count) => `x: a\n${lines(count, () => '  a')}`,
};
const TABLES: Readonly<Record<string, (count: number) => string>> = {
  'lines without a comma': (count) => `code,text\n${lines(count, (i) => `c${i}`)}`,
  'quotes that are not closed': (count) => `code,text\n${lines(count, (i) => `"c${i},t`)}`,
  'one code again and again': (count) => `code,text\n${lines(count, (i) => `c,t${i}`)}`,
};

export const oddFiles: Path = {
  name: 'odd-files',
  measure: async ({ quick }) => {
    const readers = [
      ...Object.entries(YAML).map(([what, make]) => ({ what, make, read: problemsOfYaml })),
      ...Object.entries(TABLES).map(([what, make]) => ({ what, make, read: problemsOfTable })),
    ];
    const growths: { readonly what: string; readonly growth: number }[] = [];
    for (const { what, make, read } of readers) {
      const [short, long] = [make(LINES), make(TIMES * LINES)];
      const time = (text: string) => async () => {
        const started = performance.now();
        read(text);
        return performance.now() - started;
      };
      read(short);
      const [some = [], more = []] = await alternately(quick ? 3 : 7, [time(short), time(long)]);
      growths.push({ what, growth: median(more.map((each, i) => each / (some[i] ?? Number.NaN))) });
    }
    const worst = growths.reduce((a, b) => (a.growth > b.growth ? a : b));
    return [
      {
        name: `odd files, ${TIMES} times as long: time of the worst of ${growths.length} kinds`,
        measured: worst.growth,
        unit: '×',
        better: 'less',
        // Its square would be sixteen.
        must: 10,
        aim: 5,
        told: growths.map(({ what, growth }) => `${what} ${growth.toFixed(1)}`).join(', '),
      } satisfies Row,
    ];
  },
};

function problemsOfYaml(text: string): void {
  const source = parseYaml('f.yaml', text, { strict: true, isSecret: (key) => key === 'password' });
  if (source.problems.length === 0 && source.data === undefined) throw new Error('it was not read');
}

function problemsOfTable(text: string): void {
  parseTableFile('f.csv', text);
}
