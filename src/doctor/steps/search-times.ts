/**
 * What the search for a person's groups costs the server, comparison by comparison: one of an attribute without an index
 * makes it look through every entry below the base, whatever the others have. Owns what is slow, and the cure.
 */
import { type Entry, textsOf } from '../../directory/entries/entry.ts';
import { ANY_ENTRY, type Filter } from '../../directory/filters/filter.ts';
import {
  attributesIn,
  type FilterTemplate,
  mentions,
  parseGroupFilterTemplate,
  substitute,
} from '../../directory/filters/filter-template.ts';
import { ignoringCaseOfUid } from '../../directory/graphs/member-uid.ts';
import type { VendorDefaults } from '../../directory/settings/vendor.ts';
import { VENDORS } from '../../directory/settings/vendors.ts';
import { type Patient, searchTime } from '../patient.ts';

/** What was seen, and what to do about it where it is slow. */
export interface SearchTimes {
  readonly finding: string;
  readonly hint: string | undefined;
}

interface Comparison {
  readonly template: FilterTemplate;
  readonly attribute: string;
  /** Whether it is made by a matching rule, for which there is no index. */
  readonly isByRule: boolean;
}

const ROUNDS = 7;
/** A search by an index takes little more than a read of one entry does. */
const SLOW_TIMES = 8;
const MEMBER_UID_CURE =
  'no index helps where memberUid is compared without regard to case: memberships.filter: leave it out where groups list nobody by it, or write (&(objectClass=posixGroup)(memberUid=<uid>)) in its place where no other class has it (with primary: yes where the group of a gidNumber is to count on)';
const TOKENS_CURE =
  'memberships.from: search costs a domain controller eight times what token-groups does; write token-groups where it shows them';

/**
 * Times the comparisons of `memberships.filter` for one person, one after the other and several times each. Throws
 * {@link Failure}.
 * @param bases below which groups are searched
 */
export async function timeGroupSearch(
  patient: Patient,
  bases: readonly string[],
  person: Entry,
): Promise<SearchTimes> {
  const { memberships, vendor } = patient.settings;
  const { caseIgnoringRule, ignoresCase, primaryGroup }: VendorDefaults = VENDORS[vendor];
  const template = parseGroupFilterTemplate(memberships.filter);
  const comparisons = comparisonsIn(ignoresCase ? template : ignoringCaseOfUid(template, caseIgnoringRule));
  const texts = { dn: [person.dn], uid: textsOf(person, memberships.uidAttribute) };
  const asked = comparisons.flatMap((comparison) => {
    const filter = substitute(comparison.template, texts);
    return filter === undefined ? [] : [{ ...comparison, filter, least: Number.POSITIVE_INFINITY }];
  });
  let read = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    read = Math.min(read, await timeOf(patient, bases.slice(0, 1), 'base', ANY_ENTRY));
    for (const each of asked)
      each.least = Math.min(each.least, await timeOf(patient, bases, 'sub', each.filter));
  }
  const parts = asked.map(({ attribute, isByRule, least }) => {
    return `by ${attribute}${isByRule ? ' in any case' : ''} ${shown(least)}`;
  });
  const quick = Math.min(read, ...asked.map(({ least }) => least));
  const slow = asked.filter(({ least }) => least > SLOW_TIMES * quick);
  const cures = new Set(
    slow.map(({ attribute, isByRule }) => (isByRule ? MEMBER_UID_CURE : indexFor(attribute, vendor))),
  );
  if (primaryGroup !== undefined) cures.add(TOKENS_CURE);
  return {
    finding: `looking for the groups of one takes ${parts.join(', ')} (a read of one entry ${shown(read)})`,
    hint: cures.size === 0 ? undefined : [...cures].join('; '),
  };
}

function indexFor(attribute: string, vendor: Patient['settings']['vendor']): string {
  const what = `the server looks through every entry for ${attribute}, and the others wait with it: give it an index`;
  if (vendor === 'openldap') return `${what}, olcDbIndex: ${attribute} eq`;
  return vendor === '389ds' || vendor === 'freeipa' ? `${what}, nsIndexType: eq` : `${what} for equality`;
}

// Of alternatives each by itself; what stands together is asked together.
function comparisonsIn(template: FilterTemplate): readonly Comparison[] {
  if (template.kind === 'or') return template.filters.flatMap(comparisonsIn);
  if (!mentions(template, 'dn') && !mentions(template, 'uid')) return [];
  const attribute = attributesIn(template)
    .filter((each) => each.toLowerCase() !== 'objectclass')
    .join(' and ');
  return [{ template, attribute, isByRule: template.kind === 'extensible' }];
}

async function timeOf(
  patient: Patient,
  bases: readonly string[],
  scope: 'base' | 'sub',
  filter: Filter,
): Promise<number> {
  const begun = patient.clock.now();
  for (const base of bases)
    await patient.source.search({ base, scope, filter, attributes: [] }, searchTime(patient));
  return patient.clock.now() - begun;
}

function shown(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`;
}
