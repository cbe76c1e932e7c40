/**
 * SIDs of domains other than a person's own: each is resolved by the directory that serves its domain, where one does.
 */
import type { Clock, Deadline } from '../../deadline.ts';
import { incomplete } from '../entries/completeness.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { KeptReads, oldestOf } from '../entries/kept-reads.ts';
import { readEntry } from '../entries/reads.ts';
import { commonSuffix } from '../entries/suffix.ts';
import type { Dated } from '../graphs/group-graph.ts';
import type { ReadGroup } from '../graphs/groups-by-attribute.ts';
import { SID_ATTRIBUTE, sidIn } from './sid-groups.ts';

/** A directory as one that serves a domain. Both throw {@link Failure} where it cannot be asked. */
export interface DomainDirectory {
  /** The SID of the domain; undefined where it is none that has one. */
  domainSid(deadline: Deadline): Promise<string | undefined>;
  /** The groups of SIDs of this very domain. */
  groupsOfSids(sids: readonly string[], deadline: Deadline): Promise<Dated<ReadonlyMap<string, ReadGroup>>>;
}

export interface ForeignGroups extends Dated<ReadonlyMap<string, ReadGroup>> {
  /** SIDs of domains that nobody here serves. */
  readonly unknown: readonly string[];
}

export class SidDomains {
  readonly #directories: () => readonly DomainDirectory[];

  /** @param directories those beside the person's own; asked for anew each time, as a reload may replace them */
  constructor(directories: () => readonly DomainDirectory[]) {
    this.#directories = directories;
  }

  /**
   * Throws {@link Failure} also where a directory cannot say which domain it serves: it might be the one.
   * @param foreign SIDs by the SID of their domain
   */
  async get(foreign: ReadonlyMap<string, readonly string[]>, deadline: Deadline): Promise<ForeignGroups> {
    if (foreign.size === 0) return { value: new Map(), readAt: Number.POSITIVE_INFINITY, unknown: [] };
    const serving = await Promise.all(
      this.#directories().map(async (directory) => ({
        directory,
        domain: await directory.domainSid(deadline),
      })),
    );
    const answers = await Promise.all(
      [...foreign].map(async ([domain, sids]) => {
        const found = serving.find((each) => each.domain === domain);
        return found === undefined ? sids : found.directory.groupsOfSids(sids, deadline);
      }),
    );
    const resolved = answers.filter((answer) => 'readAt' in answer);
    return {
      value: new Map(resolved.flatMap(({ value }) => [...value])),
      readAt: oldestOf(resolved),
      unknown: answers.flatMap((answer) => ('readAt' in answer ? [] : answer)),
    };
  }
}

/** The SIDs of domains by a DN in them: each is read once, for it never changes. */
export function domainSids(source: EntrySource, clock: Clock, patience: number): KeptReads<string, string> {
  const read = async (dn: string, deadline: Deadline): Promise<string> => {
    const domain = commonSuffix([dn]) ?? dn;
    const sid = sidIn(await readEntry(source, domain, [SID_ATTRIBUTE], deadline));
    if (sid === undefined) throw incomplete('value', `${domain} has no readable ${SID_ATTRIBUTE}`);
    return sid;
  };
  return new KeptReads(
    {
      keyOf: (dn) => dn,
      read: (dns, deadline) => Promise.all(dns.map((dn) => read(dn, deadline))),
      batch: 1,
      atOnce: 1,
    },
    { clock, youth: Number.POSITIVE_INFINITY, patience },
    new Map(),
  );
}
