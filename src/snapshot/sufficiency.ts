/** Whether a section of a snapshot holds all that some mappings read. Nothing is worked out from one that does not. */
import { canonicalName } from '../directory/entries/attribute-types.ts';
import type { DirectorySettings } from '../directory/settings/settings.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { type Dn, formatDn, isAtOrUnder, tryParseDn } from '../names/dn.ts';
import { attributesOfSettings } from './directory-settings.ts';
import { parseSnapshot, type Section } from './section.ts';

/** The attributes that are missing, in words; empty where none is. */
export function missingAttributes(
  section: Section,
  settings: DirectorySettings,
  mappings: readonly Mapping[],
): readonly string[] {
  return lackingOf(section, [
    ...attributesOfSettings(settings),
    ...mappings.flatMap(({ attributes }) => attributes),
  ]);
}

/** The identities of groups, in words, where a mapping needs them and they are not certain to be there. */
export function missingIdentities(
  { identities }: Section,
  mappings: readonly Pick<Mapping, 'readsIdentities'>[],
): readonly string[] {
  if (identities || !mappings.some(({ readsIdentities }) => readsIdentities)) return [];
  return ['SIDs and GUIDs of the groups'];
}

/** What the text lacks of what a mapping reads, in words; empty where nothing. Throws {@link SnapshotError}. */
export function missingInSnapshot(text: string, mapping: Mapping): readonly string[] {
  const { sections } = parseSnapshot(text);
  const lacking = sections.flatMap((section) => [
    ...lackingOf(section, mapping.attributes),
    ...missingIdentities(section, [mapping]),
  ]);
  return [...new Set(lacking)];
}

function lackingOf(section: Section, needed: readonly string[]): readonly string[] {
  const has = new Set(section.attributes.map(canonicalName));
  return [...new Map(needed.map((name) => [canonicalName(name), name])).values()]
    .filter((name) => !has.has(canonicalName(name)))
    .map((name) => `the attribute ${name}`);
}

/** The places of the mapping's groups of which not all groups are there, in words; empty where none is missing. */
export function missingGroups(section: Section, { scope }: Mapping): readonly string[] {
  if (scope.under.length === 0) return coversGroups(section, undefined) ? [] : ['groups from everywhere'];
  return scope.under
    .filter((under) => !coversGroups(section, under))
    .map((under) => `the groups under ${formatDn(under)}`);
}

function coversGroups({ groupsUnder }: Section, wanted: Dn | undefined): boolean {
  if (groupsUnder.length === 0) return true;
  if (wanted === undefined) return false;
  return groupsUnder.map(tryParseDn).some((held) => held !== undefined && isAtOrUnder(wanted, held));
}
