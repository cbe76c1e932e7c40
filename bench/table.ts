/** How a row is judged, and how rows are written in columns. Knows nothing of how they came about. */
import type { Row, Skipped } from './path.ts';

/** `met` keeps the must, `aim` the aim too. */
export type Verdict = 'aim' | 'met' | 'missed' | 'told';

export function verdictOf(row: Row): Verdict {
  if (!isBound(row.must)) return Number.isNaN(row.measured) ? 'missed' : 'told';
  if (!isWithin(row, row.must)) return 'missed';
  return isWithin(row, row.aim) ? 'aim' : 'met';
}

/** Not a number is never within. */
function isWithin({ measured, better }: Row, bound: number): boolean {
  return better === 'less' ? measured <= bound : measured >= bound;
}

function isBound(bound: number): boolean {
  return Number.isFinite(bound) && bound > 0;
}

/** `1/35` below a tenth, else three figures; with the unit. */
export function quantity(value: number, unit: string): string {
  if (!Number.isFinite(value)) return 'none';
  const text =
    unit === '×' && value > 0 && value < 0.05
      ? `1/${(1 / value).toFixed(0)}`
      : String(Number(value.toPrecision(Math.abs(value) >= 1000 ? 4 : 3)));
  return unit === '' ? text : `${text} ${unit}`;
}

/** `≤ 3 ×`; a dash where there is none. */
export function bound({ better, unit }: Row, value: number): string {
  return isBound(value) ? `${better === 'less' ? '≤' : '≥'} ${quantity(value, unit)}` : '–';
}

/** What stands in the columns of a row: name, measured, must, aim, verdict. */
export function cells(row: Row): string[] {
  return [
    row.name,
    quantity(row.measured, row.unit),
    bound(row, row.must),
    bound(row, row.aim),
    verdictOf(row),
  ];
}

export const HEADINGS = ['path', 'measured', 'must', 'aim', ''];
const WIDTHS = [58, 14, 14, 14, 8];

/** A line of the printed table, what was told about it beneath. */
export function printed(row: Row | Skipped): string {
  if ('skipped' in row) return `${row.name.padEnd(WIDTHS[0] ?? 0)}skipped: ${row.skipped}\n`;
  const verdict = verdictOf(row);
  const texts = cells(row).map((text) => (text === 'missed' ? 'MISSED' : text));
  const told = row.told === undefined ? '' : `  ${row.told}\n`;
  return `${columns(verdict === 'told' ? [...texts.slice(0, 4), ''] : texts)}${told}`;
}

/** Cells beside each other; one that is too long pushes the others. */
export function columns(texts: readonly string[]): string {
  return `${texts
    .map((text, i) => text.padEnd(WIDTHS[i] ?? 0))
    .join(' ')
    .trimEnd()}\n`;
}
