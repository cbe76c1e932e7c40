/**
 * What a placeholder may stand for, and what it becomes when given out: a list or table of texts, digits, a regular
 * expression, or any. Where in a value it stands is pattern.ts.
 */
import { foldCase } from '../names/case-folding.ts';
import { CONTROL_CHARACTER } from '../names/code-points.ts';
import { type LetterCase, recase } from './letter-case.ts';
import type { Expression } from './regular-expression.ts';
import type { FoldedText } from './template.ts';

/** A list or table. */
export interface TextsBound {
  readonly kind: 'texts';
  /** The table's name; undefined for a list written in `where`. */
  readonly table: string | undefined;
  /** Whether a code can become another text than itself. */
  readonly translates: boolean;
  /** Texts by folded code. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
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

/** Each code with its texts; codes that differ only in case have all texts of both. */
export function textsBound(
  entries: Iterable<readonly [code: string, texts: readonly string[]]>,
  table?: string,
): TextsBound {
  const texts = new Map<string, readonly string[]>();
  let longest = 0;
  let translates = false;
  for (const [code, given] of entries) {
    const folded = foldCase(code);
    texts.set(folded, [...new Set([...(texts.get(folded) ?? []), ...given])]);
    longest = Math.max(longest, folded.length);
    translates ||= given.some((text) => foldCase(text) !== folded);
  }
  return { kind: 'texts', table, translates, texts, longest };
}

/** Whether the placeholder may stand for this text, leaving aside what stands beside it. */
export function isWithin(bound: Bound, { text, folded }: FoldedText): boolean {
  switch (bound.kind) {
    case 'texts':
      return bound.texts.has(folded);
    case 'matches':
      return bound.expression.matches(text);
    case 'digits':
      return /^[0-9]+$/.test(text);
    case 'any':
      return text !== '' && !text.includes('*') && !CONTROL_CHARACTER.test(text);
    case 'open':
      return text !== '';
  }
}

/** What is given out for a text that is within the bound. */
export function textsGivenFor(bound: Bound, { text, folded }: FoldedText): readonly string[] {
  switch (bound.kind) {
    case 'texts':
      return bound.texts.get(folded) ?? [];
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
