/**
 * The strategy `search` for a walk over everybody: all groups are read once, with the values that name their members,
 * into an index from member to groups; no person then costs a search. For one person groups-by-search.ts is cheaper.
 */
import type { Deadline } from '../../deadline.ts';
import { CompactMultimap } from '../../multimap.ts';
import { dnKeys } from '../../names/dn-texts.ts';
import type { AttributeValue } from '../../person.ts';
import { matchingRuleOf } from '../entries/attribute-types.ts';
import { type Entry, entryOf, plainValues } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { searchInPages } from '../entries/reads.ts';
import { comparable } from '../entries/value-comparison.ts';
import type { Filter } from '../filters/filter.ts';
import { type FilterTemplate, mentions, placeholdersOf, substitute } from '../filters/filter-template.ts';
import { attributesFor, type Group, type GroupFacts, groupOfEntry, textOf } from '../groups/group.ts';
import type { GroupGraph } from './group-graph.ts';

/** One way in which a group's entry names a member: a value of the attribute, in groups that the filters let pass. */
interface MemberComparison {
  readonly attribute: string;
  readonly placeholder: 'dn' | 'uid';
  readonly alongside: readonly Filter[];
}

export interface MemberIndexSettings {
  readonly base: string;
  readonly uidAttribute: string;
  /** Whether the server compares every text without regard to case. */
  readonly ignoresCase: boolean;
}

// Groups of thousands of members are in memory so many at a time.
const GROUPS_PER_PAGE = 10;

/**
 * Reads the groups. Undefined where the template compares members in a way that cannot be told from their values, or
 * where the values may be searched for and not be read: a search for one person's groups needs no more.
 * Throws {@link Failure} where they cannot be read completely.
 */
export async function readMemberIndex(
  source: EntrySource,
  { base, uidAttribute, ignoresCase }: MemberIndexSettings,
  template: FilterTemplate,
  facts: GroupFacts,
  deadline: () => Deadline,
): Promise<GroupGraph | undefined> {
  const comparisons = comparisonsOf(template);
  const keyOfValue = keyMaker(ignoresCase);
  if (!comparisons?.every(({ attribute }) => matchingRuleOf(attribute) !== undefined)) return undefined;
  const index = new Map<string, CompactMultimap<LazyGroup>>();
  const groups = new Map<string, LazyGroup>();
  const own = attributesFor(facts);
  // One attribute at a time, so that a group that is found by it and does not show it is noticed.
  for (const comparison of comparisons) {
    const { attribute } = comparison;
    const attributes = [...own, attribute];
    const members = index.get(attribute) ?? new CompactMultimap<LazyGroup>();
    index.set(attribute, members);
    const placeOf = placesIn(members, (value) => keyOfValue(comparison, value));
    for await (const page of searchInPages(
      source,
      { base, scope: 'sub', filter: filterOf(comparison), attributes, pages: 'all' },
      GROUPS_PER_PAGE,
      deadline,
    )) {
      for (const entry of page) {
        const group = groups.get(entry.dn) ?? new LazyGroup(entry, facts);
        groups.set(entry.dn, group);
        const values = plainValues(entry, attribute);
        if (values.length === 0) return undefined;
        for (const value of values) {
          const place = placeOf(value);
          if (place !== undefined) members.add(place, group);
        }
      }
    }
  }
  const holding = (comparison: MemberComparison, value: AttributeValue) => {
    const key = keyOfValue(comparison, value);
    return (key === undefined ? undefined : index.get(comparison.attribute)?.get(key)) ?? [];
  };
  const above = (dn: string, uids: readonly AttributeValue[]): readonly Group[] => {
    const found = comparisons.flatMap((comparison) =>
      comparison.placeholder === 'dn'
        ? holding(comparison, dn)
        : uids.flatMap((uid) => holding(comparison, uid)),
    );
    return [...new Set(found)].map(({ group }) => group);
  };
  const told = new Map<string, readonly Group[]>();

  return {
    attributes: mentions(template, 'uid') ? [uidAttribute] : [],
    async direct(person) {
      const uids = plainValues(person, uidAttribute).map((value) => textOf(value, person.dn, uidAttribute));
      return { value: above(person.dn, uids), readAt: Number.POSITIVE_INFINITY };
    },
    async parents(children) {
      for (const { dn, key } of children) if (!told.has(key)) told.set(key, above(dn, []));
      return { value: told, readAt: Number.POSITIVE_INFINITY };
    },
    async prepare() {},
    parentsTold: (key) => (told.get(key) ?? []).map(({ dn }) => dn),
  };
}

// A group that shows no name is a failure for those who are in it, and for nobody else.
class LazyGroup {
  readonly #facts: GroupFacts;
  #entry: Entry | undefined;
  #group: Group | undefined;

  constructor(entry: Entry, facts: GroupFacts) {
    this.#facts = facts;
    // Without the values of its members, which would stay in memory.
    const own = attributesFor(facts).map((attribute) => [attribute, plainValues(entry, attribute)] as const);
    this.#entry = entryOf(entry.dn, own);
  }

  get group(): Group {
    if (this.#entry !== undefined) this.#group = groupOfEntry(this.#entry, this.#facts);
    this.#entry = undefined;
    if (this.#group === undefined) throw new Error('a group without its entry');
    return this.#group;
  }
}

/** All the ways by which the template can name a member; undefined where it also compares in others. */
function comparisonsOf(template: FilterTemplate): readonly MemberComparison[] | undefined {
  switch (template.kind) {
    case 'or': {
      const inner = template.filters.map(comparisonsOf);
      return inner.every((each) => each !== undefined) ? inner.flat() : undefined;
    }
    case 'and': {
      const comparing = template.filters.filter(
        (filter) => mentions(filter, 'dn') || mentions(filter, 'uid'),
      );
      const [only, ...others] = comparing;
      if (only === undefined || others.length > 0) return undefined;
      const fixed = template.filters
        .filter((filter) => filter !== only)
        .map((filter) => substitute(filter, {}));
      if (!fixed.every((filter) => filter !== undefined)) return undefined;
      return comparisonsOf(only)?.map((each) => ({ ...each, alongside: [...fixed, ...each.alongside] }));
    }
    case 'equality': {
      const [placeholder, ...others] = placeholdersOf(template.value);
      if (template.value.length !== 1 || others.length > 0) return undefined;
      if (placeholder !== 'dn' && placeholder !== 'uid') return undefined;
      return [{ attribute: template.attribute, placeholder, alongside: [] }];
    }
    default:
      return undefined;
  }
}

function filterOf({ attribute, alongside }: MemberComparison): Filter {
  const isThere: Filter = { kind: 'present', attribute };
  return alongside.length === 0 ? isThere : { kind: 'and', filters: [...alongside, isThere] };
}

/** The same few people come with every group: of each text a key is made once. */
function placesIn<Value>(
  members: CompactMultimap<Value>,
  keyOf: (value: AttributeValue) => string | undefined,
): (value: AttributeValue) => number | undefined {
  const known = new Map<AttributeValue, number | undefined>();
  return (value) => {
    const place = known.get(value);
    if (place !== undefined || known.has(value)) return place;
    const key = keyOf(value);
    // Most keys are the very text, which is there already.
    const made = key === undefined ? undefined : members.placeOf(key === value ? value : key);
    if (typeof value === 'string') known.set(value, made);
    return made;
  };
}

function keyMaker(ignoresCase: boolean) {
  const keyOfDn = dnKeys();
  return ({ attribute, placeholder }: MemberComparison, value: AttributeValue): string | undefined => {
    const rule = matchingRuleOf(attribute);
    if (rule === undefined) return undefined;
    // Of everybody a value for each of their groups: what is parsed of them decides how long the walk takes.
    if (rule === 'distinguishedName') return typeof value === 'string' ? keyOfDn(value) : undefined;
    const isBlind = ignoresCase || placeholder === 'uid';
    const key = comparable(rule === 'caseExact' && isBlind ? 'caseIgnore' : rule, value);
    return key === undefined ? undefined : String(key);
  };
}
