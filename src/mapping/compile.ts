/**
 * The text of a mapping file → a mapping, or everything that is wrong with it, in one run. The order is that of the
 * file; what a part means is in compile/.
 */
import type { Finding, Path } from '../yaml/finding.ts';
import type { Problem } from '../yaml/problem.ts';
import { schemaFindings } from '../yaml/schema-findings.ts';
import { parseYaml, type YamlSource } from '../yaml/source.ts';
import { strictProblems } from '../yaml/strict-problems.ts';
import { declarationFor } from './compile/attributes.ts';
import { type TableFile, tableFilesOf } from './compile/bounds.ts';
import type { CompiledClause } from './compile/clause.ts';
import { refuseIdle } from './compile/concerns/idle-never.ts';
import { warnOfIdleUnless } from './compile/concerns/idle-unless.ts';
import { compareSpellings, refuseSameIds, refuseTaken, warnOfImitation } from './compile/concerns/overlap.ts';
import { refuseUnranked, warnOfIdleRankings } from './compile/concerns/unranked.ts';
import { warnOfUnused } from './compile/concerns/unused.ts';
import { type CompiledParts, compileParts } from './compile/parts.ts';
import type { Report } from './compile/report.ts';
import { keysOf, listOf, MappingSchema, textOf } from './compile/schema.ts';
import { withStructureHint } from './compile/structure-hints.ts';
import type { Mapping } from './mapping.ts';
import { Recognition } from './recognising/recognition.ts';
import type { Clause } from './rule.ts';
import type { AttributeDeclaration } from './values/attribute-declaration.ts';

export interface Compilation {
  /** Present where no problem is an error. */
  readonly mapping: Mapping | undefined;
  /** In the order of the file; those of table files after them. */
  readonly problems: readonly Problem[];
}

/** What compiling needs to know besides the text. */
export interface CompileOptions {
  /** The table files by the names that the mapping gives them; see {@link tableFilesIn}. */
  readonly tableFiles?: ReadonlyMap<string, TableFile>;
  /** Attributes, in lower case, that people may write themselves, with the vendor in whose default they may. */
  readonly writableByPeople?: ReadonlyMap<string, string>;
  /** Milliseconds since 1970, to warn of dates long past; nothing that the mapping does turns on it. */
  readonly now?: number | undefined;
}

/** What a sound mapping is compiled of, as plain data that can be sent to another thread. */
export interface MappingRecipe {
  readonly file: string;
  readonly data: unknown;
  /** The line of each rule, and of each `never` entry. */
  readonly lines: { readonly rules: readonly number[]; readonly never: readonly number[] };
  /** By the names that the mapping gives them. */
  readonly tableFiles: ReadonlyMap<string, TableFile>;
}

export type { TableFile };

const NO_RULES: Finding = {
  path: ['rules'],
  severity: 'warning',
  message: 'there is no rule, so nobody gets anything',
  hint: 'in Immuta that takes all access away that came from here',
};

/**
 * The file as YAML, which takes longer than all the rest of compiling. Never throws.
 * @param file the name under which problems and explanations show it; nothing is read
 */
export function parseMapping(file: string, text: string): YamlSource {
  return parseYaml(file, text, { strict: true });
}

/** The table files that a mapping names, as it names them. Never throws. */
export function tableFilesIn(source: YamlSource): string[] {
  return tableFilesOf(keysOf(source.data)['tables']);
}

/** {@link compileParsed} of a text. */
export function compileMapping(file: string, text: string, options: CompileOptions = {}): Compilation {
  return compileParsed(parseMapping(file, text), options);
}

/**
 * What {@link compileRecipe} makes the same mapping of.
 * @param source of which {@link compileParsed} made a mapping, with the same table files
 */
export function recipeOf(source: YamlSource, tableFiles: ReadonlyMap<string, TableFile>): MappingRecipe {
  const { file, data } = source;
  const linesOf = (key: string) => listOf(keysOf(data)[key]).map((_, i) => source.lineOf([key, i]));
  return { file, data, lines: { rules: linesOf('rules'), never: linesOf('never') }, tableFiles };
}

/** The mapping, in steps between which other work can be done; nothing is checked again. */
export function* compileRecipe({ file, data, lines, tableFiles }: MappingRecipe): Generator<void, Mapping> {
  const lineOf = ([key, i]: Path): number => (key === 'never' ? lines.never : lines.rules)[Number(i)] ?? 0;
  const unheard = () => undefined;
  const parts = yield* compileParts({ file, data, lineOf }, { tableFiles }, unheard, unheard);
  return yield* mappingOf(file, parts);
}

/**
 * Never throws: what is wrong is in `problems`.
 * @param source by {@link parseMapping}
 */
export function compileParsed(source: YamlSource, options: CompileOptions = {}): Compilation {
  const findings: Finding[] =
    (source.data === undefined || source.data === '') && source.problems.length === 0
      ? [{ path: [], message: 'the file is empty', hint: 'a mapping starts with "version: 1"' }]
      : schemaFindings(MappingSchema, source.data).map(withStructureHint);
  const inTableFiles: Problem[] = [];
  const mapping = compile(source, options, {
    report: (finding) => findings.push(finding),
    reportInFile: (problem) => inTableFiles.push(problem),
    isClean: () => ![...source.problems, ...findings, ...inTableFiles].some(isError),
  });
  if (findings.length + inTableFiles.length + source.problems.length === 0 && mapping.rules.length === 0)
    findings.push(NO_RULES);
  const problems = [...strictProblems(source, findings), ...inTableFiles];
  return { mapping: problems.some(({ severity }) => severity === 'error') ? undefined : mapping, problems };
}

function compile(
  source: YamlSource,
  { tableFiles = new Map(), writableByPeople = new Map(), now }: CompileOptions,
  {
    report,
    reportInFile,
    isClean,
  }: { report: Report; reportInFile: (problem: Problem) => void; isClean: () => boolean },
): Mapping {
  const parts = atOnce(compileParts(source, { tableFiles, now }, report, reportInFile));
  const { keys, attributes, rankings, spellings, rules, never } = parts;

  refuseSameIds([...rules, ...never], report);
  refuseTaken(rules, never, report);
  if (Array.isArray(keys['rules'])) refuseIdle(rules, never, report);
  refuseUnranked(rules, rankings, report);
  warnOfIdleRankings(rules, rankings, report);
  compareSpellings(rules, spellings);
  warnOfImitation(rules, report);
  warnOfIdleUnless([...rules, ...never], report);
  warnOfWritable([...rules, ...never], writableByPeople, report);

  if (isClean()) warnOfUnused(keys, attributes, [...rules, ...never], report);
  return atOnce(mappingOf(source.file, parts));
}

function* mappingOf(
  file: string,
  { keys, scope, timezone, attributes, rankings, rules, never }: CompiledParts,
): Generator<void, Mapping> {
  const required = [...attributes.values()].filter((declaration) => declaration.required);
  const counted = scope ?? { under: [], written: [] };
  const clauses = { rules: rules.map(({ clause }) => clause), never: never.map(({ clause }) => clause) };
  return {
    file,
    description: textOf(keys['description']),
    owner: textOf(keys['owner']),
    timezone,
    attributes: namesRead([...rules, ...never], required, attributes),
    required,
    readsIdentities: [...clauses.rules, ...clauses.never].some(namesByIdentity),
    scope: counted,
    rankings,
    ...clauses,
    recognition: yield* Recognition.of(counted, clauses.rules, clauses.never),
  };
}

function atOnce<Result>(work: Generator<void, Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

function isError({ severity }: Pick<Finding, 'severity'>): boolean {
  return severity !== 'warning';
}

/** Every attribute that the directory must be asked for, once. */
function namesRead(
  clauses: readonly CompiledClause<Clause>[],
  required: readonly AttributeDeclaration[],
  declared: ReadonlyMap<string, AttributeDeclaration>,
): string[] {
  const names = [
    ...clauses.flatMap(({ attributes }) => attributes.map(({ name }) => declarationFor(name, declared).name)),
    ...required.map(({ name }) => name),
  ];
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
}

function namesByIdentity({ ways, unless }: Clause): boolean {
  return [...ways.flat(), ...unless].some(
    (condition) =>
      condition.on === 'group' && condition.tests.some(({ kind }) => kind === 'sid' || kind === 'guid'),
  );
}

function warnOfWritable(
  clauses: readonly CompiledClause<Clause>[],
  writable: ReadonlyMap<string, string>,
  report: Report,
): void {
  for (const { attributes } of clauses) {
    for (const { name, path } of attributes) {
      const vendor = writable.get(name.toLowerCase());
      if (vendor === undefined) continue;
      report({
        path,
        on: path.at(-1) === name ? 'key' : 'value',
        severity: 'warning',
        message: `people may write ${name} themselves, by the default of ${vendor}`,
        hint: 'take a group or an attribute that only administrators write, or take that right away',
      });
    }
  }
}
