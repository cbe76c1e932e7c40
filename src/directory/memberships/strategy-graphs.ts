/**
 * From the settings to the graph of groups of each strategy that is one. Owns what a vendor's own links may do for a
 * search, and where a search over the levels must be proved; who reads over the graphs is strategies.ts's.
 */
import type { Clock } from '../../deadline.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import type { Shelf } from '../entries/kept-reads.ts';
import { commonSuffix } from '../entries/suffix.ts';
import { type FilterTemplate, parseGroupFilterTemplate } from '../filters/filter-template.ts';
import { isPlainMemberSearch, linkedWithin, searchedOnce } from '../graphs/back-linked-groups.ts';
import { withoutDetours } from '../graphs/chained-groups.ts';
import type { GroupGraph } from '../graphs/group-graph.ts';
import { groupsByAttribute, type ReadGroup } from '../graphs/groups-by-attribute.ts';
import { groupsByName } from '../graphs/groups-by-name.ts';
import { groupsBySearch } from '../graphs/groups-by-search.ts';
import { chainedAttributes, InChainProof } from '../graphs/in-chain.ts';
import { withPosixGroups } from '../graphs/posix-group.ts';
import type { GroupFacts } from '../groups/group.ts';
import type { DirectorySettings, MembershipSettings } from '../settings/settings.ts';
import { nestsByDefault, type VendorDefaults } from '../settings/vendor.ts';
import { VENDORS } from '../settings/vendors.ts';
import type { GroupMemory } from './group-memory.ts';

export class StrategyGraphs {
  readonly #source: EntrySource;
  readonly #settings: DirectorySettings;
  readonly #vendor: VendorDefaults;
  readonly #facts: GroupFacts;
  readonly #chain: InChainProof | undefined;

  constructor(source: EntrySource, settings: DirectorySettings, facts: GroupFacts, clock: Clock) {
    this.#source = source;
    this.#settings = settings;
    this.#vendor = VENDORS[settings.vendor];
    this.#facts = facts;
    this.#chain = chainProof(source, settings, clock);
  }

  of(strategy: 'attribute' | 'search', memory: GroupMemory): GroupGraph {
    const { memberships } = this.#settings;
    if (memberships.hasPlainNames) return groupsByName(memberships.attribute);
    if (strategy === 'attribute') return this.#byAttribute(memberships, memory, memory.byAttribute);
    const { base, template } = searchOf(memberships);
    const { uidAttribute } = memberships;
    const { backLink, ignoresCase, caseIgnoringRule, matchesValues = false } = this.#vendor;
    const search = { base, uidAttribute, ignoresCase, caseIgnoringRule, matchesValues };
    const searched = groupsBySearch(
      this.#source,
      search,
      template,
      this.#facts,
      memory.keeping,
      memory.bySearch,
      this.#chain,
    );
    const [within] = this.backLinked(memory);
    if (within !== undefined) return searchedOnce(searched, within);
    if (backLink === undefined || this.#chain === undefined || this.#facts.counting === undefined)
      return searched;
    return withoutDetours(searched, this.#linked(backLink, memory));
  }

  /** The server's own links, where they tell the same as the search; else none. */
  backLinked(memory: GroupMemory): readonly GroupGraph[] {
    const { backLink } = this.#vendor;
    const { base, template } = searchOf(this.#settings.memberships);
    if (backLink === undefined || !isPlainMemberSearch(template)) return [];
    return [linkedWithin(this.#linked(backLink, memory), backLink, base)];
  }

  /** The graph, and the groups of numbers where the settings ask for them. */
  withPosixGroups(graph: GroupGraph, { keeping, byNumber }: GroupMemory): GroupGraph {
    const { base, posixGroup, from, attribute, nested } = this.#settings.memberships;
    if (posixGroup === undefined) return graph;
    const isTransitive = !nestsByDefault(this.#vendor, from, attribute);
    return withPosixGroups(graph, {
      source: this.#source,
      attributes: posixGroup,
      base,
      facts: this.#facts,
      keeping,
      shelf: byNumber,
      above: isTransitive && !nested ? graph : undefined,
    });
  }

  #linked(backLink: string, memory: GroupMemory): GroupGraph {
    return this.#byAttribute({ attribute: backLink, nested: true }, memory, memory.byBackLink);
  }

  #byAttribute(
    settings: Pick<MembershipSettings, 'attribute' | 'nested'>,
    { keeping }: GroupMemory,
    shelf: Shelf<ReadGroup>,
  ): GroupGraph {
    return groupsByAttribute(this.#source, settings, this.#facts, this.#vendor.dnAttribute, keeping, shelf);
  }
}

function chainProof(
  source: EntrySource,
  { users, memberships }: DirectorySettings,
  clock: Clock,
): InChainProof | undefined {
  if (!memberships.from.includes('search')) return undefined;
  const { base, template } = searchOf(memberships);
  const attributes = chainedAttributes(template);
  if (attributes.length === 0) return undefined;
  return new InChainProof(source, commonSuffix(users.bases) ?? base, attributes, clock);
}

/** Where groups are searched, and by what. Throws TypeError where the settings have no base for it. */
export function searchOf({ base, filter }: MembershipSettings): { base: string; template: FilterTemplate } {
  if (base === undefined) throw new TypeError('memberships.base is needed where groups are searched');
  return { base, template: parseGroupFilterTemplate(filter) };
}
