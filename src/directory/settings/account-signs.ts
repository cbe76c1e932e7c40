/**
 * Signs by which entries show that an account is dead: an attribute, and one of the judgements below on its values.
 * Which vendor has which signs is vendors.ts's; what a dead account is answered with, the settings'.
 */
import { comparisonKey } from '../../names/insignificant-spaces.ts';
import type { AccountStatus } from '../../person.ts';
import { parseFileTime } from '../../time/file-time.ts';
import { type GeneralizedTime, parseGeneralizedTime } from '../../time/generalized-time.ts';

/**
 * From when on a value says that the account is dead, in wall-clock milliseconds since 1970: -Infinity for already,
 * undefined for never. Throws {@link AccountValueError}.
 */
export type SignJudgement = (value: string) => number | undefined;

export interface AccountSign {
  readonly status: AccountStatus;
  readonly attribute: string;
  readonly since: SignJudgement;
  /**
   * Whether every account has the attribute: where neither it nor another sign of the status is shown, the right to
   * read it is missing. `on-servers`: files may have been made without it.
   */
  readonly always?: true | 'on-servers';
  /** Whether it counts by itself, whatever other signs of the same status the entry shows. */
  readonly alone?: true;
}

/** The value is none that this attribute can have. */
export class AccountValueError extends Error {}

const ALREADY = Number.NEGATIVE_INFINITY;
const DAY = 86_400_000;

/** TRUE, in any case: 389 Directory Server also writes `true`. */
export const trueValue: SignJudgement = (value) => {
  if (!/^(?:true|false)$/i.test(value)) throw new AccountValueError('neither TRUE nor FALSE');
  return value.toLowerCase() === 'true' ? ALREADY : undefined;
};

/** orclIsEnabled (Oracle Internet Directory): DISABLED, or ENABLED as where it is absent. */
export const disabledWord: SignJudgement = (value) => {
  if (!/^(?:enabled|disabled)$/i.test(value)) throw new AccountValueError('neither ENABLED nor DISABLED');
  return value.toLowerCase() === 'disabled' ? ALREADY : undefined;
};

/** One of these texts, case and insignificant spaces apart; any other says nothing. */
export function oneOf(texts: readonly string[]): SignJudgement {
  const keys = new Set(texts.map(comparisonKey));
  return (value) => (keys.has(comparisonKey(value)) ? ALREADY : undefined);
}

/** A bit of an integer of 32 bits, such as userAccountControl (MS-ADTS 2.2.16). */
export function flag(mask: number): SignJudgement {
  return (value) => ((Number(integer(value, 32)) & mask) === 0 ? undefined : ALREADY);
}

/** Any number but 0. */
export const notZero: SignJudgement = (value) => (integer(value, 64) === 0n ? undefined : ALREADY);

/** accountExpires: from that instant on; 0 and the greatest number are never. */
export const fileTime: SignJudgement = (value) => {
  const time = parseFileTime(value);
  if (time === undefined) throw new AccountValueError('no file time');
  return Number.isFinite(time) ? time : undefined;
};

/**
 * shadowExpire: the day, counted from 1970, from whose beginning in UTC on the account is dead; -1 is never. shadow(5):
 * "The value 0 should not be used as it is interpreted as either an account with no expiration, or as an expiration on
 * Jan 1, 1970."
 */
export const daysSince1970: SignJudgement = (value) => {
  const days = integer(value, 32);
  if (days === 0n) throw new AccountValueError('read as never by some and as 1970-01-01 by others');
  if (days < -1n) throw new AccountValueError('a negative day');
  return days === -1n ? undefined : Number(days) * DAY;
};

/** That time itself. */
export const generalizedTime: SignJudgement = (value) => parseTime(value).at;

/**
 * krbPrincipalExpiration: the time itself. MIT Kerberos keeps seconds since 1970, of which 0 is never, and writes that
 * as 19700101000000Z; what others make of it, and of earlier ones, is their own.
 */
export const kerberosTime: SignJudgement = (value) => {
  const { at } = parseTime(value);
  if (at <= 0) throw new AccountValueError('read as never by some and as that day by others');
  return at;
};

/** pwdAccountLockedTime: the year 0000 says that an administrator locked the account for good. */
export const lockedByAdministrator: SignJudgement = (value) =>
  parseTime(value).year === 0 ? ALREADY : undefined;

/** pwdAccountLockedTime: too many bad passwords. For how long depends on a policy that is not read. */
export const lockedByServer: SignJudgement = (value) => (parseTime(value).year === 0 ? undefined : ALREADY);

function integer(value: string, bits: 32 | 64): bigint {
  if (!/^(?:0|-?[1-9]\d{0,18})$/.test(value)) throw new AccountValueError('no integer');
  const number = BigInt(value);
  if (BigInt.asIntN(bits, number) !== number) throw new AccountValueError(`no integer of ${bits} bits`);
  return number;
}

function parseTime(value: string): GeneralizedTime {
  const time = parseGeneralizedTime(value);
  if (time === undefined) throw new AccountValueError('no generalized time');
  return time;
}
