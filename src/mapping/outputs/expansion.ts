/**
 * What a combination gives, expanded: the outputs that a rule's templates become under its captures, each with the key
 * under which the union knows it, and the fault for which it must not leave.
 */
import {
  BIDIRECTIONAL_OVERRIDE,
  CONTROL_CHARACTER,
  hasLoneSurrogate,
  INVISIBLE_CHARACTER,
} from '../../names/code-points.ts';
import { comparisonKey, withoutInsignificantSpaces } from '../../names/insignificant-spaces.ts';
import { type Comparisons, foldCaptured } from '../condition.ts';
import { type Bound, textsGivenFor } from '../patterns/bound.ts';
import { type Captures, fillTemplate } from '../patterns/template.ts';
import { type OutputTemplate, placeholdersOf, type Rule } from '../rule.ts';
import type { Output } from '../translation.ts';

/** One output of one result of a rule, ready for the union. */
export interface Expansion {
  readonly output: Output;
  readonly key: string;
  /** Why it must not leave; undefined where it may. */
  readonly fault: string | undefined;
}

/**
 * What a template becomes under the captures.
 * @param comparisons how the placeholders are compared
 */
export function expandTemplate(
  { bounds }: Rule,
  template: OutputTemplate,
  captures: Captures,
  comparisons: Comparisons,
): Expansion[] {
  return outputsOf(template, captures, bounds, comparisons).map((output) => ({
    output,
    key: keyOfOutput(output),
    fault: faultOf(output),
  }));
}

/** All that a rule gives for the captures. */
export function expandRule(rule: Rule, captures: Captures, comparisons: Comparisons): readonly Expansion[] {
  return rule.gives.flatMap(({ outputs }) =>
    outputs.flatMap((template) => expandTemplate(rule, template, captures, comparisons)),
  );
}

function faultOf({ kind, name, value }: Output): string | undefined {
  const faultOfName = whyUnsafe(name);
  if (faultOfName !== undefined)
    return `${kind === 'group' ? 'the group name' : 'the authorization name'} ${faultOfName}`;
  const faultOfValue = value === undefined ? undefined : whyUnsafe(value);
  return faultOfValue === undefined ? undefined : `the value ${faultOfValue}`;
}

/** Outputs with equal keys are the same but for case. */
export function keyOfOutput({ kind, name, value }: Output): string {
  return JSON.stringify([kind, comparisonKey(name), ...(value === undefined ? [] : [comparisonKey(value)])]);
}

/**
 * The outputs of a template, one for each combination of the texts of its placeholders. All of them must have a text;
 * a template without a value gives the name alone.
 * @param comparisons how the placeholders are compared
 */
export function outputsOf(
  template: OutputTemplate,
  captures: Captures,
  bounds: ReadonlyMap<string, Bound>,
  comparisons: Comparisons,
): Output[] {
  return choices(template, (placeholder) => {
    const bound = bounds.get(placeholder);
    const read = captures.get(placeholder);
    return bound === undefined || read === undefined
      ? []
      : textsGivenFor(bound, foldCaptured(placeholder, read, comparisons));
  });
}

/** Fills a template with every combination of the texts of its placeholders. No output has insignificant spaces. */
export function choices(
  template: OutputTemplate,
  textsOf: (placeholder: string) => readonly string[],
): Output[] {
  let chosen: ReadonlyMap<string, string>[] = [new Map()];
  for (const placeholder of placeholdersOf(template)) {
    const texts = textsOf(placeholder);
    chosen = chosen.flatMap((choice) => texts.map((text) => new Map(choice).set(placeholder, text)));
  }
  return chosen.map((choice) => {
    const textOf = (placeholder: string): string => choice.get(placeholder) ?? '';
    const name = withoutInsignificantSpaces(fillTemplate(template.name, textOf));
    if (template.value === undefined) return { kind: template.kind, name };
    return {
      kind: template.kind,
      name,
      value: withoutInsignificantSpaces(fillTemplate(template.value, textOf)),
    };
  });
}

/**
 * Why a text must not leave the service, to stand behind it; undefined where it may.
 * @param text without insignificant spaces
 */
export function whyUnsafe(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (text.includes('*')) return 'holds a *, which is a wildcard in Immuta';
  if (CONTROL_CHARACTER.test(text)) return 'holds a control character';
  if (BIDIRECTIONAL_OVERRIDE.test(text)) return 'holds a character that changes the direction of writing';
  if (INVISIBLE_CHARACTER.test(text)) return 'holds an invisible character';
  if (hasLoneSurrogate(text)) return 'is no valid Unicode';
  return undefined;
}
