/**
 * The groups of a directory that a mapping may mean: all below its scope, or where they cannot be listed as a whole, each
 * that is named by itself.
 */
import type { Directory } from '../directory/directory.ts';
import type { ListedGroup, WantedGroup } from '../directory/groups/group-list.ts';
import { type Failure, isFailure } from '../failure.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { NamedGroup, NamingPlace } from '../mapping/named.ts';
import { guidOf } from '../names/guid.ts';

/** The groups of one directory that may count. */
export interface GroupListing {
  readonly directory: Directory;
  readonly groups: readonly ListedGroup[];
  /** Why groups that are not among them may be there all the same. */
  readonly untold: string | undefined;
  /** Whether the list as a whole could not be read, so that one that is named is looked for by itself. */
  readonly isCut: boolean;
  /** Those that were looked for so. */
  readonly sought: ReadonlySet<NamedGroup>;
}

/** How many groups are looked for one by one. */
const MOST_LOOKED_FOR = 100;

/** Every group below the mapping's scope, and why that may not be all of them. */
export async function readGroupListing(mapping: Mapping, directory: Directory): Promise<GroupListing> {
  const { groups, failure } = await groupsIn(mapping, directory);
  const isCut = isFailure(failure, 'directory_incomplete');
  const untold = failure?.message ?? (await whyGroupsMayHide(directory, groups.size));
  return { directory, groups: [...groups.values()], untold, isCut, sought: new Set() };
}

async function groupsIn(
  { scope }: Mapping,
  directory: Directory,
  wanted?: WantedGroup,
): Promise<{ readonly groups: ReadonlyMap<string, ListedGroup>; readonly failure: Failure | undefined }> {
  const groups = new Map<string, ListedGroup>();
  let failure: Failure | undefined;
  // Each by itself: one that is not there is no reason to know nothing of the others.
  for (const under of scope.written.length === 0 ? [[]] : scope.written.map((dn) => [dn])) {
    try {
      for await (const group of directory.groups(under, 'shared', wanted)) groups.set(group.dn, group);
    } catch (error) {
      if (!isFailure(error)) throw error;
      const [dn] = under;
      if (dn === undefined || (await stateOf(directory, dn)) !== 'absent') failure ??= error;
    }
  }
  return { groups, failure };
}

/**
 * The listing with the groups that are named, those of never and unless first, each looked for by itself where not all
 * could be listed.
 */
export async function lookedFor(
  mapping: Mapping,
  listing: GroupListing,
  named: readonly NamedGroup[],
): Promise<GroupListing> {
  const { directory, isCut } = listing;
  if (!isCut) return listing;
  const groups = new Map(listing.groups.map((group) => [group.dn, group]));
  const sought = new Set<NamedGroup>();
  const asked = [...named].sort((a, b) => urgency(a.place) - urgency(b.place));
  for (const each of asked.slice(0, MOST_LOOKED_FOR)) {
    const wanted = wantedOf(each);
    if (wanted === undefined) continue;
    const found = await groupsIn(mapping, directory, wanted);
    for (const [dn, group] of found.groups) groups.set(dn, group);
    if (found.failure === undefined) sought.add(each);
  }
  const mayHide = (await whyGroupsMayHide(directory, groups.size)) !== undefined;
  return { ...listing, groups: [...groups.values()], sought: mayHide ? new Set() : sought };
}

function wantedOf({ name, dn, written }: NamedGroup): WantedGroup | undefined {
  if (dn !== undefined) return { by: 'dn', text: dn };
  const [, by, identity] = /^(sid|guid):(.*)$/i.exec(written) ?? [];
  if (by === undefined || identity === undefined)
    return name === undefined ? undefined : { by: 'name', text: name };
  if (by.toLowerCase() === 'sid') return { by: 'sid', text: identity.trim().toUpperCase() };
  const guid = guidOf(identity.trim());
  return guid === undefined ? undefined : { by: 'guid', text: guid };
}

/** Whether the group is certainly not there where it is not in the listing. */
export function tellsOf({ untold, sought }: GroupListing, named: NamedGroup): boolean {
  return untold === undefined || sought.has(named);
}

async function whyGroupsMayHide({ sight }: Directory, seen: number): Promise<string | undefined> {
  try {
    return await sight.whyGroupsMayHide(seen);
  } catch (error) {
    if (!isFailure(error)) throw error;
    return error.message;
  }
}

/** Whether the entry is there; `hidden` too where that could not be told. */
export async function stateOf({ sight }: Directory, dn: string): Promise<'present' | 'absent' | 'hidden'> {
  try {
    return await sight.entry(dn);
  } catch (error) {
    if (!isFailure(error)) throw error;
    return 'hidden';
  }
}

/** What gives access where it is not seen comes first. */
export function urgency(place: NamingPlace): number {
  return place === 'rule' ? 1 : 0;
}
