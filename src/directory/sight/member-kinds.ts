/**
 * The ways in which groups list members, as data, and which groups of a directory have which. Who is listed is
 * group-members.ts's.
 */
import { type Entry, plainValues, textsOf } from '../entries/entry.ts';
import type { EntrySource, Search } from '../entries/entry-source.ts';
import { equality, type Filter } from '../filters/filter.ts';

/** A way to list members, and what the attribute's values are. */
export interface MemberKind {
  readonly attribute: string;
  /** The classes of groups that have it, in lower case. */
  readonly classes: readonly string[];
  readonly words: string;
  readonly lists: 'dns' | 'uids' | 'urls';
}

export const MEMBER_KINDS: readonly MemberKind[] = [
  {
    attribute: 'member',
    classes: ['groupofnames', 'groupofmembers', 'group', 'ipausergroup'],
    words: 'groups by member (groupOfNames)',
    lists: 'dns',
  },
  {
    attribute: 'uniqueMember',
    classes: ['groupofuniquenames'],
    words: 'groups by uniqueMember (groupOfUniqueNames)',
    lists: 'dns',
  },
  {
    attribute: 'memberUid',
    classes: ['posixgroup'],
    words: 'groups by memberUid (posixGroup)',
    lists: 'uids',
  },
  {
    attribute: 'memberURL',
    classes: ['groupofurls'],
    words: 'dynamic groups by memberURL (groupOfURLs)',
    lists: 'urls',
  },
];

/** The ways in which the entry lists members. */
export function kindsOf(group: Entry): readonly MemberKind[] {
  return MEMBER_KINDS.filter((kind) => plainValues(group, kind.attribute).length > 0);
}

/**
 * The DNs of groups by kind, as their classes tell it. Throws {@link Failure}.
 * @param isFile where entries may lack their classes, and what they list tells it too
 * @param most to look at, and whether these were all
 */
export async function groupsByKind(
  source: EntrySource,
  bases: readonly string[],
  groupClasses: readonly string[],
  isFile: boolean,
  most: number,
): Promise<{ readonly groups: ReadonlyMap<MemberKind, string[]>; readonly isWhole: boolean }> {
  const listing = isFile ? MEMBER_KINDS.map(({ attribute }) => attribute) : [];
  const filters: Filter[] = [
    ...groupClasses.map((each) => equality('objectClass', each)),
    ...listing.map((attribute) => ({ kind: 'present', attribute }) as const),
  ];
  const groups = new Map<MemberKind, string[]>(MEMBER_KINDS.map((kind) => [kind, []]));
  let count = 0;
  for (const base of bases) {
    const search: Search = {
      base,
      scope: 'sub',
      filter: { kind: 'or', filters },
      attributes: ['objectClass', ...listing],
      references: 'ignored',
      connection: 'shared',
    };
    for await (const page of source.pages(search, most)) {
      for (const group of page) {
        const classes = textsOf(group, 'objectClass').map((name) => name.toLowerCase());
        const listed = isFile ? kindsOf(group) : [];
        for (const kind of MEMBER_KINDS)
          if (listed.includes(kind) || kind.classes.some((name) => classes.includes(name)))
            groups.get(kind)?.push(group.dn);
      }
      count += page.length;
      if (count >= most) return { groups, isWhole: false };
    }
  }
  return { groups, isWhole: true };
}
