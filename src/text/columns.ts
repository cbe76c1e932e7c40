/** Rows of text in columns, as a terminal shows them. */

const WIDEST_COLUMN = 60;

/** Each row indented, its cells padded; what a directory holds must not write to the reader's terminal. */
import { printable } from './printable.ts';

export function inColumns(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map(printable));
  // Not as arguments of Math.max, of which there are no hundred thousands.
  const widths = (cells[0] ?? []).map((_, i) =>
    Math.min(
      WIDEST_COLUMN,
      cells.reduce((most, row) => Math.max(most, row[i]?.length ?? 0), 0),
    ),
  );
  return cells.map((row) =>
    `  ${row.map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell)).join('  ')}`.trimEnd(),
  );
}
