/**
 * The domain that a directory serves, as its forest and other forests know it: its SID, whom it trusts, what its groups
 * list, and whether they are all that its people can be in. Outside Active Directory there is little of this to tell.
 */
import type { Clock, Deadline } from '../../deadline.ts';
import { judgeDomains, PARTIAL_NOTE, untrusted } from '../entries/completeness.ts';
import type { EntrySource, Partition } from '../entries/entry-source.ts';
import type { KeptReads } from '../entries/kept-reads.ts';
import { homeOf } from '../entries/suffix.ts';
import type { ListedPrincipals } from '../memberships/resource-forest.ts';
import type { GroupOptions } from '../memberships/strategies.ts';
import { type DirectorySettings, timeFor } from '../settings/settings.ts';
import { VENDORS } from '../settings/vendors.ts';
import { domainSids } from '../sids/sid-domains.ts';
import { partitionsOf } from './forest.ts';
import { ForestListings } from './forest-listings.ts';
import { Trusts } from './trusts.ts';

// Of an answer's time: what is kept of trusts ages before the answer does.
const KEPT_PART = 1 / 2;
const SEARCHES = 2;

export class Domain {
  readonly dn: string;
  readonly #settings: DirectorySettings;
  readonly #partitions: (deadline: Deadline) => Promise<readonly Partition[]>;
  readonly #sids: KeptReads<string, string>;
  readonly #listings: () => ForestListings;
  readonly #trusts: Trusts;

  constructor(
    source: EntrySource,
    settings: DirectorySettings,
    clock: Clock,
    groupOptions: Pick<GroupOptions, 'fresh' | 'identities'>,
  ) {
    const suffix = homeOf(settings.users.bases);
    const patience = timeFor(settings.limits, SEARCHES);
    this.dn = suffix ?? '';
    this.#settings = settings;
    this.#partitions = partitionsOf(source, suffix, clock, patience);
    this.#sids = domainSids(source, clock, patience);
    this.#trusts = new Trusts(source, this.dn, clock, groupOptions.fresh * KEPT_PART, patience);
    let listings: ForestListings | undefined;
    this.#listings = () => {
      listings ??= new ForestListings(source, settings, this.dn, clock, groupOptions);
      return listings;
    };
  }

  /** Undefined where it has none. Throws {@link Failure}. */
  async sid(deadline: Deadline): Promise<string | undefined> {
    if (!VENDORS[this.#settings.vendor].hasForest) return undefined;
    const known = await this.#sids.get([this.#settings.users.bases[0] ?? ''], deadline);
    return [...known.values()][0]?.value;
  }

  /** Throws {@link Failure} where nobody of the domain with this SID can log on here. */
  async judgeTrust(domainSid: string, deadline: Deadline): Promise<void> {
    if (!(await this.#trusts.mayCover(domainSid, deadline))) throw untrusted(this.#settings.name, domainSid);
  }

  /** What SIDs of other forests are listed in here. */
  openListed(memory: 'shared' | 'none'): ListedPrincipals {
    const listed = this.#listings().open(memory);
    return {
      ...listed,
      read: async (sids, deadline) => {
        const isPart = await this.#isPart(deadline);
        const listings = await listed.read(sids, deadline);
        return isPart
          ? { ...listings, notes: [`${PARTIAL_NOTE}, in the directory ${this.#settings.name}`] }
          : listings;
      },
    };
  }

  /**
   * Whether memberships of its people are left out, those in groups of the forest's other domains: a domain controller
   * shows none of them. Throws {@link Failure}, also where they must not be left out.
   */
  async isPartial(deadline: Deadline): Promise<boolean> {
    const { from, distribution } = this.#settings.memberships;
    // A token holds the security groups of other domains too, and no others.
    const isWhole = from.includes('token-groups') && distribution !== true;
    return !isWhole && this.#isPart(deadline);
  }

  // Whether the groups of this domain are taken for those of the forest. Throws where they must not be.
  async #isPart(deadline: Deadline): Promise<boolean> {
    const { vendor, memberships, source } = this.#settings;
    if (!VENDORS[vendor].hasForest || source.kind === 'ldif') return false;
    if (memberships.partial === true) return true;
    const partitions = await this.#partitions(deadline);
    judgeDomains(partitions.filter(({ isDomain }) => isDomain).map(({ dn }) => dn));
    return false;
  }
}
