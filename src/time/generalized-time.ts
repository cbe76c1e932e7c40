/**
 * Generalized times (RFC 4517 section 3.3.13), as most directories write instants: `20261231235959Z`,
 * `2026123123.5+0100`. What an instant means for an account or a rule belongs to those who ask.
 */

export interface GeneralizedTime {
  /** As written, before any offset: OpenLDAP gives the year 0 a meaning of its own. */
  readonly year: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const TIME =
  /^(\d{4})(\d\d)(\d\d)([01]\d|2[0-3])(?:([0-5]\d)([0-5]\d|60)?)?(?:[.,](\d+))?(?:Z|([+-])([01]\d|2[0-3])([0-5]\d)?)$/;
const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Undefined where the text is none, or the calendar has no such day. */
export function parseGeneralizedTime(text: string): GeneralizedTime | undefined {
  const [whole, year, month, day, hour, minute, second, fraction, sign, offsetHours, offsetMinutes] =
    TIME.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const number = (digits: string | undefined): number => Number(digits ?? 0);
  const date = new Date(0);
  date.setUTCFullYear(number(year), number(month) - 1, number(day));
  if (date.getUTCMonth() !== number(month) - 1 || date.getUTCDate() !== number(day)) return undefined;
  // A second of 60, the leap second, is the first one of the next minute: clocks since 1970 do not count it.
  const timeOfDay = number(hour) * HOUR + number(minute) * MINUTE + number(second) * 1000;
  const unit = second !== undefined ? 1000 : minute !== undefined ? MINUTE : HOUR;
  const offset = (number(offsetHours) * HOUR + number(offsetMinutes) * MINUTE) * (sign === '-' ? -1 : 1);
  return { year: number(year), at: date.getTime() + timeOfDay + partOf(unit, fraction) - offset };
}

// In integers: 0.29 h must not become 1043999 ms. What stands behind the fifteenth digit does not reach a millisecond.
function partOf(unit: number, fraction = ''): number {
  const digits = fraction.slice(0, 15);
  return Number((BigInt(unit) * BigInt(digits || 0)) / 10n ** BigInt(digits.length));
}
