/**
 * A mapping file with the table files that it names: read, and compiled. What any of it means is mapping/'s; which
 * config or command asks for it is the callers' concern.
 */
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { readText, shownPath } from '../files/text-file.ts';
import {
  compileParsed,
  type MappingRecipe,
  parseMapping,
  recipeOf,
  type TableFile,
  tableFilesIn,
} from '../mapping/compile.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { Problem } from '../yaml/problem.ts';

/** A file, and how messages print it. */
export interface NamedFile {
  /** Absolute path. */
  readonly file: string;
  readonly shown: string;
}

/** What is told of a mapping file that was read. */
export interface MappingTold {
  /** Warnings included. */
  readonly problems: readonly Problem[];
  /** The file's text; undefined where there is none, for the reason in `failure`. */
  readonly text: string | undefined;
  readonly failure: string | undefined;
  /** What tells this text of the mapping and its tables from any other. */
  readonly revision: string;
  /** Absolute paths of the table files, whether or not they could be read. */
  readonly tableFiles: readonly string[];
}

/** A mapping file, read. */
export interface MappingReading extends MappingTold {
  /** Undefined where there is an error among the problems. */
  readonly mapping: Mapping | undefined;
  /** What another thread can make the mapping of. */
  readonly recipe: (() => MappingRecipe) | undefined;
}

/** A file as messages print it. */
export function namedFile(path: string): NamedFile {
  const file = resolve(path);
  return { file, shown: shownPath(file) };
}

/**
 * Never throws for what is wrong in the files.
 * @param writableByPeople attributes, in lower case, that people may write themselves, with the vendor in whose
 * default they may
 * @param now milliseconds since 1970, to warn of dates long past
 */
export async function readMapping(
  { file, shown }: NamedFile,
  writableByPeople: ReadonlyMap<string, string> = new Map(),
  now?: number,
): Promise<MappingReading> {
  const { text, failure } = await readText(file);
  if (text === undefined) {
    const message = `cannot read the mapping file: ${failure}`;
    const problems: Problem[] = [{ severity: 'error', file: shown, message }];
    return {
      mapping: undefined,
      recipe: undefined,
      problems,
      text,
      failure,
      revision: '',
      tableFiles: [],
    };
  }
  const source = parseMapping(shown, text);
  const tables = await readTables(file, tableFilesIn(source));
  const tableFiles = new Map(tables.map(({ written, read }) => [written, read]));
  const { mapping, problems } = compileParsed(source, { tableFiles, writableByPeople, now });
  return {
    mapping,
    recipe: mapping && (() => recipeOf(source, tableFiles)),
    problems,
    text,
    failure,
    revision: revisionOf([text, ...tables.map(({ read }) => ('text' in read ? read.text : ''))]),
    tableFiles: [...new Set(tables.map(({ path }) => path))],
  };
}

async function readTables(
  mappingFile: string,
  names: readonly string[],
): Promise<{ written: string; path: string; read: TableFile }[]> {
  const distinct = [...new Set(names)];
  return Promise.all(
    distinct.map(async (written) => {
      const path = resolve(dirname(mappingFile), written);
      const { text, failure } = await readText(path);
      const file = shownPath(path);
      return { written, path, read: text === undefined ? { file, reason: failure } : { file, text } };
    }),
  );
}

// Without tables the file's own SHA-256, so that anybody can compare it.
function revisionOf([text = '', ...tables]: readonly string[]): string {
  const hash = createHash('sha256').update(text);
  for (const table of tables) hash.update(`\0${table}`);
  return hash.digest('hex').slice(0, 12);
}
