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
  /** The group's name: the value of its first RDN, or of the attribute that `memberships.name` names. */
  readonly name: string;
  /** Names of the groups through which it is nested, the person's direct group first; empty for a direct one. */
  readonly via: readonly string[];
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
  /** When the oldest read in it began, on the service's clock in milliseconds. */
  readonly readAt: number;
}
