/**
 * The groups of a directory as such, whoever is in them: those below given DNs, or wherever groups are looked for.
 */
import type { Deadline } from '../../deadline.ts';
import { type Failure, isFailure, orFailure } from '../../failure.ts';
import { type Dn, equalDn, formatDn, isUnder, tryParseDn } from '../../names/dn.ts';
import { parsedOf } from '../../names/dn-texts.ts';
import { guidForms } from '../../names/guid.ts';
import { sidToOctets } from '../../names/sid.ts';
import type { Membership } from '../../person.ts';
import type { Entry } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { searchInPages } from '../entries/reads.ts';
import { suffixOf } from '../entries/suffix.ts';
import { equality, type Filter } from '../filters/filter.ts';
import { attributesFor, type GroupFacts, groupOfEntry } from './group.ts';

/** A group as such, whoever is in it. */
export type ListedGroup = Pick<Membership, 'dn' | 'name' | 'names' | 'sid' | 'guid'> & {
  /** Why it counts for nobody, as in {@link UncountedGroup.reason}; undefined where it counts. */
  readonly uncounted?: string | undefined;
};

export interface GroupListRules {
  /** Where groups are looked for by the config; undefined where it does not say. */
  readonly base: string | undefined;
  readonly userBases: readonly string[];
  /** Other trees whose groups are here too. */
  readonly alsoHolds?: readonly string[] | undefined;
  readonly classes: readonly string[];
  /** Attributes that tell a group where a file lacks the classes of its entries. */
  readonly listing?: readonly string[];
  readonly facts: GroupFacts;
  readonly pageTime: () => Deadline;
}

/** One group by what a mapping may name it by. */
export type WantedGroup = { readonly by: 'dn' | 'name' | 'sid' | 'guid'; readonly text: string };

const GROUPS_PER_PAGE = 500;
/** What the first RDN of a group is made of, where no attribute is said to name it. */
const NAMING = ['cn', 'ou', 'uid', 'name', 'displayName'];

/**
 * Each group once. A group that does not show what it must is left out, and told by the {@link Failure} at the end. DNs
 * outside of what this directory holds, by its own bases, have none here. Throws {@link Failure}.
 * @param under empty for all
 * @param connection `shared` for a list that does not last long
 * @param wanted no more than those that may be this one
 */
export async function* listGroups(
  source: EntrySource,
  { base, userBases, alsoHolds = [], classes, listing = [], facts, pageTime }: GroupListRules,
  under: readonly string[],
  connection?: 'shared',
  wanted?: WantedGroup,
): AsyncGenerator<ListedGroup> {
  const others = parsedOf(alsoHolds).map(suffixOf);
  const suffixes = parsedOf([...userBases, ...(base === undefined ? [] : [base])])
    .map(suffixOf)
    .concat(others);
  const everywhere = base === undefined ? suffixes : [...parsedOf([base]), ...others];
  const asked = under.length === 0 ? everywhere : parsedOf(under);
  const bases = outermost(asked).filter((dn) => suffixes.some((suffix) => equalDn(suffixOf(dn), suffix)));
  const unreadable: Failure[] = [];
  const filter: Filter = {
    kind: 'or',
    filters: [
      ...classes.map((each) => equality('objectClass', each)),
      ...listing.map((attribute) => ({ kind: 'present', attribute }) as const),
    ],
  };
  const narrowed = wanted === undefined ? undefined : narrowing(wanted, facts);
  const searched: Filter = narrowed === undefined ? filter : { kind: 'and', filters: [narrowed, filter] };
  for (const dn of bases) {
    const search = {
      base: formatDn(dn),
      scope: 'sub',
      filter: searched,
      attributes: attributesFor(facts),
      ...(connection && { connection }),
    } as const;
    for await (const page of searchInPages(source, search, GROUPS_PER_PAGE, pageTime)) {
      for (const entry of page) {
        const parsed = tryParseDn(entry.dn);
        if (parsed !== undefined && under.length > 0 && equalDn(parsed, dn)) continue;
        const group = groupIn(entry, facts);
        if (isFailure(group)) unreadable.push(group);
        else yield group;
      }
    }
  }
  const [first] = unreadable;
  if (first !== undefined) throw first;
}

function narrowing({ by, text }: WantedGroup, { name, identity }: GroupFacts): Filter | undefined {
  const any = (filters: readonly Filter[]): Filter => ({ kind: 'or', filters });
  if (by === 'dn') {
    // The first RDN, which every server can compare; the DN is compared by who asks.
    const [rdn = []] = tryParseDn(text)?.rdns ?? [];
    return any(
      rdn.map(({ type, value }) => ({
        kind: 'equality',
        attribute: type,
        value: typeof value === 'string' ? Buffer.from(value) : value,
      })),
    );
  }
  if (by === 'name') return any((name === undefined ? NAMING : [name]).map((each) => equality(each, text)));
  const attribute = identity?.[by];
  if (attribute === undefined) return undefined;
  const forms = by === 'sid' ? [text, sidToOctets(text)] : guidForms(text);
  return any(
    forms.map((each) => ({
      kind: 'equality',
      attribute,
      value: typeof each === 'string' ? Buffer.from(each) : each,
    })),
  );
}

function groupIn(entry: Entry, facts: GroupFacts): ListedGroup | Failure {
  return orFailure(() => {
    const { name, names, sid, guid, uncounted } = groupOfEntry(entry, facts);
    return { dn: entry.dn, name, names, sid, guid, uncounted: uncounted?.reason };
  });
}

function outermost(dns: readonly Dn[]): readonly Dn[] {
  return dns.filter((dn, i) => !dns.some((other, j) => isUnder(dn, other) || (j < i && equalDn(dn, other))));
}
