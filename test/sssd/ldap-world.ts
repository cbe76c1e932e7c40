/**
 * The world as LDIF of OpenLDAP and 389 Directory Server: by rfc2307bis, where groups list members by DN and have a
 * number beside, or by RFC 2307, where a group with a number lists uids and no groups.
 */
import { LOOKUP_DN, LOOKUP_PASSWORD } from '../directories/slapd.ts';
import { GROUPS, PEOPLE } from '../directory/example-settings.ts';
import type { World, WorldGroup, WorldPerson } from './world.ts';

export type PosixSchema = 'rfc2307' | 'rfc2307bis';

const SUFFIX = 'dc=example,dc=test';

/** The suffix, the account that searches and the people: to load before the server starts. */
export function peopleLdif({ people }: World): string {
  const [name = ''] = LOOKUP_DN.slice('cn='.length).split(',');
  return [
    [`dn: ${SUFFIX}`, 'objectClass: organization', 'objectClass: dcObject', 'o: Example', 'dc: example'],
    ...['people', 'groups', 'services'].map((unit) => [
      `dn: ou=${unit},${SUFFIX}`,
      'objectClass: organizationalUnit',
      `ou: ${unit}`,
    ]),
    [
      `dn: ${LOOKUP_DN}`,
      'objectClass: organizationalRole',
      'objectClass: simpleSecurityObject',
      `cn: ${name}`,
      `userPassword: ${LOOKUP_PASSWORD}`,
    ],
    ...people.map(({ uid, number, primaryNumber }) => [
      `dn: uid=${uid},${PEOPLE}`,
      'objectClass: inetOrgPerson',
      'objectClass: posixAccount',
      `uid: ${uid}`,
      'cn: Person',
      'sn: Person',
      `uidNumber: ${number}`,
      `gidNumber: ${primaryNumber}`,
      `homeDirectory: /home/${uid}`,
    ]),
  ]
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** The groups, as changes: for a server that runs, whose overlay or plug-in then keeps memberOf. */
export function groupsLdif({ groups }: World, schema: PosixSchema): string {
  return (
    groups
      .flatMap((group) => {
        const classes = classesOf(group, schema);
        const lines = classes.includes('posixGroup') ? [`gidNumber: ${group.number}`] : [];
        const members = membersOf(group, schema);
        const added = [`dn: ${dnOf(group.name)}`, 'changetype: add', `cn: ${group.name}`];
        const classLines = classes.map((name) => `objectClass: ${name}`);
        const later = schema === 'rfc2307bis' ? group.later.map(dnOf) : [];
        return [
          [...added, ...classLines, ...lines, ...members],
          ...later.map((dn) => withMember(group.name, dn)),
        ];
      })
      // What names a group that comes later has to come last.
      .sort((a, b) => Number(a.includes('changetype: modify')) - Number(b.includes('changetype: modify')))
      .map((lines) => `${lines.join('\n')}\n`)
      .join('\n')
  );
}

function classesOf({ kind }: WorldGroup, schema: PosixSchema): readonly string[] {
  if (kind === 'bare') return ['groupOfNames'];
  if (kind === 'unique')
    return schema === 'rfc2307' ? ['groupOfUniqueNames'] : ['groupOfUniqueNames', 'posixGroup'];
  if (schema === 'rfc2307') return ['posixGroup'];
  // An auxiliary class needs a structural one, and groupOfNames a member.
  return kind === 'plain' ? ['groupOfNames', 'posixGroup'] : ['organizationalRole', 'posixGroup'];
}

function membersOf(group: WorldGroup, schema: PosixSchema): readonly string[] {
  const dns = group.people.map(({ uid }) => `uid=${uid},${PEOPLE}`);
  if (group.kind === 'department') return [];
  if (group.kind === 'unique') return dns.map((dn) => `uniqueMember: ${dn}`);
  if (group.kind === 'bare') return dns.map((dn) => `member: ${dn}`);
  if (schema === 'rfc2307' || group.kind === 'uids')
    return group.people.map((person) => `memberUid: ${memberUidIn(group, person)}`);
  return [...dns, ...group.groups.map(dnOf)].map((dn) => `member: ${dn}`);
}

/** As the group spells the person: every fifth in capitals. */
export function memberUidIn(group: WorldGroup, { uid, number }: WorldPerson): string {
  return (group.number + number) % 5 === 0 ? uid.toUpperCase() : uid;
}

function withMember(name: string, dn: string): string[] {
  return [`dn: ${dnOf(name)}`, 'changetype: modify', 'add: member', `member: ${dn}`];
}

function dnOf(name: string): string {
  return `cn=${name},${GROUPS}`;
}
