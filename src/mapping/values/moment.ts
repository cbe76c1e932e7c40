/**
 * Days and instants on the line of time, and the dates that a mapping file itself writes. How an attribute writes its
 * dates is date-format.ts; when a rule counts is decided by who compares.
 */
import { Temporal } from 'temporal-polyfill';

/**
 * Milliseconds since 1970. A whole day goes from its beginning to that of the next, both in the mapping's timezone, and
 * so has 23 or 25 hours where clocks are changed; of an instant both are the same.
 */
export interface Moment {
  readonly from: number;
  readonly to: number;
}

/** Later than everything. */
export const NEVER: Moment = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** How texts are read as moments. */
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

/** What calendars and clocks show; the time of day is 0 where it is left out. */
export interface CalendarTime {
  readonly year: number;
  /** From 1, as the day. */
  readonly month: number;
  readonly day: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
}

/** Whether it names a timezone of the IANA database, in any case. An offset such as `+01:00` is none. */
export function isTimezone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && ifReal(() => new Temporal.ZonedDateTime(0n, name)) !== undefined;
}

/** The whole day; undefined where the calendar has no such day. */
export function dayIn({ year, month, day }: CalendarTime, timezone: string): Moment | undefined {
  return ifReal(() => {
    const date = new Temporal.PlainDate(year, month, day);
    const startOf = (each: Temporal.PlainDate) => each.toZonedDateTime(timezone).epochMilliseconds;
    return { from: startOf(date), to: startOf(date.add({ days: 1 })) };
  });
}

/**
 * The instant at which clocks in the timezone show that time; undefined where the calendar and the clock have none
 * such. A time that is shown twice as clocks go back is the first of the two, one that is skipped as they go forward is
 * later by what they skip.
 */
export function instantIn(time: CalendarTime, timezone: string): Moment | undefined {
  const { year, month, day, hour = 0, minute = 0, second = 0 } = time;
  return ifReal(() =>
    at(
      new Temporal.PlainDateTime(year, month, day, hour, minute, second).toZonedDateTime(timezone)
        .epochMilliseconds,
    ),
  );
}

/** The instant as a moment. */
export function at(instant: number): Moment {
  return { from: instant, to: instant };
}

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * A date as a mapping file writes it: `2026-12-31`, a whole day in the timezone, or with time and offset by RFC 3339,
 * `2026-12-31T12:00:00Z`. Undefined where the text is neither, or the calendar has no such day.
 */
export function parseDateLiteral(text: string, timezone: string): Moment | undefined {
  const [whole, year, month, day] = DAY.exec(text) ?? [];
  if (whole !== undefined)
    return dayIn({ year: Number(year), month: Number(month), day: Number(day) }, timezone);
  if (!INSTANT.test(text)) return undefined;
  return ifReal(() => at(Temporal.Instant.from(text).epochMilliseconds));
}

function ifReal<Result>(make: () => Result): Result | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
