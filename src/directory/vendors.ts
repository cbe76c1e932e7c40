/**
 * What is usual with each vendor's directory, as data: the defaults of a directory's config. No code branches on a
 * vendor's name. Whether a strategy is built yet is the config's to say.
 */
import {
  type AccountSign,
  daysSince1970,
  fileTime,
  flag,
  generalizedTime,
  lockedByAdministrator,
  lockedByServer,
  notZero,
  trueValue,
} from './account-signs.ts';

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
  /** `memberships.nested`: no where the attribute is transitive by itself. */
  readonly nested: boolean;
  /** Whether the server compares every text attribute without regard to case. */
  readonly ignoresCase: boolean;
  /** How accounts show that they are dead; of several signs for one status the first that an entry shows decides. */
  readonly accountSigns: readonly AccountSign[];
}

const SHADOW_EXPIRE: AccountSign = { status: 'expired', attribute: 'shadowExpire', since: daysSince1970 };
const NS_ACCOUNT_LOCK: AccountSign = { status: 'disabled', attribute: 'nsAccountLock', since: trueValue };

const GENERIC: VendorDefaults = {
  loginAttribute: 'uid',
  from: 'attribute',
  membershipAttribute: 'memberOf',
  groupFilter: '(member=<dn>)',
  uidAttribute: 'uid',
  nested: true,
  ignoresCase: false,
  accountSigns: [SHADOW_EXPIRE],
};

const HOSTED: VendorDefaults = { ...GENERIC, accountSigns: [] };

const ACTIVE_DIRECTORY: VendorDefaults = {
  ...GENERIC,
  loginAttribute: 'sAMAccountName',
  from: 'token-groups',
  uidAttribute: 'sAMAccountName',
  ignoresCase: true,
  // MS-ADTS 2.2.16 and 3.1.1.4.5.17: the computed attribute knows when a lockout ended; lockoutTime stays until the next
  // logon, and is asked only where the other is not to be had.
  accountSigns: [
    { status: 'disabled', attribute: 'userAccountControl', since: flag(0x2), always: true },
    { status: 'expired', attribute: 'accountExpires', since: fileTime },
    { status: 'locked', attribute: 'msDS-User-Account-Control-Computed', since: flag(0x10) },
    { status: 'locked', attribute: 'lockoutTime', since: notZero },
  ],
};

/** The defaults by the value of `vendor`. */
export const VENDORS = {
  'active-directory': ACTIVE_DIRECTORY,
  openldap: {
    ...GENERIC,
    from: 'search',
    groupFilter: '(|(member=<dn>)(uniqueMember=<dn>)(memberUid=<uid>))',
    // slapo-ppolicy(5)
    accountSigns: [
      { status: 'disabled', attribute: 'pwdAccountLockedTime', since: lockedByAdministrator },
      SHADOW_EXPIRE,
      { status: 'locked', attribute: 'pwdAccountLockedTime', since: lockedByServer },
    ],
  },
  '389ds': { ...GENERIC, nested: false, accountSigns: [NS_ACCOUNT_LOCK, SHADOW_EXPIRE] },
  freeipa: {
    ...GENERIC,
    nested: false,
    accountSigns: [
      NS_ACCOUNT_LOCK,
      { status: 'expired', attribute: 'krbPrincipalExpiration', since: generalizedTime },
    ],
  },
  okta: HOSTED,
  jumpcloud: HOSTED,
  onelogin: { ...HOSTED, loginAttribute: 'cn' },
  pingdirectory: {
    ...GENERIC,
    membershipAttribute: 'isMemberOf',
    nested: false,
    accountSigns: [
      { status: 'disabled', attribute: 'ds-pwp-account-disabled', since: trueValue },
      { status: 'expired', attribute: 'ds-pwp-account-expiration-time', since: generalizedTime },
    ],
  },
  google: HOSTED,
  'entra-ds': { ...ACTIVE_DIRECTORY, loginAttribute: 'userPrincipalName' },
  generic: GENERIC,
} as const satisfies Record<string, VendorDefaults>;

export type VendorName = keyof typeof VENDORS;
