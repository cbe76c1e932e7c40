/**
 * What a rule gives a person: each combination of its conditions' matches, expanded by outputs/. And what it would have
 * given, and why not. What other rules, `never` and `keep` make of it is translate.ts.
 */
import { type Comparisons, comparisonsIn } from '../condition.ts';
import { type Expansion, expandTemplate } from '../outputs/expansion.ts';
import { refusalBy } from '../patterns/bound.ts';
import { type Captures, fillTemplate } from '../patterns/template.ts';
import type { NearMiss } from '../recognising/recognised.ts';
import { type OutputTemplate, placeholdersOf, type Rule } from '../rule.ts';
import { type Output, outputText, type Withheld } from '../translation.ts';
import { type Combination, combine, MOST_COMBINATIONS } from './combination.ts';
import { judgeUnless } from './exception.ts';
import { type Fact, plainFact } from './fact.ts';
import { type Judgement, judge } from './judging.ts';
import type { GroupFact, PersonFacts } from './person-facts.ts';
import { judgeValidity } from './validity.ts';

/** Something that a rule gives, and the facts of its conditions. */
export interface GivenBy extends Expansion {
  readonly rule: Rule;
  readonly facts: readonly Fact[];
}

/** A value held back, with the outputs that it would have been; none where that cannot be said. */
export interface HeldBack extends Withheld {
  readonly wouldBe: readonly Output[];
}

export interface RuleResult {
  readonly given: readonly GivenBy[];
  /** The next moment at which a date of the rule changes what it gives; undefined where none does. */
  readonly changesAt: number | undefined;
  /** What was held back, told when somebody asks. */
  heldBack(): HeldBack[];
}

/**
 * Applies one rule.
 * @param now milliseconds since 1970
 * @param named gets the groups that placeholders of `unless` turned out to name
 */
export function giveBy(rule: Rule, person: PersonFacts, now: number, named: Set<GroupFact>): RuleResult {
  const ways = rule.ways.map((way) => way.map((condition) => judge(condition, person)));
  const results = ways.flatMap((judgements, i) =>
    resultsOf(rule, judgements, comparisonsIn(rule.ways[i] ?? []), person, named),
  );
  const given = results.flatMap(({ given: each }) => each);
  const { off, changesAt } =
    given.length === 0 ? { off: undefined, changesAt: undefined } : judgeValidity(rule.validity, person, now);
  return {
    given: off === undefined ? given : [],
    changesAt,
    heldBack: () => [
      ...ways.flatMap((judgements) => judgements.flatMap((_, i) => heldBackBy(rule, judgements, i))),
      ...results.flatMap(({ tooMany }) => tooMany),
      ...(off === undefined ? given.flatMap(unsafe) : given.map((each) => whileOff(each, off))),
    ],
  };
}

/** Where an output must not leave, that it was held back. */
export function unsafe({ output, rule, fault }: GivenBy): HeldBack[] {
  if (fault === undefined) return [];
  return [{ what: outputText(output), rule: rule.origin, reason: fault, wouldBe: [] }];
}

function whileOff({ output, rule }: GivenBy, reason: string): HeldBack {
  return { what: outputText(output), rule: rule.origin, reason, wouldBe: [output] };
}

/** What comes of one way to meet the rule. */
function resultsOf(
  rule: Rule,
  judgements: readonly Judgement[],
  comparisons: Comparisons,
  person: PersonFacts,
  named: Set<GroupFact>,
): { given: GivenBy[]; tooMany: HeldBack[] }[] {
  if (judgements.some(({ matches }) => matches.length === 0)) return [];
  return rule.gives.map(({ placeholders, outputs }) => {
    const combinations = combine(
      judgements.map(({ matches }) => matches),
      placeholders,
      comparisons,
    );
    if (combinations === undefined) return { given: [], tooMany: [tooMany(rule, outputs)] };
    const given = combinations
      .filter(({ captures }) => isGiven(rule, person, captures, named))
      .flatMap((combination) =>
        outputs.flatMap((template) => give(rule, template, combination, comparisons)),
      );
    return { given, tooMany: [] };
  });
}

// "open" too is no reason to give: an attribute that the person does not have decides against giving.
function isGiven(rule: Rule, person: PersonFacts, captures: Captures, named: Set<GroupFact>): boolean {
  return rule.unless.length === 0 || judgeUnless(rule.unless, person, captures, named) === 'not met';
}

const EVERYONE: readonly Fact[] = [plainFact('everyone')];

function give(
  rule: Rule,
  template: OutputTemplate,
  { captures, facts }: Combination,
  comparisons: Comparisons,
): GivenBy[] {
  return expandTemplate(rule, template, captures, comparisons).map((expansion) => ({
    ...expansion,
    rule,
    facts: facts.length === 0 ? EVERYONE : facts,
  }));
}

function heldBackBy(rule: Rule, judgements: readonly Judgement[], i: number): HeldBack[] {
  const judgement = judgements[i];
  const othersHold = judgements.every((other, j) => j === i || other.matches.length > 0);
  if (judgement === undefined || !othersHold) return [];
  const unread = judgement.unread.map(({ fact, reason }) => ({
    what: fact.text,
    rule: rule.origin,
    reason,
    wouldBe: [],
  }));
  return [...unread, ...judgement.nearMisses.flatMap(({ fact, miss }) => nearMiss(rule, fact.text, miss))];
}

/** Shown as the outputs that the value would have become, unless the value itself says more. */
function nearMiss(rule: Rule, fact: string, { placeholder, bound, captures, alone }: NearMiss): HeldBack[] {
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
