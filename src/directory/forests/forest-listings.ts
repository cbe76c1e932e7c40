/**
 * What makes a directory a {@link ResourceForest}: groups are searched for by its own settings, whatever strategy these
 * name for its own people, whose tokens say nothing of others. Owns the memory of what SIDs are listed in.
 */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../deadline.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import type { Kept } from '../entries/kept-reads.ts';
import type { ListedPrincipals } from '../memberships/resource-forest.ts';
import { type GroupOptions, Strategies } from '../memberships/strategies.ts';
import { type DirectorySettings, timeFor } from '../settings/settings.ts';
import { VENDORS } from '../settings/vendors.ts';
import { type KeptListing, listedPrincipals } from './listed-principals.ts';

const SIDS_KEPT = 50_000;
// A listing is kept for as long as the groups in it were kept before, and both together no longer than groups are.
const KEPT_PART = 1 / 4;
const FOR_EVER = Number.POSITIVE_INFINITY;
// One to find the entries, and so many levels of groups that are not known yet.
const SEARCHES = 8;

export class ForestListings {
  readonly #source: EntrySource;
  readonly #domain: string;
  readonly #clock: Clock;
  readonly #patience: number;
  readonly #groups: Strategies;
  readonly #shared: ListedPrincipals | undefined;

  /** @param domain the DN of the domain */
  constructor(
    source: EntrySource,
    settings: DirectorySettings,
    domain: string,
    clock: Clock,
    { fresh, identities }: Pick<GroupOptions, 'fresh' | 'identities'>,
  ) {
    this.#source = source;
    this.#domain = domain;
    this.#clock = clock;
    this.#patience = timeFor(settings.limits, SEARCHES);
    const searched = searchedSettings(settings, domain);
    this.#groups = new Strategies(source, searched, clock, { fresh: fresh / 2, identities });
    if (fresh === 0) return;
    const shelf = new LRUCache<string, Kept<KeptListing>>({ max: SIDS_KEPT });
    const keeping = { clock, youth: fresh * KEPT_PART, patience: this.#patience };
    this.#shared = listedPrincipals({ source, domain, groups: this.#groups.forLookup(), keeping, shelf });
  }

  open(memory: 'shared' | 'none'): ListedPrincipals {
    if (memory === 'shared' && this.#shared !== undefined) return this.#shared;
    return listedPrincipals({
      source: this.#source,
      domain: this.#domain,
      groups: this.#groups.afresh(),
      keeping: { clock: this.#clock, youth: FOR_EVER, patience: this.#patience },
      shelf: new Map(),
    });
  }
}

// A foreignSecurityPrincipal has no primary group.
function searchedSettings(settings: DirectorySettings, domain: string): DirectorySettings {
  const { memberships, vendor } = settings;
  const isSearched = memberships.from.includes('search');
  return {
    ...settings,
    memberships: {
      ...memberships,
      from: ['search'],
      base: isSearched ? memberships.base : domain,
      filter: isSearched ? memberships.filter : VENDORS[vendor].groupFilter,
      primaryGroup: undefined,
      posixGroup: undefined,
    },
    foreign: undefined,
  };
}
