/**
 * The table as a picture: a bar for each row on a logarithmic scale on which every must is at the same place, so that
 * rows of all units stand beside each other; shorter is better. SVG of its own, as the picture is nothing but bars and
 * texts; follows the reader's light or dark colours.
 */
import type { Row } from './path.ts';
import { bound, quantity, verdictOf } from './table.ts';

const WIDTH = 1010;
const LINE = 28;
const TOP = 64;
const PLOT = { left: 560, right: 810 };
/** What the scale spans, as parts of the must. */
const LEAST = 1 / 30;
const MOST = 10;

const STYLE = `
  text { font: 13px system-ui, 'Segoe UI', Roboto, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .small { font-size: 11px; fill: #59636e; }
  .aim { fill: #1a7f37; }
  .met { fill: #0969da; }
  .missed { fill: #cf222e; }
  .must-line { stroke: #59636e; stroke-dasharray: 4 3; }
  .aim-tick { stroke: #1f2328; stroke-width: 2; }
  .track { fill: #eff2f5; }
  .back { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .small { fill: #9198a1; }
    .aim { fill: #3fb950; }
    .met { fill: #4493f8; }
    .missed { fill: #f85149; }
    .must-line { stroke: #9198a1; }
    .aim-tick { stroke: #f0f6fc; }
    .track { fill: #212830; }
    .back { fill: #0d1117; }
  }`;

/** SVG of the rows that have a bound. */
export function drawing(rows: readonly Row[]): string {
  const drawn = rows.filter((row) => verdictOf(row) !== 'told');
  const height = TOP + drawn.length * LINE + 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Benchmark: measured against must and aim">
<style>${STYLE}
</style>
<rect class="back" width="${WIDTH}" height="${height}"/>
<text class="title" x="16" y="26">Measured against what it must be</text>
<text class="small" x="16" y="44">ratios to a control in the same run; logarithmic, shorter is better; the upright mark in a bar's line is the aim</text>
<text class="small" x="${place(1)}" y="${TOP - 8}" text-anchor="middle">must</text>
${drawn.map((row, i) => line(row, TOP + i * LINE)).join('\n')}
<line class="must-line" x1="${place(1)}" x2="${place(1)}" y1="${TOP - 4}" y2="${height - 16}"/>
</svg>
`;
}

function line(row: Row, y: number): string {
  const part = partOfMust(row, row.measured);
  const end = Number.isNaN(part) ? PLOT.right : place(part);
  const aim = place(partOfMust(row, row.aim));
  const middle = y + LINE / 2 + 4;
  const top = y + 7;
  return [
    `<text x="16" y="${middle}">${escaped(row.name)}</text>`,
    `<rect class="track" x="${PLOT.left}" y="${top}" width="${PLOT.right - PLOT.left}" height="14" rx="3"/>`,
    `<rect class="${verdictOf(row)}" x="${PLOT.left}" y="${top}" width="${rounded(end - PLOT.left)}" height="14" rx="3"/>`,
    `<line class="aim-tick" x1="${aim}" x2="${aim}" y1="${y + 4}" y2="${y + 24}"/>`,
    `<text x="${PLOT.right + 12}" y="${middle}">${escaped(quantity(row.measured, row.unit))}</text>`,
    `<text class="small" x="${WIDTH - 12}" y="${middle}" text-anchor="end">${escaped(bound(row, row.must))}</text>`,
  ].join('\n');
}

/** 1 is just what it must be, less is better. */
function partOfMust({ better, must }: Row, value: number): number {
  return better === 'less' ? value / must : must / value;
}

function place(part: number): number {
  const shown = Math.min(MOST, Math.max(LEAST, part));
  const along = Math.log(shown / LEAST) / Math.log(MOST / LEAST);
  // What is better than the scale shows is still to be seen.
  return rounded(PLOT.left + Math.max(0.01, along) * (PLOT.right - PLOT.left));
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
