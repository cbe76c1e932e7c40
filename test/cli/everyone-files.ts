/** A config, a mapping and a small LDIF directory for the commands that go through everybody. */

export const UNDER = 'ou=groups,dc=example,dc=test';

const container = (dn: string) => `dn: ${dn}\nobjectClass: organizationalUnit\n`;
const person = (uid: string, ...lines: string[]) =>
  [
    `dn: uid=${uid},ou=people,dc=example,dc=test`,
    'objectClass: inetOrgPerson',
    `uid: ${uid}`,
    `cn: ${uid}`,
    ...lines,
    '',
  ].join('\n');
const group = (name: string, uuid: string, ...members: string[]) =>
  [
    `dn: cn=${name},${UNDER}`,
    'objectClass: groupOfNames',
    `cn: ${name}`,
    `displayName: The ${name}`,
    `entryUUID: 00000000-0000-0000-0000-0000000000${uuid}`,
    ...members.map((member) => `member: ${member}`),
    '',
  ].join('\n');
const uidDn = (uid: string) => `uid=${uid},ou=people,dc=example,dc=test`;

/** ann: readers, by way of staff; bob: readers, writers; eve: a disabled account in writers; svc-probe: the sentinel. */
export const PEOPLE = [
  container('dc=example,dc=test'),
  container('ou=people,dc=example,dc=test'),
  container(UNDER),
  person('ann', 'mail: ann@example.test', 'employeeType: Employee', 'telephoneNumber: 123'),
  person('bob', 'mail: bob@example.test', 'employeeType: Contractor'),
  person('eve', 'mail: eve@example.test', 'pwdAccountLockedTime: 000001010000Z'),
  person('svc-probe'),
  group('staff', '01', uidDn('ann')),
  group('readers', '02', `cn=staff,${UNDER}`, uidDn('bob')),
  group('writers', '03', uidDn('bob'), uidDn('eve')),
  group('probe', '04', uidDn('svc-probe')),
  group('unused', '05', 'cn=nobody'),
].join('\n');

export const MAPPING = `version: 1
groups: { under: '${UNDER}' }
rules:
  - id: readers
    when: { group: readers }
    give: { groups: [Readers] }
  - id: writers
    when: { group: writers }
    give: { authorizations: { Access: [Write] } }
`;

/** Whoever only reads loses everything; employeeType is read besides. */
export const PLANNED = `version: 1
groups: { under: '${UNDER}' }
rules:
  - id: writers
    when: { group: writers }
    give: { authorizations: { Access: [Write] } }
  - id: contractors
    when: { attribute: { employeeType: Contractor } }
    give: { groups: [Contractors] }
`;

export const CONFIG = `listen: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: "\${env:IMMUTA}" } }
directories:
  corp:
    vendor: openldap
    ldif: people.ldif
    users: { base: 'ou=people,dc=example,dc=test', attribute: uid }
    memberships: { from: search, base: '${UNDER}' }
    sentinel: { userid: svc-probe, group: 'cn=probe,${UNDER}' }
endpoints: { /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] } }
`;

export const FILES = {
  'config.yaml': CONFIG,
  'mapping.yaml': MAPPING,
  'planned.yaml': PLANNED,
  'people.ldif': PEOPLE,
};

export const ENV = { ...process.env, IMMUTA: 'immuta-secret' };
