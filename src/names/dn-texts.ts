/**
 * Texts of which most are DNs: what directories hold and configs name, compared where they are DNs and told apart where
 * they are none. What a DN is, is dn.ts'.
 */
import { canonicalType, type Dn, isAtOrUnder, keyOfDn, tryParseDn } from './dn.ts';

/** Those that are DNs. */
export function parsedOf(texts: readonly string[]): readonly Dn[] {
  return texts.map(tryParseDn).filter((dn) => dn !== undefined);
}

/** The key of the DN; the text itself where it is none. */
export function keyOfDnText(text: string): string {
  const dn = tryParseDn(text);
  return dn === undefined ? text : keyOfDn(dn);
}

/** Whether the text is a DN at or below one of them. */
export function isWithin(text: string, bases: readonly Dn[]): boolean {
  const dn = tryParseDn(text);
  return dn !== undefined && bases.some((base) => isAtOrUnder(dn, base));
}

// Nothing in it is escaped, in a DN or in a key, and no space means nothing.
const PLAIN_RDN = /^([A-Za-z][A-Za-z0-9-]*)=((?:(?![\\+";<>#])[!-~])+(?: (?:(?![\\+";<>#])[!-~])+)*)$/;
const MOST_PARENTS = 1000;

/**
 * Gives the keys of DNs as directories show them, undefined for texts that are none: for very many of them, of which most
 * lie below the same few, so that only what is above them is parsed, and that once.
 */
export function dnKeys(): (text: string) => string | undefined {
  const parents = new Map<string, string | undefined>();
  const wholly = (text: string): string | undefined => {
    const dn = tryParseDn(text);
    return dn && keyOfDn(dn);
  };
  return (text) => {
    const comma = text.indexOf(',');
    const [, type = '', value] = comma < 0 ? [] : (PLAIN_RDN.exec(text.slice(0, comma)) ?? []);
    const parent = text.slice(comma + 1);
    if (value === undefined || parent.trim() === '') return wholly(text);
    let above = parents.get(parent);
    if (above === undefined && !parents.has(parent)) {
      above = wholly(parent);
      if (parents.size === MOST_PARENTS) parents.clear();
      parents.set(parent, above);
    }
    return above === undefined ? undefined : `${canonicalType(type)}=${value.toLowerCase()},${above}`;
  };
}
