/**
 * An `unless` that holds wherever the conditions of its rule or `never` entry do: it leaves nothing of it. Asked of the
 * texts of the file alone; a "yes" is certain for what can be read, and what is open is not looked at.
 */
import { isAtOrUnder } from '../../../names/dn.ts';
import { comparisonKey } from '../../../names/insignificant-spaces.ts';
import type {
  AttributeCondition,
  Condition,
  DnCondition,
  GroupCondition,
  GroupTest,
} from '../../condition.ts';
import type { Template } from '../../patterns/template.ts';
import type { Clause } from '../../rule.ts';
import type { CompiledClause } from '../clause.ts';
import type { Report } from '../report.ts';

export function warnOfIdleUnless(clauses: readonly CompiledClause<Clause>[], report: Report): void {
  for (const { clause, path, isWhole } of clauses) {
    const { ways, unless } = clause;
    if (!isWhole || unless.length === 0 || ways.length === 0) continue;
    const isIdle = ways.every((way) =>
      unless.every((exception) => way.some((condition) => implies(condition, exception))),
    );
    if (!isIdle) continue;
    const isRule = 'gives' in clause;
    report({
      path: [...path, 'unless'],
      on: 'key',
      severity: 'warning',
      message: `this "unless" holds whenever the conditions of the ${isRule ? 'rule do, which so never gives' : 'entry do, which so never takes'} anything`,
      hint: 'it excepts the same people: name others in it, or remove it',
    });
  }
}

/** Whether the exception is met wherever the condition is. */
function implies(condition: Condition, exception: Condition): boolean {
  if (condition.on === 'group' && exception.on === 'group') return groupImplies(condition, exception);
  if (condition.on === 'attribute' && exception.on === 'attribute')
    return condition.key === exception.key && valueImplies(condition, exception);
  return condition.on === 'dn' && exception.on === 'dn' && dnImplies(condition, exception);
}

function groupImplies({ tests }: GroupCondition, exception: GroupCondition): boolean {
  return tests.length > 0 && tests.every((test) => exception.tests.some((other) => isSameGroup(test, other)));
}

function isSameGroup(test: GroupTest, other: GroupTest): boolean {
  switch (other.kind) {
    case 'name':
      return test.kind === 'name' && test.folded === other.folded && liesIn(test, other);
    case 'dn':
      return test.kind === 'dn' && test.key === other.key;
    case 'sid':
    case 'guid':
      return test.kind === other.kind && test.identity === other.identity;
    case 'filled':
      return (
        test.kind === 'pattern' &&
        isSameTemplate(test.pattern.template, other.template) &&
        liesIn(test, other)
      );
    case 'pattern':
      return false;
  }
}

function liesIn(
  { under: place }: Extract<GroupTest, { kind: 'name' | 'pattern' }>,
  { under: other }: Extract<GroupTest, { kind: 'name' | 'filled' }>,
): boolean {
  if (other === undefined) return true;
  return place !== undefined && isAtOrUnder(place, other);
}

function valueImplies({ test }: AttributeCondition, { test: other }: AttributeCondition): boolean {
  switch (other.kind) {
    case 'present':
      return test.kind !== 'missing';
    case 'missing':
      return test.kind === 'missing';
    case 'texts':
      return test.kind === 'texts' && [...test.keys].every((key) => other.keys.has(key));
    case 'filled':
      return test.kind === 'pattern' && isSameTemplate(test.pattern.template, other.template);
    case 'matches':
      return test.kind === 'matches' && test.expression.source === other.expression.source;
    case 'at_least':
      return test.kind === 'at_least' && test.number >= other.number;
    case 'at_most':
      return test.kind === 'at_most' && test.number <= other.number;
    case 'before':
      return test.kind === 'before' && test.moment.from <= other.moment.from;
    case 'after':
      return test.kind === 'after' && test.moment.to >= other.moment.to;
    case 'pattern':
      return false;
  }
}

function dnImplies({ under }: DnCondition, exception: DnCondition): boolean {
  return under.every((dn) => exception.under.some((other) => isAtOrUnder(dn, other)));
}

/** The same text, with the same placeholders: letters of these have a case. */
function isSameTemplate(a: Template, b: Template): boolean {
  return (
    comparisonKey(a.text) === comparisonKey(b.text) &&
    a.placeholders.length === b.placeholders.length &&
    a.placeholders.every((name, i) => name === b.placeholders[i])
  );
}
