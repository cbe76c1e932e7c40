/** A rule or a `never` entry, from its part of the file. What several of them do together is overlap.ts. */
import type { Path, YamlSource } from '../../yaml/source.ts';
import { type Bound, textsBound } from '../bound.ts';
import type { Scope } from '../mapping.ts';
import { groupOutputs, type NeverEntry, type OutputGroup, type Rule } from '../rule.ts';
import type { Origin } from '../translation.ts';
import { compileWhere, type Tables } from './bounds.ts';
import { compileOutputs, type PlacedOutput, placesOf, refuseUnbounded } from './outputs.ts';
import type { Report } from './report.ts';
import { type Keys, keysOf, textOf } from './schema.ts';
import type { Spellings } from './spellings.ts';
import { type CompiledWhen, capturedHint, compileWhen, type TemplatePlace } from './when.ts';

export interface ClauseContext {
  readonly source: YamlSource;
  readonly report: Report;
  readonly spellings: Spellings;
  readonly tables: Tables;
  /** Undefined where it was refused. */
  readonly scope: Scope | undefined;
}

/** A rule or `never` entry with what overlap.ts needs to know of its text. */
export interface CompiledClause<Kind extends Rule | NeverEntry> {
  readonly clause: Kind;
  readonly path: Path;
  readonly outputs: readonly PlacedOutput[];
  readonly attributes: readonly string[];
  /** The bounds that `where` declares. */
  readonly declared: ReadonlyMap<string, Bound | undefined>;
  readonly isWhole: boolean;
}

export function compileRule(part: unknown, path: Path, context: ClauseContext): CompiledClause<Rule> {
  const keys = keysOf(part);
  const { groups: gives, ...clause } = compileClause(keys, 'give', path, context);
  if (!('when' in keys) && !hasOtherKeys(keys, 'give') && textOf(keys['id']) !== undefined) {
    context.report({
      path: [...path, 'id'],
      message: 'this rule has no condition, so it would give to everyone',
      hint: 'add "when"',
    });
  }
  return { ...clause, clause: { ...clause.clause, gives } };
}

export function compileNever(part: unknown, path: Path, context: ClauseContext): CompiledClause<NeverEntry> {
  const { groups: takes, ...clause } = compileClause(keysOf(part), 'take', path, context);
  return { ...clause, clause: { ...clause.clause, takes } };
}

function compileClause(keys: Keys, key: 'give' | 'take', path: Path, context: ClauseContext) {
  const { report, tables, spellings, scope, source } = context;
  const declared = compileWhere(keys['where'], [...path, 'where'], tables, report, spellings);
  // Without a bound the placeholder of a rule is "any", that of a never entry is any text at all: both give less.
  const otherwise: Bound = { kind: key === 'give' ? 'any' : 'open' };
  const boundOf = (placeholder: string): Bound =>
    declared.has(placeholder) ? (declared.get(placeholder) ?? textsBound([])) : otherwise;
  const when = compileWhen(keys['when'], [...path, 'when'], { report, scope, isFilled: false, boundOf });
  const unless = compileWhen(keys['unless'], [...path, 'unless'], { report, scope, isFilled: true, boundOf });
  const outputs = compileOutputs(keys[key], key, [...path, key], report);
  const captured = [...new Set(when.templates.flatMap(({ template }) => template.placeholders))];

  refuseUncaptured(when, unless, outputs, captured, key, report);
  if (when.isWhole) refuseIdleWhere(declared, captured, [...path, 'where'], report);
  if (key === 'give') {
    const isCaptured = (placeholder: string): boolean => !when.isWhole || captured.includes(placeholder);
    for (const output of outputs) refuseUnbounded(output, declared, isCaptured, report);
  }
  refuseOutside(when, unless, key, context);

  const unlessPlaceholders = unless.templates.flatMap(({ template }) => template.placeholders);
  const origin: Origin = { id: textOf(keys['id']) ?? '', file: source.file, line: source.lineOf(path) };
  const clause = {
    origin,
    why: textOf(keys['why']),
    when: when.conditions,
    unless: unless.conditions,
    bounds: new Map(captured.map((placeholder) => [placeholder, boundOf(placeholder)])),
  };
  const grouped: OutputGroup[] = groupOutputs(
    outputs.map(({ output }) => output),
    unlessPlaceholders,
  );
  return {
    clause,
    path,
    outputs,
    groups: grouped,
    attributes: [...when.attributes, ...unless.attributes],
    declared,
    isWhole: when.isWhole && unless.isWhole && !hasOtherKeys(keys, key),
  };
}

// Unknown keys and those of later versions: what they would say is not known.
function hasOtherKeys(keys: Keys, output: 'give' | 'take'): boolean {
  const known = ['id', 'why', 'when', 'unless', 'where', output];
  return Object.keys(keys).some((key) => !known.includes(key));
}

/** Refuses placeholders of outputs and `unless` that `when` does not capture, or not in every way to meet it. */
function refuseUncaptured(
  when: CompiledWhen,
  unless: CompiledWhen,
  outputs: readonly PlacedOutput[],
  captured: readonly string[],
  key: 'give' | 'take',
  report: Report,
): void {
  const uses: (TemplatePlace & { readonly on?: 'key' | undefined; readonly by: string })[] = [
    ...unless.templates.map((place) => ({ ...place, by: 'unless' })),
    ...outputs.flatMap(({ output, namePlace, valuePlace }) => [
      { template: output.name, ...namePlace, by: key },
      ...(output.value && valuePlace ? [{ template: output.value, ...valuePlace, by: key }] : []),
    ]),
  ];
  const incomplete = new Set<string>();
  for (const { template, path, on, by } of uses) {
    for (const { placeholder, span } of placesOf(template)) {
      if (!captured.includes(placeholder)) {
        if (!when.isWhole) continue;
        const message = `<${placeholder}> is not captured in "when"`;
        report({ path, on: on ?? 'value', span, message, hint: capturedHint(placeholder, captured) });
        continue;
      }
      const lacking = alternativesLacking(placeholder, when);
      if (lacking.length === 0 || incomplete.has(placeholder)) continue;
      incomplete.add(placeholder);
      for (const alternative of lacking) {
        report({
          path: alternative,
          message: `this does not capture <${placeholder}>, which "${by}" uses`,
          hint: 'capture it in every entry of the list, or write a rule of its own for this one',
        });
      }
    }
  }
}

/** Entries of a list that can meet `when` without a text for the placeholder. */
function alternativesLacking(placeholder: string, { alternatives }: CompiledWhen): Path[] {
  const lacking = alternatives
    .filter((ways) => ways.some(({ placeholders }) => placeholders.includes(placeholder)))
    .map((ways) => ways.filter(({ placeholders }) => !placeholders.includes(placeholder)));
  if (lacking.some((ways) => ways.length === 0)) return [];
  return lacking.flat().map(({ path }) => path);
}

function refuseIdleWhere(
  declared: ReadonlyMap<string, unknown>,
  captured: readonly string[],
  path: Path,
  report: Report,
): void {
  for (const placeholder of declared.keys()) {
    if (captured.includes(placeholder)) continue;
    report({
      path: [...path, placeholder],
      on: 'key',
      message: `"when" does not capture <${placeholder}>`,
      hint: capturedHint(placeholder, captured),
    });
  }
}

/** Groups that never count: they make a rule idle, and an exception worthless. */
function refuseOutside(
  when: CompiledWhen,
  unless: CompiledWhen,
  key: 'give' | 'take',
  { report, scope }: ClauseContext,
): void {
  const written = scope?.written.join(' or ');
  const isIdle = when.groups.length > 0 && when.isWhole && when.groups.every(({ isOutside }) => isOutside);
  for (const { path } of when.groups.filter(({ isOutside }) => isOutside)) {
    report({
      path,
      severity: key === 'give' && !isIdle ? 'warning' : 'error',
      message: !isIdle
        ? 'this group never counts: it is outside groups.under'
        : `this ${key === 'give' ? 'rule can never give' : 'entry can never take'} anything: its group is outside groups.under`,
      hint: `groups.under is ${written}`,
    });
  }
  for (const { path } of unless.groups.filter(({ isOutside }) => isOutside)) {
    report({
      path,
      message: 'this exception can never hold: the group is outside groups.under',
      hint: `groups.under is ${written}`,
    });
  }
}
