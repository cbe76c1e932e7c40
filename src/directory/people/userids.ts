/**
 * `userids`: which part of a user id is the name to look up. Owns the patterns' syntax and their matching; what is a
 * legal user id at all is user-info's to say.
 */
import { foldCase, foldCaseOfNfc, toNfc } from '../../names/case-folding.ts';
import { withoutInsignificantSpaces, withSingleSpaces } from '../../names/insignificant-spaces.ts';

/** A pattern that was parsed: literal, placeholder, literal. The literals are as texts are compared. */
export interface UserIdPattern {
  /** `<userid>` takes everything; `<name>` has at least one character and no `@`, `\` or `/`. */
  readonly placeholder: 'name' | 'userid';
  readonly before: string;
  readonly after: string;
  /** The literals as the config writes them. */
  readonly written: { readonly before: string; readonly after: string };
}

/** `index` is the UTF-16 offset in the pattern's text where it ceases to be one. */
export class UserIdPatternError extends Error {
  readonly index: number;
  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}

const PLACEHOLDER = /<([^<>]*)>/g;
const NAME = /^[^@\\/]+$/;

/** Parses one of `userids`. Throws {@link UserIdPatternError}. */
export function parseUserIdPattern(text: string): UserIdPattern {
  const found = [...text.matchAll(PLACEHOLDER)];
  for (const { 0: whole, 1: word, index } of found) {
    if (word !== 'name' && word !== 'userid') {
      throw new UserIdPatternError(`unknown placeholder ${whole}; there are <name> and <userid>`, index);
    }
  }
  const [first, second] = found;
  if (first === undefined) throw new UserIdPatternError('a placeholder <name> or <userid> is missing', 0);
  if (second !== undefined) throw new UserIdPatternError('only one placeholder is possible', second.index);
  const [whole, word] = first;
  if (word === 'userid' && whole !== text) {
    throw new UserIdPatternError(
      '<userid> is the whole id and stands alone; use <name> for a part',
      first.index,
    );
  }
  const before = text.slice(0, first.index);
  const after = text.slice(first.index + whole.length);
  return {
    placeholder: word === 'userid' ? 'userid' : 'name',
    before: foldCase(withSingleSpaces(before).replace(/^ /, '')),
    after: foldCase(withSingleSpaces(after).replace(/ $/, '')),
    written: { before, after },
  };
}

/** The user id as directories are asked for it: in NFC, without insignificant spaces. */
export function askedUserId(userid: string): string {
  return toNfc(withoutInsignificantSpaces(userid));
}

/** What the first matching pattern takes out of the user id, in NFC and without insignificant spaces. */
export function nameFromUserId(patterns: readonly UserIdPattern[], userid: string): string | undefined {
  const text = askedUserId(userid);
  for (const pattern of patterns) {
    const name = match(pattern, text);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The user id by the first pattern of whose making the name comes out again; undefined where there is none. */
export function userIdForName(patterns: readonly UserIdPattern[], name: string): string | undefined {
  const wanted = askedUserId(name);
  return patterns
    .map(({ written }) => withoutInsignificantSpaces(`${written.before}${name}${written.after}`))
    .find((userid) => nameFromUserId(patterns, userid) === wanted);
}

// Folding keeps lengths, so that offsets found in the folded text hold in the text itself.
function match({ placeholder, before, after }: UserIdPattern, text: string): string | undefined {
  if (placeholder === 'userid') return text === '' ? undefined : text;
  const folded = foldCaseOfNfc(text);
  if (before.length + after.length >= text.length) return undefined;
  if (!folded.startsWith(before) || !folded.endsWith(after)) return undefined;
  const name = withoutInsignificantSpaces(text.slice(before.length, text.length - after.length));
  return NAME.test(name) ? name : undefined;
}
