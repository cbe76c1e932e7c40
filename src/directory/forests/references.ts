/**
 * Continuation references (RFC 4511 section 4.5.3) that do no harm: to parts of a forest where no people are, and to
 * domains that another directory of the endpoint serves.
 */
import { type Dn, equalDn, tryParseDn } from '../../names/dn.ts';
import { orElse } from '../entries/completeness.ts';
import type { Partition } from '../entries/entry-source.ts';

/** The URIs of one reference: each leads to the same entries. */
export type Reference = readonly string[];

/**
 * Of each reference that matters the first URI.
 * @param elsewhere the domains that are asked anyway
 * @param partitions of the forest; asked only where it matters
 */
export async function harmfulReferences(
  references: readonly Reference[],
  elsewhere: readonly Dn[],
  partitions: () => Promise<readonly Partition[]>,
): Promise<readonly string[]> {
  const others = references.filter((reference) => !leadsTo(reference, elsewhere));
  if (others.length === 0) return [];
  // Where the list cannot be read every reference matters.
  const withoutPeople = (await orElse(partitions, []))
    .filter(({ isDomain }) => !isDomain)
    .map(({ dn }) => dn);
  return others.filter((reference) => !leadsTo(reference, withoutPeople)).map(([first = 'nowhere']) => first);
}

function leadsTo(reference: Reference, targets: readonly Dn[]): boolean {
  return reference.some((uri) => {
    const dn = dnOfUri(uri);
    return dn !== undefined && targets.some((target) => equalDn(dn, target));
  });
}

/** The DN of an LDAP URL (RFC 4516: `ldap://host:port/dn?attributes?scope…`); undefined where it has none. */
export function dnOfUri(uri: string): Dn | undefined {
  const [, written = ''] = /^ldaps?:\/\/[^/?]*\/([^?]*)/i.exec(uri) ?? [];
  if (written === '') return undefined;
  try {
    return tryParseDn(decodeURIComponent(written));
  } catch {
    return undefined;
  }
}
