/** What `--draw` writes: the picture and the table of one run, for docs/. */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { drawing } from './drawing.ts';
import type { Row, Skipped } from './path.ts';
import { cells, HEADINGS } from './table.ts';
import { ROOT } from './worlds/service.ts';

/** Writes docs/benchmark.svg and docs/benchmark.md. */
export function writeDocuments(rows: readonly (Row | Skipped)[], quick: boolean): void {
  const measured = rows.filter((row): row is Row => !('skipped' in row));
  writeFileSync(join(ROOT, 'docs/benchmark.svg'), drawing(measured));
  writeFileSync(join(ROOT, 'docs/benchmark.md'), document(rows, quick));
}

function document(rows: readonly (Row | Skipped)[], quick: boolean): string {
  const lines = rows.map((row) =>
    'skipped' in row ? [row.name, 'not measured', '', '', row.skipped] : cells(row),
  );
  const table = [[...HEADINGS.slice(0, -1), 'verdict'], HEADINGS.map(() => '---'), ...lines]
    .map((texts) => `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
  return `# Benchmark

Written by \`npm run bench -- ${quick ? '--quick ' : ''}--draw\`; not to be edited. Node ${process.version}, ${availableParallelism()} cores. A ratio compares with a control
that ran in turn with the service in the same run; no time is promised. \`aim\` is better than asked for, \`met\` as it
must be, \`missed\` makes the bench exit with 1, \`told\` has no bound.

![Bars of each row against its must and aim](benchmark.svg)

${table}
`;
}
