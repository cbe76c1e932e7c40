/**
 * Texts of which most are DNs: what directories hold and configs name, compared where they are DNs and told apart where
 * they are none. What a DN is, is dn.ts'.
 */
import { type Dn, isAtOrUnder, keyOfDn, tryParseDn } from './dn.ts';

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
