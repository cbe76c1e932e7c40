/**
 * One directory's part of the config as plain data: defaults applied, durations in milliseconds, files read. The
 * config room makes and checks it, with the parsers that are named here; everything in directory/ reads it.
 */
import type { AccountStatus } from '../../person.ts';
import type { MembershipStrategy, PosixGroupAttributes, PrimaryGroupAttributes } from './vendor.ts';
import type { VendorName } from './vendors.ts';

/** One server, or several: each address of the host is one. */
export interface LdapUrl {
  readonly scheme: 'ldap' | 'ldaps';
  /** A name or an address; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  /** As the config, or DNS, has it; for messages, and the same for the same server. */
  readonly text: string;
}

/** Servers that DNS names (RFC 2782). */
export interface LdapSrv {
  readonly scheme: 'srv';
  readonly domain: string;
  /** What is looked up below the domain, `_ldap._tcp` or `_ldaps._tcp`, and how those servers are then spoken to. */
  readonly service: 'ldap' | 'ldaps';
  /** As the config writes it, for messages. */
  readonly text: string;
}

/**
 * How connections are encrypted. Servers' certificates are always verified, against the system's authorities where no
 * `ca` is given.
 */
export interface LdapTls {
  /** PEM, one or more certificates. */
  readonly ca?: string | undefined;
  /** The name that the certificate must carry in place of the URL's host. */
  readonly serverName?: string | undefined;
  /** Whether ldap:// means StartTLS; else it means no encryption at all. */
  readonly startTls?: boolean | undefined;
  /** PEM: what we show to servers that ask who we are. */
  readonly client?: { readonly certificate: string; readonly key: string } | undefined;
}

export type LdapBind =
  | { readonly kind: 'simple'; readonly dn: string; readonly password: string }
  /** SASL EXTERNAL (RFC 4513 section 5.2.3): the client certificate says who we are. */
  | { readonly kind: 'external' }
  | { readonly kind: 'anonymous' };

/** Servers to search, in order of preference. */
export interface LdapSettings {
  readonly kind: 'ldap';
  readonly urls: readonly (LdapUrl | LdapSrv)[];
  readonly tls: LdapTls;
  readonly bind: LdapBind;
}

/** A file that was read already. */
export interface LdifSettings {
  readonly kind: 'ldif';
  readonly file: string;
  readonly text: string;
}

/** How people are found. Exactly one of `attribute` and `filter` is given. */
export interface UserSettings {
  readonly bases: readonly string[];
  readonly attribute?: string | undefined;
  /** A filter for what people are, beside `attribute` or `filter`. */
  readonly people?: string | undefined;
  /** The text of a template for `parseUserFilterTemplate`. */
  readonly filter?: string | undefined;
  /** Texts for `parseUserIdPattern`, in the order in which they are tried. */
  readonly userids: readonly string[];
  /** What to answer for people whom the directory certainly does not have; `empty` only beside a sentinel. */
  readonly unknown: 'not_found' | 'empty';
}

export interface MembershipSettings {
  /** At least one; the memberships of several are united. */
  readonly from: readonly MembershipStrategy[];
  readonly nested: boolean;
  /** Holds the groups' DNs; `token-groups` reads it for the way to a group only. */
  readonly attribute: string;
  /** Whether `attribute` holds plain names in place of DNs: then `from` is `attribute` alone, without nesting. */
  readonly hasPlainNames?: boolean | undefined;
  /** Where groups are searched; needed where `from` has `search`. */
  readonly base?: string | undefined;
  /** The text of a template for `parseGroupFilterTemplate`. */
  readonly filter: string;
  /** Whose values stand for `<uid>`. */
  readonly uidAttribute: string;
  /** The attribute that names a group; without it the value of its first RDN does. */
  readonly name?: string | undefined;
  readonly limits: { readonly groups: number; readonly depth: number };
  /** Where the person's entry tells its primary group, which is in no other attribute. */
  readonly primaryGroup?: PrimaryGroupAttributes | undefined;
  /** Where the number of a person's POSIX group stands; undefined where that group does not count. */
  readonly posixGroup?: PosixGroupAttributes | undefined;
  /** Whether groups count that are not for security, where the vendor's groups tell which these are. */
  readonly distribution?: boolean | undefined;
  /** In a snapshot, the attribute of people and groups that tells which groups were seen and did not count. */
  readonly uncountedAttribute?: string | undefined;
  /** Whether memberships in groups of the own domain alone are enough in a forest of several. */
  readonly partial?: boolean | undefined;
}

/** What to answer for people whose account is dead in one of these ways. What is ignored is not read. */
export type AccountSettings = Readonly<Record<AccountStatus, 'empty' | 'not_found' | 'ignore'>> & {
  /** Signs beside the vendor's own. */
  readonly signs?: readonly WrittenAccountSign[] | undefined;
};

/** The account is dead in this way where the attribute has one of these values. */
export interface WrittenAccountSign {
  readonly attribute: string;
  readonly is: readonly string[];
  readonly means: AccountStatus;
}

/** A person who must always be found with this group: proof that the right to read is still there. */
export interface SentinelSettings {
  readonly userid: string;
  /** The group's DN. */
  readonly group: string;
}

export interface DirectoryLimits {
  /** Open connections. */
  readonly connections: number;
  /** Searches that run at once. */
  readonly concurrent: number;
  /** Searches that wait for their turn. */
  readonly queue: number;
  /** Milliseconds for TCP, TLS and bind together, at one server. */
  readonly connect: number;
  /** Milliseconds for one search operation; a further page is a further operation. */
  readonly search: number;
  /** Milliseconds after which an unused connection is closed. */
  readonly idle: number;
  /** Milliseconds after which a connection takes no new searches. */
  readonly age: number;
  /** Entries and references of one search. */
  readonly entries: number;
  /** Octets that came for the searches of one connection whose result is not there yet. */
  readonly octets: number;
}

/** Milliseconds in which a connection is opened and so many searches end, one after the other, or too late. */
export function timeFor(
  { connect, search }: Pick<DirectoryLimits, 'connect' | 'search'>,
  searches: number,
): number {
  return connect + searches * search;
}

/** What a directory must know of another that is asked at once with it. */
export interface BesideDirectory {
  readonly name: string;
  /** Its `users.base`. */
  readonly bases: readonly string[];
}

export interface DirectorySettings {
  readonly name: string;
  readonly vendor: VendorName;
  readonly source: LdapSettings | LdifSettings;
  readonly users: UserSettings;
  readonly memberships: MembershipSettings;
  readonly accounts: AccountSettings;
  readonly sentinel?: SentinelSettings | undefined;
  readonly referrals: 'error' | 'ignore';
  /** The directories that every endpoint asks which asks this one. */
  readonly beside?: readonly BesideDirectory[] | undefined;
  /** DNs of other trees whose groups are here too, as in a snapshot of several forests. */
  readonly alsoHolds?: readonly string[] | undefined;
  /** The resource forests whose groups may list people of this one, without resource forests of their own. */
  readonly foreign?: readonly DirectorySettings[] | undefined;
  readonly limits: DirectoryLimits;
}
