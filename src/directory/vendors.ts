/**
 * What is usual with each vendor's directory, as data: the defaults of a directory's config. No code branches on a
 * vendor's name. Whether a strategy is built yet is the config's to say.
 */

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
}

const GENERIC: VendorDefaults = {
  loginAttribute: 'uid',
  from: 'attribute',
  membershipAttribute: 'memberOf',
  groupFilter: '(member=<dn>)',
  uidAttribute: 'uid',
  nested: true,
  ignoresCase: false,
};

const ACTIVE_DIRECTORY: VendorDefaults = {
  ...GENERIC,
  loginAttribute: 'sAMAccountName',
  from: 'token-groups',
  uidAttribute: 'sAMAccountName',
  ignoresCase: true,
};

/** The defaults by the value of `vendor`. */
export const VENDORS = {
  'active-directory': ACTIVE_DIRECTORY,
  openldap: {
    ...GENERIC,
    from: 'search',
    groupFilter: '(|(member=<dn>)(uniqueMember=<dn>)(memberUid=<uid>))',
  },
  '389ds': { ...GENERIC, nested: false },
  freeipa: { ...GENERIC, nested: false },
  okta: GENERIC,
  jumpcloud: GENERIC,
  onelogin: { ...GENERIC, loginAttribute: 'cn' },
  pingdirectory: { ...GENERIC, membershipAttribute: 'isMemberOf', nested: false },
  google: GENERIC,
  'entra-ds': { ...ACTIVE_DIRECTORY, loginAttribute: 'userPrincipalName' },
  generic: GENERIC,
} as const satisfies Record<string, VendorDefaults>;

export type VendorName = keyof typeof VENDORS;
