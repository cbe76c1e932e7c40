/**
 * Twenty thousand people whose groups and attributes follow from their number, for commands that go through everybody,
 * with two mappings to plan between.
 */

export const CROWD = 'ou=crowd,dc=example,dc=test';
export const CROWD_GROUPS = 'ou=crowd-groups,dc=example,dc=test';
export const CROWD_SIZE = 20_000;

/** Groups that have nobody of the crowd in them. */
export const EMPTY_GROUPS = 25;

const GROUPS: Readonly<Record<string, (i: number) => boolean>> = {
  'mod-2': (i) => i % 2 === 0,
  'mod-3': (i) => i % 3 === 0,
  'mod-7': (i) => i % 7 === 0,
};

export function uidOf(i: number): string {
  return `u${String(i).padStart(5, '0')}`;
}

/** LDIF of the people and groups; `seven` holds the group mod-7 and nobody else. */
export function crowdLdif(size = CROWD_SIZE): string {
  const numbers = Array.from({ length: size }, (_, i) => i);
  const dnOf = (i: number) => `uid=${uidOf(i)},${CROWD}`;
  const groupDn = (name: string) => `cn=${name},${CROWD_GROUPS}`;
  const container = (dn: string) => `dn: ${dn}\nobjectClass: organizationalUnit\n`;
  const people = numbers.map((i) =>
    [
      `dn: ${dnOf(i)}`,
      'objectClass: inetOrgPerson',
      'objectClass: shadowAccount',
      `uid: ${uidOf(i)}`,
      `cn: Person ${i}`,
      'sn: Person',
      ...(i % 13 === 0 ? [] : [`employeeType: ${i % 11 === 0 ? 'Contractor' : 'Employee'}`]),
      `departmentNumber: ${i % 5}`,
      ...(i % 500 === 499 ? ['shadowExpire: 1'] : []),
      ...Object.entries(GROUPS).flatMap(([name, has]) => (has(i) ? [`memberOf: ${groupDn(name)}`] : [])),
      '',
    ].join('\n'),
  );
  const group = (name: string, members: readonly string[], more: readonly string[] = []) =>
    [
      `dn: ${groupDn(name)}`,
      'objectClass: groupOfNames',
      `cn: ${name}`,
      ...members.map((dn) => `member: ${dn}`),
      ...more,
      '',
    ].join('\n');
  const groups = Object.entries(GROUPS).map(([name, has]) =>
    group(name, numbers.filter(has).map(dnOf), name === 'mod-7' ? [`memberOf: ${groupDn('seven')}`] : []),
  );
  const empty = Array.from({ length: EMPTY_GROUPS }, (_, i) =>
    group(`empty-${i}`, ['cn=nobody,dc=example,dc=test']),
  );
  // A second entry with somebody's uid: whoever asks for that is told that there are two.
  const twin = `dn: cn=twin,${CROWD}\nobjectClass: inetOrgPerson\nuid: ${uidOf(42)}\ncn: twin\nsn: Twin\n`;
  return [
    container(CROWD),
    container(CROWD_GROUPS),
    ...people,
    twin,
    ...groups,
    group('seven', [groupDn('mod-7')]),
    ...empty,
  ].join('\n');
}

export const MAPPING_IN_USE = `version: 1
groups: { under: '${CROWD_GROUPS}' }
tables:
  departments: { 0: Zero, 1: One, 2: Two, 3: Three }
rules:
  - id: two
    when: { group: mod-2 }
    give: { groups: [Two] }
  - id: three
    when: { group: mod-3 }
    give: { groups: [Three] }
  - id: department
    when: { attribute: { departmentNumber: <department> } }
    where: { department: departments }
    give: { authorizations: { Department: [<department>] } }
  - id: gold
    when: { group: seven }
    give: { authorizations: { AccessLevel: [Gold] } }
never:
  - id: no-gold-for-contractors
    when: { attribute: { employeeType: { in: [Contractor] }, uid: { present: yes } } }
    unless: { attribute: { employeeType: { missing: yes } } }
    take: { authorizations: { AccessLevel: [Gold] } }
`;

/** employeeType is needed; three is spelled otherwise; departments 2 and 3 are gone, 4 is new; nobody loses gold. */
export const MAPPING_PLANNED = `version: 1
groups: { under: '${CROWD_GROUPS}' }
attributes:
  employeeType: { required: yes }
tables:
  departments: { 0: Zero, 1: One, 4: Four }
rules:
  - id: three
    when: { group: mod-3 }
    give: { groups: [THREE] }
  - id: department
    when: { attribute: { departmentNumber: <department> } }
    where: { department: departments }
    give: { authorizations: { Department: [<department>] } }
  - id: gold
    when: { group: seven }
    give: { authorizations: { AccessLevel: [Gold] } }
  - id: gone
    when: { group: mod-5 }
    give: { groups: [Five] }
`;
