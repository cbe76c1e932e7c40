/**
 * A person as one directory holds it: what directory/ yields, the cache keeps and mapping/ reads. Complete by
 * construction: whoever cannot read all of it throws instead.
 */

/** Text where the octets are UTF-8, which loses nothing: the octets come back by encoding. Else the octets. */
export type AttributeValue = string | Uint8Array;

/** One group that the person belongs to. */
export interface Membership {
  /** The group's DN as the directory spells it. */
  readonly dn: string;
  /**
   * The group's name: the value of its first RDN, or of the attribute that `memberships.name` names; its DN where
   * there are {@link names}.
   */
  readonly name: string;
  /** Of which one is the name, where it is not certain which; absent else. */
  readonly names?: readonly string[] | undefined;
  /** Names of the groups through which it is nested, the person's direct group first; empty for a direct one. */
  readonly via: readonly string[];
  /** The group's objectSid as text, `S-1-5-21-…`; absent where the directory has none or was not asked. */
  readonly sid?: string | undefined;
  /** Its objectGUID, entryUUID or the like as lower-case text with dashes; absent likewise. */
  readonly guid?: string | undefined;
}

/** A group that was seen above the person and does not count. */
export interface UncountedGroup {
  readonly dn: string;
  readonly name: string;
  /** In words: `distribution group; memberships.distribution: no`. */
  readonly reason: string;
}

/** What can stand against an account. */
export type AccountStatus = 'disabled' | 'expired' | 'locked';

/** Something that stands against the account, from some moment on, and what its directory's settings make of it. */
export interface AccountCondition {
  readonly status: AccountStatus;
  /** Milliseconds of the wall clock since 1970; -Infinity where it held when the person was read. */
  readonly since: number;
  /** An answer with nothing in it, or none as for unknown people. */
  readonly due: 'empty' | 'not_found';
}

/** The verdict on a reading, for those who explain an answer. What is not certain was never read into a person. */
export interface Completeness {
  /** No only where the config itself takes a part for the whole. */
  readonly isWhole: boolean;
  /** What was left out, and why, for the operator. */
  readonly notes: readonly string[];
}

/** One entry with all of its memberships. */
export interface Person {
  /** The directory's name in the config. */
  readonly directory: string;
  readonly dn: string;
  /**
   * Values by plain attribute name in lower case, in the directory's order. An attribute without values is absent.
   * Values under options (`cn;lang-ja`) are not here; those under `;binary` and `;range=` are.
   */
  readonly attributes: ReadonlyMap<string, readonly AttributeValue[]>;
  /** Every group once, by DN. */
  readonly memberships: readonly Membership[];
  /** Groups that do not count, each once, and no more than a few dozen; undefined where there are none. */
  readonly uncounted?: readonly UncountedGroup[] | undefined;
  /**
   * What stands against the account, now or later; for {@link deadAccount}. Conditions that the settings ignore were not
   * even read and are not here.
   */
  readonly account?: readonly AccountCondition[] | undefined;
  readonly completeness?: Completeness | undefined;
  /** When the oldest read in it began, on the service's clock in milliseconds. */
  readonly readAt: number;
}

/**
 * Why the person is due nothing, or undefined where the account is alive. To be asked at each serving, not once: an
 * account that was read alive expires while it is remembered.
 * @param now milliseconds of the wall clock since 1970, not of the service's monotonic clock
 */
export function deadAccount(person: Pick<Person, 'account'>, now: number): AccountCondition | undefined {
  return person.account?.find(({ since }) => since <= now);
}
