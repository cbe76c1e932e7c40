/**
 * Very many people in 40 groups each, whose groups are in others, for walks over all of them: nobody's groups are quite
 * somebody else's. Written entry by entry, as their LDIF is longer than a text can be.
 */
import { type Slapd, startSlapd } from '../../test/directories/slapd.ts';
import { GROUPS, PEOPLE } from './people.ts';

const TEAMS = 1000;
const DIVISIONS = 50;
const TEAMS_OF_EACH = 40;
/** From team to team of one person, for each thousand of people. Shares no divisor with the numbers of groups. */
const STEPS = Array.from({ length: TEAMS / 2 }, (_, i) => i).filter((i) => i % 2 > 0 && i % 5 > 0);

/** The teams, and as many divisions, since neighbours of one person's teams are never in the same. */
export const MEMBERSHIPS_OF_EACH = 2 * TEAMS_OF_EACH;
/** So much room takes a person in slapd's database, in octets, with what the groups list. */
const ROOM_OF_EACH = 40_000;

const person = (i: number) => `uid=u${i},${PEOPLE}`;
const team = (i: number) => `cn=team-${i},${GROUPS}`;
const division = (i: number) => `cn=division-${i},${GROUPS}`;
const stepOf = (thousand: number) => STEPS[thousand % STEPS.length] ?? 1;

/** A slapd that holds so many people, in the teams and divisions that there always are. */
export function startEverybody(people: number): Promise<Slapd> {
  // Of members everybody's are read at once, and nobody is searched for.
  const unindexed = ['member', 'uniqueMember', 'memberUid'];
  return startSlapd({ more: everybody(people), mapSize: people * ROOM_OF_EACH, unindexed });
}

function* everybody(people: number): Generator<string> {
  for (let i = 0; i < people; i++) {
    const step = stepOf(Math.floor(i / TEAMS));
    yield entry(person(i), [
      `objectClass: inetOrgPerson\nuid: u${i}\ncn: User ${i}\nsn: User`,
      `mail: u${i}@example.test\ndepartmentNumber: ${4000 + (i % 90)}\nemployeeType: Employee`,
      ...Array.from({ length: TEAMS_OF_EACH }, (_, j) => `memberOf: ${team((i + j * step) % TEAMS)}`),
    ]);
  }
  for (let i = 0; i < TEAMS; i++)
    yield entry(team(i), [
      `objectClass: groupOfNames\ncn: team-${i}\nmemberOf: ${division(i % DIVISIONS)}`,
      ...membersOf(i, people),
    ]);
  for (let i = 0; i < DIVISIONS; i++) {
    const below = Array.from({ length: TEAMS / DIVISIONS }, (_, j) => `member: ${team(i + j * DIVISIONS)}`);
    yield entry(division(i), [`objectClass: groupOfNames\ncn: division-${i}`, ...below]);
  }
}

function* membersOf(of: number, people: number): Generator<string> {
  for (let thousand = 0; thousand * TEAMS < people; thousand++) {
    for (let j = 0; j < TEAMS_OF_EACH; j++) {
      const among = (of - j * stepOf(thousand)) % TEAMS;
      const i = thousand * TEAMS + ((among + TEAMS) % TEAMS);
      if (i < people) yield `member: ${person(i)}`;
    }
  }
}

function entry(dn: string, lines: Iterable<string>): string {
  return `dn: ${dn}\n${[...lines].join('\n')}\n\n`;
}
