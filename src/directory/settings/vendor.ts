/**
 * What can be usual with a vendor's directory: the shape of a row of vendors.ts. What a config says goes before all of
 * it; no code branches on a vendor's name.
 */
import type { AccountSign } from './account-signs.ts';

/** The attributes in which a vendor's groups carry what survives a rename. */
export interface GroupIdentity {
  readonly sid?: string;
  readonly guid?: string;
  /** Whether every group has them: where one is not shown, the right to read it is missing. */
  readonly always?: true;
}

/** The attribute by whose bits a vendor's groups tell whether they are for security, or only to send mail to. */
export interface GroupType {
  readonly attribute: string;
  /** The bit that security groups have. */
  readonly security: number;
}

/** Where memberships come from. */
export type MembershipStrategy = 'attribute' | 'search' | 'token-groups';

export interface VendorDefaults {
  /** `users.attribute` */
  readonly loginAttribute: string;
  /** `memberships.from` */
  readonly from: MembershipStrategy;
  /** `memberships.attribute` */
  readonly membershipAttribute: string;
  /** `memberships.filter` */
  readonly groupFilter: string;
  /** `memberships.uid_attribute` */
  readonly uidAttribute: string;
  /** Whether `membershipAttribute` holds the groups above a group too, for whoever is in that one. */
  readonly isTransitive: boolean;
  /** Whether the server compares every text attribute without regard to case. */
  readonly ignoresCase: boolean;
  /** Attributes that people may write of themselves, unless somebody took that right away. */
  readonly writableByPeople: readonly string[];
  /** How accounts show that they are dead; of several signs for one status the first that an entry shows decides. */
  readonly accountSigns: readonly AccountSign[];
  /** The object classes of groups, for listing them. */
  readonly groupClasses: readonly string[];
  readonly groupIdentity: GroupIdentity;
  /** Where some groups are not for security, and count by `memberships.distribution: yes` alone. */
  readonly groupType?: GroupType;
  /** The attribute of every entry with its own DN, where filters can compare it: many groups are then read at once. */
  readonly dnAttribute?: string;
  /** The attribute in which the server itself keeps, for whoever is named in it, the groups with a `member`. */
  readonly backLink?: string;
  /** Which entries are people, besides having a login attribute: a filter, which a config's own does not replace. */
  readonly people?: string;
  /** Values by which an entry is certainly nobody's. */
  readonly strangers?: readonly { readonly attribute: string; readonly value: string }[];
  readonly primaryGroup?: PrimaryGroupAttributes;
  readonly posixGroup?: PosixGroupAttributes;
  /**
   * The matching rule (RFC 4517) by which servers compare texts without regard to case that the schema compares with
   * it, as memberUid; where every text is compared so, none is needed.
   */
  readonly caseIgnoringRule?: string;
  /** Whether servers show, of an attribute, those values alone that are asked for (RFC 3876). */
  readonly matchesValues?: true;
  /**
   * What to set at the server where its limits cut a search.
   * @param account the DN that binds; undefined where that is not known or there is none
   */
  readonly limitCure: (account: string | undefined) => string;
  /** Whether domains belong to a forest that a domain controller can list. */
  readonly hasForest: boolean;
}

/**
 * `memberships.nested` where the config does not say: what a transitive attribute alone tells needs no look at the
 * groups above; every other strategy, and a union with one, does.
 */
export function nestsByDefault(
  { membershipAttribute, isTransitive }: VendorDefaults,
  from: readonly MembershipStrategy[],
  attribute: string,
): boolean {
  const isAlone = from.every((strategy) => strategy === 'attribute');
  return !(isTransitive && isAlone && attribute.toLowerCase() === membershipAttribute.toLowerCase());
}

/** The RID of the primary group, and the SID in whose domain it is. */
export interface PrimaryGroupAttributes {
  readonly rid: string;
  readonly sid: string;
}

/** RFC 2307: a group is the primary one of whoever has its number. */
export interface PosixGroupAttributes {
  /** The attribute with the number, of people and of groups. */
  readonly number: string;
  readonly objectClass: string;
}
