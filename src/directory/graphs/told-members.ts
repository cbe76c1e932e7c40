/**
 * What groups that were found for several members at once tell of which member each was found for. Owns when that is
 * certain: where an entry may hide a member, be it under another attribute, it tells nothing.
 */
import { keyOfDnText } from '../../names/dn-texts.ts';
import { canonicalName } from '../entries/attribute-types.ts';
import { type Entry, textsOf } from '../entries/entry.ts';
import { type FilterTemplate, placeholdersOf, substitute } from '../filters/filter-template.ts';

/** The classes of groups (RFC 4519, 2307 and what Samba adds), and in which attributes entries of them list members by DN. */
const MEMBERS_OF: Readonly<Record<string, readonly string[]>> = {
  top: [],
  groupofnames: ['member'],
  groupofmembers: ['member'],
  groupofuniquenames: ['uniquemember'],
  posixgroup: [],
  namedobject: [],
  sambagroupmapping: [],
};

/**
 * The attributes whose values alone decide for which `<dn>` an entry is found that is found for any: where the template
 * compares them with it, one beside the other, and whatever else it demands has no placeholder. Undefined where there
 * are none such.
 */
export function listingAttributes(template: FilterTemplate): readonly string[] | undefined {
  const listing = listingIn(template, true);
  return listing === undefined || listing.length === 0 ? undefined : [...new Set(listing)];
}

function listingIn(template: FilterTemplate, isAlone: boolean): readonly string[] | undefined {
  // Groups have no <uid>.
  if (substitute(template, { dn: ['cn=x'], uid: [] }) === undefined) return [];
  switch (template.kind) {
    case 'or': {
      const parts = template.filters.map((each) => listingIn(each, isAlone && template.filters.length === 1));
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    case 'and': {
      const [part, ...others] = template.filters.filter((each) => !isFixed(each));
      return isAlone && part !== undefined && others.length === 0 ? listingIn(part, true) : undefined;
    }
    case 'equality': {
      const [piece, ...others] = template.value;
      const isDn = piece !== undefined && 'placeholder' in piece && piece.placeholder === 'dn';
      return isDn && others.length === 0 && !template.attribute.includes(';')
        ? [canonicalName(template.attribute)]
        : undefined;
    }
    default:
      return undefined;
  }
}

function isFixed(template: FilterTemplate): boolean {
  switch (template.kind) {
    case 'and':
    case 'or':
      return template.filters.every(isFixed);
    case 'not':
      return isFixed(template.filter);
    case 'present':
      return true;
    case 'substrings':
      return [template.initial, ...template.any, template.final].every(
        (value) => value === undefined || placeholdersOf(value).length === 0,
      );
    default:
      return placeholdersOf(template.value).length === 0;
  }
}

/**
 * For each member, by its key, the groups that list it; undefined where one of the groups does not tell all of those for
 * which it was found.
 * @param groups all that were found for these members, with the values of `listing` that name any of them, and with
 *   their objectClass
 * @param others what else was asked for
 */
export function groupsByMember(
  groups: readonly Entry[],
  members: ReadonlySet<string>,
  listing: readonly string[],
  others: readonly string[],
): ReadonlyMap<string, readonly Entry[]> | undefined {
  const asked = new Set([...listing, ...others.map(canonicalName), 'objectclass']);
  const found = new Map<string, Entry[]>();
  for (const group of groups) {
    const told = membersIn(group, listing, asked);
    if (told === undefined || told.size === 0) return undefined;
    for (const key of told) {
      // What the server takes for one of them, and we do not, could be any of them.
      if (!members.has(key)) return undefined;
      const above = found.get(key);
      if (above === undefined) found.set(key, [group]);
      else above.push(group);
    }
  }
  return found;
}

function membersIn(
  group: Entry,
  listing: readonly string[],
  asked: ReadonlySet<string>,
): ReadonlySet<string> | undefined {
  // An attribute that is a kind of another comes with it, and so do values under options.
  if (group.forms.some(({ type, options }) => !asked.has(canonicalName(type)) || options.length > 0))
    return undefined;
  const classes = textsOf(group, 'objectClass').map((each) => each.toLowerCase());
  const possible = classes.map((each) => MEMBERS_OF[each]);
  const told = new Set<string>();
  for (const attribute of listing) {
    const shown = group.forms.filter(({ type }) => canonicalName(type) === attribute);
    const isMissing = shown.length === 0 && listing.length > 1;
    // There may be none, or no right to read it, unless no entry of these classes has the attribute.
    const mayBeHidden = classes.length === 0 || possible.some((each) => each?.includes(attribute) ?? true);
    if (isMissing && mayBeHidden) return undefined;
    for (const value of shown.flatMap(({ values }) => values)) {
      if (typeof value !== 'string') return undefined;
      told.add(keyOfDnText(value));
    }
  }
  return told;
}
