/**
 * Regular expressions of the mapping language: RE2, linear in time, always over the whole value, ignoring case but
 * where that is exact. Owns the words for what RE2 refuses.
 */
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { toNfc } from '../../names/case-folding.ts';
import { type RecentMap, recentMap } from '../../recent-map.ts';
import type { FoldedText } from '../values/folded-text.ts';

export interface Expression {
  readonly source: string;
  /** Whether the expression covers the whole text. */
  matches(text: FoldedText): boolean;
}

export interface ExpressionFault {
  readonly message: string;
  readonly hint?: string;
}

const LOOKAROUND = /\(\?<?[=!]/;
const BACK_REFERENCE = /\\[1-9]|\\k|\(\?P=/;

const IN_WORDS: readonly (readonly [description: RegExp, words: string])[] = [
  [/missing closing \]/, 'a "[" is never closed'],
  [/missing closing \)/, 'a "(" is never closed'],
  [/unexpected \)/, 'a ")" closes nothing'],
  [/missing argument to repetition/, 'nothing stands before the *, + or ? that would be repeated'],
  [/invalid nested repetition/, 'two repetitions (*, +, ?) stand side by side'],
  [/invalid repeat count/, 'a {…} repeats too often, or its numbers are in the wrong order'],
  [/invalid character class/, 'a range in [ ] or a \\p{…} is not known'],
  [/trailing backslash/, 'it ends with a backslash'],
  [/invalid escape/, 'a backslash stands before a character that it does not change'],
  [/Perl syntax|named capture/, 'a group "(?…" is not known to RE2'],
  [/too large/, 'it is too large'],
];

// Rules repeat what a team or a role looks like, and a mapping that is read again repeats them all.
const MOST_COMPILED = 1000;
const compiledBefore: RecentMap<Expression | ExpressionFault> = recentMap(MOST_COMPILED);

/** The compiled expression, or why there is none. */
export function compileExpression(source: string): Expression | ExpressionFault {
  const before = compiledBefore.get(source);
  if (before !== undefined) return before;
  const result = compile(source);
  compiledBefore.set(source, result);
  return result;
}

function compile(source: string): Expression | ExpressionFault {
  try {
    const compiled = RE2JS.compile(toNfc(source), RE2JS.CASE_INSENSITIVE);
    let exact: RE2JS | undefined;
    return {
      source,
      matches({ text, isExact }) {
        if (!isExact) return compiled.testExact(text);
        exact ??= RE2JS.compile(toNfc(source));
        return exact.testExact(text);
      },
    };
  } catch (error) {
    return faultOf(source, error);
  }
}

/** Tells the two results of {@link compileExpression} apart. */
export function isExpression(result: Expression | ExpressionFault): result is Expression {
  return 'matches' in result;
}

function faultOf(source: string, error: unknown): ExpressionFault {
  if (LOOKAROUND.test(source)) {
    return {
      message: 'lookaround such as (?=…) or (?<!…) is not available in RE2',
      hint: 'RE2 is always linear in time, which lookaround is not; say the exception with "unless" or "never"',
    };
  }
  if (BACK_REFERENCE.test(source)) {
    return {
      message: 'a back-reference such as \\1 is not available in RE2',
      hint: 'RE2 is always linear in time; a placeholder used twice must stand for the same text',
    };
  }
  const description = error instanceof RE2JSSyntaxException ? error.getDescription() : '';
  const words = IN_WORDS.find(([pattern]) => pattern.test(description))?.[1];
  return { message: `this regular expression does not compile${words === undefined ? '' : `: ${words}`}` };
}
