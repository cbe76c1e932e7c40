/**
 * Attributes whose type needs no declaration, as data. Where servers disagree about an attribute, or its values are no
 * plain DNs, numbers or times, it is not here and stays text.
 */
import type { AttributeType } from './attribute-declaration.ts';
import { FILE_TIME, GENERALIZED_TIME } from './date-format.ts';
import type { DateFormat } from './moment.ts';

export interface WellKnownType {
  readonly type: AttributeType;
  /** Of a date. */
  readonly format?: DateFormat;
}

/**
 * Sources: Active Directory's schema (MS-ADA1 to MS-ADA3); RFC 4512 and 4519 (operational and user attributes), 4524
 * (manager, secretary), 4530 (entryUUID), 5020 (entryDN), 2307 (uidNumber, shadow…);
 * draft-behera-ldap-password-policy-10 (pwd…); the schemas of 389 Directory Server, FreeIPA, MIT Kerberos and Samba.
 */
const TYPES: readonly (readonly [type: WellKnownType, names: string])[] = [
  [
    { type: 'date', format: FILE_TIME },
    `accountExpires badPasswordTime lastLogoff lastLogon lastLogonTimestamp lockoutTime pwdLastSet
    msDS-UserPasswordExpiryTimeComputed msDS-LastSuccessfulInteractiveLogonTime
    msDS-LastFailedInteractiveLogonTime`,
  ],
  [
    { type: 'date', format: GENERALIZED_TIME },
    `whenCreated whenChanged createTimestamp modifyTimestamp msTSExpireDate msExchWhenMailboxCreated
    pwdChangedTime pwdAccountLockedTime pwdFailureTime pwdGraceUseTime pwdLastSuccess pwdStartTime pwdEndTime
    authTimestamp krbPrincipalExpiration krbPasswordExpiration krbLastPwdChange krbLastSuccessfulAuth
    krbLastFailedAuth passwordExpirationTime accountUnlockTime lastLoginTime`,
  ],
  [
    { type: 'sid' },
    `objectSid sIDHistory tokenGroups tokenGroupsGlobalAndUniversal tokenGroupsNoGCAcceptable
    msExchMasterAccountSid mS-DS-CreatorSID ipaNTSecurityIdentifier sambaSID sambaPrimaryGroupSID`,
  ],
  [
    { type: 'guid' },
    'objectGUID entryUUID nsUniqueId ipaUniqueID mS-DS-ConsistencyGuid msExchMailboxGuid msExchArchiveGUID',
  ],
  [
    { type: 'dn' },
    `manager secretary assistant directReports managedObjects managedBy memberOf isMemberOf member owner
    roleOccupant seeAlso distinguishedName entryDN creatorsName modifiersName objectCategory altRecipient homeMDB
    msDS-PrimaryComputer msDS-ResultantPSO nsRole nsRoleDN pwdPolicySubentry krbPwdPolicyReference
    memberManager`,
  ],
  [
    { type: 'integer' },
    `userAccountControl msDS-User-Account-Control-Computed msDS-SupportedEncryptionTypes primaryGroupID
    adminCount logonCount badPwdCount sAMAccountType groupType instanceType codePage countryCode uSNCreated
    uSNChanged uidNumber gidNumber shadowLastChange shadowMin shadowMax shadowWarning shadowInactive shadowExpire
    shadowFlag krbLoginFailedCount passwordRetryCount`,
  ],
];

const BY_NAME = new Map(
  TYPES.flatMap(([type, names]) => names.split(/\s+/).map((name) => [name.toLowerCase(), type] as const)),
);

/** The type of an attribute by its name, in any case; undefined where only a declaration could say. */
export function wellKnown(name: string): WellKnownType | undefined {
  return BY_NAME.get(name.toLowerCase());
}
