/**
 * What is usual with each vendor's directory, as data: the defaults of a directory's config. No code branches on a
 * vendor's name.
 */
import {
  type AccountSign,
  daysSince1970,
  disabledWord,
  fileTime,
  flag,
  generalizedTime,
  kerberosTime,
  lockedByAdministrator,
  lockedByServer,
  notZero,
  trueValue,
} from './account-signs.ts';
import type { VendorDefaults } from './vendor.ts';

const SHADOW_EXPIRE: AccountSign = { status: 'expired', attribute: 'shadowExpire', since: daysSince1970 };
const NS_ACCOUNT_LOCK: AccountSign = { status: 'disabled', attribute: 'nsAccountLock', since: trueValue };

// memberUid is compared without regard to case, for which no server has an index, and 389 Directory Server looks through
// 5,000 entries at the most: those of the class that has it.
const ANY_MEMBER = '(|(member=<dn>)(uniqueMember=<dn>)(&(objectClass=posixGroup)(memberUid=<uid>)))';
// slapd.conf(5), slapd-config(5): `size` is the soft and the hard limit, `size.prtotal` counts over all pages.
const OPENLDAP_LIMITS = (account: string | undefined) =>
  `in slapd.conf, or as olcLimits of the database: limits ${account === undefined ? 'anonymous' : `dn.exact="${account}"`} size=unlimited size.prtotal=unlimited`;
// 389 DS, "Setting resource limits on users": attributes of the account's entry, which go before nsslapd-sizelimit and
// nsslapd-pagedsizelimit of cn=config, and the look-through limits of the database.
const DS389_LIMITS = (account: string | undefined) =>
  account === undefined
    ? 'for accounts that bind anonymously: nsslapd-anonlimitsdn in cn=config, an entry with nsSizeLimit, nsPagedSizeLimit, nsLookThroughLimit and nsPagedLookThroughLimit: -1'
    : `on the entry ${account}: nsSizeLimit, nsPagedSizeLimit, nsLookThroughLimit and nsPagedLookThroughLimit: -1 (in place of nsslapd-sizelimit and its like in cn=config)`;
// MS-ADTS 3.1.1.3.4.6: limits are of the domain controllers, for every account alike.
const ACTIVE_DIRECTORY_LIMITS = () =>
  'in the LDAP policies of the domain controllers (ntdsutil, "ldap policies"): MaxPageSize for searches without pages, MaxResultSetSize for those in pages, MaxValRange for values of one attribute';

const GENERIC: VendorDefaults = {
  loginAttribute: 'uid',
  from: 'attribute',
  membershipAttribute: 'memberOf',
  groupFilter: ANY_MEMBER,
  uidAttribute: 'uid',
  isTransitive: false,
  ignoresCase: false,
  writableByPeople: [],
  accountSigns: [SHADOW_EXPIRE],
  groupClasses: [
    'groupOfNames',
    'groupOfUniqueNames',
    'groupOfMembers',
    'groupOfURLs',
    'posixGroup',
    'group',
  ],
  // RFC 4530
  groupIdentity: { guid: 'entryUUID' },
  posixGroup: { number: 'gidNumber', objectClass: 'posixGroup' },
  // memberUid is an IA5 string; OpenLDAP knows no other rule for it.
  caseIgnoringRule: 'caseIgnoreIA5Match',
  limitCure: (account) => `raise the server's size limits for ${account ?? 'the account that binds'}`,
  hasForest: false,
};

// What filters they take beyond equality is not known.
const { caseIgnoringRule: _, ...PLAIN } = GENERIC;
const HOSTED: VendorDefaults = { ...PLAIN, groupFilter: '(member=<dn>)', accountSigns: [] };

// The property sets Personal-Information, Phone-and-Mail-Options' phones and Web-Information, which SELF may write
// (MS-ADTS 3.1.1.2.3.3).
const PERSONAL_INFORMATION = [
  ...[
    'assistant',
    'c',
    'co',
    'countryCode',
    'facsimileTelephoneNumber',
    'homePhone',
    'homePostalAddress',
    'info',
  ],
  ...['internationalISDNNumber', 'ipPhone', 'l', 'mobile', 'otherFacsimileTelephoneNumber', 'otherHomePhone'],
  ...['otherIpPhone', 'otherMobile', 'otherPager', 'otherTelephone', 'pager', 'personalTitle'],
  ...[
    'physicalDeliveryOfficeName',
    'postalAddress',
    'postalCode',
    'postOfficeBox',
    'preferredDeliveryMethod',
  ],
  ...[
    'primaryInternationalISDNNumber',
    'primaryTelexNumber',
    'registeredAddress',
    'st',
    'street',
    'streetAddress',
  ],
  ...['telephoneNumber', 'teletexTerminalIdentifier', 'telexNumber', 'thumbnailPhoto', 'userCertificate'],
  ...['userSMIMECertificate', 'x121Address', 'wWWHomePage', 'url'],
];

const { posixGroup: __, ...WITHOUT_POSIX } = PLAIN;
const ACTIVE_DIRECTORY: VendorDefaults = {
  ...WITHOUT_POSIX,
  groupFilter: '(member=<dn>)',
  loginAttribute: 'sAMAccountName',
  from: 'token-groups',
  uidAttribute: 'sAMAccountName',
  ignoresCase: true,
  writableByPeople: PERSONAL_INFORMATION,
  // MS-SAMR 3.1.1.8.1: whoever is added without an accountExpires is given one. MS-ADTS 2.2.16 and 3.1.1.4.5.17: the
  // computed attribute knows when a lockout ended; lockoutTime stays until the next logon, and is asked only where the
  // other is not to be had.
  accountSigns: [
    { status: 'disabled', attribute: 'userAccountControl', since: flag(0x2), always: true },
    { status: 'expired', attribute: 'accountExpires', since: fileTime, always: 'on-servers' },
    {
      status: 'locked',
      attribute: 'msDS-User-Account-Control-Computed',
      since: flag(0x10),
      always: 'on-servers',
    },
    { status: 'locked', attribute: 'lockoutTime', since: notZero },
  ],
  groupClasses: ['group'],
  groupIdentity: { sid: 'objectSid', guid: 'objectGUID', always: true },
  limitCure: ACTIVE_DIRECTORY_LIMITS,
  // MS-ADTS 2.2.12
  groupType: { attribute: 'groupType', security: 0x8000_0000 },
  dnAttribute: 'distinguishedName',
  // MS-ADTS 3.1.1.1.6: there is no group above without its back link, and `member` has no index to search by.
  backLink: 'memberOf',
  // Computers are users too.
  people: '(&(objectClass=user)(!(objectClass=computer)))',
  // MS-SAMR 2.2.1.9: SAM_MACHINE_ACCOUNT and SAM_TRUST_ACCOUNT, which is how another domain logs on here.
  strangers: [
    { attribute: 'sAMAccountType', value: '805306369' },
    { attribute: 'sAMAccountType', value: '805306370' },
  ],
  primaryGroup: { rid: 'primaryGroupID', sid: 'objectSid' },
  hasForest: true,
};

/** The defaults by the value of `vendor`. */
export const VENDORS = {
  'active-directory': ACTIVE_DIRECTORY,
  openldap: {
    ...GENERIC,
    limitCure: OPENLDAP_LIMITS,
    from: 'search',
    groupFilter: '(|(member=<dn>)(uniqueMember=<dn>)(memberUid=<uid>))',
    // slapo-ppolicy(5)
    accountSigns: [
      { status: 'disabled', attribute: 'pwdAccountLockedTime', since: lockedByAdministrator },
      SHADOW_EXPIRE,
      { status: 'locked', attribute: 'pwdAccountLockedTime', since: lockedByServer },
    ],
    // RFC 5020; slapd answers it without an index.
    dnAttribute: 'entryDN',
    matchesValues: true,
  },
  '389ds': {
    ...GENERIC,
    limitCure: DS389_LIMITS,
    isTransitive: true,
    accountSigns: [NS_ACCOUNT_LOCK, SHADOW_EXPIRE],
    groupIdentity: { guid: 'nsUniqueId' },
    dnAttribute: 'entryDN',
  },
  freeipa: {
    ...GENERIC,
    limitCure: DS389_LIMITS,
    isTransitive: true,
    accountSigns: [
      NS_ACCOUNT_LOCK,
      { status: 'expired', attribute: 'krbPrincipalExpiration', since: kerberosTime },
    ],
    groupClasses: ['ipausergroup'],
    groupIdentity: { sid: 'ipaNTSecurityIdentifier', guid: 'ipaUniqueID' },
    dnAttribute: 'entryDN',
  },
  okta: HOSTED,
  jumpcloud: HOSTED,
  onelogin: { ...HOSTED, loginAttribute: 'cn' },
  pingdirectory: {
    ...GENERIC,
    limitCure: (account) =>
      `on the entry ${account ?? 'of the account that binds'}: ds-rlim-size-limit and ds-rlim-lookthrough-limit: 0`,
    membershipAttribute: 'isMemberOf',
    isTransitive: true,
    accountSigns: [
      { status: 'disabled', attribute: 'ds-pwp-account-disabled', since: trueValue },
      { status: 'expired', attribute: 'ds-pwp-account-expiration-time', since: generalizedTime },
    ],
  },
  google: HOSTED,
  // The last three as their vendors document them; none was at hand.
  edirectory: {
    ...GENERIC,
    loginAttribute: 'cn',
    membershipAttribute: 'groupMembership',
    uidAttribute: 'cn',
    accountSigns: [
      { status: 'disabled', attribute: 'loginDisabled', since: trueValue },
      { status: 'expired', attribute: 'loginExpirationTime', since: generalizedTime },
      { status: 'locked', attribute: 'lockedByIntruder', since: trueValue },
    ],
    groupClasses: ['groupOfNames', 'groupOfUniqueNames', 'dynamicGroup'],
    groupIdentity: {},
  },
  // MS-ADTS 3.1.1.4.5.25 and [MS-ADA2]: what userAccountControl is in a domain are attributes of their own here. That
  // every account has them is not documented.
  'ad-lds': {
    ...GENERIC,
    loginAttribute: 'userPrincipalName',
    uidAttribute: 'cn',
    ignoresCase: true,
    accountSigns: [
      { status: 'disabled', attribute: 'msDS-UserAccountDisabled', since: trueValue },
      { status: 'expired', attribute: 'accountExpires', since: fileTime },
      { status: 'locked', attribute: 'ms-DS-UserAccountAutoLocked', since: trueValue },
    ],
    groupClasses: ['group'],
    groupIdentity: { sid: 'objectSid', guid: 'objectGUID', always: true },
    dnAttribute: 'distinguishedName',
    backLink: 'memberOf',
    people: '(&(objectClass=user)(!(objectClass=computer)))',
  },
  // Unified Directory, Directory Server Enterprise Edition and Internet Directory: what one does not know it ignores.
  oracle: {
    ...GENERIC,
    membershipAttribute: 'isMemberOf',
    isTransitive: true,
    accountSigns: [
      { ...NS_ACCOUNT_LOCK, alone: true },
      { status: 'disabled', attribute: 'ds-pwp-account-disabled', since: trueValue, alone: true },
      { status: 'disabled', attribute: 'orclIsEnabled', since: disabledWord, alone: true },
      { status: 'disabled', attribute: 'pwdAccountLockedTime', since: lockedByAdministrator, alone: true },
      { status: 'expired', attribute: 'ds-pwp-account-expiration-time', since: generalizedTime, alone: true },
      { status: 'expired', attribute: 'orclActiveEndDate', since: generalizedTime, alone: true },
      { status: 'locked', attribute: 'pwdAccountLockedTime', since: lockedByServer },
    ],
  },
  'entra-ds': { ...ACTIVE_DIRECTORY, loginAttribute: 'userPrincipalName' },
  generic: GENERIC,
} as const satisfies Record<string, VendorDefaults>;

export type VendorName = keyof typeof VENDORS;
