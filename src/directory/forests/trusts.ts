/**
 * Whom a domain trusts: the trustedDomain entries of its System container (MS-ADTS 6.1.6.7), which every account may
 * read. A group goes on listing people of a forest that is trusted no more, and none of them can log on there.
 */
import type { Clock, Deadline } from '../../deadline.ts';
import { sidOf, sidToOctets } from '../../names/sid.ts';
import { type Entry, plainValues } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { KeptReads } from '../entries/kept-reads.ts';
import { searchAll } from '../entries/reads.ts';
import { equality } from '../filters/filter.ts';

/** A trust by which people of elsewhere may log on here. */
export interface Trust {
  /** Of the domain that is trusted; in a forest its root. */
  readonly domain: string | undefined;
  /** Whether the domains of a whole forest are trusted with it. */
  readonly isTransitive: boolean;
  /** The record with their SIDs; undefined where it is not shown. */
  readonly forest: Uint8Array | undefined;
}

const ATTRIBUTES = ['securityIdentifier', 'trustDirection', 'trustAttributes', 'msDS-TrustForestTrustInfo'];
// MS-ADTS 6.1.6.7.12 and 6.1.6.7.9: this domain trusts the other one; of a whole forest; of the own forest.
const OUTBOUND = 0x2;
const FOREST_TRANSITIVE = 0x8;
const WITHIN_FOREST = 0x20;

export class Trusts {
  readonly #domain: string;
  readonly #reads: KeptReads<string, readonly Trust[]>;

  /**
   * @param domain the DN of the domain
   * @param youth milliseconds for which what was read is used
   * @param patience milliseconds for reading it
   */
  constructor(source: EntrySource, domain: string, clock: Clock, youth: number, patience: number) {
    this.#domain = domain;
    this.#reads = new KeptReads(
      {
        keyOf: (dn) => dn,
        read: async (_, deadline) => [await readTrusts(source, domain, deadline)],
        batch: 1,
        atOnce: 1,
      },
      { clock, youth, patience },
      new Map(),
    );
  }

  /**
   * Whether people of a domain may be trusted here: no only where no trust can be meant for them. Throws
   * {@link Failure}.
   */
  async mayCover(domainSid: string, deadline: Deadline): Promise<boolean> {
    const known = await this.#reads.get([this.#domain], deadline);
    return mayCover(
      [...known.values()].flatMap(({ value }) => value),
      domainSid,
    );
  }
}

/** Whether people of a domain may be meant by one of the trusts. */
export function mayCover(trusts: readonly Trust[], domainSid: string): boolean {
  return trusts.some(
    ({ domain, isTransitive, forest }) =>
      domain === domainSid || (isTransitive && (forest === undefined || names(forest, domainSid))),
  );
}

/** The trusts of the domain. Throws {@link Failure}. */
export async function readTrusts(
  source: EntrySource,
  domain: string,
  deadline: Deadline,
): Promise<readonly Trust[]> {
  const search = {
    base: `CN=System,${domain}`,
    scope: 'one',
    filter: equality('objectClass', 'trustedDomain'),
    attributes: ATTRIBUTES,
    references: 'ignored',
  } as const;
  return (await searchAll(source, search, deadline)).flatMap((entry) => trustIn(entry) ?? []);
}

function trustIn(entry: Entry): Trust | undefined {
  const [direction, attributes] = [flagsIn(entry, 'trustDirection'), flagsIn(entry, 'trustAttributes')];
  if ((direction & OUTBOUND) === 0) return undefined;
  const [sid] = plainValues(entry, 'securityIdentifier');
  const [info] = plainValues(entry, 'msDS-TrustForestTrustInfo');
  return {
    domain: sid === undefined ? undefined : sidOf(sid),
    // Through the own forest's other domains people of anywhere may come.
    isTransitive: (attributes & (FOREST_TRANSITIVE | WITHIN_FOREST)) !== 0,
    forest: (attributes & WITHIN_FOREST) === 0 && info !== undefined ? Buffer.from(info) : undefined,
  };
}

function flagsIn(entry: Entry, attribute: string): number {
  const [value] = plainValues(entry, attribute);
  return Number(value ?? 0);
}

// MS-ADTS 6.1.6.9.3.1: the SIDs stand in the record as octets, one for each domain of the forest.
function names(record: Uint8Array, domainSid: string): boolean {
  return Buffer.from(record).includes(Buffer.from(sidToOctets(domainSid)));
}
