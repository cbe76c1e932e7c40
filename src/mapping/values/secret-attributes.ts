/**
 * Attributes that hold passwords, their hashes or keys, as data. What a mapping reads stands in explanations, plans and
 * snapshots, so it reads none of these.
 */

/**
 * Sources: RFC 4519 (userPassword, with its OID) and 3112 (authPassword); Active Directory's schema (MS-ADA1 to MS-ADA3,
 * MS-LAPS); the schemas of Samba, FreeIPA, MIT Kerberos, and draft-behera-ldap-password-policy-10 (pwdHistory).
 */
const NAMES = `userPassword 2.5.4.35 authPassword unicodePwd ntPwdHistory lmPwdHistory dBCSPwd supplementalCredentials
  msDS-ManagedPassword msDS-ManagedPasswordId msDS-ManagedPasswordPreviousId ms-Mcs-AdmPwd msLAPS-Password
  msLAPS-EncryptedPassword msLAPS-EncryptedPasswordHistory msLAPS-EncryptedDSRMPassword
  msLAPS-EncryptedDSRMPasswordHistory trustAuthIncoming trustAuthOutgoing unixUserPassword msSFU30Password
  sambaNTPassword sambaLMPassword sambaPasswordHistory sambaClearTextPassword sambaPreviousClearTextPassword
  krbPrincipalKey krbMKey krbPwdHistory ipaNTHash ipatokenOTPkey ipaVaultSecret pwdHistory passwordHistory
  nsSymmetricKey nsds5ReplicaCredentials`;

const SECRET = new Set(NAMES.split(/\s+/).map((name) => name.toLowerCase()));

/** Whether no mapping may read the attribute, by its name in any case. */
export function isSecret(name: string): boolean {
  return SECRET.has(name.toLowerCase());
}
