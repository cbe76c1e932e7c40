/**
 * A table in a file of its own: CSV (RFC 4180) with the columns `code` and `text`. Owns what is wrong in such a file and
 * where; which rules the table bounds is bounds.ts. Each line is read by itself: a text with a line break could never
 * be given out, and so one quote that is not closed hides no other line.
 */
import { CsvError, parse } from 'csv-parse/sync';
import { addUnder } from '../../multimap.ts';
import { withoutInsignificantSpaces } from '../../names/insignificant-spaces.ts';
import { kindOfMessage, Tally } from '../../text/tally.ts';
import type { Finding, Path } from '../../yaml/finding.ts';
import { type Problem, sortProblems } from '../../yaml/problem.ts';
import { didYouMean } from '../../yaml/suggestion.ts';
import { type Report, refusePlaceholder, refuseUnsafe } from './report.ts';
import { Spellings } from './spellings.ts';

export interface ParsedTable {
  /** Each code once, as it is written, with its texts in the order of the file. */
  readonly entries: readonly (readonly [code: string, texts: readonly string[]])[];
  /** In the order of the file. */
  readonly problems: readonly Problem[];
}

interface TableLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** Findings here have the path [number of the line, start, end], of which the last two are indexes into the line. */
interface Cell {
  readonly text: string;
  readonly path: Path;
}

const COLUMNS = ['code', 'text'] as const;

/** Where the columns stand in a line, and how many there are. */
interface Columns {
  readonly code: number;
  readonly text: number;
  readonly count: number;
}

/**
 * Never throws: what is wrong is in `problems`, all of it, though of very many of a kind only the first and a number.
 * @param file the name under which problems show it; nothing is read
 */
export function parseTableFile(file: string, text: string): ParsedTable {
  const tally = new Tally<Problem>();
  const written = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const report: Report = (finding) => {
    const { severity = 'error', message } = finding;
    tally.add(`${severity} ${kindOfMessage(message)}`, problemOf(finding, file, written));
  };
  const [header, ...rows] = written
    .map((line, i) => ({ number: i + 1, text: line }))
    .filter((line) => line.text.trim() !== '');
  const columns = header && readHeader(header, report);
  const texts = new Map<string, string[]>();
  const spellings = new Spellings(report);
  for (const line of columns === undefined ? [] : rows) {
    const row = readRow(line, columns, report);
    if (row === undefined || !isAllowed(row, report, spellings)) continue;
    addUnder(texts, row.code.text, row.text.text);
  }
  const problems = tally.told().map(({ finding, more }) => (more === 0 ? finding : { ...finding, more }));
  if (rows.length === 0 && problems.length === 0) problems.push(emptyTable(file));
  return { entries: [...texts], problems: sortProblems(problems) };
}

/** Undefined where nothing tells what the lines below say. */
function readHeader(line: TableLine, report: Report): Columns | undefined {
  const cells = readCells(line, report);
  if (cells === undefined) return undefined;
  const names = cells.map((cell) => cell.text);
  if (!COLUMNS.some((column) => names.includes(column))) {
    const isOtherwiseSeparated = /^\s*"?(?:code|text)"?\s*[;\t|]/i.test(line.text);
    const hint = isOtherwiseSeparated
      ? 'separate the columns by a comma'
      : 'write "code,text" above the codes';
    report({ path: wholeLine(line), message: 'the first line must be code,text', hint });
    return undefined;
  }
  const missing = COLUMNS.filter((column) => !names.includes(column));
  for (const [i, { text, path }] of cells.entries()) {
    const isKnown = COLUMNS.some((column) => column === text);
    if (isKnown && names.indexOf(text) === i) continue;
    report({
      path,
      message: isKnown ? `the column "${text}" stands twice` : `a table has no column "${text}"`,
      hint: didYouMean(text, missing) ?? 'the columns are code and text',
    });
  }
  if (missing.length > 0) {
    if (cells.length === 1)
      report({ path: wholeLine(line), message: 'a column is missing', hint: 'write "code,text"' });
    return undefined;
  }
  return { code: names.indexOf('code'), text: names.indexOf('text'), count: cells.length };
}

interface Row {
  readonly code: Cell;
  readonly text: Cell;
}

function readRow(line: TableLine, columns: Columns | undefined, report: Report): Row | undefined {
  const cells = columns && readCells(line, report);
  if (columns === undefined || cells === undefined) return undefined;
  const code = cells[columns.code];
  const text = cells[columns.text];
  if (cells.length !== columns.count || code === undefined || text === undefined) {
    report({
      path: wholeLine(line),
      message: `${columns.count} columns are expected, found ${cells.length}`,
      hint:
        cells.length < columns.count
          ? 'write the code, a comma, and the text'
          : 'put a text that holds a comma in quotes',
    });
    return undefined;
  }
  if (isBlank(code.text))
    report({ path: code.path, message: 'the code is empty', hint: 'write what the directory holds' });
  if (isBlank(text.text))
    report({ path: text.path, message: 'the text is empty', hint: 'write what the code stands for' });
  return isBlank(code.text) || isBlank(text.text) ? undefined : { code, text };
}

function isBlank(text: string): boolean {
  return withoutInsignificantSpaces(text) === '';
}

/** Whether nothing stands in the line that may not; warnings aside. */
function isAllowed({ code, text }: Row, report: Report, spellings: Spellings): boolean {
  const codePlace = { path: code.path };
  const textPlace = { path: text.path };
  const isCodeRefused = refusePlaceholder(code.text, codePlace, 'in a table', report);
  const isTextRefused =
    refusePlaceholder(text.text, textPlace, 'in a table', report) ||
    refuseUnsafe(text.text, textPlace, report);
  if (isCodeRefused || isTextRefused) return false;
  spellings.add('codes', code.text, codePlace);
  spellings.add('texts', text.text, textPlace);
  return true;
}

/** The cells of a line; undefined where it was refused. */
function readCells(line: TableLine, report: Report): Cell[] | undefined {
  const cells: Cell[] = [];
  const octets = Buffer.from(line.text);
  let start = 0;
  try {
    parse(line.text, {
      record_delimiter: '\n',
      relax_column_count: true,
      cast: (text, { bytes }) => {
        const end = octets.subarray(0, bytes).toString().length;
        cells.push({ text, path: [line.number, start, end] });
        start = end + 1;
        return text;
      },
    });
    return cells;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const isOpen = error.code === 'CSV_QUOTE_NOT_CLOSED';
    report({
      path: [line.number, start, line.text.length],
      message: isOpen ? 'a quote is not closed on its line' : 'a quote stands beside other text',
      hint: isOpen
        ? 'a quote inside of quotes is written ""'
        : 'put the whole cell in quotes; a quote inside of quotes is written ""',
    });
    return undefined;
  }
}

function wholeLine(line: TableLine): Path {
  return [line.number, 0, line.text.length];
}

function problemOf(
  { path, message, hint, severity = 'error' }: Finding,
  file: string,
  lines: readonly string[],
): Problem {
  const [line = 1, start = 0, end = 0] = path.map(Number);
  return {
    severity,
    file,
    position: { line, column: start + 1 },
    excerpt: { text: lines[line - 1] ?? '', carets: Math.max(1, end - start) },
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}

function emptyTable(file: string): Problem {
  return {
    severity: 'error',
    file,
    message: 'the table is empty',
    hint: 'write "code,text", and below it a line for each code',
  };
}
