/** One output of one result of a rule, ready for the union: with its key, and the fault that holds it back. */
import type { Comparisons } from '../condition.ts';
import type { Captures } from '../patterns/captures.ts';
import type { OutputTemplate, Rule } from '../rule.ts';
import type { Output } from '../translation.ts';
import { expand, whyUnsafe } from './expansion.ts';
import { keyOfOutput } from './union.ts';

export interface Contribution {
  readonly output: Output;
  readonly key: string;
  /** Why it must not leave; undefined where it may. */
  readonly fault: string | undefined;
}

/**
 * What a template becomes under the captures.
 * @param comparisons how the placeholders are compared
 */
export function contributionsOfTemplate(
  { bounds }: Rule,
  template: OutputTemplate,
  captures: Captures,
  comparisons: Comparisons,
): Contribution[] {
  return expand(template, captures, bounds, comparisons).map((output) => ({
    output,
    key: keyOfOutput(output),
    fault: faultOf(output),
  }));
}

/** All that a rule gives for the captures. */
export function contributionsOf(
  rule: Rule,
  captures: Captures,
  comparisons: Comparisons,
): readonly Contribution[] {
  return rule.gives.flatMap(({ outputs }) =>
    outputs.flatMap((template) => contributionsOfTemplate(rule, template, captures, comparisons)),
  );
}

function faultOf({ kind, name, value }: Output): string | undefined {
  const faultOfName = whyUnsafe(name);
  if (faultOfName !== undefined)
    return `${kind === 'group' ? 'the group name' : 'the authorization name'} ${faultOfName}`;
  const faultOfValue = value === undefined ? undefined : whyUnsafe(value);
  return faultOfValue === undefined ? undefined : `the value ${faultOfValue}`;
}
