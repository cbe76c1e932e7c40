/**
 * All parts of a mapping file compiled, each by itself and a clause at a time. What several of them do together is
 * concerns/', what becomes of them compile.ts's beside this folder.
 */
import type { Problem } from '../../yaml/problem.ts';
import type { YamlSource } from '../../yaml/source.ts';
import type { Scope } from '../recognising/group-place.ts';
import type { NeverEntry, Rule } from '../rule.ts';
import type { AttributeDeclaration } from '../values/attribute-declaration.ts';
import { isTimezone } from '../values/moment.ts';
import { compileAttributes } from './attributes.ts';
import { compileTables, type TableFile } from './bounds.ts';
import { type ClauseContext, type CompiledClause, compileNever, compileRule } from './clause.ts';
import { compileRankings } from './rankings.ts';
import type { Report } from './report.ts';
import { type Keys, keysOf, listOf, textOf } from './schema.ts';
import { compileScope } from './scope.ts';
import { Spellings } from './spellings.ts';

export interface CompiledParts {
  readonly keys: Keys;
  /** Undefined where it was refused. */
  readonly scope: Scope | undefined;
  /** IANA name. */
  readonly timezone: string;
  /** By lower-case name. */
  readonly attributes: ReadonlyMap<string, AttributeDeclaration>;
  readonly spellings: Spellings;
  readonly rankings: ReturnType<typeof compileRankings>;
  readonly rules: readonly CompiledClause<Rule>[];
  readonly never: readonly CompiledClause<NeverEntry>[];
}

/** What compiling the parts needs to know besides the file. */
export interface PartsOptions {
  readonly tableFiles: ReadonlyMap<string, TableFile>;
  /** Milliseconds since 1970, to warn of dates long past. */
  readonly now?: number | undefined;
}

/**
 * Yields after each clause, so that other work can be done in between.
 * @param reportInFile takes what is wrong in table files
 */
export function* compileParts(
  source: Pick<YamlSource, 'file' | 'data' | 'lineOf'>,
  { tableFiles, now }: PartsOptions,
  report: Report,
  reportInFile: (problem: Problem) => void,
): Generator<void, CompiledParts> {
  const keys = keysOf(source.data);
  const scope = compileScope(keys['groups'], report);
  const timezone = compileTimezone(keys['timezone'], report);
  const attributes = compileAttributes(keys['attributes'], report);
  const spellings = new Spellings(
    report,
    [...attributes.values()].some(({ exact }) => exact),
  );
  const tables = compileTables(keys['tables'], { report, spellings, files: tableFiles, reportInFile });
  const rankings = compileRankings(keys['authorizations'], report);
  const context: ClauseContext = { source, report, spellings, tables, scope, attributes, timezone, now };
  const rules: CompiledClause<Rule>[] = [];
  for (const [i, rule] of listOf(keys['rules']).entries()) {
    rules.push(compileRule(rule, ['rules', i], context));
    yield;
  }
  const never: CompiledClause<NeverEntry>[] = [];
  for (const [i, entry] of listOf(keys['never']).entries()) {
    never.push(compileNever(entry, ['never', i], context));
    yield;
  }
  return { keys, scope, timezone, attributes, spellings, rankings, rules, never };
}

function compileTimezone(part: unknown, report: Report): string {
  const name = textOf(part);
  if (name === undefined) return 'UTC';
  if (isTimezone(name)) return name;
  report({
    path: ['timezone'],
    message: `there is no time zone "${name}"`,
    hint: 'write its IANA name, for example Europe/Paris',
  });
  return 'UTC';
}
