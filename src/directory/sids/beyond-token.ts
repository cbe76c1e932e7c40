/**
 * What memberOf names beyond a person's token: groups that are not for security, of other domains, not to be read, or
 * under a new name. Owns what becomes of each, as docs/active-directory.md tells it; what the token holds is
 * token-groups.ts's.
 */
import type { Deadline } from '../../deadline.ts';
import { type Failure, isFailure } from '../../failure.ts';
import { type Dn, equalDn, keyOfDn } from '../../names/dn.ts';
import type { UncountedGroup } from '../../person.ts';
import { aheadOfTokenNote, judgeDn } from '../entries/completeness.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { DNS_PER_FILTER, type NamedEntry, readEntries } from '../entries/group-entries.ts';
import { datedValues, type KeepingRules, KeptReads, type Shelf } from '../entries/kept-reads.ts';
import { suffixOf } from '../entries/suffix.ts';
import type { Dated } from '../graphs/group-graph.ts';
import type { ReadGroup } from '../graphs/groups-by-attribute.ts';
import { attributesFor, dnsIn, type GroupFacts, groupOfDn, groupOfEntry } from '../groups/group.ts';
import { SID_ATTRIBUTE, sidIn } from './sid-groups.ts';

/** A group as its DN led to it; without `read` the entry cannot be read. */
export interface GroupAtDn {
  readonly read: ReadGroup | undefined;
  readonly sid: string | undefined;
}

export interface BeyondRules {
  readonly source: EntrySource;
  /** With the counting rule where groups that are not for security do not count. */
  readonly facts: GroupFacts;
  /** Holds the DNs of the groups above a group. */
  readonly parentsIn: string;
  /** As for {@link readEntries}. */
  readonly dnAttribute: string | undefined;
  readonly keeping: KeepingRules;
  readonly shelf: Shelf<GroupAtDn>;
}

/** One person's token, resolved, and what else is known of the person. */
export interface ResolvedToken {
  /** The person's DN. */
  readonly dn: string;
  /** The DNs in the person's own memberOf. */
  readonly direct: readonly string[];
  /** The groups of the own domain, by their SIDs. */
  readonly own: ReadonlyMap<string, ReadGroup>;
  /** Those of other domains. */
  readonly others: readonly ReadGroup[];
}

/** What counts beyond the token. */
export interface BeyondGroups extends Dated<readonly ReadGroup[]> {
  /** Groups of the token that memberOf has under another DN than was remembered, by their SIDs. */
  readonly renamed: ReadonlyMap<string, ReadGroup>;
  readonly uncounted: readonly UncountedGroup[];
  readonly notes: readonly string[];
}

/** A DN, parsed once. */
interface ParsedName extends NamedEntry {
  readonly parsed: Dn;
}

const BATCHES_AT_ONCE = 4;
const ELSEWHERE = 'in another domain, and none of those in tokenGroups that a directory here resolves';
const UNREADABLE = 'cannot be read, and is none of those in tokenGroups';
const NOT_IN_TOKEN = 'above a group of theirs, but none of those in tokenGroups';

export class BeyondToken {
  /** Whether groups count that no token holds, so that memberOf alone tells them. */
  readonly isWhole: boolean;
  readonly #reads: KeptReads<NamedEntry, GroupAtDn>;

  constructor({ source, facts, parentsIn, dnAttribute, keeping, shelf }: BeyondRules) {
    const attributes = [...new Set([SID_ATTRIBUTE, parentsIn, ...attributesFor(facts)])];
    const parts = { attributes, isServed: facts.isServed === true };
    this.isWhole = facts.counting === undefined;
    this.#reads = new KeptReads(
      {
        keyOf: ({ key }) => key,
        batch: DNS_PER_FILTER,
        atOnce: BATCHES_AT_ONCE,
        read: async (named, deadline) => {
          const entries = await readEntries(source, named, parts, dnAttribute, deadline);
          return entries.map((entry): GroupAtDn | Failure => {
            try {
              if (entry instanceof Error) throw entry;
              const group = groupOfEntry(entry, facts);
              return { read: { group, parents: dnsIn(entry, parentsIn) }, sid: sidIn(entry) };
            } catch (error) {
              if (!isFailure(error)) throw error;
              // The token is the authority for security groups: what is none of them would not count anyway.
              return this.isWhole ? error : { read: undefined, sid: undefined };
            }
          });
        },
      },
      keeping,
      shelf,
    );
  }

  /** Throws {@link Failure} where a group that would count cannot be read. */
  async find(token: ResolvedToken, deadline: Deadline): Promise<BeyondGroups> {
    const search = new BeyondSearch(token);
    const above = [...token.own.values()].flatMap(({ parents }) => parents);
    let level = search.unmet(this.isWhole ? [...token.direct, ...above] : token.direct);
    // Groups above those of the token that are none of it: only to be told.
    const told = this.isWhole ? [] : search.named(above);
    let readAt = Number.POSITIVE_INFINITY;
    const read = async (named: readonly ParsedName[]): Promise<ReadonlyMap<string, GroupAtDn>> => {
      const known = await this.#reads.get(named.filter(search.isHome), deadline);
      const { value, readAt: oldest } = datedValues(known);
      readAt = Math.min(readAt, oldest);
      return value;
    };
    const first = await read([...level, ...told]);
    for (let found = first; level.length > 0; found = await read(level)) {
      level = search.unmet(level.flatMap((name) => search.take(name, found.get(name.key))));
    }
    for (const name of told) search.tell(name, first.get(name.key));
    return { ...search.result(this.isWhole), readAt };
  }
}

/** The search of one person. */
class BeyondSearch {
  readonly #token: ResolvedToken;
  readonly #home: Dn;
  readonly #inToken: ReadonlySet<string>;
  readonly #met = new Set<string>();
  readonly #counted = new Map<string, ReadGroup>();
  readonly #renamed = new Map<string, ReadGroup>();
  readonly #uncounted = new Map<string, UncountedGroup>();

  constructor(token: ResolvedToken) {
    this.#token = token;
    this.#home = suffixOf(judgeDn(token.dn));
    this.#inToken = new Set([...token.own.values(), ...token.others].map(({ group }) => group.key));
  }

  readonly isHome = ({ parsed }: ParsedName): boolean => equalDn(suffixOf(parsed), this.#home);

  /** Those that are none of the token's, each once. */
  named(dns: readonly string[]): readonly ParsedName[] {
    const byKey = new Map<string, ParsedName>();
    for (const dn of new Set(dns)) {
      const parsed = judgeDn(dn);
      const key = keyOfDn(parsed);
      if (!this.#inToken.has(key) && !byKey.has(key)) byKey.set(key, { dn, key, parsed });
    }
    return [...byKey.values()];
  }

  /** The same without those that were met before. */
  unmet(dns: readonly string[]): readonly ParsedName[] {
    const fresh = this.named(dns).filter(({ key }) => !this.#met.has(key));
    for (const { key } of fresh) this.#met.add(key);
    return fresh;
  }

  /** Judges a group that the person is in, whatever the token says; the DNs of those above it where it counts. */
  take(name: ParsedName, found: GroupAtDn | undefined): readonly string[] {
    const { read, sid } = found ?? { read: undefined, sid: undefined };
    if (read === undefined) this.#leaveOut(name, this.isHome(name) ? UNREADABLE : ELSEWHERE);
    else if (sid !== undefined && this.#token.own.has(sid)) this.#renamed.set(sid, read);
    else if (read.group.uncounted !== undefined) this.#uncounted.set(name.key, read.group.uncounted);
    else {
      this.#counted.set(name.key, read);
      return read.parents;
    }
    return [];
  }

  /** Tells of a group that only what was read before the token has above one of the token's. */
  tell(name: ParsedName, found: GroupAtDn | undefined): void {
    if (this.#counted.has(name.key) || this.#uncounted.has(name.key)) return;
    const { read, sid } = found ?? { read: undefined, sid: undefined };
    if (read === undefined) this.#leaveOut(name, this.isHome(name) ? UNREADABLE : ELSEWHERE);
    else if (read.group.uncounted !== undefined) this.#uncounted.set(name.key, read.group.uncounted);
    else if (sid === undefined || !this.#token.own.has(sid)) this.#leaveOut(name, NOT_IN_TOKEN);
  }

  result(isWhole: boolean): Omit<BeyondGroups, 'readAt'> {
    const value = [...this.#counted.values()];
    // Where groups that are not for security count, nothing is wrong with a group that is not in the token.
    const ahead = isWhole ? [] : value.map(({ group }) => group.dn);
    return {
      value,
      renamed: this.#renamed,
      uncounted: [...this.#uncounted.values()],
      notes: ahead.length === 0 ? [] : [aheadOfTokenNote(ahead)],
    };
  }

  #leaveOut({ dn, key }: ParsedName, reason: string): void {
    this.#uncounted.set(key, { dn, name: groupOfDn(dn).name, reason });
  }
}
