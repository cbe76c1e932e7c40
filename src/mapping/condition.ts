/** What a when-block asks of a person, compiled. Whether a person meets it is judged by deciding/judging.ts. */
import type { Dn } from '../names/dn.ts';
import type { Pattern } from './patterns/pattern.ts';
import type { Expression } from './patterns/regular-expression.ts';
import { isWhole, type Template } from './patterns/template.ts';
import { type AttributeDeclaration, holdsDns } from './values/attribute-declaration.ts';
import { type FoldedText, foldDn, foldText } from './values/folded-text.ts';
import type { Moment } from './values/moment.ts';

/**
 * One way to name a group. `filled` stands in `unless` alone: its placeholders are those of `when` and so have a
 * text by then.
 */
export type GroupTest =
  | { readonly kind: 'name'; readonly folded: string; readonly under: Dn | undefined }
  | { readonly kind: 'dn'; readonly key: string }
  | { readonly kind: 'sid' | 'guid'; readonly identity: string }
  | { readonly kind: 'pattern'; readonly pattern: Pattern; readonly under: Dn | undefined }
  | { readonly kind: 'filled'; readonly template: Template; readonly under: Dn | undefined };

export type AttributeTest =
  | { readonly kind: 'texts'; readonly keys: ReadonlySet<string> }
  | { readonly kind: 'matches'; readonly expression: Expression }
  | { readonly kind: 'pattern'; readonly pattern: Pattern }
  | { readonly kind: 'filled'; readonly template: Template }
  | { readonly kind: 'at_least' | 'at_most'; readonly number: bigint }
  | { readonly kind: 'before' | 'after'; readonly moment: Moment }
  | { readonly kind: 'present' }
  | { readonly kind: 'missing' };

/** Met where one of the tests is. */
export interface GroupCondition {
  readonly on: 'group';
  readonly tests: readonly GroupTest[];
  /** As the file writes the tests. */
  readonly written: readonly string[];
}

export interface AttributeCondition {
  readonly on: 'attribute';
  /** As the rule writes it. */
  readonly name: string;
  /** In lower case, as a person's attributes are kept. */
  readonly key: string;
  readonly declaration: AttributeDeclaration;
  readonly test: AttributeTest;
  /** The test as the file writes it: a text, or `at_least: 3`. */
  readonly written: string;
}

/** Met where the person's own entry lies under one of the DNs. */
export interface DnCondition {
  readonly on: 'dn';
  readonly under: readonly Dn[];
  /** As the file writes them. */
  readonly written: readonly string[];
}

/** All conditions of a when-block must hold. */
export type Condition = GroupCondition | AttributeCondition | DnCondition;

/** How the texts that placeholders stand for are compared, where that is not as plain texts are. */
export interface Comparisons {
  /** Those of an exact attribute: there upper and lower case differ. */
  readonly exact: ReadonlySet<string>;
  /** Those that stand for whole values of an attribute of DNs, which are compared by what they mean. */
  readonly dns: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();
const PLAIN: Comparisons = { exact: NONE, dns: NONE };

/** How placeholders are compared in all that these conditions find together. */
export function comparisonsIn(conditions: readonly Condition[]): Comparisons {
  let { exact, dns } = PLAIN;
  for (const condition of conditions) {
    if (condition.on !== 'attribute' || condition.test.kind !== 'pattern') continue;
    const { isExact, template } = condition.test.pattern;
    if (isExact) exact = new Set([...exact, ...template.placeholders]);
    if (holdsDns(condition.declaration) && isWhole(template))
      dns = new Set([...dns, ...template.placeholders]);
  }
  return exact === NONE && dns === NONE ? PLAIN : { exact, dns };
}

/** The text that a placeholder stands for, as it is compared. */
export function foldCaptured(placeholder: string, text: string, { exact, dns }: Comparisons): FoldedText {
  return (dns.has(placeholder) ? foldDn : foldText)(text, exact.has(placeholder));
}
