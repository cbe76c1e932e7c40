/**
 * The world as LDIF of Active Directory: departments are primary groups, the bare groups are for distribution, and the
 * other kinds are of the scopes that Active Directory has. Everybody is in Domain Users, and so in Users of
 * `CN=Builtin`; one of its groups is above a group of the world too.
 */
import { BASE_DN, DOMAIN_SID, dnOf } from '../directories/samba-people.ts';
import type { GroupKind, World, WorldGroup } from './world.ts';

const WORLD_DN = `OU=World,${BASE_DN}`;
export const WORLD_PEOPLE_DN = `OU=People,${WORLD_DN}`;
const WORLD_GROUPS_DN = `OU=Groups,${WORLD_DN}`;
const BUILTIN_GROUP = `CN=Remote Desktop Users,CN=Builtin,${BASE_DN}`;

// NORMAL_ACCOUNT and PASSWD_NOTREQD, as nobody logs in.
const CONTROL = 0x220;
const FIRST_RID = 110_000;
// MS-ADTS 2.2.12
const GROUP_TYPES: Readonly<Record<GroupKind, string>> = {
  plain: '-2147483646',
  department: '-2147483646',
  unique: '-2147483640',
  uids: '-2147483644',
  bare: '2',
};

/** The entries to add. */
export function domainEntries({ people, groups }: World): string {
  const unit = (dn: string) => [`dn: ${dn}`, 'objectClass: organizationalUnit'];
  return joined([
    ...[WORLD_DN, WORLD_PEOPLE_DN, WORLD_GROUPS_DN].map(unit),
    ...people.map(({ uid }) => [
      `dn: ${dnOf(uid, WORLD_PEOPLE_DN)}`,
      'objectClass: user',
      `sAMAccountName: ${uid}`,
      `userAccountControl: ${CONTROL}`,
    ]),
    ...groups.map((group, i) => [
      `dn: ${groupDn(group.name)}`,
      'objectClass: group',
      `sAMAccountName: ${group.name}`,
      `groupType: ${GROUP_TYPES[group.kind]}`,
      `objectSid: ${DOMAIN_SID}-${FIRST_RID + i}`,
      ...membersOf(group, people).map((dn) => `member: ${dn}`),
    ]),
  ]);
}

/** What can be said once they are there. */
export function domainChanges({ people, groups }: World): string {
  const modify = (dn: string, operation: string, attribute: string, value: string) => [
    `dn: ${dn}`,
    'changetype: modify',
    `${operation}: ${attribute}`,
    `${attribute}: ${value}`,
  ];
  const rids = new Map(groups.map(({ name }, i) => [name, FIRST_RID + i]));
  return joined([
    ...groups.flatMap(({ name, later }) =>
      later.map((other) => modify(groupDn(name), 'add', 'member', groupDn(other))),
    ),
    ...people.flatMap(({ uid, department }) =>
      department === undefined
        ? []
        : [modify(dnOf(uid, WORLD_PEOPLE_DN), 'replace', 'primaryGroupID', String(rids.get(department)))],
    ),
    modify(BUILTIN_GROUP, 'add', 'member', groupDn('level-0-0')),
  ]);
}

// Whoever gets a primary group is in it already.
function membersOf(group: WorldGroup, people: World['people']): readonly string[] {
  const members =
    group.kind === 'department' ? people.filter(({ department }) => department === group.name) : group.people;
  return [...members.map(({ uid }) => dnOf(uid, WORLD_PEOPLE_DN)), ...group.groups.map(groupDn)];
}

function groupDn(name: string): string {
  return dnOf(name, WORLD_GROUPS_DN);
}

function joined(records: readonly (readonly string[])[]): string {
  return records.map((lines) => `${lines.join('\n')}\n`).join('\n');
}
