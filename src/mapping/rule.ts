/** A rule and a `never` entry, compiled. What they give a person and take from one is deciding/giving.ts and taking.ts. */
import type { Condition } from './condition.ts';
import type { Bound } from './patterns/bound.ts';
import type { Template } from './patterns/template.ts';
import type { Origin } from './translation.ts';
import type { AttributeDeclaration } from './values/attribute-declaration.ts';
import type { Moment } from './values/moment.ts';

/** What a rule gives: a group, or a value of an authorization. */
export interface OutputTemplate {
  readonly kind: 'group' | 'authorization';
  readonly name: Template;
  /** Absent for a group, and in `take` for every value of the authorization. */
  readonly value?: Template;
}

/** Everything of a kind, whatever its name: `all` in place of names. Only `take` has it. */
export interface EveryOutput {
  readonly kind: OutputTemplate['kind'];
  readonly name?: undefined;
  readonly value?: undefined;
}

/** What a `never` entry takes. */
export type TakeTemplate = OutputTemplate | EveryOutput;

/** What rules and `never` entries have in common. */
interface ClauseParts {
  readonly origin: Origin;
  readonly why: string | undefined;
  /**
   * The ways to meet it, of which one is enough: `when` alone, or `when` with each of `any_of`. A way without
   * conditions is met by everyone.
   */
  readonly ways: readonly (readonly Condition[])[];
  /** Empty where there is none. */
  readonly unless: readonly Condition[];
  /** The bound of every placeholder that the ways capture. */
  readonly bounds: ReadonlyMap<string, Bound>;
}

/** Outputs that need the same placeholders, so that no combination of others is ever made for them. */
export interface OutputGroup<Template extends TakeTemplate> {
  /** Those of the outputs and of `unless`. */
  readonly placeholders: readonly string[];
  readonly outputs: readonly Template[];
}

/** A date of the file, or the attribute that holds it. */
export type DateSource =
  | { readonly kind: 'date'; readonly written: string; readonly moment: Moment }
  | { readonly kind: 'attribute'; readonly declaration: AttributeDeclaration };

/** From when and until when a rule counts. */
export interface Validity {
  readonly from: DateSource | undefined;
  readonly until: DateSource | undefined;
}

export interface Rule extends ClauseParts {
  readonly gives: readonly OutputGroup<OutputTemplate>[];
  readonly validity: Validity | undefined;
}

export interface NeverEntry extends ClauseParts {
  readonly takes: readonly OutputGroup<TakeTemplate>[];
}

export type Clause = Rule | NeverEntry;

/** The placeholders of an output, each once. */
export function placeholdersOf({ name, value }: TakeTemplate): readonly string[] {
  return [...new Set([...(name?.placeholders ?? []), ...(value?.placeholders ?? [])])];
}

/** Groups outputs by the placeholders that they need besides those of `unless`. */
export function groupOutputs<Template extends TakeTemplate>(
  outputs: readonly Template[],
  unlessPlaceholders: readonly string[],
): OutputGroup<Template>[] {
  const groups = new Map<string, { placeholders: readonly string[]; outputs: Template[] }>();
  for (const output of outputs) {
    const placeholders = [...new Set([...unlessPlaceholders, ...placeholdersOf(output)])].sort();
    const key = placeholders.join(' ');
    const group = groups.get(key) ?? { placeholders, outputs: [] };
    group.outputs.push(output);
    groups.set(key, group);
  }
  return [...groups.values()];
}
