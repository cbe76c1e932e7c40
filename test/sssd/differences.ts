/**
 * What the service and SSSD say about the same people: each difference with the kind that explains it, and for each kind
 * that is wanted the sentence of the service's contract that wants it. What no kind explains is a fault of one of them.
 */
import type { Membership } from '../../src/person.ts';
import { memberUidIn, type PosixSchema } from './ldap-world.ts';
import type { World, WorldGroup, WorldPerson } from './world.ts';

/** Why the two tell other groups, by kind: what SSSD does, and the sentence that wants what the service does. */
export const WANTED = {
  'no number': {
    sssd: 'gives groups of a `gidNumber` alone, as the system knows groups by their number',
    sentence: 'For one person each of the strategies finds the same groups.',
  },
  'above one without number': {
    sssd: 'does not pass through a group without a number',
    sentence: 'For one person each of the strategies finds the same groups.',
  },
  'by another attribute': {
    sssd: 'reads one membership attribute, `member` with rfc2307bis',
    sentence:
      'A membership that is silently not seen takes access away, and under `never` and `unless` it gives access.',
  },
  'uid in another case': {
    sssd: 'compares `memberUid` as the schema does, by case',
    sentence: 'Groups by `memberUid` are found whatever the case of the uid.',
  },
  'above the primary group': {
    sssd: 'does not look above the group of the `gidNumber`, or, in Active Directory, the primary group',
    sentence:
      'The posixGroup of the `gidNumber` is a direct membership too. In AD the primary group is a direct membership under every strategy.',
  },
  'above a distribution group': {
    sssd: 'passes through groups that are only for mail, without telling them',
    sentence: 'With `no` nesting does not pass through them either.',
  },
  'builtin group': {
    sssd: 'has no numbers for the SIDs of `CN=Builtin`',
    sentence: 'In Active Directory that includes groups of `CN=Builtin`.',
  },
} as const satisfies Record<string, { readonly sssd: string; readonly sentence: string }>;

export type Kind = keyof typeof WANTED;

export interface Difference {
  readonly uid: string;
  readonly group: string;
  readonly side: 'service' | 'SSSD';
  /** Undefined where nobody wants it. */
  readonly kind: Kind | undefined;
}

/** How the world is written down: by a POSIX schema, or as Active Directory. */
export type Form = PosixSchema | 'domain';

/** The differences of one person. Names of groups are compared without regard to case. */
export function differencesOf(
  world: World,
  form: Form,
  person: WorldPerson,
  memberships: readonly Membership[],
  sssd: ReadonlySet<string>,
): readonly Difference[] {
  const theirs = new Set([...sssd].map((name) => name.toLowerCase()));
  const ours = new Map(memberships.map((membership) => [membership.name.toLowerCase(), membership]));
  const of = (group: string, side: Difference['side'], kind: Kind | undefined) => ({
    uid: person.uid,
    group,
    side,
    kind,
  });
  return [
    ...[...ours]
      .filter(([name]) => !theirs.has(name))
      .map(([name, { dn }]) => of(name, 'service', kindOf(world, form, person, name, dn))),
    ...[...theirs]
      .filter((name) => !ours.has(name))
      .map((name) => of(name, 'SSSD', kindOfTheirs(world, form, person, name))),
  ];
}

function kindOf(world: World, form: Form, person: WorldPerson, name: string, dn: string): Kind | undefined {
  if (form === 'domain' && /,CN=Builtin,/i.test(dn)) return 'builtin group';
  const group = world.groups.find((each) => each.name === name);
  if (group === undefined) return undefined;
  if (form === 'domain')
    return isOnlyAbove(world, group, person, 'department') ? 'above the primary group' : undefined;
  const lists = group.people.includes(person);
  if (form === 'rfc2307') {
    if (!lists) return undefined;
    if (group.kind === 'bare' || group.kind === 'unique') return 'no number';
    return memberUidIn(group, person) === person.uid ? undefined : 'uid in another case';
  }
  if (lists && group.kind === 'bare') return 'no number';
  if (lists && (group.kind === 'unique' || group.kind === 'uids')) return 'by another attribute';
  const below = groupsBelow(world, group);
  // Groups without a number list no groups, so a way between plain ones is one that SSSD goes.
  if (lists || below.some((each) => each.kind === 'plain' && each.people.includes(person))) return undefined;
  if (below.some((each) => each.kind === 'bare' && each.people.includes(person))) {
    return 'above one without number';
  }
  return below.some((each) => each.name === person.department) ? 'above the primary group' : undefined;
}

function kindOfTheirs(world: World, form: Form, person: WorldPerson, name: string): Kind | undefined {
  const group = world.groups.find((each) => each.name === name);
  const isWanted = form === 'domain' && group !== undefined && isOnlyAbove(world, group, person, 'bare');
  return isWanted ? 'above a distribution group' : undefined;
}

/** Whether the person is in the group by way of groups of this kind alone, and in no other way. */
function isOnlyAbove(
  world: World,
  group: WorldGroup,
  person: WorldPerson,
  kind: 'bare' | 'department',
): boolean {
  const lists = (each: WorldGroup): boolean =>
    each.people.includes(person) || (each.kind === 'department' && each.name === person.department);
  // Groups of these kinds list no groups, so that nothing lies below them.
  const ways = [group, ...groupsBelow(world, group)].filter(lists);
  return ways.length > 0 && ways.every((each) => each.kind === kind);
}

function groupsBelow(world: World, group: WorldGroup): readonly WorldGroup[] {
  const byName = new Map(world.groups.map((each) => [each.name, each]));
  const found = new Set<WorldGroup>();
  const open = [group];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const name of [...next.groups, ...next.later]) {
      const below = byName.get(name);
      if (below === undefined || found.has(below)) continue;
      found.add(below);
      open.push(below);
    }
  }
  return [...found];
}
