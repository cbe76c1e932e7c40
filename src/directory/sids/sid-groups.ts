/**
 * Groups of one domain by their SIDs, many in one search, kept as other groups are. Which SIDs are of this domain is
 * the asker's to know: one that shows no group is a failure here.
 */
import type { Deadline } from '../../deadline.ts';
import { orFailure } from '../../failure.ts';
import { groupedBy } from '../../multimap.ts';
import { equalDn, tryParseDn } from '../../names/dn.ts';
import { isBuiltinSid, sidOf, sidToOctets } from '../../names/sid.ts';
import { undecidedSid, unresolvedSid } from '../entries/completeness.ts';
import { type Entry, plainValues } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { type KeepingRules, KeptReads, oldestOf, type Shelf } from '../entries/kept-reads.ts';
import { searchAll } from '../entries/reads.ts';
import { commonSuffix, suffixOf } from '../entries/suffix.ts';
import { equality, type Filter } from '../filters/filter.ts';
import type { Dated } from '../graphs/group-graph.ts';
import type { ReadGroup } from '../graphs/groups-by-attribute.ts';
import { attributesFor, dnsIn, type GroupFacts, groupOfEntry } from '../groups/group.ts';

/** The attribute by which Active Directory knows a group (MS-ADA3 2.45). */
export const SID_ATTRIBUTE = 'objectSid';

const SIDS_PER_FILTER = 100;
const BATCHES_AT_ONCE = 4;

/** A SID, and of BUILTIN's the domain that is meant: a global catalog shows those of all. */
interface WantedSid {
  readonly sid: string;
  readonly home: string;
}

export class SidGroups {
  readonly #reads: KeptReads<WantedSid, ReadGroup>;
  readonly #domain: string;

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
    this.#domain = domain;
    const attributes = [...new Set([SID_ATTRIBUTE, parentsIn, ...attributesFor(facts)])];
    this.#reads = new KeptReads(
      {
        keyOf: ({ sid, home }) => `${sid} ${home}`,
        batch: SIDS_PER_FILTER,
        atOnce: BATCHES_AT_ONCE,
        read: async (wanted, deadline) => {
          const filters = wanted.map(
            ({ sid }): Filter => ({ kind: 'equality', attribute: SID_ATTRIBUTE, value: sidToOctets(sid) }),
          );
          // An account that moved keeps its old SID in its token, and may be met under it: that is no group.
          const filter: Filter = {
            kind: 'and',
            filters: [equality('objectClass', 'group'), { kind: 'or', filters }],
          };
          const search = { base: domain, scope: 'sub', filter, attributes, references: 'ignored' } as const;
          const bySid = groupedBy(await searchAll(source, search, deadline), (entry) => sidIn(entry));
          return wanted.map(({ sid, home }) => {
            return orFailure(() => {
              const entry = entryOf(bySid.get(sid) ?? [], sid, home);
              return { group: groupOfEntry(entry, facts), parents: dnsIn(entry, parentsIn) };
            });
          });
        },
      },
      keeping,
      shelf,
    );
  }

  /**
   * The group of each SID. Throws {@link Failure}, `directory_incomplete` where one shows no group.
   * @param person the DN of whom the SIDs of BUILTIN are told of; the domain's own where left out
   */
  async get(
    sids: readonly string[],
    deadline: Deadline,
    person = this.#domain,
  ): Promise<Dated<ReadonlyMap<string, ReadGroup>>> {
    const builtinOf = commonSuffix([person]) ?? '';
    const wanted = sids.map((sid) => ({ sid, home: isBuiltinSid(sid) ? builtinOf : '' }));
    const known = await this.#reads.get(wanted, deadline);
    return {
      value: new Map([...known].map(([key, { value }]) => [key.split(' ', 1)[0] ?? '', value])),
      readAt: oldestOf(known.values()),
    };
  }
}

// Throws where it is not certain which entry is meant.
function entryOf(entries: readonly Entry[], sid: string, home: string): Entry {
  const [entry, ...others] = entries;
  if (entry === undefined) throw unresolvedSid(sid);
  if (others.length === 0) return entry;
  const domain = tryParseDn(home);
  const ours = entries.filter(({ dn }) => {
    const parsed = tryParseDn(dn);
    return parsed !== undefined && domain !== undefined && equalDn(suffixOf(parsed), domain);
  });
  const [own] = ours;
  if (own === undefined || ours.length > 1) throw undecidedSid(sid);
  return own;
}

/** The SID of an entry; undefined where it shows none. */
export function sidIn(entry: Entry, attribute: string = SID_ATTRIBUTE): string | undefined {
  const [value] = plainValues(entry, attribute);
  return value === undefined ? undefined : sidOf(value);
}
