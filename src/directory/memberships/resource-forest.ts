/**
 * What the directory of one forest asks of another whose groups list its people. How a directory is one is forests/'s;
 * what several say together is foreign-groups.ts's.
 */
import type { Deadline } from '../../deadline.ts';
import type { Membership, UncountedGroup } from '../../person.ts';
import type { Dated } from '../graphs/group-graph.ts';
import type { ListedGroup, WantedGroup } from '../groups/group-list.ts';

/** A directory as one whose groups list people of others. What reads throws {@link Failure}. */
export interface ResourceForest {
  readonly name: string;
  /** The DN of the domain, at or below which all its groups are. */
  readonly domain: string;
  /** @param memory whether what was read for others may serve too */
  openListed(memory: 'shared' | 'none'): ListedPrincipals;
  /** Throws {@link Failure} where nobody of the domain with this SID can log on here. */
  judgeTrust(domainSid: string, deadline: Deadline): Promise<void>;
  confirmSentinel(deadline: Deadline): Promise<void>;
  groups(under: readonly string[], connection?: 'shared', wanted?: WantedGroup): AsyncIterable<ListedGroup>;
}

/** The groups that list one SID, and those above them; `via` names groups of this forest alone. */
export interface Listing {
  readonly memberships: readonly Membership[];
  readonly uncounted: readonly UncountedGroup[];
}

/** Of many SIDs those that anything lists. */
export interface Listings extends Dated<ReadonlyMap<string, Listing>> {
  /** What was rightly left out. */
  readonly notes: readonly string[];
}

/** What SIDs are listed in. */
export interface ListedPrincipals {
  /** Complete, or throws {@link Failure}. */
  read(sids: readonly string[], deadline: Deadline): Promise<Listings>;
  /** The DNs of the groups directly above one that was read. */
  parentsTold(key: string): readonly string[] | undefined;
}
