/**
 * How people are found in an LDIF file that stands alone, without a config that describes its directory: a snapshot, or
 * what ldapsearch printed. Owns which names count as a user id, and where memberships stand.
 */
import { keyOfDn, tryParseDn } from '../../names/dn.ts';
import { plainValues } from '../entries/entry.ts';
import type { DirectorySettings, MembershipSettings } from '../settings/settings.ts';
import type { GroupIdentity } from '../settings/vendor.ts';
import { VENDORS, type VendorName } from '../settings/vendors.ts';
import { parseLdif } from './known-ldif.ts';
import type { LdifEntry } from './ldif-record.ts';

const LOGIN_ATTRIBUTES = ['uid', 'sAMAccountName', 'userPrincipalName', 'mail', 'cn'];
// The first is that of snapshots of people whose mapping reads memberOf itself.
const MEMBERSHIP_ATTRIBUTES = ['ldapUserInfoMemberOf', 'memberOf', 'isMemberOf'];
const GROUP_CLASSES = new Set(Object.values(VENDORS).flatMap(({ groupClasses }) => groupClasses));
// Whose groups carry identities of their own kind, in which the vendor shows.
const TELLING_VENDORS = ['active-directory', 'freeipa', '389ds'] as const;
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/**
 * The settings of a directory of everybody in the file. A userid is a value of uid, sAMAccountName,
 * userPrincipalName, mail or cn. Memberships are those of memberOf, with the groups above where the file holds groups;
 * where nobody has a memberOf, groups are searched by their members. Accounts count as alive. Never throws for what is wrong in the file.
 */
export function savedPeopleSettings(file: string, text: string): DirectorySettings {
  const logins = LOGIN_ATTRIBUTES.map((attribute) => `(${attribute}=<userid>)`).join('');
  const groups = [...GROUP_CLASSES].map((name) => `(objectClass=${name})`).join('');
  const { entries } = parseLdif(text);
  return {
    name: 'saved',
    vendor: vendorOf(entries),
    source: { kind: 'ldif', file, text },
    users: {
      bases: [''],
      // An entry without any objectClass was saved without it, and may be a person's.
      filter: `(&(|${logins})(|(!(objectClass=*))(!(|${groups}))))`,
      userids: ['<userid>'],
      unknown: 'not_found',
    },
    memberships: membershipsIn(entries),
    accounts: { disabled: 'ignore', expired: 'ignore', locked: 'ignore' },
    referrals: 'ignore',
    limits: {
      connections: 1,
      concurrent: NO_LIMIT,
      queue: NO_LIMIT,
      connect: NO_LIMIT,
      search: NO_LIMIT,
      idle: NO_LIMIT,
      age: NO_LIMIT,
      entries: NO_LIMIT,
      octets: NO_LIMIT,
    },
  };
}

function vendorOf(entries: readonly LdifEntry[]): VendorName {
  const types = new Set(entries.flatMap(({ forms }) => forms.map(({ type }) => type)));
  const shows = ({ sid, guid }: GroupIdentity): boolean =>
    [sid, guid].some((attribute) => attribute !== undefined && types.has(attribute.toLowerCase()));
  return TELLING_VENDORS.find((name) => shows(VENDORS[name].groupIdentity)) ?? 'generic';
}

function membershipsIn(entries: readonly LdifEntry[]): MembershipSettings {
  const held = MEMBERSHIP_ATTRIBUTES.map((attribute) => ({
    attribute,
    dns: entries.flatMap((entry) => plainValues(entry, attribute)),
  })).find(({ dns }) => dns.length > 0);
  const known = new Set(entries.map(({ name }) => keyOfDn(name)));
  const isKnown = (value: unknown): boolean => {
    const dn = typeof value === 'string' ? tryParseDn(value) : undefined;
    return dn !== undefined && known.has(keyOfDn(dn));
  };
  // A file without any group was made of people alone; what their groups are, and are in, is not in it.
  const nested = held === undefined || held.dns.some(isKnown);
  return {
    from: [held === undefined ? 'search' : 'attribute'],
    nested,
    distribution: !nested,
    attribute: held?.attribute ?? 'memberOf',
    base: '',
    filter: '(|(member=<dn>)(uniqueMember=<dn>)(memberUid=<uid>))',
    uidAttribute: 'uid',
    limits: { groups: 100_000, depth: 100 },
  };
}
