/**
 * What a test makes of one text that it may be about: a match with its captures, a near miss with the bound that refused
 * it, or nothing certain. Reading is patterns/'; what follows for a person is deciding/'s.
 */
import { type Bound, isWithin } from '../patterns/bound.ts';
import { type Pattern, readPattern, readShape } from '../patterns/pattern.ts';
import type { Captures } from '../patterns/template.ts';
import { type FoldedText, foldText } from '../values/folded-text.ts';

/** A value that has the shape of a pattern, but a placeholder would stand for what its bound does not allow. */
export interface NearMiss {
  readonly placeholder: string;
  readonly bound: Bound;
  readonly captures: Captures;
  /** Whether the pattern is nothing but this placeholder. */
  readonly alone: boolean;
}

/** As what a text was recognised. */
export type Recognised =
  | {
      readonly kind: 'match';
      readonly captures: Captures;
      /** The table that translates it. */
      readonly table: string | undefined;
    }
  | { readonly kind: 'near miss'; readonly miss: NearMiss }
  | { readonly kind: 'uncertain'; readonly reason: string };

/** Undefined where the value has not the shape of the pattern at all. */
export function recogniseBy(pattern: Pattern, value: FoldedText): Recognised | undefined {
  const reading = readPattern(pattern, value);
  switch (reading.kind) {
    case 'one':
      return { kind: 'match', captures: reading.captures, table: translatingTable(pattern) };
    case 'several':
      return { kind: 'uncertain', reason: `can be read in two ways as ${pattern.template.text}` };
    case 'too long':
      return { kind: 'uncertain', reason: `is too long to be read as ${pattern.template.text}` };
    case 'none':
      return nearMiss(pattern, value);
  }
}

function nearMiss(pattern: Pattern, value: FoldedText): Recognised | undefined {
  const shape = readShape(pattern, value);
  if (shape.kind !== 'one') return undefined;
  for (const { placeholder, bound } of pattern.holes) {
    const text = shape.captures.get(placeholder) ?? '';
    if (isWithin(bound, foldText(text, pattern.isExact))) continue;
    const alone = pattern.template.segments.length === 1;
    return { kind: 'near miss', miss: { placeholder, bound, captures: shape.captures, alone } };
  }
  return undefined;
}

function translatingTable(pattern: Pattern): string | undefined {
  for (const { bound } of pattern.holes) {
    if (bound.kind === 'texts' && bound.translates && bound.table !== undefined) return bound.table;
  }
  return undefined;
}
