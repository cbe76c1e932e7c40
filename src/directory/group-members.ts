/**
 * Who is in a group, by what its entry lists: one person is enough, so that it can be seen whether their memberships show
 * the group. What follows from that is group-kinds.ts'.
 */
import type { Deadline } from '../deadline.ts';
import { type Dn, equalDn, isUnder, tryParseDn } from '../names/dn.ts';
import { type Entry, plainValues } from './entry.ts';
import type { EntrySource, Search } from './entry-source.ts';
import { ANY_ENTRY, equality } from './filter.ts';
import { FilterSyntaxError, parseFilter } from './filter-parser.ts';
import { substitute } from './filter-template.ts';
import type { DirectorySettings } from './settings.ts';
import { VENDORS } from './vendors.ts';

/** A way to list members, and what the attribute's values are. */
export interface Kind {
  readonly attribute: string;
  /** The classes of groups that have it, in lower case. */
  readonly classes: readonly string[];
  readonly words: string;
  readonly lists: 'dns' | 'uids' | 'urls';
}

export const KINDS: readonly Kind[] = [
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
/** Both throw {@link Failure} where they cannot tell. */
export interface GroupMembers {
  /** The group's entry with what lists its members; undefined where none is shown. */
  groupAt(dn: string): Promise<Entry | undefined>;
  /** The DN of a person whom the member is or, where it is a group, holds; undefined where none is found. */
  personOf(kind: Kind, member: string): Promise<string | undefined>;
}

/** How many members of a group are gone through to find a person. */
const MEMBERS_TRIED = 3;
/** How many groups below a group are gone through to find a person. */
const DEEPEST = 4;

/** Looks into the groups of these settings. */
export function lookAtMembers(
  { memberships, users, vendor }: DirectorySettings,
  source: EntrySource,
  time: () => Deadline,
): GroupMembers {
  const { uidAttribute } = memberships;
  const { groupClasses } = VENDORS[vendor];
  const peopleBases = parsedOf(users.bases);
  return { groupAt, personOf };

  async function groupAt(dn: string): Promise<Entry | undefined> {
    return readOne({
      base: dn,
      scope: 'base',
      filter: ANY_ENTRY,
      attributes: [
        'objectClass',
        ...KINDS.map((kind) => kind.attribute),
        ...(memberships.posixGroup === undefined ? [] : [memberships.posixGroup.number]),
      ],
    });
  }

  /** A person whom the member is or, where it is a group, holds. */
  async function personOf({ lists }: Kind, member: string, depth = 0): Promise<string | undefined> {
    const attributes = ['objectClass'];
    if (lists === 'dns') {
      const entry = await readOne({ base: member, scope: 'base', filter: ANY_ENTRY, attributes });
      if (entry === undefined) return undefined;
      if (isGroup(entry)) return personBelow(member, depth);
      return isWithin(member, peopleBases) ? member : undefined;
    }
    if (lists === 'uids') {
      for (const base of users.bases) {
        const filter = equality(uidAttribute, member);
        const entry = await readOne({ base, scope: 'sub', filter, attributes });
        if (entry !== undefined && !isGroup(entry)) return entry.dn;
      }
      return undefined;
    }
    const search = searchOfUrl(member, attributes);
    if (search === undefined) return undefined;
    for await (const page of source.pages({ ...search, references: 'ignored', connection: 'shared' }, 20))
      return page.find((each) => isWithin(each.dn, peopleBases) && !isGroup(each))?.dn;
    return undefined;
  }

  async function personBelow(dn: string, depth: number): Promise<string | undefined> {
    if (depth === DEEPEST) return undefined;
    const group = await groupAt(dn);
    if (group === undefined) return undefined;
    for (const kind of KINDS) {
      for (const member of textsOf(group, kind.attribute).slice(0, MEMBERS_TRIED)) {
        const person = await personOf(kind, member, depth + 1);
        if (person !== undefined) return person;
      }
    }
    return personOfNumber(group);
  }

  /** Somebody whose own number is the group's. */
  async function personOfNumber(group: Entry): Promise<string | undefined> {
    const attribute = memberships.posixGroup?.number;
    const [number] = attribute === undefined ? [] : textsOf(group, attribute);
    if (attribute === undefined || number === undefined) return undefined;
    for (const base of users.bases) {
      const search: Search = {
        base,
        scope: 'sub',
        filter: equality(attribute, number),
        attributes: ['objectClass'],
        references: 'ignored',
        connection: 'shared',
      };
      for await (const page of source.pages(search, 20)) {
        const person = page.find((entry) => !isGroup(entry));
        if (person !== undefined) return person.dn;
        break;
      }
    }
    return undefined;
  }

  async function readOne(search: Search): Promise<Entry | undefined> {
    const outcome = await source.search({ ...search, references: 'ignored' }, time());
    return outcome.base === 'present' ? outcome.entries[0] : undefined;
  }

  function isGroup(entry: Entry): boolean {
    const classes = textsOf(entry, 'objectClass').map((each) => each.toLowerCase());
    return groupClasses.some((each) => classes.includes(each.toLowerCase()));
  }
}

// RFC 4516: ldap:///BASE?ATTRIBUTES?SCOPE?FILTER; another server's people are not ours.
function searchOfUrl(url: string, attributes: readonly string[]): Search | undefined {
  const [, base, , scope, written] =
    /^ldaps?:\/\/\/([^?]*)(?:\?([^?]*)(?:\?([^?]*)(?:\?([^?]*))?)?)?/i.exec(url) ?? [];
  if (base === undefined) return undefined;
  try {
    const filter = written ? substitute(parseFilter(decodeURIComponent(written)), {}) : ANY_ENTRY;
    if (filter === undefined) return undefined;
    return {
      base: decodeURIComponent(base),
      scope: scope === 'sub' || scope === 'one' ? scope : 'base',
      filter,
      attributes,
    };
  } catch (error) {
    if (!(error instanceof URIError) && !(error instanceof FilterSyntaxError)) throw error;
    return undefined;
  }
}

/** Those that are DNs. */
export function parsedOf(texts: readonly string[]): readonly Dn[] {
  return texts.map(tryParseDn).filter((dn) => dn !== undefined);
}

/** Whether the text is a DN at or below one of them. */
export function isWithin(text: string, bases: readonly Dn[]): boolean {
  const dn = tryParseDn(text);
  return dn !== undefined && bases.some((base) => isUnder(dn, base) || equalDn(dn, base));
}

/** The values that are texts. */
export function textsOf(entry: Entry, attribute: string): readonly string[] {
  return plainValues(entry, attribute).filter((value) => typeof value === 'string');
}
