/**
 * One person in a group of each kind that directories without Active Directory have, for the table of what each strategy
 * sees: as LDIF that slapd and 389 Directory Server load alike.
 */
import { GROUPS, PEOPLE } from '../example-settings.ts';

export const KIM = 'Kim';
const kimDn = `uid=${KIM},${PEOPLE}`;

export interface GroupKind {
  /** The group's name in the world, and the row's in the table. */
  readonly name: string;
  readonly title: string;
}

export const WORLD_KINDS: readonly GroupKind[] = [
  { name: 'by-member', title: '`groupOfNames`, by `member`' },
  { name: 'nested', title: 'nested: above a `groupOfNames` that lists the person' },
  { name: 'older', title: '`groupOfNames` older than what keeps memberOf' },
  { name: 'by-unique-member', title: '`groupOfUniqueNames`, by `uniqueMember`' },
  { name: 'by-member-uid', title: '`posixGroup`, by `memberUid` in another case' },
  { name: 'by-gid-number', title: '`posixGroup` of the person’s own `gidNumber`' },
  { name: 'above-gid-number', title: 'nested: above the `posixGroup` of that number' },
  { name: 'dynamic', title: 'dynamic: `groupOfURLs`, by `memberURL`' },
];

const entry = (dn: string, ...lines: readonly string[]) => [`dn: ${dn}`, ...lines, ''].join('\n');
const groupDn = (name: string) => `cn=${name},${GROUPS}`;

/** What is loaded before anything keeps memberOf. */
export function olderLdif(): string {
  return [
    entry(
      kimDn,
      'objectClass: inetOrgPerson',
      'objectClass: posixAccount',
      `uid: ${KIM}`,
      'cn: Kim',
      'sn: Kim',
      'uidNumber: 4711',
      'gidNumber: 4712',
      'homeDirectory: /home/kim',
    ),
    entry(groupDn('older'), 'objectClass: groupOfNames', 'cn: older', `member: ${kimDn}`),
  ].join('\n');
}

/** What is added while the server runs; change records. */
export function newerLdif(): string {
  const added = (name: string, ...lines: readonly string[]) =>
    entry(groupDn(name), 'changetype: add', `cn: ${name}`, ...lines);
  return [
    added('by-member', 'objectClass: groupOfNames', `member: ${kimDn}`),
    added('nested', 'objectClass: groupOfNames', `member: ${groupDn('by-member')}`),
    added('by-unique-member', 'objectClass: groupOfUniqueNames', `uniqueMember: ${kimDn}`),
    added('by-member-uid', 'objectClass: posixGroup', 'gidNumber: 4713', `memberUid: ${KIM.toLowerCase()}`),
    added('by-gid-number', 'objectClass: posixGroup', 'gidNumber: 4712'),
    added('above-gid-number', 'objectClass: groupOfNames', `member: ${groupDn('by-gid-number')}`),
    added('dynamic', 'objectClass: groupOfURLs', `memberURL: ldap:///${PEOPLE}??sub?(uid=${KIM})`),
  ].join('\n');
}
