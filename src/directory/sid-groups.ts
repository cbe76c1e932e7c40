/**
 * Groups of one domain by their SIDs, many in one search, kept as other groups are. Which SIDs are of this domain is
 * the asker's to know: one that shows no group is a failure here.
 */
import type { Deadline } from '../deadline.ts';
import { isFailure } from '../failure.ts';
import { sidOf, sidToOctets } from '../names/sid.ts';
import { unresolvedSid } from './completeness.ts';
import { type Entry, plainValues } from './entry.ts';
import type { EntrySource } from './entry-source.ts';
import { equality, type Filter } from './filter.ts';
import { attributesFor, dnsIn, type GroupFacts, groupOfEntry } from './group.ts';
import type { Dated } from './group-graph.ts';
import type { ReadGroup } from './groups-by-attribute.ts';
import { type KeepingRules, KeptReads, type Shelf } from './kept-reads.ts';
import { searchAll } from './reading.ts';

/** The attribute by which Active Directory knows a group (MS-ADA3 2.45). */
export const SID_ATTRIBUTE = 'objectSid';

const SIDS_PER_FILTER = 100;
const BATCHES_AT_ONCE = 4;

export class SidGroups {
  readonly #reads: KeptReads<string, ReadGroup>;

  /**
   * @param domain the DN of the domain
   * @param parentsIn the attribute with the groups above a group
   */
  constructor(
    source: EntrySource,
    domain: string,
    facts: GroupFacts,
    parentsIn: string,
    keeping: KeepingRules,
    shelf: Shelf<ReadGroup>,
  ) {
    const attributes = [...new Set([SID_ATTRIBUTE, parentsIn, ...attributesFor(facts)])];
    this.#reads = new KeptReads(
      {
        keyOf: (sid) => sid,
        batch: SIDS_PER_FILTER,
        atOnce: BATCHES_AT_ONCE,
        read: async (sids, deadline) => {
          const filters = sids.map(
            (sid): Filter => ({ kind: 'equality', attribute: SID_ATTRIBUTE, value: sidToOctets(sid) }),
          );
          // An account that moved keeps its old SID in its token, and may be met under it: that is no group.
          const filter: Filter = {
            kind: 'and',
            filters: [equality('objectClass', 'group'), { kind: 'or', filters }],
          };
          const search = { base: domain, scope: 'sub', filter, attributes, references: 'ignored' } as const;
          const bySid = new Map(
            (await searchAll(source, search, deadline)).map((entry) => [sidIn(entry), entry]),
          );
          return sids.map((sid) => {
            const entry = bySid.get(sid);
            if (entry === undefined) return unresolvedSid(sid);
            try {
              return { group: groupOfEntry(entry, facts), parents: dnsIn(entry, parentsIn) };
            } catch (error) {
              if (isFailure(error)) return error;
              throw error;
            }
          });
        },
      },
      keeping,
      shelf,
    );
  }

  /** The group of each SID. Throws {@link Failure}, `directory_incomplete` where one shows no group. */
  async get(sids: readonly string[], deadline: Deadline): Promise<Dated<ReadonlyMap<string, ReadGroup>>> {
    const known = await this.#reads.get(sids, deadline);
    let readAt = Number.POSITIVE_INFINITY;
    for (const kept of known.values()) readAt = Math.min(readAt, kept.readAt);
    return { value: new Map([...known].map(([sid, { value }]) => [sid, value])), readAt };
  }
}

/** The SID of an entry; undefined where it shows none. */
export function sidIn(entry: Entry, attribute: string = SID_ATTRIBUTE): string | undefined {
  const [value] = plainValues(entry, attribute);
  return value === undefined ? undefined : sidOf(value);
}
