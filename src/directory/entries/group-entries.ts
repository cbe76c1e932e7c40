/**
 * Entries by their DNs, many in one search where the vendor's servers can compare DNs in a filter, else each by a read
 * of its own. Owns that an entry which no search showed, or of which nothing is shown, is a failure, and of that entry
 * alone.
 */
import type { Deadline } from '../../deadline.ts';
import type { Failure } from '../../failure.ts';
import { formatDn, keyOfDn, tryParseDn } from '../../names/dn.ts';
import { equality, type Filter } from '../filters/filter.ts';
import { incomplete, isRightMissing, orElse } from './completeness.ts';
import type { Entry } from './entry.ts';
import type { EntrySource, Search } from './entry-source.ts';
import { mapConcurrently, readEntry, searchAll } from './reads.ts';

/** A DN, and the key that is the same for all its spellings. */
export interface NamedEntry {
  readonly dn: string;
  readonly key: string;
}

/** How many DNs stand in one filter. */
export const DNS_PER_FILTER = 100;
/** How many reads of single entries run at once. */
export const READS_AT_ONCE = 16;

/** What is to be read of them. */
export interface EntryParts {
  readonly attributes: readonly string[];
  /** Whether an entry without any of them shows its objectClass all the same: then one that does not is not readable. */
  readonly isServed: boolean;
}

/**
 * For each its entry, or why it cannot be read. An entry whose attributes are all hidden may still come as a bare DN.
 * @param dnAttribute the attribute of every entry that holds its own DN and may stand in a filter
 */
export async function readEntries(
  source: EntrySource,
  named: readonly NamedEntry[],
  { attributes: wanted, isServed }: EntryParts,
  dnAttribute: string | undefined,
  deadline: Deadline,
): Promise<readonly (Entry | Failure)[]> {
  const attributes = isServed ? [...wanted, 'objectClass'] : wanted;
  const judged = (entry: Entry): Entry | Failure =>
    isServed && entry.forms.length === 0
      ? incomplete('entry', `${entry.dn} shows nothing, not even its objectClass`)
      : entry;
  const found =
    dnAttribute === undefined || named.length === 1
      ? new Map<string, Entry>()
      : await readBatch(source, named, attributes, dnAttribute, deadline);
  return mapConcurrently(named, READS_AT_ONCE, async ({ dn, key }) => {
    const entry = found.get(key);
    if (entry !== undefined) return judged(entry);
    try {
      return judged(await readEntry(source, dn, attributes, deadline));
    } catch (error) {
      // An entry that cannot be read is a matter of those who need it; a server that fails is everybody's.
      if (isRightMissing(error)) return error;
      throw error;
    }
  });
}

// What the batch does not show, be it that it was refused, is read by itself: so nothing depends on it but the number
// of searches.
async function readBatch(
  source: EntrySource,
  named: readonly NamedEntry[],
  attributes: readonly string[],
  dnAttribute: string,
  deadline: Deadline,
): Promise<ReadonlyMap<string, Entry>> {
  const base = commonAncestor(named.map(({ dn }) => dn));
  if (base === undefined) return new Map();
  const filters = named.map(({ dn }) => equality(dnAttribute, dn));
  const filter: Filter = { kind: 'or', filters };
  const search: Search = { base, scope: 'sub', filter, attributes, references: 'ignored' };
  const entries = await orElse(() => searchAll(source, search, deadline), []);
  return new Map(
    entries.flatMap((entry) => {
      const parsed = tryParseDn(entry.dn);
      return parsed === undefined ? [] : [[keyOfDn(parsed), entry] as const];
    }),
  );
}

/** The nearest entry at or above all of them; undefined where that is only the root, or one is no DN. */
function commonAncestor(dns: readonly string[]): string | undefined {
  const parsed = dns.map(tryParseDn);
  const [first] = parsed;
  if (first === undefined) return undefined;
  let common = first.keys.length;
  for (const dn of parsed) {
    if (dn === undefined) return undefined;
    let shared = 0;
    while (
      shared < Math.min(common, dn.keys.length) &&
      dn.keys.at(-1 - shared) === first.keys.at(-1 - shared)
    ) {
      shared++;
    }
    common = shared;
  }
  return common === 0
    ? undefined
    : formatDn({ rdns: first.rdns.slice(-common), keys: first.keys.slice(-common) });
}
