/**
 * The records of one directory's section: its people with what was read of them and the groups that they are in
 * directly, then the groups with those directly above them. Reads through the {@link Directory}; writing is for others.
 */
import type { Directory } from '../directory/directory.ts';
import { canonicalName } from '../directory/entries/attribute-types.ts';
import { isRightMissing } from '../directory/entries/completeness.ts';
import type { ListedGroup } from '../directory/groups/group-list.ts';
import { savedUncounted } from '../directory/groups/uncounted.ts';
import type { GroupOfWalk } from '../directory/people/people-walk.ts';
import type { DirectorySettings } from '../directory/settings/settings.ts';
import type { VendorDefaults } from '../directory/settings/vendor.ts';
import { VENDORS } from '../directory/settings/vendors.ts';
import { keyOfDn, tryParseDn } from '../names/dn.ts';
import { sidToOctets } from '../names/sid.ts';
import type { AttributeValue, Person } from '../person.ts';
import { revisionOfSettings, showsOctets, UNCOUNTED_ATTRIBUTE } from './directory-settings.ts';
import { ldifRecord } from './ldif-text.ts';
import { type SectionHead, writeSectionEnd, writeSectionHead } from './section.ts';

type Attributes = [name: string, values: readonly AttributeValue[]][];

/**
 * The section as text, piece by piece. Throws Failure where the directory cannot be read completely.
 * @param attributes what the directory was asked to read of people, in any case
 * @param identities whether a SID or GUID that is not shown is a failure; else groups stand without it
 * @param groupsUnder DNs below which all groups are to be there; empty for everywhere
 * @param notes is told of each person, and why groups with nobody in them are not there, where they are not
 */
export async function* sectionOf(
  directory: Directory,
  settings: DirectorySettings,
  attributes: readonly string[],
  identities: boolean,
  groupsUnder: readonly string[],
  notes: { readonly met: () => void; readonly unlisted: (reason: string) => void },
): AsyncGenerator<string> {
  const head = headOf(settings, attributes, identities, groupsUnder);
  yield writeSectionHead(head);
  const walk = directory.people();
  let people = 0;
  for await (const { person } of walk) {
    people++;
    notes.met();
    yield ldifRecord(person.dn, personAttributes(person, head, settings));
  }
  const known = new Map([...walk.knownGroups()].map((group) => [keyOfGroup(group), group]));
  const written = new Set<string>();
  const recordOf = (key: string, group: ListedGroup | GroupOfWalk): string => {
    if (written.has(key)) return '';
    written.add(key);
    return ldifRecord(group.dn, groupAttributes(group, head, settings));
  };
  let listed = true;
  try {
    for await (const group of directory.groups(groupsUnder)) {
      const key = keyOfGroup(group);
      const { sid = group.sid, guid = group.guid, ...told } = known.get(key) ?? group;
      yield recordOf(key, { ...told, sid, guid });
    }
  } catch (error) {
    if (!isRightMissing(error)) throw error;
    listed = false;
    notes.unlisted(error.message);
  }
  for (const [key, group] of known) yield recordOf(key, group);
  yield writeSectionEnd({ people, groups: written.size, listed });
}

function keyOfGroup({ dn }: ListedGroup): string {
  const parsed = tryParseDn(dn);
  return parsed === undefined ? dn : keyOfDn(parsed);
}

function headOf(
  settings: DirectorySettings,
  attributes: readonly string[],
  identities: boolean,
  groupsUnder: readonly string[],
): SectionHead {
  const { name, vendor } = settings;
  const read = [...new Set(attributes.map((attribute) => attribute.toLowerCase()))].sort();
  const defaults: VendorDefaults = VENDORS[vendor];
  return {
    directory: name,
    attributes: read,
    groupsUnder,
    // A mapping may read memberOf itself, as the directory has it.
    membershipAttribute: read.includes('memberof') ? 'ldapUserInfoMemberOf' : 'memberOf',
    groupClass: defaults.groupClasses[0] ?? 'groupOfNames',
    settings: revisionOfSettings(settings),
    identities,
  };
}

function personAttributes(
  person: Person,
  { membershipAttribute }: SectionHead,
  { memberships: { hasPlainNames } }: DirectorySettings,
): Attributes {
  const direct = person.memberships
    .filter(({ via }) => via.length === 0)
    .map(({ dn, name }) => (hasPlainNames ? name : dn));
  // One attribute may have been asked for under several of its names.
  const byName = new Map([...person.attributes].map((each) => [canonicalName(each[0]), each]));
  const attributes: Attributes = [...byName.values()];
  if (direct.length > 0) attributes.push([membershipAttribute, direct]);
  if (person.uncounted !== undefined)
    attributes.push([UNCOUNTED_ATTRIBUTE, person.uncounted.map(savedUncounted)]);
  return attributes;
}

function groupAttributes(
  group: ListedGroup | GroupOfWalk,
  { membershipAttribute, groupClass }: SectionHead,
  { vendor, memberships }: DirectorySettings,
): Attributes {
  const { groupIdentity }: VendorDefaults = VENDORS[vendor];
  const attributes: Attributes = [['objectClass', [groupClass]]];
  const add = (name: string | undefined, value: AttributeValue | undefined) => {
    if (name !== undefined && value !== undefined) attributes.push([name, [value]]);
  };
  const { sid: sidAttribute } = groupIdentity;
  const isOctets = sidAttribute !== undefined && showsOctets(sidAttribute);
  if (group.names === undefined) add(memberships.name, group.name);
  else if (memberships.name !== undefined) attributes.push([memberships.name, group.names]);
  add(sidAttribute, isOctets && group.sid !== undefined ? sidToOctets(group.sid) : group.sid);
  add(groupIdentity.guid, group.guid);
  add(UNCOUNTED_ATTRIBUTE, group.uncounted);
  const parents = 'parents' in group ? group.parents : [];
  if (parents.length > 0) attributes.push([membershipAttribute, parents]);
  return attributes;
}
