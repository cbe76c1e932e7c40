/**
 * From the settings to the reader of memberships: which strategy, over which memory. One memory is shared by all lookups;
 * the sentinel, which proves that reading is still possible, and a walk over everybody have one of their own.
 */
import type { Clock, Deadline } from '../../deadline.ts';
import { domainOfSid } from '../../names/sid.ts';
import { recentMap } from '../../recent-map.ts';
import { sortSids } from '../entries/completeness.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import type { Kept, Shelf } from '../entries/kept-reads.ts';
import { readEntry } from '../entries/reads.ts';
import { homeOf } from '../entries/suffix.ts';
import type { Dated, GroupGraph } from '../graphs/group-graph.ts';
import { unitedGraphs } from '../graphs/group-union.ts';
import type { ReadGroup } from '../graphs/groups-by-attribute.ts';
import { readMemberIndex } from '../graphs/member-index.ts';
import type { GroupFacts } from '../groups/group.ts';
import { type DirectorySettings, timeFor } from '../settings/settings.ts';
import type { VendorDefaults } from '../settings/vendor.ts';
import { VENDORS } from '../settings/vendors.ts';
import { BeyondToken } from '../sids/beyond-token.ts';
import { withPrimaryGroup } from '../sids/primary-group.ts';
import { type DomainDirectory, SidDomains } from '../sids/sid-domains.ts';
import { SID_ATTRIBUTE, SidGroups } from '../sids/sid-groups.ts';
import { withForeignGroups } from './foreign-groups.ts';
import { GroupMemory } from './group-memory.ts';
import { doubting, type MembershipReader, walkUpwards } from './memberships.ts';
import type { ResourceForest } from './resource-forest.ts';
import { StrategyGraphs, searchOf } from './strategy-graphs.ts';
import { readCarriedSids, type TokenTurns, tokenGroups, tokenTurns } from './token-groups.ts';

/** How long groups are kept, what is read of them beside their names, and who else may know groups. */
export interface GroupOptions {
  /** Milliseconds for which an answer may be served from memory after its oldest read; 0 keeps nothing. */
  readonly fresh: number;
  /** Whether memberships are to tell SIDs and GUIDs. Costs reads of the groups' entries. */
  readonly identities: boolean;
  /** Whether a group that cannot be read may do without them: nothing is decided by them. */
  readonly identityIsOptional?: boolean;
  /** The directories that are asked beside this one, of other domains perhaps. */
  readonly beside?: () => readonly DomainDirectory[];
  /** The resource forests that may list people of this one. */
  readonly foreign?: () => readonly ResourceForest[];
}

const GROUPS_KEPT = 50_000;
/** An answer made of groups as old as `fresh` would be born stale, so groups are kept for a part of it only. */
const KEPT_PART = 1 / 2;
const FOR_EVER = Number.POSITIVE_INFINITY;
// One after the other, for what is read of groups at once.
const SEARCHES = 2;

export class Strategies {
  /** Of groups that are listed, whoever is in them: with their identities where they show them. */
  readonly listedFacts: GroupFacts;
  /** Of groups that are known to be for security, as those of a token are. */
  readonly #securityFacts: GroupFacts;
  /** Of all others. */
  readonly #facts: GroupFacts;
  readonly #source: EntrySource;
  readonly #settings: DirectorySettings;
  readonly #vendor: VendorDefaults;
  readonly #clock: Clock;
  readonly #domains: SidDomains;
  readonly #foreign: () => readonly ResourceForest[];
  readonly #turns: TokenTurns;
  readonly #youth: number;
  readonly #sids: SidGroups;
  readonly #shared: MembershipReader;
  readonly #graphs: StrategyGraphs;

  constructor(
    source: EntrySource,
    settings: DirectorySettings,
    clock: Clock,
    { fresh, identities, identityIsOptional = false, beside = () => [], foreign = () => [] }: GroupOptions,
  ) {
    this.#source = source;
    this.#settings = settings;
    this.#vendor = VENDORS[settings.vendor];
    this.#clock = clock;
    const { name, uncountedAttribute } = settings.memberships;
    const identity = identities ? this.#vendor.groupIdentity : undefined;
    const counting = countingRule(settings);
    this.#securityFacts = { name, identity, identityIsOptional };
    this.#facts = { name, identity, identityIsOptional, counting, isServed: settings.source.kind === 'ldap' };
    this.listedFacts = {
      name,
      identity,
      identityIsOptional: true,
      counting:
        uncountedAttribute === undefined
          ? counting && { ...counting, always: false }
          : { by: 'reason', attribute: uncountedAttribute },
    };
    this.#domains = new SidDomains(beside);
    this.#foreign = foreign;
    this.#turns = tokenTurns(settings.limits.queue);
    this.#youth = fresh * KEPT_PART;
    this.#graphs = new StrategyGraphs(source, settings, this.#facts, clock);
    const memory = this.#memory(this.#youth, <Value extends object>() => recentMap<Kept<Value>>(GROUPS_KEPT));
    this.#sids = this.#sidGroups(memory, memory.bySid, this.#securityFacts);
    this.#shared = this.#reader(memory, this.#sids, undefined);
  }

  /** What an entry must be read with so that its groups can be told. */
  get attributes(): readonly string[] {
    const { foreign = [] } = this.#settings;
    return foreign.length === 0 ? this.#shared.attributes : [...this.#shared.attributes, SID_ATTRIBUTE];
  }

  forLookup(): MembershipReader {
    return this.#withForeign(this.#ownForLookup(), 'shared');
  }

  #ownForLookup(): MembershipReader {
    // One lookup reads a group once, be nothing kept for the next.
    if (this.#youth === 0) return this.#afresh(undefined);
    const { from, distribution } = this.#settings.memberships;
    // A token is read anew each time, and its SIDs lead to groups by any name; what it does not hold is remembered.
    if (distribution !== true && from.every((each) => each === 'token-groups')) return this.#shared;
    return doubting(
      this.#shared,
      () => this.#afresh(undefined),
      (dn, attributes, deadline) => readEntry(this.#source, dn, attributes, deadline),
    );
  }

  /** A reader that knows nothing yet. */
  afresh(): MembershipReader {
    return this.#withForeign(this.#afresh(undefined), 'none');
  }

  /** A reader for everybody; each group is read once, and kept as long as the reader. */
  async forWalk(time: () => Deadline): Promise<MembershipReader> {
    const { memberships } = this.#settings;
    if (!memberships.from.includes('search')) return this.afresh();
    const { base, template } = searchOf(memberships);
    const { ignoresCase } = this.#vendor;
    const settings = { base, uidAttribute: memberships.uidAttribute, ignoresCase };
    const index = await readMemberIndex(this.#source, settings, template, this.#facts, time);
    return this.#withForeign(this.#afresh(index), 'none');
  }

  /** Groups by their SIDs, for other directories. */
  groupsOfSids(sids: readonly string[], deadline: Deadline): Promise<Dated<ReadonlyMap<string, ReadGroup>>> {
    return this.#sids.get(sids, deadline);
  }

  #withForeign(own: MembershipReader, memory: 'shared' | 'none'): MembershipReader {
    const forests = this.#foreign();
    if (forests.length !== (this.#settings.foreign ?? []).length)
      throw new TypeError('the directory knows other resource forests than its settings');
    if (forests.length === 0) return own;
    return withForeignGroups(own, {
      forests,
      memory,
      carriedSids: async ({ dn }, deadline) => {
        const readAt = this.#clock.now();
        const rules = { source: this.#source, turns: this.#turns };
        return { value: await readCarriedSids(rules, dn, deadline), readAt };
      },
      groupsOf: async (sids, ownDomain, deadline) => {
        const sorted = sortSids(sids, ownDomain, domainOfSid);
        const [mine, others] = await Promise.all([
          this.#sids.get(sorted.own, deadline),
          this.#domains.get(sorted.foreign, deadline),
        ]);
        return {
          value: new Map([...mine.value, ...others.value]),
          readAt: Math.min(mine.readAt, others.readAt),
        };
      },
      most: this.#settings.memberships.limits.groups,
    });
  }

  #afresh(index: GroupGraph | undefined): MembershipReader {
    const memory = this.#memory(FOR_EVER, () => new Map());
    const groups = this.#sidGroups(memory, memory.bySid, this.#securityFacts);
    return this.#reader(memory, groups, new Map(), index);
  }

  /** @param index what takes the place of searches */
  #reader(
    memory: GroupMemory,
    groups: SidGroups,
    parents: Map<string, readonly string[]> | undefined,
    index?: GroupGraph,
  ): MembershipReader {
    const { memberships } = this.#settings;
    const { from, primaryGroup } = memberships;
    const token = from.includes('token-groups') ? this.#tokenGroups(memory, groups, parents) : undefined;
    const graphs = from.flatMap((strategy) => {
      if (strategy === 'token-groups') return [];
      if (strategy !== 'search' || index === undefined) return [this.#graphs.of(strategy, memory)];
      return [unitedGraphs([index, ...this.#graphs.backLinked(memory)])];
    });
    if (graphs.length === 0 && token !== undefined) return token;
    const graph = this.#graphs.withPosixGroups(unitedGraphs(graphs), memory);
    // The token has the primary group too.
    if (primaryGroup === undefined || token !== undefined) return walkUpwards(graph, memberships, token);
    const primaries = this.#sidGroups(memory, memory.byPrimary, this.#facts);
    return walkUpwards(withPrimaryGroup(graph, primaryGroup, primaries), memberships);
  }

  #tokenGroups(
    memory: GroupMemory,
    groups: SidGroups,
    parents: Map<string, readonly string[]> | undefined,
  ): MembershipReader {
    const { primaryGroup } = this.#vendor;
    if (primaryGroup === undefined) throw new TypeError('only Active Directory knows tokenGroups');
    return tokenGroups({
      source: this.#source,
      settings: this.#settings.memberships,
      primaryGroup,
      groups,
      beyond: new BeyondToken({
        source: this.#source,
        facts: this.#facts,
        parentsIn: this.#settings.memberships.attribute,
        dnAttribute: this.#vendor.dnAttribute,
        keeping: memory.keeping,
        shelf: memory.beyondToken,
      }),
      domains: this.#domains,
      turns: this.#turns,
      now: () => this.#clock.now(),
      parents,
    });
  }

  #sidGroups(memory: GroupMemory, shelf: Shelf<ReadGroup>, facts: GroupFacts): SidGroups {
    const { users, memberships } = this.#settings;
    const domain = homeOf(users.bases) ?? '';
    return new SidGroups(this.#source, domain, facts, memberships.attribute, memory.keeping, shelf);
  }

  #memory(youth: number, shelf: <Value extends object>() => Shelf<Value>): GroupMemory {
    const patience = timeFor(this.#settings.limits, SEARCHES);
    return new GroupMemory({ clock: this.#clock, youth, patience }, shelf);
  }
}

// A file shows all that is in it: a group of it without the attribute has never said that it does not count.
function countingRule({ vendor, source, memberships }: DirectorySettings) {
  const { groupType }: VendorDefaults = VENDORS[vendor];
  if (groupType === undefined || memberships.distribution === true) return undefined;
  return { by: 'type', type: groupType, always: source.kind === 'ldap' } as const;
}
