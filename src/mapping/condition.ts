/**
 * What a when-block asks of a person, compiled. Whether a person meets it is matching.ts.
 */
import type { Dn } from '../names/dn.ts';
import type { Pattern } from './pattern.ts';
import type { Expression } from './regular-expression.ts';
import type { Template } from './template.ts';

/**
 * One way to name a group. `filled` stands in `unless` alone: its placeholders are those of `when` and so have a
 * text by then.
 */
export type GroupTest =
  | { readonly kind: 'name'; readonly folded: string; readonly under: Dn | undefined }
  | { readonly kind: 'dn'; readonly key: string }
  | { readonly kind: 'pattern'; readonly pattern: Pattern; readonly under: Dn | undefined }
  | { readonly kind: 'filled'; readonly template: Template; readonly under: Dn | undefined };

export type AttributeTest =
  | { readonly kind: 'texts'; readonly folded: ReadonlySet<string> }
  | { readonly kind: 'matches'; readonly expression: Expression }
  | { readonly kind: 'pattern'; readonly pattern: Pattern }
  | { readonly kind: 'filled'; readonly template: Template }
  | { readonly kind: 'present' }
  | { readonly kind: 'missing' };

/** Met where one of the tests is. */
export interface GroupCondition {
  readonly on: 'group';
  readonly tests: readonly GroupTest[];
}

export interface AttributeCondition {
  readonly on: 'attribute';
  /** As the file writes it. */
  readonly name: string;
  /** In lower case, as a person's attributes are kept. */
  readonly key: string;
  readonly test: AttributeTest;
}

/** All conditions of a when-block must hold. */
export type Condition = GroupCondition | AttributeCondition;
