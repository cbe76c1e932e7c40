/**
 * What a server says of itself in its root DSE (RFC 4512 section 5.1): which trees it holds, and by which signs its
 * vendor is known. What follows from the vendor is vendor.ts's.
 */
import type { Deadline } from '../../deadline.ts';
import { plainValues } from '../../directory/entries/entry.ts';
import type { EntrySource } from '../../directory/entries/entry-source.ts';
import { ANY_ENTRY } from '../../directory/filters/filter.ts';
import { isUnder, tryParseDn } from '../../names/dn.ts';

export interface RootDse {
  /** The DNs of the trees that may hold people. */
  readonly trees: readonly string[];
  /** The texts of an attribute; none where it is not shown. */
  texts(attribute: string): readonly string[];
}

const ATTRIBUTES = [
  'namingContexts',
  'defaultNamingContext',
  'rootDomainNamingContext',
  'supportedCapabilities',
  'vendorName',
  'objectClass',
  'structuralObjectClass',
  'ipaDomainLevel',
  'ipaTopologyPluginVersion',
];
// Configuration, schemas, changes and DNS zones of the vendors' own.
const NO_PEOPLE =
  /^(?:cn=(?:config|configuration|schema|monitor|changelog|accesslog)|o=(?:ipaca|netscaperoot)|dc=(?:domain|forest)dnszones)(?:,|$)/i;

/** Throws {@link Failure}. */
export async function readRootDse(source: EntrySource, deadline: Deadline): Promise<RootDse> {
  const outcome = await source.search(
    { base: '', scope: 'base', filter: ANY_ENTRY, attributes: ATTRIBUTES },
    deadline,
  );
  const entry = outcome.base === 'present' ? outcome.entries[0] : undefined;
  const texts = (attribute: string) =>
    entry === undefined ? [] : plainValues(entry, attribute).filter((value) => typeof value === 'string');
  const [own] = texts('defaultNamingContext');
  const trees = (own === undefined ? texts('namingContexts') : [own]).filter(
    (dn) => dn !== '' && !NO_PEOPLE.test(dn),
  );
  return { trees: outermost(trees), texts };
}

function outermost(dns: readonly string[]): readonly string[] {
  const parsed = dns.map((dn) => ({ dn, parsed: tryParseDn(dn) }));
  return parsed
    .filter(({ parsed: one }) => !parsed.some(({ parsed: other }) => one && other && isUnder(one, other)))
    .map(({ dn }) => dn);
}
