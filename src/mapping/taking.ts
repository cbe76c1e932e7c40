/**
 * What a `never` entry takes from what all rules give. Whatever is uncertain, an attribute that the person does not
 * have or a value that can be read in two ways, takes too: then a placeholder stands for all that it could.
 */
import { foldCase } from '../names/case-folding.ts';
import { type Bound, textsBound, textsGivenFor } from './bound.ts';
import { type Combination, combine } from './combination.ts';
import { judgeUnless, nameGroups } from './exception.ts';
import { expand } from './expansion.ts';
import { type Captures, judge, type Match } from './matching.ts';
import { compilePattern, readPattern } from './pattern.ts';
import type { GroupFact, PersonFacts } from './person-facts.ts';
import { type NeverEntry, type OutputTemplate, placeholdersOf } from './rule.ts';
import { foldText, type Template } from './template.ts';
import type { Output, Removed } from './translation.ts';
import { keyOfOutput } from './union.ts';

/** All outputs of the union by key, in the spelling that stands. */
export type Outputs = ReadonlyMap<string, Output>;

/** The outputs that the entry takes, by key. Groups that it names are added to `named`. */
export function takeBy(
  never: NeverEntry,
  person: PersonFacts,
  union: Outputs,
  named: Set<GroupFact>,
): Map<string, Removed> {
  nameGroups(never.unless, person, named);
  const results = never.when.map((condition): readonly Match[] => {
    const { matches, open } = judge(condition, person, named);
    return open.length === 0 ? matches : [...matches, { captures: new Map(), facts: open }];
  });
  const removed = new Map<string, Removed>();
  for (const { placeholders, outputs } of never.takes) {
    const combinations = combine(results, placeholders) ?? [{ captures: new Map(), facts: [] }];
    for (const combination of combinations) {
      if (never.unless.length > 0 && judgeUnless(never.unless, person, combination.captures, named) === 'met')
        continue;
      for (const template of outputs) take(never, template, combination, union, removed);
    }
  }
  return removed;
}

function take(
  { origin, bounds }: NeverEntry,
  template: OutputTemplate,
  { captures, facts }: Combination,
  union: Outputs,
  removed: Map<string, Removed>,
): void {
  const remove = (key: string, output: Output): void => {
    if (!removed.has(key)) removed.set(key, { output, never: origin, facts });
  };
  const isWhole = template.kind === 'group' || template.value !== undefined;
  if (isWhole && placeholdersOf(template).every((placeholder) => captures.has(placeholder))) {
    for (const key of expand(template, captures, bounds).map(keyOfOutput)) {
      const output = union.get(key);
      if (output !== undefined) remove(key, output);
    }
    return;
  }
  const isName = matcher(template.name, captures, bounds);
  const isValue = template.value === undefined ? () => true : matcher(template.value, captures, bounds);
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
): (text: string) => boolean {
  if (template.placeholders.length === 0) {
    const folded = foldCase(template.text);
    return (text) => foldCase(text) === folded;
  }
  const pattern = compilePattern(template, (placeholder) => {
    const bound = bounds.get(placeholder) ?? { kind: 'open' };
    const read = captures.get(placeholder);
    return becoming(bound, read === undefined ? undefined : textsGivenFor(bound, foldText(read)));
  });
  return (text) => readPattern(pattern, foldText(text)).kind !== 'none';
}

/** The bound of what is given out for a placeholder: for these texts, or for all that it could stand for. */
function becoming(bound: Bound, texts: readonly string[] | undefined): Bound {
  const given = texts ?? (bound.kind === 'texts' ? [...bound.texts.values()].flat() : undefined);
  if (given !== undefined) return textsBound(given.map((text) => [text, [text]]));
  return bound.kind === 'any' ? { kind: 'open' } : bound;
}
