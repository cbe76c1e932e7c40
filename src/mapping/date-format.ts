/**
 * How an attribute writes its dates: as a generalized time, as a file time, or by a pattern (date-pattern.ts). Owns
 * reading them; which attribute has which format is declared, or well known.
 */
import { didYouMean } from '../yaml/suggestion.ts';
import { compileDatePattern, PATTERN_PARTS } from './date-pattern.ts';
import { at, instantIn, type Moment, NEVER } from './moment.ts';

export interface DateFormat {
  /** As the file writes it. */
  readonly written: string;
  /** Undefined where the text is not of the format, or the calendar has no such day. */
  read(text: string, timezone: string): Moment | undefined;
}

/** Why a text is no format. */
export interface DateFormatFault {
  readonly message: string;
  readonly hint: string;
}

/** RFC 4517 section 3.3.13 in full: `20261231235959Z`, `2026123123.5+0100`. An instant. */
export const GENERALIZED_TIME: DateFormat = { written: 'generalized-time', read: readGeneralizedTime };

/**
 * Intervals of 100 ns since 1601, as Active Directory writes times (LargeInteger; MS-ADA1 2.2 for accountExpires): an
 * instant, and {@link NEVER} for 0 and the greatest number.
 */
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
  return compileDatePattern(format);
}

/** Tells the two results of {@link compileDateFormat} apart. */
export function isDateFormat(result: DateFormat | DateFormatFault): result is DateFormat {
  return 'read' in result;
}

const TIME =
  /^(\d{4})(\d\d)(\d\d)(\d\d)(?:([0-5]\d)([0-5]\d|60)?)?(?:[.,](\d+))?(?:Z|([+-])([01]\d|2[0-3])([0-5]\d)?)$/;
const HOUR = 3_600_000;
const MINUTE = 60_000;

function readGeneralizedTime(text: string): Moment | undefined {
  const [whole, year, month, day, hour, minute, second, fraction, sign, offsetHours, offsetMinutes] =
    TIME.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const number = (digits: string | undefined): number => Number(digits ?? 0);
  const start = instantIn(
    { year: number(year), month: number(month), day: number(day), hour: number(hour) },
    'UTC',
  );
  if (start === undefined) return undefined;
  // A second of 60, the leap second, is the first one of the next minute: clocks since 1970 do not count it.
  const pastHour = number(minute) * MINUTE + number(second) * 1000;
  const unit = second !== undefined ? 1000 : minute !== undefined ? MINUTE : HOUR;
  const offset = (number(offsetHours) * HOUR + number(offsetMinutes) * MINUTE) * (sign === '-' ? -1 : 1);
  return at(start.from + pastHour + partOf(unit, fraction) - offset);
}

// In integers: 0.29 h must not become 1043999 ms. What stands behind the fifteenth digit does not reach a millisecond.
function partOf(unit: number, fraction = ''): number {
  const digits = fraction.slice(0, 15);
  return Number((BigInt(unit) * BigInt(digits || 0)) / 10n ** BigInt(digits.length));
}

const GREATEST_FILE_TIME = 2n ** 63n - 1n;
const MILLISECONDS_TO_1970 = 11_644_473_600_000;

function readFileTime(text: string): Moment | undefined {
  if (!/^\d{1,19}$/.test(text)) return undefined;
  const intervals = BigInt(text);
  if (intervals > GREATEST_FILE_TIME) return undefined;
  if (intervals === 0n || intervals === GREATEST_FILE_TIME) return NEVER;
  return at(Number(intervals / 10_000n) - MILLISECONDS_TO_1970);
}
