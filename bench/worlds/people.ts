/** Made-up people in made-up groups: as LDIF for slapd or for an LDIF directory, as settings, as what is asked of them. */
import { LOOKUP_DN, LOOKUP_PASSWORD } from '../../test/directories/slapd.ts';

const SUFFIX = 'dc=example,dc=test';
export const PEOPLE = `ou=people,${SUFFIX}`;
export const GROUPS = `ou=groups,${SUFFIX}`;

/** How many there are; everybody is in `each` groups. */
export interface Crowd {
  readonly people: number;
  readonly groups: number;
  readonly each: number;
}

export const personDn = (i: number) => `uid=u${i},${PEOPLE}`;
export const groupDn = (i: number) => `cn=Team ${i} EMEA,${GROUPS}`;

/** The groups of a person, who has no one of them twice where the number of groups has no divisor with 7. */
export function groupsOf(person: number, { groups, each }: Crowd): number[] {
  return Array.from({ length: each }, (_, j) => (person + j * 7) % groups);
}

/** What the service is asked for. */
export const targetOf = (person: number) => `/user-info?userid=u${person}`;

/**
 * LDIF with the suffix, the account that searches, everybody with memberOf, and the groups with their members: an
 * overlay that wrote memberOf would have to be run.
 */
export function crowdLdif(crowd: Crowd): string {
  const members = Array.from({ length: crowd.groups }, (): string[] => []);
  const people = Array.from({ length: crowd.people }, (_, i) => {
    const own = groupsOf(i, crowd);
    for (const group of own) members[group]?.push(`member: ${personDn(i)}`);
    return entry(
      `dn: ${personDn(i)}`,
      'objectClass: inetOrgPerson',
      `uid: u${i}`,
      `cn: User ${i}`,
      'sn: User',
      `mail: u${i}@example.test`,
      ...own.map((group) => `memberOf: ${groupDn(group)}`),
    );
  });
  const groups = members.map((lines, i) =>
    entry(`dn: ${groupDn(i)}`, 'objectClass: groupOfNames', `cn: Team ${i} EMEA`, ...lines),
  );
  const unit = (name: string) =>
    entry(`dn: ou=${name},${SUFFIX}`, 'objectClass: organizationalUnit', `ou: ${name}`);
  return [
    entry(`dn: ${SUFFIX}`, 'objectClass: dcObject', 'objectClass: organization', 'dc: example', 'o: Example'),
    ...['people', 'groups', 'services'].map(unit),
    entry(
      `dn: ${LOOKUP_DN}`,
      'objectClass: applicationProcess',
      'objectClass: simpleSecurityObject',
      'cn: lookup',
      `userPassword: ${LOOKUP_PASSWORD}`,
    ),
    ...people,
    ...groups,
  ].join('\n');
}

function entry(...lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

/** A mapping of one rule that gives every group's own name. */
export const OWN_NAMES = `version: 1
groups: { under: '${GROUPS}' }
rules:
  - { id: own-names, when: { group: <name> }, where: { name: any }, give: { groups: [<name>] } }
`;
