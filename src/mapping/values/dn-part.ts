/** `part` of an attribute of type dn: which value of the DN is meant, and taking it. */
import { canonicalType, type Dn } from '../../names/dn.ts';

/** `OU.2`: the second nearest OU, counted from the entry upwards. */
export interface DnPart {
  /** As the file writes it. */
  readonly written: string;
  /** As {@link canonicalType} gives it. */
  readonly type: string;
  /** From 1. */
  readonly nth: number;
}

const PART = /^([A-Za-z][A-Za-z0-9-]*)(?:\.([1-9]\d?))?$/;

/** Any attribute type by name, in any case; undefined where the text is none. */
export function parseDnPart(written: string): DnPart | undefined {
  const [, type, nth = '1'] = PART.exec(written) ?? [];
  return type === undefined ? undefined : { written, type: canonicalType(type), nth: Number(nth) };
}

/** The value, unescaped; octets where the DN has it as such, undefined where the DN has no such part. */
export function takeDnPart({ rdns }: Dn, { type, nth }: DnPart): string | Uint8Array | undefined {
  const values = rdns.flat().filter((each) => canonicalType(each.type) === type);
  return values[nth - 1]?.value;
}
