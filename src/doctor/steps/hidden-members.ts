/**
 * Whether groups show each member that they can be searched by. A walk upwards asks for the groups above many at once
 * and believes what each shows (RFC 3876), so that a member which may be searched for and not be read is in none. Owns
 * the comparison of a sample with one search for each; what is said of it is memberships.ts's.
 */
import type { Entry } from '../../directory/entries/entry.ts';
import type { MatchingValue } from '../../directory/entries/entry-source.ts';
import { searchAll } from '../../directory/entries/reads.ts';
import {
  type FilterTemplate,
  parseGroupFilterTemplate,
  substitute,
} from '../../directory/filters/filter-template.ts';
import { groupsByMember, listingAttributes } from '../../directory/graphs/told-members.ts';
import type { VendorDefaults } from '../../directory/settings/vendor.ts';
import { VENDORS } from '../../directory/settings/vendors.ts';
import { keyOfDnText } from '../../names/dn-texts.ts';
import { groupsFilter, type Patient, sampleOf, searchTime } from '../patient.ts';

/** A group, and a member of it that it does not show. */
export interface HiddenMember {
  readonly group: string;
  readonly member: string;
}

/** Each costs a search. */
const MOST_MEMBERS = 40;

/** One of a sample of groups that are members; undefined where none was met. Throws {@link Failure}. */
export async function findHiddenMember(
  patient: Patient,
  bases: readonly string[],
): Promise<HiddenMember | undefined> {
  const { memberships, vendor } = patient.settings;
  const { matchesValues }: VendorDefaults = VENDORS[vendor];
  const template = parseGroupFilterTemplate(memberships.filter);
  const listing = matchesValues && memberships.nested ? listingAttributes(template) : undefined;
  if (listing === undefined) return undefined;
  for (const base of bases) {
    const search = { base, scope: 'sub', filter: groupsFilter(patient.settings), attributes: [] } as const;
    const { entries } = await sampleOf(patient.source, search, MOST_MEMBERS);
    const hidden = await hiddenAmong(patient, { base, template, listing }, entries);
    if (hidden !== undefined) return hidden;
  }
  return undefined;
}

interface GroupSearch {
  readonly base: string;
  readonly template: FilterTemplate;
  readonly listing: readonly string[];
}

async function hiddenAmong(
  patient: Patient,
  { base, template, listing }: GroupSearch,
  members: readonly Entry[],
): Promise<HiddenMember | undefined> {
  const found = (dns: readonly string[], more: { attributes: string[]; matching?: MatchingValue[] }) => {
    const filter = substitute(template, { dn: dns, uid: [] });
    if (filter === undefined) return [];
    return searchAll(patient.source, { base, scope: 'sub', filter, ...more }, searchTime(patient));
  };
  const dns = members.map(({ dn }) => dn);
  const matching = listing.flatMap((attribute) => dns.map((dn) => ({ attribute, value: Buffer.from(dn) })));
  const atOnce = await found(dns, { attributes: ['objectClass'], matching });
  const told = groupsByMember(atOnce, new Set(dns.map(keyOfDnText)), listing, []);
  // They are asked one by one in a lookup too.
  if (told === undefined) return undefined;
  for (const member of dns) {
    const shown = new Set(told.get(keyOfDnText(member))?.map(({ dn }) => dn));
    const hiding = (await found([member], { attributes: [] })).find(({ dn }) => !shown.has(dn));
    if (hiding !== undefined) return { group: hiding.dn, member };
  }
  return undefined;
}
