/** What a rule gives a person, what it would have given, and why. What other rules and `never` make of it is translate.ts. */
import { refusalBy } from './bound.ts';
import { type Combination, combine, MOST_COMBINATIONS } from './combination.ts';
import { judgeUnless, nameGroups } from './exception.ts';
import { expand, whyUnsafe } from './expansion.ts';
import { type Captures, judge, type NearMiss, type Outcome } from './matching.ts';
import type { GroupFact, PersonFacts } from './person-facts.ts';
import { type OutputTemplate, placeholdersOf, type Rule } from './rule.ts';
import { fillTemplate } from './template.ts';
import type { Given, Output, Withheld } from './translation.ts';

/** A value held back, with the outputs that it would have been; none where that cannot be said. */
export interface HeldBack extends Withheld {
  readonly wouldBe: readonly Output[];
}

export interface RuleResult {
  readonly given: readonly Given[];
  readonly withheld: readonly HeldBack[];
}

/** Applies one rule. Groups that it names are added to `named`. */
export function giveBy(rule: Rule, person: PersonFacts, named: Set<GroupFact>): RuleResult {
  if (rule.when.length === 0) return { given: [], withheld: [] }; // compiling refuses it; to all is never the default
  nameGroups(rule.unless, person, named);
  const outcomes = rule.when.map((condition) => judge(condition, person, named));
  const given: Given[] = [];
  const withheld = withheldBy(rule, outcomes);
  for (const { placeholders, outputs } of rule.gives) {
    const combinations = combine(
      outcomes.map(({ matches }) => matches),
      placeholders,
    );
    if (combinations === undefined) {
      withheld.push(tooMany(rule, outputs));
      continue;
    }
    for (const combination of combinations) {
      // "open" too: an attribute that the person does not have decides against giving.
      if (
        rule.unless.length > 0 &&
        judgeUnless(rule.unless, person, combination.captures, named) !== 'not met'
      )
        continue;
      for (const template of outputs) give(rule, template, combination, given, withheld);
    }
  }
  return { given, withheld };
}

/** `Name`, or `Name: value`. */
export function outputText({ name, value }: Output): string {
  return value === undefined ? name : `${name}: ${value}`;
}

function give(
  { origin, bounds }: Rule,
  template: OutputTemplate,
  { captures, facts }: Combination,
  given: Given[],
  withheld: HeldBack[],
): void {
  for (const output of expand(template, captures, bounds)) {
    const { kind, name, value } = output;
    const faultOfName = whyUnsafe(name);
    const fault = faultOfName ?? (value === undefined ? undefined : whyUnsafe(value));
    if (fault === undefined) {
      given.push({ output, rule: origin, facts });
      continue;
    }
    const part =
      kind === 'group'
        ? 'the group name'
        : faultOfName === undefined
          ? 'the value'
          : 'the authorization name';
    withheld.push({ what: outputText(output), rule: origin, reason: `${part} ${fault}`, wouldBe: [] });
  }
}

function withheldBy(rule: Rule, outcomes: readonly Outcome[]): HeldBack[] {
  return outcomes.flatMap((outcome, i) => {
    const othersHold = outcomes.every((other, j) => j === i || other.matches.length > 0);
    if (!othersHold) return [];
    const unread = outcome.unread.map(({ fact, reason }) => ({
      what: fact,
      rule: rule.origin,
      reason,
      wouldBe: [],
    }));
    return [...unread, ...outcome.nearMisses.flatMap((miss) => nearMiss(rule, miss))];
  });
}

/** Shown as the outputs that the value would have become, unless the value itself says more. */
function nearMiss(rule: Rule, { fact, placeholder, bound, captures, alone }: NearMiss): HeldBack[] {
  const read = captures.get(placeholder) ?? '';
  const reason = alone ? refusalBy(bound) : `${placeholder} "${read}" is ${refusalBy(bound)}`;
  const isTranslated = bound.kind === 'texts' && bound.translates;
  const affected = rule.gives
    .flatMap((group) => group.outputs)
    .filter((template) => placeholdersOf(template).includes(placeholder));
  const isKnown = affected.every((template) => placeholdersOf(template).every((name) => captures.has(name)));
  const wouldBe = isTranslated || !isKnown ? [] : affected.map((template) => asRead(template, captures));
  if (alone || wouldBe.length === 0) return [{ what: fact, rule: rule.origin, reason, wouldBe }];
  return wouldBe.map((output) => ({
    what: outputText(output),
    rule: rule.origin,
    reason,
    wouldBe: [output],
  }));
}

function asRead({ kind, name, value }: OutputTemplate, captures: Captures): Output {
  const textOf = (placeholder: string): string => captures.get(placeholder) ?? '';
  if (value === undefined) return { kind, name: fillTemplate(name, textOf) };
  return { kind, name: fillTemplate(name, textOf), value: fillTemplate(value, textOf) };
}

function tooMany(rule: Rule, outputs: readonly OutputTemplate[]): HeldBack {
  const what = outputs
    .map(({ name, value }) => (value === undefined ? name.text : `${name.text}: ${value.text}`))
    .join(', ');
  return { what, rule: rule.origin, reason: `more than ${MOST_COMBINATIONS} combinations`, wouldBe: [] };
}
