/**
 * Of which parts an Active Directory forest is made: its domains, and the partitions that hold no people. Read from the
 * list that every domain controller has (MS-ADTS 6.1.1.2.1), and kept for an hour. Behind a proxy, whose root DSE is its
 * own, the list is looked for where it is in the forest of a single tree.
 */
import type { Clock, Deadline } from '../../deadline.ts';
import { tryParseDn } from '../../names/dn.ts';
import { incomplete } from '../entries/completeness.ts';
import { type Entry, plainValues } from '../entries/entry.ts';
import type { EntrySource, Partition, Search, SearchOutcome } from '../entries/entry-source.ts';
import { KeptReads } from '../entries/kept-reads.ts';
import { ANY_ENTRY, equality } from '../filters/filter.ts';

type SearchOnce = (search: Search, deadline: Deadline) => Promise<SearchOutcome>;

const HOUR = 3_600_000;
// MS-ADTS 2.2.12
const IS_DOMAIN = 0x2;

export class Forest {
  readonly #reads: KeptReads<string, readonly Partition[]>;

  /**
   * @param domain the DN of the domain, which the root domain of the forest may be
   * @param patience milliseconds for reading the list
   */
  constructor(search: SearchOnce, domain: string | undefined, clock: Clock, patience: number) {
    this.#reads = new KeptReads(
      {
        keyOf: (key) => key,
        read: async (_, deadline) => [await readPartitions(search, domain, deadline)],
        batch: 1,
        atOnce: 1,
      },
      { clock, youth: HOUR, patience },
      new Map(),
    );
  }

  /** Throws {@link Failure}, `directory_incomplete` where the list cannot be read. */
  async partitions(deadline: Deadline): Promise<readonly Partition[]> {
    const known = await this.#reads.get(['partitions'], deadline);
    return known.get('partitions')?.value ?? [];
  }
}

/** Those of the source, which knows them where references matter; else a list of their own. Arguments as of {@link Forest}. */
export function partitionsOf(
  source: EntrySource,
  domain: string | undefined,
  clock: Clock,
  patience: number,
): (deadline: Deadline) => Promise<readonly Partition[]> {
  const { partitions } = source;
  if (partitions !== undefined) return (deadline) => partitions.call(source, deadline);
  const forest = new Forest((search, deadline) => source.search(search, deadline), domain, clock, patience);
  return (deadline) => forest.partitions(deadline);
}

async function readPartitions(
  search: SearchOnce,
  domain: string | undefined,
  deadline: Deadline,
): Promise<readonly Partition[]> {
  const attribute = 'configurationNamingContext';
  const root = { base: '', scope: 'base', filter: ANY_ENTRY, attributes: [attribute] } as const;
  const [rootDse] = entriesOf(await search({ ...root, references: 'ignored' }, deadline));
  const guessed = domain === undefined ? undefined : `CN=Configuration,${domain}`;
  const configuration = textIn(rootDse, attribute) ?? guessed;
  if (configuration === undefined) throw unreadable('the root DSE names no configuration');
  const outcome = await search(
    {
      base: `CN=Partitions,${configuration}`,
      scope: 'one',
      filter: equality('objectClass', 'crossRef'),
      attributes: ['nCName', 'systemFlags'],
      references: 'ignored',
    },
    deadline,
  );
  const partitions = entriesOf(outcome).flatMap((entry) => {
    const dn = tryParseDn(textIn(entry, 'nCName') ?? '');
    const flags = textIn(entry, 'systemFlags');
    return dn === undefined || dn.keys.length === 0 || flags === undefined
      ? []
      : [{ dn, isDomain: (Number(flags) & IS_DOMAIN) !== 0 }];
  });
  if (!partitions.some(({ isDomain }) => isDomain))
    throw unreadable(`below ${configuration} no domain is shown`);
  return partitions;
}

function entriesOf(outcome: SearchOutcome): readonly Entry[] {
  return outcome.base === 'absent' ? [] : outcome.entries;
}

function textIn(entry: Entry | undefined, attribute: string): string | undefined {
  const [value] = entry === undefined ? [] : plainValues(entry, attribute);
  return typeof value === 'string' ? value : undefined;
}

function unreadable(why: string) {
  return incomplete('domain', `which domains the forest has cannot be read: ${why}`);
}
