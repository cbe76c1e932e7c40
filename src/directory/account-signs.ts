/**
 * Signs by which entries show that an account is dead: an attribute, and one of the judgements below on its values.
 * Which vendor has which signs is vendors.ts's; what a dead account is answered with, the settings'.
 */
import type { AccountStatus } from '../person.ts';

/**
 * From when on a value says that the account is dead, in wall-clock milliseconds since 1970: -Infinity for already,
 * undefined for never. Throws {@link AccountValueError}.
 */
export type Judgement = (value: string) => number | undefined;

export interface AccountSign {
  readonly status: AccountStatus;
  readonly attribute: string;
  readonly since: Judgement;
  /** Whether every account has the attribute: where it is not shown, the right to read it is missing. */
  readonly always?: true;
}

/** The value is none that this attribute can have. */
export class AccountValueError extends Error {}

const ALREADY = Number.NEGATIVE_INFINITY;
const DAY = 86_400_000;

/** TRUE, in any case: 389 Directory Server also writes `true`. */
export const trueValue: Judgement = (value) => {
  if (!/^(?:true|false)$/i.test(value)) throw new AccountValueError('neither TRUE nor FALSE');
  return value.toLowerCase() === 'true' ? ALREADY : undefined;
};

/** A bit of an integer of 32 bits, such as userAccountControl (MS-ADTS 2.2.16). */
export function flag(mask: number): Judgement {
  return (value) => ((Number(integer(value, 32)) & mask) === 0 ? undefined : ALREADY);
}

/** Any number but 0. */
export const notZero: Judgement = (value) => (integer(value, 64) === 0n ? undefined : ALREADY);

/** accountExpires: intervals of 100 ns since 1601; 0 and the greatest number are never (MS-ADA1 2.2). */
export const fileTime: Judgement = (value) => {
  const intervals = integer(value, 64);
  if (intervals < 0n) throw new AccountValueError('a time before 1601');
  if (intervals === 0n || intervals === 2n ** 63n - 1n) return undefined;
  return Number(intervals / 10_000n) - 11_644_473_600_000;
};

/** shadowExpire: the day, counted from 1970, from whose beginning in UTC on the account is dead; -1 is never. */
export const daysSince1970: Judgement = (value) => {
  const days = integer(value, 32);
  if (days < -1n) throw new AccountValueError('a negative day');
  return days === -1n ? undefined : Number(days) * DAY;
};

/** That time itself (RFC 4517 section 3.3.13). */
export const generalizedTime: Judgement = (value) => parseTime(value).at;

/** pwdAccountLockedTime: the year 0000 says that an administrator locked the account for good. */
export const lockedByAdministrator: Judgement = (value) =>
  parseTime(value).year === 0 ? ALREADY : undefined;

/** pwdAccountLockedTime: too many bad passwords. For how long depends on a policy that is not read. */
export const lockedByServer: Judgement = (value) => (parseTime(value).year === 0 ? undefined : ALREADY);

function integer(value: string, bits: 32 | 64): bigint {
  if (!/^(?:0|-?[1-9]\d{0,18})$/.test(value)) throw new AccountValueError('no integer');
  const number = BigInt(value);
  if (BigInt.asIntN(bits, number) !== number) throw new AccountValueError(`no integer of ${bits} bits`);
  return number;
}

const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)?)?(?:[.,](\d+))?(?:Z|([+-])(\d\d)(\d\d)?)$/;

function parseTime(value: string): { readonly year: number; readonly at: number } {
  const [whole, year, month, day, hour, minute, second, fraction, sign, offsetHours, offsetMinutes] =
    TIME.exec(value) ?? [];
  const number = (digits: string | undefined) => Number(digits ?? 0);
  const date = new Date(0);
  date.setUTCFullYear(number(year), number(month) - 1, number(day));
  const isDay = date.getUTCMonth() === number(month) - 1 && date.getUTCDate() === number(day);
  const isTime = number(hour) < 24 && number(minute) < 60 && number(second) <= 60;
  const isOffset = number(offsetHours) < 24 && number(offsetMinutes) < 60;
  if (whole === undefined || !isDay || !isTime || !isOffset)
    throw new AccountValueError('no generalized time');
  const unit = second !== undefined ? 1000 : minute !== undefined ? 60_000 : 3_600_000;
  const timeOfDay = (number(hour) * 60 + number(minute)) * 60_000 + number(second) * 1000;
  const part = Math.floor(Number(`0.${fraction ?? 0}`) * unit);
  const offset = (number(offsetHours) * 60 + number(offsetMinutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return { year: number(year), at: date.getTime() + timeOfDay + part - offset };
}
