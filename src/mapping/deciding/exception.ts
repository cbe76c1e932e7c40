/**
 * Whether an `unless` block holds for one combination of a rule or `never` entry. It introduces no placeholder, so that by
 * now every text in it is known, or nothing is certain.
 */
import type { AttributeCondition, Condition, GroupCondition } from '../condition.ts';
import type { Captures } from '../patterns/template.ts';
import { groupsFilled, groupsPerhapsFilled, groupsWithoutIdentity, isValueMet, judge } from './judging.ts';
import type { GroupFact, PersonFacts } from './person-facts.ts';

/** `open` where it turns on what is not known: a rule then gives nothing, a `never` entry takes. */
export type Verdict = 'met' | 'not met' | 'open';

/**
 * Judges an `unless` block for one combination. `open` where it turns on an attribute that the person does not have, on a
 * value that cannot be read, or on a placeholder without a text.
 * @param named gets the groups that placeholders turned out to name
 */
export function judgeUnless(
  conditions: readonly Condition[],
  person: PersonFacts,
  captures: Captures,
  named: Set<GroupFact>,
): Verdict {
  let verdict: Verdict = 'met';
  for (const condition of conditions) {
    const each = judgeOne(condition, person, captures, named);
    if (each === 'not met') return each;
    if (each === 'open') verdict = each;
  }
  return verdict;
}

function judgeOne(
  condition: Condition,
  person: PersonFacts,
  captures: Captures,
  named: Set<GroupFact>,
): Verdict {
  switch (condition.on) {
    case 'group':
      return judgeGroups(condition, person, captures, named);
    case 'attribute':
      return judgeAttribute(condition, person, captures);
    case 'dn': {
      const { matches, open } = judge(condition, person);
      if (matches.length > 0) return 'met';
      return open.length > 0 ? 'open' : 'not met';
    }
  }
}

function judgeGroups(
  condition: GroupCondition,
  person: PersonFacts,
  captures: Captures,
  named: Set<GroupFact>,
): Verdict {
  const sightings = person.sightings(condition);
  let verdict: Verdict = sightings.length > 0 ? 'open' : 'not met';
  if (sightings.some(({ hit }) => hit.recognised.kind === 'match')) verdict = 'met';
  if (verdict === 'not met' && groupsWithoutIdentity(condition, person).length > 0) verdict = 'open';
  for (const test of condition.tests) {
    if (test.kind !== 'filled') continue;
    if (!isComplete(test.template.placeholders, captures)) {
      if (verdict === 'not met') verdict = 'open';
      continue;
    }
    for (const group of groupsFilled(test, person, captures)) {
      named.add(group);
      verdict = 'met';
    }
    if (verdict === 'not met' && groupsPerhapsFilled(test, person, captures).length > 0) verdict = 'open';
  }
  return verdict;
}

function judgeAttribute(
  { declaration, test }: AttributeCondition,
  person: PersonFacts,
  captures: Captures,
): Verdict {
  const { values, unreadable, isPresent } = person.attribute(declaration);
  if (test.kind === 'present' || test.kind === 'missing')
    return isPresent === (test.kind === 'present') ? 'met' : 'not met';
  if (!isPresent) return 'open';
  if (test.kind === 'filled' && !isComplete(test.template.placeholders, captures)) return 'open';
  if (values.some((value) => isValueMet(test, value, captures))) return 'met';
  return unreadable.length > 0 ? 'open' : 'not met';
}

function isComplete(placeholders: readonly string[], captures: Captures): boolean {
  return placeholders.every((placeholder) => captures.has(placeholder));
}
