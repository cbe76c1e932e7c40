/**
 * How an attribute writes its dates: as a generalized time, as a file time, or by a pattern (date-pattern.ts). Which
 * attribute has which format is declared, or well known.
 */
import { withoutInsignificantSpaces } from '../../names/insignificant-spaces.ts';
import { parseFileTime } from '../../time/file-time.ts';
import { parseGeneralizedTime } from '../../time/generalized-time.ts';
import { didYouMean } from '../../yaml/suggestion.ts';
import { compileDatePattern, PATTERN_PARTS } from './date-pattern.ts';
import { at, type DateFormat, type DateFormatFault, type Moment, NEVER } from './moment.ts';

/** RFC 4517 section 3.3.13: an instant. */
export const GENERALIZED_TIME: DateFormat = { written: 'generalized-time', read: readGeneralizedTime };

/** Active Directory's intervals of 100 ns since 1601: an instant, and {@link NEVER} for 0 and the greatest number. */
export const FILE_TIME: DateFormat = { written: 'filetime', read: readFileTime };

const NAMED: ReadonlyMap<string, DateFormat> = new Map(
  [GENERALIZED_TIME, FILE_TIME].map((format) => [format.written, format]),
);

/**
 * The format that a mapping file writes, or why it is none. By a pattern without a time a date is a whole day in the
 * timezone; with one it is the instant that clocks there show.
 */
export function compileDateFormat(format: string): DateFormat | DateFormatFault {
  const named = NAMED.get(format);
  if (named !== undefined) return named;
  const hint = didYouMean(format, [...NAMED.keys()]);
  if (hint !== undefined) return { message: `"${format}" is no format of a date`, hint };
  if (!/[yMdHms]/.test(format)) {
    const known = `${[...NAMED.keys()].join(', ')}, or a pattern of ${PATTERN_PARTS.join(' ')}`;
    return { message: 'this is no format of a date', hint: `known are ${known}` };
  }
  return compileDatePattern(withoutInsignificantSpaces(format));
}

/** Tells the two results of {@link compileDateFormat} apart. */
export function isDateFormat(result: DateFormat | DateFormatFault): result is DateFormat {
  return 'read' in result;
}

function readGeneralizedTime(text: string): Moment | undefined {
  const time = parseGeneralizedTime(text);
  return time && at(time.at);
}

function readFileTime(text: string): Moment | undefined {
  const time = parseFileTime(text);
  if (time === undefined) return undefined;
  return time === Number.POSITIVE_INFINITY ? NEVER : at(time);
}
