/**
 * What a directory lets see of groups and attributes as such: which entries are there, which kinds of groups the
 * settings' memberships do not show, which attributes the schema knows. It looks for itself, apart from the lookups of
 * people, and needs no right that they do not need: what it may not read it cannot tell, and says so.
 */
import { type Clock, Deadline } from '../../deadline.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { ANY_ENTRY } from '../filters/filter.ts';
import { loginComparisons, mentions, parseGroupFilterTemplate } from '../filters/filter-template.ts';
import { userTemplate } from '../people/users.ts';
import { type DirectorySettings, timeFor } from '../settings/settings.ts';
import { readAttributeTypes } from './attribute-schema.ts';
import { type GroupKindSight, lookAtKinds, type ReadMembershipKeys } from './group-kinds.ts';

export type { UnseenGroup, UnseenKind } from './group-kinds.ts';

/** Every method throws {@link Failure} where it cannot tell. */
export interface Sight extends GroupKindSight {
  /** No where groups are plain names: then there are no entries to look for. */
  readonly hasGroupEntries: boolean;
  /** Whether there is such an entry; `hidden` where the server admits that, and shows it not. */
  entry(dn: string): Promise<'present' | 'absent' | 'hidden'>;
  /** Whether groups that are not seen as entries are certainly not there; else why not. */
  whyGroupsMayHide(seen: number): Promise<string | undefined>;
  /** The base DNs that every answer is searched below, each with its key. */
  readonly bases: readonly { readonly key: string; readonly dn: string }[];
  /** Attributes that the settings name, each with its key. */
  readonly configured: readonly { readonly key: string; readonly name: string }[];
  /** Which of these attributes no schema defines, or in a file nobody has, with a nearer name where there is one. */
  unknownAttributes(names: readonly string[]): Promise<UnknownAttributes>;
}

export interface UnknownAttributes {
  readonly unknown: readonly string[];
  /** All that are known, to find the nearest spelling among; empty where these are too many to tell. */
  readonly known: readonly string[];
  /** Why nothing could be told; undefined where it could. */
  readonly untold: string | undefined;
}

/** Looks at the directory of these settings. */
export function lookAt(
  settings: DirectorySettings,
  source: EntrySource,
  clock: Clock,
  membershipsOf: ReadMembershipKeys,
): Sight {
  const time = () => new Deadline(clock, timeFor(settings.limits, 1));
  return {
    ...lookAtKinds(settings, source, time, membershipsOf),
    hasGroupEntries: !settings.memberships.hasPlainNames,
    bases: basesOf(settings),
    configured: attributesOf(settings),
    entry,
    async whyGroupsMayHide(seen) {
      const { sentinel, memberships } = settings;
      if (settings.source.kind === 'ldif') return undefined;
      if (sentinel !== undefined) {
        const isSeen = (await entry(sentinel.group)) === 'present';
        return isSeen ? undefined : `the sentinel's group ${sentinel.group} cannot be read as an entry`;
      }
      // Groups that are searched for must be seen for any answer.
      if (seen > 0 || memberships.from.every((each) => each === 'search')) return undefined;
      return 'no group can be read as an entry, and there is no sentinel whose group shows that some can';
    },
    async unknownAttributes(names) {
      if (settings.source.kind === 'ldif')
        return { unknown: await nobodysOf(names), known: [], untold: undefined };
      const logins = loginComparisons(userTemplate(settings.users)).map(({ attribute }) =>
        baseName(attribute),
      );
      const types = await readAttributeTypes(logins, source, time);
      if ('untold' in types) return { unknown: [], known: [], untold: types.untold };
      // Some servers show values that their schema does not know of.
      const unknown = await nobodysOf(names.filter((name) => !types.names.has(baseName(name))));
      return { unknown, known: types.written, untold: undefined };
    },
  };

  async function entry(dn: string): Promise<'present' | 'absent' | 'hidden'> {
    const read = { base: dn, scope: 'base', filter: ANY_ENTRY, attributes: [] } as const;
    const outcome = await source.search(read, time());
    if (outcome.base === 'absent') return 'absent';
    return outcome.entries.length > 0 ? 'present' : 'hidden';
  }

  /** Those that none of the people has. */
  async function nobodysOf(names: readonly string[]): Promise<readonly string[]> {
    const unknown: string[] = [];
    for (const name of names) if (!(await isHeld(name))) unknown.push(name);
    return unknown;
  }

  async function isHeld(attribute: string): Promise<boolean> {
    const filter = { kind: 'present', attribute } as const;
    const { users, memberships } = settings;
    // Groups have that one, wherever in the file they are.
    const isOfGroups = baseName(attribute) === baseName(memberships.name ?? '');
    for (const base of isOfGroups ? [''] : users.bases) {
      const search = { base, scope: 'sub', filter, attributes: [], references: 'ignored' } as const;
      for await (const page of source.pages({ ...search, connection: 'shared' }, 1))
        if (page.length > 0) return true;
    }
    return false;
  }
}

/** The name without options, in lower case. */
function baseName(name: string): string {
  return (name.split(';', 1)[0] ?? '').toLowerCase();
}

function basesOf({ users, memberships: { base, from } }: DirectorySettings): Sight['bases'] {
  const ofGroups =
    base !== undefined && from.includes('search') ? [{ key: 'memberships.base', dn: base }] : [];
  return [...users.bases.map((dn) => ({ key: 'users.base', dn })), ...ofGroups];
}

function attributesOf({ users, memberships }: DirectorySettings): Sight['configured'] {
  const { from, attribute, name, uidAttribute, filter } = memberships;
  const needsUid = from.includes('search') && mentions(parseGroupFilterTemplate(filter), 'uid');
  return [
    ...loginComparisons(userTemplate(users)).map((each) => ({
      key: users.filter === undefined ? 'users.attribute' : 'users.filter',
      name: each.attribute,
    })),
    ...(from.includes('attribute') ? [{ key: 'memberships.attribute', name: attribute }] : []),
    ...(name === undefined ? [] : [{ key: 'memberships.name', name }]),
    ...(needsUid ? [{ key: 'memberships.uid_attribute', name: uidAttribute }] : []),
  ];
}
