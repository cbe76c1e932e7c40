/**
 * The config file as far as it can be read, whatever else is wrong with it: what the checks look at, so that every
 * problem is found in one run. Judging is theirs.
 */
import type { Finding, Path } from '../yaml/finding.ts';
import { didYouMean } from '../yaml/suggestion.ts';
import { isYes } from '../yaml/yes-no.ts';
import type { Interpolated } from './interpolation.ts';

/** What a check found. */
export interface CheckFinding extends Finding {
  /** Something is missing: no finding at all where a syntax error may have swallowed it. */
  readonly absence?: true;
}

/** A text and where it stands. */
export interface PlacedText {
  readonly path: Path;
  readonly text: string;
}

export interface Draft {
  /** The keys of the section at the path; none where there is no section. */
  keys(path: Path): readonly string[];
  /** Whether keys with values stand at the path. */
  isSection(path: Path): boolean;
  /** Whether anything stands at the path. */
  has(path: Path): boolean;
  /** Whether a key stands there without a value. */
  isBlank(path: Path): boolean;
  /** The text at the path, unless it is blank or its references could not be replaced. */
  text(path: Path): string | undefined;
  /** The same for a key that takes one text or a list. */
  texts(path: Path): readonly PlacedText[];
  /** Whether the text at the path says yes. */
  says(path: Path): boolean;
  /** Whether the text at the path came from `${…}`, and so must not stand in a message. */
  isReplaced(path: Path): boolean;
  /**
   * What the parser refuses in the text, with the caret at the error's `index`. Where the text came from `${…}` only
   * that it is no `what`.
   */
  syntax(place: PlacedText, what: string, parse: (text: string) => unknown): CheckFinding | undefined;
  /** That the text is none of the names that are keys of the section, with "did you mean". */
  unknownName(place: PlacedText, what: string, section: Path): CheckFinding | undefined;
}

export function draftOf({ data, isReplaced, isFailed }: Interpolated): Draft {
  const at = (path: Path): unknown =>
    path.reduce<unknown>(
      (value, step) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, step)
          ? (value as Record<string | number, unknown>)[step]
          : undefined,
      data,
    );
  const text = (path: Path): string | undefined => {
    const value = at(path);
    return typeof value === 'string' && value.trim() !== '' && !isFailed(path) ? value : undefined;
  };
  const isSection = (path: Path): boolean => {
    const value = at(path);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  };

  return {
    keys: (path) => (isSection(path) ? Object.keys(at(path) as object) : []),
    isSection,
    has: (path) => at(path) !== undefined,
    isBlank: (path) => at(path) === '',
    text,
    texts(path) {
      const value = at(path);
      const paths = Array.isArray(value) ? value.map((_, i) => [...path, i]) : [path];
      return paths.flatMap((each) => {
        const found = text(each);
        return found === undefined ? [] : [{ path: each, text: found }];
      });
    },
    says: (path) => isYes(text(path) ?? ''),
    isReplaced,
    syntax({ path, text: written }, what, parse) {
      try {
        parse(written);
        return undefined;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (isReplaced(path)) return { path, message: `what stands for this is no ${what}` };
        const index = error instanceof Error && 'index' in error ? Number(error.index) : undefined;
        return {
          path,
          message: `this is no ${what}: ${message}`,
          ...(index === undefined ? {} : { span: [index, index + 1] as const }),
        };
      }
    },
    unknownName(place, what, section) {
      const keys = isSection(section) ? Object.keys(at(section) as object) : [];
      if (keys.includes(place.text)) return undefined;
      // A key without a section may be a secret that a comma cut in two.
      const names = keys.filter((key) => isSection([...section, key]));
      const { path, text: written } = place;
      if (isReplaced(path)) {
        return { path, message: `there is no ${what} of the name that stands for this`, absence: true };
      }
      const listed = names.length === 0 ? undefined : `known here: ${names.join(', ')}`;
      return {
        path,
        message: `there is no ${what} ${JSON.stringify(written)}`,
        hint: didYouMean(written, names) ?? listed,
        absence: true,
      };
    },
  };
}
