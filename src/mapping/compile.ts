/**
 * The text of a mapping file → a mapping, or everything that is wrong with it, in one run. The order is that of the
 * file; what a part means is in compile/.
 */
import { type Problem, sortProblems } from '../yaml/problem.ts';
import { schemaFindings } from '../yaml/schema-findings.ts';
import { type Finding, type Path, parseYaml, type YamlSource } from '../yaml/source.ts';
import { compileTables } from './compile/bounds.ts';
import { type ClauseContext, compileNever, compileRule } from './compile/clause.ts';
import { compareSpellings, refuseSameIds, refuseTaken, warnOfImitation } from './compile/overlap.ts';
import { keysOf, listOf, MappingSchema, textOf } from './compile/schema.ts';
import { compileScope } from './compile/scope.ts';
import { Spellings } from './compile/spellings.ts';
import type { Mapping } from './mapping.ts';

export interface Compilation {
  /** Present where no problem is an error. */
  readonly mapping: Mapping | undefined;
  /** In the order of the file. */
  readonly problems: readonly Problem[];
}

/**
 * Never throws: what is wrong is in `problems`.
 * @param file the name under which problems and explanations show it; nothing is read
 */
export function compileMapping(file: string, text: string): Compilation {
  const source = parseYaml(file, text, { strict: true });
  const findings: Finding[] =
    source.data === undefined && source.problems.length === 0
      ? [{ path: [], message: 'the file is empty', hint: 'a mapping starts with "version: 1"' }]
      : schemaFindings(MappingSchema, source.data);
  const mapping = compile(source, (finding) => findings.push(finding));
  const problems = allProblems(source, findings);
  return { mapping: problems.some(({ severity }) => severity === 'error') ? undefined : mapping, problems };
}

function compile(source: YamlSource, report: ClauseContext['report']): Mapping {
  const keys = keysOf(source.data);
  const spellings = new Spellings(report);
  const scope = compileScope(keys['groups'], report);
  const tables = compileTables(keys['tables'], report, spellings);
  const context: ClauseContext = { source, report, spellings, tables, scope };
  const rules = listOf(keys['rules']).map((rule, i) => compileRule(rule, ['rules', i], context));
  const never = listOf(keys['never']).map((entry, i) => compileNever(entry, ['never', i], context));

  refuseSameIds([...rules, ...never], report);
  refuseTaken(rules, never, report);
  compareSpellings(rules, spellings);
  warnOfImitation(rules, report);

  const names = [...rules, ...never].flatMap(({ attributes }) => attributes);
  return {
    file: source.file,
    description: textOf(keys['description']),
    owner: textOf(keys['owner']),
    attributes: [...new Map(names.map((name) => [name.toLowerCase(), name])).values()],
    scope: scope ?? { under: [], written: [] },
    rules: rules.map(({ clause }) => clause),
    never: never.map(({ clause }) => clause),
  };
}

function allProblems(source: YamlSource, findings: readonly Finding[]): Problem[] {
  const splitDns = source.problems
    .filter(({ message }) => message.startsWith('a DN that YAML split'))
    .map(({ position }) => position?.line);
  const found = findings
    .filter(({ path }) => valueAt(source.data, path) !== '') // an empty scalar: refused as such
    .map((finding) => source.problem(finding))
    .filter(({ position }) => !splitDns.includes(position?.line))
    .filter(({ position }) => !source.problems.some((problem) => isAt(problem.position, position)));
  const distinct = new Map(
    [...source.problems, ...found].map((problem) => [JSON.stringify(problem), problem]),
  );
  return sortProblems([...distinct.values()]);
}

function isAt(a: Problem['position'], b: Problem['position']): boolean {
  return a !== undefined && a.line === b?.line && a.column === b.column;
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) => (Array.isArray(value) ? value[Number(step)] : keysOf(value)[String(step)]),
    data,
  );
}
