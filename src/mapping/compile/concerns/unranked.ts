/** Values that an authorization with an order can get although they have no place in it. */
import { comparisonKey } from '../../../names/insignificant-spaces.ts';
import { didYouMean } from '../../../yaml/suggestion.ts';
import { textsNamedBy } from '../../patterns/bound.ts';
import { placeholdersOf, type Rule } from '../../rule.ts';
import { foldText } from '../../values/folded-text.ts';
import type { CompiledClause } from '../clause.ts';
import type { PlacedOutput } from '../outputs.ts';
import { orderHint, type WrittenRanking } from '../rankings.ts';
import type { Report } from '../report.ts';
import { namedOutputs } from './possible-output.ts';

/** Refuses literals outside the order, as they would never be given; warns of what tables and lists name beyond it. */
export function refuseUnranked(
  rules: readonly CompiledClause<Rule>[],
  rankings: ReadonlyMap<string, WrittenRanking>,
  report: Report,
): void {
  if (rankings.size === 0) return;
  for (const { clause, outputs } of rules) {
    for (const placed of outputs) {
      const unranked = (
        namedOutputs(placed.output, (placeholder) => clause.bounds.get(placeholder)) ?? []
      ).flatMap(({ name, value = '' }) => {
        const ranking = rankings.get(comparisonKey(name));
        return ranking === undefined || ranking.ranks.has(comparisonKey(value)) ? [] : [{ value, ranking }];
      });
      const [first] = unranked;
      if (first !== undefined) refuse(placed, first, report);
    }
  }
}

function refuse(
  { output, namePlace, valuePlace }: PlacedOutput,
  { value, ranking }: { readonly value: string; readonly ranking: WrittenRanking },
  report: Report,
): void {
  const isLiteral = placeholdersOf(output).length === 0;
  report({
    ...(valuePlace ?? namePlace),
    severity: isLiteral ? 'error' : 'warning',
    message: `${isLiteral ? `"${value}"` : `this can become "${value}", which`} is not in the order of ${ranking.name}, and so would never be given`,
    hint: orderHint(ranking, value),
  });
}

/** Warns of an order for an authorization that no rule gives. */
export function warnOfIdleRankings(
  rules: readonly CompiledClause<Rule>[],
  rankings: ReadonlyMap<string, WrittenRanking>,
  report: Report,
): void {
  const templates = rules.flatMap(({ outputs }) => outputs.map(({ output }) => output));
  const given = new Map<string, string>();
  for (const { clause, outputs } of rules) {
    for (const { output } of outputs) {
      if (output.kind === 'group') continue;
      const texts = output.name.placeholders.flatMap((name) => {
        const bound = clause.bounds.get(name);
        return (bound && textsNamedBy(bound)) ?? [];
      });
      for (const text of [output.name.text, ...texts]) given.set(foldText(text).folded, text);
    }
  }
  const isKnown = templates.every(({ kind, name }) => kind === 'group' || name.segments.length === 1);
  if (!isKnown) return;
  for (const [folded, { name }] of rankings) {
    if (given.has(folded)) continue;
    report({
      path: ['authorizations', name],
      on: 'key',
      severity: 'warning',
      message: `no rule gives the authorization "${name}"`,
      hint: didYouMean(name, [...given.values()]) ?? 'remove it, or write the rule that gives it',
    });
  }
}
