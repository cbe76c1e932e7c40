/**
 * A world of 300 people and 121 groups, the same at each call: who is in which group, and of which kind it is. How a
 * directory writes it down is ldap-world.ts' and ad-world.ts'; what each person should be found with is nobody's here:
 * SSSD and the service are held beside each other.
 */

export const PEOPLE_COUNT = 300;

/**
 * - plain: lists people and groups by DN.
 * - department: the primary group of its people, whom it does not list.
 * - unique: lists people by `uniqueMember`.
 * - uids: lists people by `memberUid`, some in another case.
 * - bare: without a number, or in Active Directory a distribution group.
 */
export type GroupKind = 'plain' | 'department' | 'unique' | 'uids' | 'bare';

export interface WorldGroup {
  readonly name: string;
  readonly kind: GroupKind;
  /** Its gidNumber; a bare group has none. */
  readonly number: number;
  readonly people: readonly WorldPerson[];
  /** Names of the groups that it lists; those of `later` come after it, as in a cycle. */
  readonly groups: readonly string[];
  readonly later: readonly string[];
}

export interface WorldPerson {
  /** Some have capital letters. */
  readonly uid: string;
  readonly number: number;
  /** Where the person's gidNumber is that of a department, its name. */
  readonly department: string | undefined;
  readonly primaryNumber: number;
}

export interface World {
  readonly people: readonly WorldPerson[];
  /** Each after those in its `groups`. */
  readonly groups: readonly WorldGroup[];
}

const SEED = 20_080_101;
const DEPARTMENTS = 10;
const LOWEST = 50;
const PER_LEVEL = 10;
const LEVELS = 4;
const OTHERS = { unique: 6, uids: 4, bare: 8 } as const;
const NOBODYS_NUMBER = 59_999;

/** The world of a seed. */
export function makeWorld(seed = SEED): World {
  const random = numbersBelow(seed);
  const people = Array.from({ length: PEOPLE_COUNT }, (_, i): WorldPerson => {
    const department = i % 5 === 0 ? undefined : random(DEPARTMENTS);
    const name = `${i % 9 === 0 ? 'Person' : 'person'}-${String(i).padStart(3, '0')}`;
    return {
      uid: name,
      number: 20_000 + i,
      department: department === undefined ? undefined : `department-${department}`,
      primaryNumber: department === undefined ? NOBODYS_NUMBER : 30_000 + department,
    };
  });
  // Each tenth person is in no group that lists people.
  const listed = people.filter((_, i) => i % 10 !== 0);
  const some = <T>(from: readonly T[], most: number): readonly T[] => [
    ...new Set(Array.from({ length: 1 + random(most) }, () => from[random(from.length)] as T)),
  ];

  const groups: WorldGroup[] = [];
  const add = (
    name: string,
    kind: GroupKind,
    { members = [] as readonly WorldPerson[], below = [] as readonly string[], later = [] as string[] },
  ) => {
    groups.push({ name, kind, number: 30_000 + groups.length, people: members, groups: below, later });
    return name;
  };
  const several = (count: number, make: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => make(i));

  const departments = several(DEPARTMENTS, (i) => add(`department-${i}`, 'department', {}));
  for (const kind of ['unique', 'uids'] as const)
    several(OTHERS[kind], (i) => add(`${kind}-${i}`, kind, { members: some(listed, 12) }));
  const bare = several(OTHERS.bare, (i) => add(`bare-${i}`, 'bare', { members: some(listed, 12) }));
  let lower = several(LOWEST, (i) => add(`level-0-${i}`, 'plain', { members: some(listed, 16) }));
  for (let level = 1; level <= LEVELS; level++) {
    const below = lower;
    // The first group of the second level is above a bare one, that of the third above a department.
    const odd = level === 1 ? bare.slice(0, 1) : level === 2 ? departments.slice(0, 1) : [];
    lower = several(PER_LEVEL, (i) =>
      add(`level-${level}-${i}`, 'plain', {
        members: some(listed, 3),
        below: [...some(below, 3), ...(i === 0 ? odd : [])],
      }),
    );
  }
  add('cycle-0', 'plain', { members: some(listed, 5), later: ['cycle-2'] });
  add('cycle-1', 'plain', { members: some(listed, 5), below: ['cycle-0'] });
  add('cycle-2', 'plain', { members: some(listed, 5), below: ['cycle-1'] });
  return { people, groups };
}

/** Numbers from 0 to below the given one (mulberry32). */
export function numbersBelow(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}
