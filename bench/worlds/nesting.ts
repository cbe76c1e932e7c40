/** Made-up people whose 40 groups are in others, over five levels 135 in all; as LDIF to load beside people.ldif. */
import { GROUPS, PEOPLE } from '../../test/directory/example-settings.ts';

/** How many groups there are on each level, those that list people first. */
export const LEVELS: readonly number[] = [40, 38, 30, 20, 7];
export const ALL_GROUPS = LEVELS.reduce((sum, count) => sum + count, 0);

const groupDn = (level: number, i: number) => `cn=level-${level}-${i},${GROUPS}`;
const personDn = (i: number) => `uid=nested-${i},${PEOPLE}`;

/** The user id of a person. */
export const nestedUserid = (i: number) => `nested-${i}`;

/** So many people, in all groups of the lowest level; with memberOf on both sides, as an overlay would keep it. */
export function nestingLdif(people: number): string {
  const persons = Array.from({ length: people }, (_, i) => [
    `dn: ${personDn(i)}\nobjectClass: inetOrgPerson\nuid: ${nestedUserid(i)}\ncn: Nested ${i}\nsn: Nested`,
    ...Array.from({ length: LEVELS[0] ?? 0 }, (_each, j) => `memberOf: ${groupDn(0, j)}`),
  ]);
  const groups = LEVELS.flatMap((count, level) =>
    Array.from({ length: count }, (_, i) => {
      const below = level === 0 ? people : (LEVELS[level - 1] ?? 0);
      const members = Array.from({ length: below }, (_each, j) => j).filter(
        (j) => level === 0 || j % count === i,
      );
      const next = LEVELS[level + 1];
      return [
        `dn: ${groupDn(level, i)}\nobjectClass: groupOfNames\ncn: level-${level}-${i}`,
        ...members.map((j) => `member: ${level === 0 ? personDn(j) : groupDn(level - 1, j)}`),
        ...(next === undefined ? [] : [`memberOf: ${groupDn(level + 1, i % next)}`]),
      ];
    }),
  );
  return [...persons, ...groups].map((lines) => lines.join('\n')).join('\n\n');
}
