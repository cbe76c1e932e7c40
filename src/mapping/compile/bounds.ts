/** `tables` and `where`: what placeholders may stand for. */
import type { Path } from '../../yaml/finding.ts';
import type { Problem } from '../../yaml/problem.ts';
import { type Vocabulary, vocabularyOf } from '../../yaml/suggestion.ts';
import { type Bound, type TextsBound, textsBound } from '../patterns/bound.ts';
import {
  type Report,
  readExpression,
  refuseBlank,
  refusePlaceholder,
  refuseUnsafe,
  warnOfForeignPlaceholder,
} from './report.ts';
import { BoundSchema, fitting, type Keys, keysOf, TableSchema, textOf } from './schema.ts';
import type { Spellings } from './spellings.ts';
import { parseTableFile } from './table-file.ts';

export interface Tables {
  /** Undefined for one that was refused, so that its users are not. */
  readonly byName: ReadonlyMap<string, TextsBound | undefined>;
  /** What else than a list or an expression a bound may be. */
  readonly words: Vocabulary;
}

const NOT_A_TABLE = ['any', 'digits'];

/** A table file that was read, or why it could not be. */
export type TableFile =
  | { readonly file: string; readonly text: string }
  | { readonly file: string; readonly reason: string };

/** Where the texts of tables come from. */
export interface TableContext {
  readonly report: Report;
  readonly spellings: Spellings;
  /** By the name that the mapping gives. */
  readonly files: ReadonlyMap<string, TableFile>;
  /** Takes what is wrong in those files. */
  readonly reportInFile: (problem: Problem) => void;
}

/** The names of the files that hold tables. */
export function tableFilesOf(part: unknown): string[] {
  return Object.values(keysOf(part)).flatMap((table) => tableFileOf(table) ?? []);
}

// A table whose only code is "file" is one in a file.
function tableFileOf(part: unknown): string | undefined {
  const rows = keysOf(part);
  return Object.keys(rows).length === 1 ? textOf(rows['file']) : undefined;
}

export function compileTables(part: unknown, context: TableContext): Tables {
  const { report } = context;
  const tables = new Map<string, TextsBound | undefined>();
  for (const [name, table] of Object.entries(keysOf(part))) {
    const path = ['tables', name];
    if (NOT_A_TABLE.includes(name)) {
      report({
        path,
        on: 'key',
        message: `a table cannot be named "${name}", which means something else in "where"`,
        hint: 'give it another name',
      });
    }
    tables.set(name, compileTable(name, table, path, context));
  }
  return { byName: tables, words: vocabularyOf([...tables.keys(), ...NOT_A_TABLE]) };
}

function compileTable(
  name: string,
  part: unknown,
  path: Path,
  context: TableContext,
): TextsBound | undefined {
  const { report, spellings } = context;
  const table = fitting(TableSchema, part);
  if (table === undefined) return undefined;
  if (Array.isArray(table)) return listBound(table, path, `in table ${name}`, report, spellings, name);
  const rows = keysOf(table);
  const file = tableFileOf(part);
  if (file !== undefined) return compileTableFile(name, file, [...path, 'file'], context);
  if (Object.keys(rows).length === 0) {
    report({ path, message: `table ${name} is empty`, hint: 'write a code and its text' });
    return undefined;
  }
  let isRefused = refuseFileAmongCodes(rows, path, report);
  isRefused = refuseOtherwise(rows, path, report) || isRefused;
  const entries = Object.entries(rows).map(([code, given]): [string, string[]] => {
    const place = { path: [...path, code], on: 'key' } as const;
    isRefused =
      refusePlaceholder(code, place, 'in a table', report) || refuseBlank(code, place, report) || isRefused;
    spellings.add(`codes of table ${name}`, code, place);
    const texts = Array.isArray(given) ? given.map(String) : [String(given)];
    for (const [i, text] of texts.entries()) {
      const at = { path: Array.isArray(given) ? [...path, code, i] : [...path, code] };
      isRefused = refuseText(text, at, 'in a table', report) || isRefused;
      spellings.add(`texts of table ${name}`, text, at);
    }
    return [code, texts];
  });
  return isRefused ? undefined : textsBound(entries, name);
}

// "file" is a code like any other where its text does not look like a file.
function refuseFileAmongCodes(rows: Keys, path: Path, report: Report): boolean {
  const file = [rows['file']].flat().find((text) => /\.csv$/i.test(String(text)));
  if (file === undefined) return false;
  report({
    path: [...path, 'file'],
    on: 'key',
    message: 'a table is either one file, or codes with their texts',
    hint: `write { file: ${file} } alone, and all codes into that file`,
  });
  return true;
}

// One day it answers every code that is not there; a table that takes it for a code would say nothing of that.
function refuseOtherwise(rows: Keys, path: Path, report: Report): boolean {
  if (rows['otherwise'] === undefined) return false;
  report({
    path: [...path, 'otherwise'],
    on: 'key',
    message: '"otherwise" is not understood yet: what is not in a table gives nothing',
    hint: 'remove it; a code that is really this text can stand in a table file, or be spelled "Otherwise", which is the same code',
  });
  return true;
}

function compileTableFile(
  name: string,
  written: string,
  path: Path,
  { report, files, reportInFile }: TableContext,
): TextsBound | undefined {
  const read = files.get(written);
  if (read === undefined || 'reason' in read) {
    report({
      path,
      message: `the table file cannot be read: ${read?.reason ?? 'nothing was read here'}`,
      hint: 'its path is relative to the mapping file',
    });
    return undefined;
  }
  const { entries, problems } = parseTableFile(read.file, read.text);
  for (const problem of problems) reportInFile(problem);
  return problems.some(({ severity }) => severity === 'error') ? undefined : textsBound(entries, name);
}

/** The bounds of `where` by placeholder; undefined for one that was refused, so that its users are not. */
export function compileWhere(
  part: unknown,
  path: Path,
  tables: Tables,
  report: Report,
  spellings: Spellings,
): ReadonlyMap<string, Bound | undefined> {
  return new Map(
    Object.entries(keysOf(part)).map(([placeholder, bound]) => [
      placeholder,
      compileBound(bound, [...path, placeholder], tables, report, spellings),
    ]),
  );
}

function compileBound(
  part: unknown,
  path: Path,
  tables: Tables,
  report: Report,
  spellings: Spellings,
): Bound | undefined {
  const bound = fitting(BoundSchema, part);
  if (bound === undefined || bound === '') return undefined;
  if (Array.isArray(bound)) return listBound(bound, path, 'in "where"', report, spellings);
  if (typeof bound !== 'string') {
    if (bound.matches === '') return undefined;
    const expression = readExpression(bound.matches, [...path, 'matches'], report);
    return expression && { kind: 'matches', expression, case: bound.case ?? 'keep' };
  }
  if (tables.byName.has(bound)) return tables.byName.get(bound);
  if (bound === 'any' || bound === 'digits') return { kind: bound };
  if (refusePlaceholder(bound, { path }, 'in "where"', report)) return undefined;
  report({
    path,
    message: `there is no table "${bound}"`,
    hint:
      tables.words.didYouMean(bound) ?? `define it under "tables", or write [${bound}] for just this text`,
  });
  return undefined;
}

function listBound(
  texts: readonly string[],
  path: Path,
  where: string,
  report: Report,
  spellings: Spellings,
  table?: string,
): TextsBound | undefined {
  let isRefused = false;
  for (const [i, text] of texts.entries()) {
    const place = { path: [...path, i] };
    isRefused = refuseText(text, place, where, report) || isRefused;
    spellings.add(`list ${JSON.stringify(path)}`, text, place);
  }
  return isRefused
    ? undefined
    : textsBound(
        texts.map((text) => [text, [text]]),
        table,
      );
}

function refuseText(text: string, place: { readonly path: Path }, where: string, report: Report): boolean {
  if (text === '') return true; // an empty scalar, refused as such
  warnOfForeignPlaceholder(text, place, report);
  return refusePlaceholder(text, place, where, report) || refuseUnsafe(text, place, report);
}
