/**
 * Which tree a DN belongs to, as far as its text tells: the guess where groups are when nobody says. What the server
 * itself names (namingContexts) is not asked here.
 */
import { type Dn, equalDn, formatDn, tryParseDn } from '../../names/dn.ts';
import { parsedOf } from '../../names/dn-texts.ts';

/** The domain components at the DN's end; without any its last RDN. */
export function suffixOf({ rdns, keys }: Dn): Dn {
  const lastOther = keys.findLastIndex((key) => !key.startsWith('dc='));
  const length = Math.max(1, keys.length - 1 - lastOther);
  return { rdns: rdns.slice(-length), keys: keys.slice(-length) };
}

/** The suffixes of those that are DNs, each once. */
export function suffixesOf(dns: readonly string[]): readonly Dn[] {
  const suffixes = parsedOf(dns).map(suffixOf);
  return suffixes.filter((dn, i) => !suffixes.slice(0, i).some((other) => equalDn(dn, other)));
}

/** The tree, or domain, of a directory's people: that of the first base. Undefined where it tells none. */
export function homeOf(bases: readonly string[]): string | undefined {
  return commonSuffix(bases.slice(0, 1));
}

/** The one suffix that all these DNs have; undefined where there is none, or more than one. */
export function commonSuffix(dns: readonly string[]): string | undefined {
  const [first, ...others] = dns.map((dn) => {
    const parsed = tryParseDn(dn);
    return parsed === undefined || parsed.keys.length === 0 ? undefined : suffixOf(parsed);
  });
  if (first === undefined) return undefined;
  const isCommon = others.every((other) => other !== undefined && equalDn(first, other));
  return isCommon ? formatDn(first) : undefined;
}
