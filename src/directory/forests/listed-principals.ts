/**
 * A directory as a resource forest: its groups that list people and groups of other forests, which stand here as
 * foreignSecurityPrincipals under their SIDs. Owns what one SID is listed in, directly and nested, and for how long that
 * is known. Whose SIDs are asked for, and what they give together, is foreign-groups.ts's.
 */
import type { Deadline } from '../../deadline.ts';
import { isFailure } from '../../failure.ts';
import { sidToOctets } from '../../names/sid.ts';
import type { Membership } from '../../person.ts';
import type { Entry } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { type KeepingRules, KeptReads, oldestOf, type Shelf } from '../entries/kept-reads.ts';
import { mapConcurrently, searchAll } from '../entries/reads.ts';
import { equality, type Filter } from '../filters/filter.ts';
import type { MembershipReader } from '../memberships/memberships.ts';
import type { ListedPrincipals, Listing } from '../memberships/resource-forest.ts';
import { SID_ATTRIBUTE, sidIn } from '../sids/sid-groups.ts';

/** What is kept of a SID. */
export interface KeptListing {
  /** Undefined where nothing lists it. */
  readonly listing: Listing | undefined;
  /** When the oldest read in it began; Infinity where that is when the SID was asked for. */
  readonly readAt: number;
}

export interface ListedPrincipalsRules {
  readonly source: EntrySource;
  /** The DN of the domain. */
  readonly domain: string;
  /** Finds the groups that list an entry by searching for it, by this directory's own rules. */
  readonly groups: MembershipReader;
  readonly keeping: KeepingRules;
  readonly shelf: Shelf<KeptListing>;
}

const PRINCIPAL = 'foreignSecurityPrincipal';
const SIDS_PER_FILTER = 100;
const BATCHES_AT_ONCE = 4;
const PRINCIPALS_AT_ONCE = 8;
const UNLISTED: KeptListing = { listing: undefined, readAt: Number.POSITIVE_INFINITY };

// The entry is found by its SID and the groups by its DN. Samba would find them by (member=<SID=…>) in one search; for
// Windows that form is documented for bases and values alone (MS-ADTS 3.1.1.3.1.2.4). The DN cannot be made of the SID:
// an entry that was renamed would be listed nowhere. Its memberOf is shown to administrators only.
export function listedPrincipals({
  source,
  domain,
  groups,
  keeping,
  shelf,
}: ListedPrincipalsRules): ListedPrincipals {
  const attributes = [...new Set([SID_ATTRIBUTE, ...groups.attributes])];
  const find = async (sids: readonly string[], deadline: Deadline): Promise<readonly Entry[]> => {
    const filters = sids.map(
      (sid): Filter => ({ kind: 'equality', attribute: SID_ATTRIBUTE, value: sidToOctets(sid) }),
    );
    const filter: Filter = {
      kind: 'and',
      filters: [equality('objectClass', PRINCIPAL), { kind: 'or', filters }],
    };
    return searchAll(
      source,
      { base: domain, scope: 'sub', filter, attributes, references: 'ignored' },
      deadline,
    );
  };
  const listingOf = async (entries: readonly Entry[], deadline: Deadline): Promise<KeptListing> => {
    const readings = await Promise.all(entries.map((entry) => groups.read(entry, deadline)));
    const memberships = new Map<string, Membership>();
    for (const each of readings.flatMap((reading) => reading.memberships))
      if (!memberships.has(each.dn)) memberships.set(each.dn, each);
    const uncounted = readings.flatMap((reading) => reading.uncounted);
    if (memberships.size + uncounted.length === 0) return UNLISTED;
    const readAt = oldestOf(readings);
    return { listing: { memberships: [...memberships.values()], uncounted }, readAt };
  };
  const reads = new KeptReads<string, KeptListing>(
    {
      keyOf: (sid) => sid,
      batch: SIDS_PER_FILTER,
      atOnce: BATCHES_AT_ONCE,
      read: async (sids, deadline) => {
        const principals = await find(sids, deadline);
        return mapConcurrently(sids, PRINCIPALS_AT_ONCE, async (sid) => {
          const entries = principals.filter((entry) => sidIn(entry) === sid);
          if (entries.length === 0) return UNLISTED;
          try {
            return await listingOf(entries, deadline);
          } catch (error) {
            if (isFailure(error, 'directory_incomplete')) return error;
            throw error;
          }
        });
      },
    },
    keeping,
    shelf,
  );

  return {
    async read(sids, deadline) {
      const known = await reads.get(sids, deadline);
      const listings = new Map<string, Listing>();
      let readAt = Number.POSITIVE_INFINITY;
      for (const [sid, { value, readAt: asked }] of known) {
        readAt = Math.min(readAt, asked, value.readAt);
        if (value.listing !== undefined) listings.set(sid, value.listing);
      }
      return { value: listings, readAt, notes: [] };
    },
    parentsTold: (key) => groups.parentsTold(key),
  };
}
