/**
 * What a `never` entry takes from what all rules give. Whatever is uncertain, an attribute that the person does not
 * have or a value that can be read in two ways, takes too: then a placeholder stands for all that it could.
 */
import { comparisonKey } from '../../names/insignificant-spaces.ts';
import { type Comparisons, comparisonsIn, foldCaptured } from '../condition.ts';
import { keyOfOutput, outputsOf } from '../outputs/expansion.ts';
import { type Bound, boundOfGiven, textsGivenFor } from '../patterns/bound.ts';
import { compilePattern, readPattern } from '../patterns/pattern.ts';
import { type Captures, NO_CAPTURES, type Template } from '../patterns/template.ts';
import { type NeverEntry, placeholdersOf, type TakeTemplate } from '../rule.ts';
import type { Output } from '../translation.ts';
import { foldText } from '../values/folded-text.ts';
import { type Combination, combine, orderOfFacts } from './combination.ts';
import { judgeUnless } from './exception.ts';
import type { Fact } from './fact.ts';
import { isPossible, judge, type Match } from './judging.ts';
import type { GroupFact, PersonFacts } from './person-facts.ts';

/** All outputs of the union by key, in the spelling that stands. */
export type Outputs = ReadonlyMap<string, Output>;

/** An output that an entry takes, and the facts of its conditions. */
export interface TakenBy {
  readonly never: NeverEntry;
  readonly output: Output;
  readonly facts: readonly Fact[];
}

/** Of several reasons the first by its text is told, whatever the order in which they were found. */
class Taking implements TakenBy {
  readonly never: NeverEntry;
  readonly output: Output;
  readonly reasons: (readonly Fact[])[];

  constructor(never: NeverEntry, output: Output, facts: readonly Fact[]) {
    this.never = never;
    this.output = output;
    this.reasons = [facts];
  }

  get facts(): readonly Fact[] {
    return this.reasons.reduce((a, b) => (orderOfFacts(b) < orderOfFacts(a) ? b : a));
  }
}

/**
 * The outputs that the entry takes, by key.
 * @param named gets the groups that placeholders of `unless` turned out to name
 */
export function takeBy(
  never: NeverEntry,
  person: PersonFacts,
  union: Outputs,
  named: Set<GroupFact>,
): ReadonlyMap<string, TakenBy> {
  const taken = new Map<string, Taking>();
  for (const way of never.ways) {
    if (!way.every((condition) => isPossible(condition, person))) continue;
    const comparisons = comparisonsIn(way);
    const results = way.map((condition): readonly Match[] => {
      const { matches, open } = judge(condition, person);
      return open.length === 0 ? matches : [...matches, { captures: NO_CAPTURES, facts: open }];
    });
    for (const { placeholders, outputs } of never.takes) {
      const combinations = combine(results, placeholders, comparisons) ?? [
        { captures: NO_CAPTURES, facts: [] },
      ];
      for (const combination of combinations) {
        if (isExcepted(never, person, combination.captures, named)) continue;
        for (const template of outputs) take(never, template, combination, comparisons, union, taken);
      }
    }
  }
  return taken;
}

function isExcepted(
  { unless }: NeverEntry,
  person: PersonFacts,
  captures: Captures,
  named: Set<GroupFact>,
): boolean {
  return unless.length > 0 && judgeUnless(unless, person, captures, named) === 'met';
}

function take(
  never: NeverEntry,
  template: TakeTemplate,
  { captures, facts }: Combination,
  comparisons: Comparisons,
  union: Outputs,
  taken: Map<string, Taking>,
): void {
  const { bounds } = never;
  const remove = (key: string, output: Output): void => {
    const known = taken.get(key);
    if (known === undefined) taken.set(key, new Taking(never, output, facts));
    else known.reasons.push(facts);
  };
  if (template.name === undefined) {
    for (const [key, output] of union) if (output.kind === template.kind) remove(key, output);
    return;
  }
  const isWhole = template.kind === 'group' || template.value !== undefined;
  if (isWhole && placeholdersOf(template).every((placeholder) => captures.has(placeholder))) {
    for (const key of outputsOf(template, captures, bounds, comparisons).map(keyOfOutput)) {
      const output = union.get(key);
      if (output !== undefined) remove(key, output);
    }
    return;
  }
  const isName = matcher(template.name, captures, bounds, comparisons);
  const isValue =
    template.value === undefined ? () => true : matcher(template.value, captures, bounds, comparisons);
  for (const [key, output] of union) {
    const { kind, name, value } = output;
    if (kind === template.kind && isName(name) && (value === undefined || isValue(value)))
      remove(key, output);
  }
}

/** Whether a text is the template's, where placeholders without a capture stand for all that they could become. */
function matcher(
  template: Template,
  captures: Captures,
  bounds: ReadonlyMap<string, Bound>,
  comparisons: Comparisons,
): (text: string) => boolean {
  if (template.placeholders.length === 0) {
    const key = comparisonKey(template.text);
    return (text) => comparisonKey(text) === key;
  }
  const pattern = compilePattern(template, (placeholder) => {
    const bound = bounds.get(placeholder) ?? { kind: 'open' };
    const read = captures.get(placeholder);
    if (read === undefined) return boundOfGiven(bound, undefined);
    return boundOfGiven(bound, textsGivenFor(bound, foldCaptured(placeholder, read, comparisons)));
  });
  return (text) => readPattern(pattern, foldText(text)).kind !== 'none';
}
