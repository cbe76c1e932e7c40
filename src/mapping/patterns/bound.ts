/**
 * What a placeholder may stand for, and what it becomes when given out: a list or table of texts, digits, a regular
 * expression, or any. Where in a value it stands is pattern.ts.
 */
import { CONTROL_CHARACTER } from '../../names/code-points.ts';
import {
  comparisonKey,
  exactComparisonKey,
  withoutInsignificantSpaces,
} from '../../names/insignificant-spaces.ts';
import { type FoldedText, foldDn } from '../values/folded-text.ts';
import { type LetterCase, recase } from '../values/letter-case.ts';
import type { Expression } from './regular-expression.ts';

/** A list or table. */
export interface TextsBound {
  readonly kind: 'texts';
  /** The table's name; undefined for a list written in `where`. */
  readonly table: string | undefined;
  /** Whether a code can become another text than itself. */
  readonly translates: boolean;
  /** Texts by folded code. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
  /** The same by the code in its own case, for what is compared exactly. */
  readonly exactTexts: ReadonlyMap<string, readonly string[]>;
  /** The same by what the codes mean that are DNs, for what is one; see {@link FoldedText.dnKey}. */
  readonly dnTexts: ReadonlyMap<string, readonly string[]>;
  readonly exactDnTexts: ReadonlyMap<string, readonly string[]>;
  /** Length of the longest folded code. */
  readonly longest: number;
}

export interface MatchesBound {
  readonly kind: 'matches';
  readonly expression: Expression;
  readonly case: LetterCase;
}

/** `open` is any text at all: what an unbounded placeholder of a `never` entry stands for. */
export type Bound = TextsBound | MatchesBound | { readonly kind: 'digits' | 'any' | 'open' };

/** Each code with its texts; codes that differ only in case have all texts of both, but where they are compared exactly. */
export function textsBound(
  entries: Iterable<readonly [code: string, texts: readonly string[]]>,
  table?: string,
): TextsBound {
  const texts = new Map<string, readonly string[]>();
  const exactTexts = new Map<string, readonly string[]>();
  const dnTexts = new Map<string, readonly string[]>();
  const exactDnTexts = new Map<string, readonly string[]>();
  let longest = 0;
  let translates = false;
  for (const [code, written] of entries) {
    const folded = comparisonKey(code);
    const given = written.map(withoutInsignificantSpaces);
    add(texts, folded, given);
    add(exactTexts, exactComparisonKey(code), given);
    add(dnTexts, foldDn(code).dnKey, given);
    add(exactDnTexts, foldDn(code, true).dnKey, given);
    longest = Math.max(longest, folded.length);
    translates ||= given.some((text) => comparisonKey(text) !== folded);
  }
  return { kind: 'texts', table, translates, texts, exactTexts, dnTexts, exactDnTexts, longest };
}

function add(texts: Map<string, readonly string[]>, key: string | undefined, given: readonly string[]): void {
  if (key === undefined) return;
  texts.set(key, [...new Set([...(texts.get(key) ?? []), ...given])]);
}

function textsFor(
  { texts, exactTexts, dnTexts, exactDnTexts }: TextsBound,
  { folded, isExact, dnKey }: FoldedText,
): readonly string[] | undefined {
  const byMeaning = dnKey === undefined ? undefined : (isExact ? exactDnTexts : dnTexts).get(dnKey);
  return byMeaning ?? (isExact ? exactTexts : texts).get(folded);
}

/** Whether the placeholder may stand for this text, leaving aside what stands beside it. */
export function isWithin(bound: Bound, folded: FoldedText): boolean {
  const { text } = folded;
  switch (bound.kind) {
    case 'texts':
      return textsFor(bound, folded) !== undefined;
    case 'matches':
      return bound.expression.matches(folded);
    case 'digits':
      return /^[0-9]+$/.test(text);
    case 'any':
      return text !== '' && !text.includes('*') && !CONTROL_CHARACTER.test(text);
    case 'open':
      return text !== '';
  }
}

/** What is given out for a text that is within the bound. */
export function textsGivenFor(bound: Bound, folded: FoldedText): readonly string[] {
  const { text } = folded;
  switch (bound.kind) {
    case 'texts':
      return textsFor(bound, folded) ?? [];
    case 'matches':
      return [recase(text, bound.case)];
    default:
      return [text];
  }
}

/**
 * The bound of what is given out: what a placeholder becomes, where it stands for a text within the bound.
 * @param texts what it becomes, where that is known already
 */
export function boundOfGiven(bound: Bound, texts = textsNamedBy(bound)): Bound {
  if (texts !== undefined) return textsBound(texts.map((text) => [text, [text]]));
  return bound.kind === 'any' ? { kind: 'open' } : bound;
}

/** Everything that can be given out, where that is a list that the file names. */
export function textsNamedBy(bound: Bound): readonly string[] | undefined {
  return bound.kind === 'texts' ? [...bound.texts.values()].flat() : undefined;
}

/** What a text outside the bound is, to stand behind "is": `not in table regions`. */
export function refusalBy(bound: Bound): string {
  switch (bound.kind) {
    case 'texts':
      return bound.table === undefined ? 'not in the list' : `not in table ${bound.table}`;
    case 'matches':
      return `not matched by ${bound.expression.source}`;
    case 'digits':
      return 'not digits';
    default:
      return 'not allowed: it holds a * or a control character';
  }
}
