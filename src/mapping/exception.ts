/**
 * Whether an `unless` block holds for one result of a rule or `never` entry. It introduces no placeholder, so that by
 * now every text in it is known, or nothing is certain.
 */
import type { AttributeCondition, Condition, GroupCondition } from './condition.ts';
import { type Captures, groupsNamed, isTextMet, NO_CAPTURES } from './matching.ts';
import type { GroupFact, PersonFacts } from './person-facts.ts';

/** `open` where it turns on what is not known: a rule then gives nothing, a `never` entry takes. */
export type Verdict = 'met' | 'not met' | 'open';

/**
 * Judges an `unless` block for one result. `open` where it turns on an attribute that the person does not have, on a
 * value that is not text, or on a placeholder without a text.
 */
export function judgeUnless(
  conditions: readonly Condition[],
  person: PersonFacts,
  captures: Captures,
  named: Set<GroupFact>,
): Verdict {
  let verdict: Verdict = 'met';
  for (const condition of conditions) {
    const each =
      condition.on === 'group'
        ? judgeGroups(condition, person, captures, named)
        : judgeAttribute(condition, person, captures);
    if (each === 'not met') return each;
    if (each === 'open') verdict = each;
  }
  return verdict;
}

/** Adds the groups that the tests of an `unless` block name, whether or not it came to be judged. */
export function nameGroups(
  conditions: readonly Condition[],
  person: PersonFacts,
  named: Set<GroupFact>,
): void {
  for (const condition of conditions) {
    if (condition.on === 'attribute') continue;
    for (const test of condition.tests) {
      if (test.kind === 'filled') continue; // which group it names, only its results say
      for (const group of groupsNamed(test, person, NO_CAPTURES)) named.add(group);
    }
  }
}

function judgeGroups(
  condition: GroupCondition,
  person: PersonFacts,
  captures: Captures,
  named: Set<GroupFact>,
): Verdict {
  let verdict: Verdict = 'not met';
  for (const test of condition.tests) {
    if (test.kind === 'filled' && !isComplete(test.template.placeholders, captures)) {
      if (verdict === 'not met') verdict = 'open';
      continue;
    }
    for (const group of groupsNamed(test, person, captures)) {
      named.add(group);
      verdict = 'met';
    }
  }
  return verdict;
}

function judgeAttribute({ key, test }: AttributeCondition, person: PersonFacts, captures: Captures): Verdict {
  const values = person.attribute(key);
  if (test.kind === 'present' || test.kind === 'missing') {
    return (values !== undefined) === (test.kind === 'present') ? 'met' : 'not met';
  }
  if (values === undefined) return 'open';
  if (test.kind === 'filled' && !isComplete(test.template.placeholders, captures)) return 'open';
  if (values.some((value) => value !== undefined && isTextMet(test, value, captures))) return 'met';
  return values.includes(undefined) ? 'open' : 'not met';
}

function isComplete(placeholders: readonly string[], captures: Captures): boolean {
  return placeholders.every((placeholder) => captures.has(placeholder));
}
