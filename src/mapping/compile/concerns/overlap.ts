/**
 * What rules and `never` entries do to each other: ids that stand twice, rules whose every output is always taken,
 * and placeholders that can become what another rule gives on purpose.
 */
import { comparisonKey } from '../../../names/insignificant-spaces.ts';
import { keyOfOutput } from '../../outputs/expansion.ts';
import type { Bound } from '../../patterns/bound.ts';
import { type Clause, type NeverEntry, type OutputTemplate, placeholdersOf, type Rule } from '../../rule.ts';
import type { Output } from '../../translation.ts';
import type { CompiledClause } from '../clause.ts';
import type { PlacedOutput } from '../outputs.ts';
import type { Report } from '../report.ts';
import type { Spellings } from '../spellings.ts';
import { PossibleIndex } from './possible-index.ts';
import { namedOutputs, outputsGiven } from './possible-output.ts';

export function refuseSameIds(clauses: readonly CompiledClause<Clause>[], report: Report): void {
  const lines = new Map<string, number>();
  for (const { clause, path } of clauses) {
    const { id, line } = clause.origin;
    if (id === '') continue;
    const first = lines.get(id);
    if (first === undefined) lines.set(id, line);
    else {
      report({
        path: [...path, 'id'],
        message: `the id "${id}" stands twice, first in line ${first}`,
        hint: 'ids name one rule or never entry each; change one of them',
      });
    }
  }
}

/** Refuses rules of which a `never` entry without conditions takes every output. */
export function refuseTaken(
  rules: readonly CompiledClause<Rule>[],
  nevers: readonly CompiledClause<NeverEntry>[],
  report: Report,
): void {
  const always = nevers.filter(
    ({ clause, isWhole, hasConditions }) => isWhole && !hasConditions && clause.unless.length === 0,
  );
  if (always.length === 0) return;
  const taken = new Map<string, number>();
  const wholly = new Map<OutputTemplate['kind'], number>();
  for (const { clause } of always) {
    for (const template of clause.takes.flatMap(({ outputs }) => outputs)) {
      if (template.name === undefined) wholly.set(template.kind, clause.origin.line);
      else if (placeholdersOf(template).length === 0)
        taken.set(keyOfOutput(textsOf(template)), clause.origin.line);
    }
  }
  for (const { clause, path, outputs } of rules) {
    const lines = outputs.map(({ output }) => wholly.get(output.kind) ?? takenIn(output, clause, taken));
    if (lines.length === 0 || lines.includes(undefined)) continue;
    const where = [...new Set(lines)].join(' and ');
    report({
      path: [...path, 'id'],
      message: `this rule can never give anything: the never entry in line ${where} always takes it`,
      hint: 'give the never entry a "when", or remove one of the two',
    });
  }
}

/** The line of an entry that takes what the template can become, or undefined where something is left of it. */
function takenIn(
  template: OutputTemplate,
  rule: Rule,
  taken: ReadonlyMap<string, number>,
): number | undefined {
  const boundOf = (placeholder: string): Bound | undefined => rule.bounds.get(placeholder);
  const { kind, name, value } = template;
  // The authorizations alone, where the file does not name the values.
  const named = namedOutputs(template, boundOf) ?? (value && namedOutputs({ kind, name }, boundOf));
  const lines = named?.map(
    (output) => taken.get(keyOfOutput(output)) ?? taken.get(keyOfOutput(nameOf(output))),
  );
  return lines === undefined || lines.length === 0 || lines.includes(undefined) ? undefined : lines[0];
}

function nameOf({ kind, name }: Output): Output {
  return { kind, name };
}

/** Adds what the rules can give to the spellings, as far as the file names it. */
export function compareSpellings(rules: readonly CompiledClause<Rule>[], spellings: Spellings): void {
  for (const { clause, outputs } of rules) {
    for (const { output, namePlace, valuePlace } of outputs) {
      for (const { kind, name, value } of namedOutputs(output, (placeholder) =>
        clause.bounds.get(placeholder),
      ) ?? []) {
        spellings.add(kind, name, namePlace);
        if (value !== undefined && valuePlace)
          spellings.add(`values of ${comparisonKey(name)}`, value, valuePlace);
      }
    }
  }
}

/** Warns of a placeholder without a list that can become a text which another rule gives on purpose. */
export function warnOfImitation(rules: readonly CompiledClause<Rule>[], report: Report): void {
  const given = rules.map((rule) => ({ rule, outputs: outputsGiven(rule) }));
  const literals = new PossibleIndex(
    given.flatMap(({ rule, outputs }) =>
      outputs
        .filter(({ template }) => placeholdersOf(template).length === 0)
        .map((possible) => ({ rule, possible })),
    ),
  );
  for (const { rule, outputs } of given) {
    for (const [i, placed] of rule.outputs.entries()) {
      const possible = outputs[i];
      const bounds = placeholdersOf(placed.output).map((name) => rule.declared.get(name));
      if (possible === undefined || bounds.includes(undefined) || !bounds.some(isUnnamed)) continue;
      const literal = literals
        .candidates(possible)
        .find((each) => each.rule !== rule && possible.includes(each.possible));
      if (literal !== undefined)
        warn(placed, literal.rule.clause, textsOf(literal.possible.template), rule.clause, report);
    }
  }
}

function isUnnamed(bound: Bound | undefined): boolean {
  return bound !== undefined && bound.kind !== 'texts';
}

function warn(placed: PlacedOutput, other: Rule, { name, value }: Output, rule: Rule, report: Report): void {
  const place = placed.valuePlace ?? placed.namePlace;
  const placeholder = placeholdersOf(placed.output).find((each) => isUnnamed(rule.bounds.get(each))) ?? '';
  report({
    ...place,
    severity: 'warning',
    message: `<${placeholder}> can become "${value ?? name}", which rule ${other.origin.id} gives (line ${other.origin.line})`,
    hint: 'bound it by a list or table, or give a text around it',
  });
}

function textsOf({ kind, name, value }: OutputTemplate): Output {
  return value === undefined ? { kind, name: name.text } : { kind, name: name.text, value: value.text };
}
