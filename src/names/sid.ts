/**
 * Security identifiers of Active Directory and Samba (MS-DTYP 2.4.2): between the octets of objectSid and `S-1-5-21-…`.
 * What a SID names, and which domain serves it, belongs to the callers.
 */

const TEXT = /^S-1-(\d{1,15}|0x[0-9a-f]{1,12})((?:-\d{1,10}){1,15})$/i;
const HEADER_LENGTH = 8;
const GREATEST_AUTHORITY = 0xffff_ffff_ffff;
const GREATEST_SUB_AUTHORITY = 0xffff_ffff;

interface Sid {
  /** 48 bits. */
  readonly authority: number;
  /** One to fifteen, of 32 bits each; the last is the RID. */
  readonly subAuthorities: readonly number[];
}

/**
 * The SID in its one text form, or undefined where the value is none. Takes the octets of MS-DTYP 2.4.2.2, also where
 * they happen to be UTF-8 and so arrive as a text, and the text form.
 */
export function sidOf(value: string | Uint8Array): string | undefined {
  if (typeof value === 'string') return sidFromText(value) ?? sidOf(Buffer.from(value));
  const sid = decode(value);
  return sid && format(sid);
}

/** The SID in its one text form (MS-DTYP 2.4.2.1): upper-case S, no leading zeros; undefined where the text is none. */
export function sidFromText(text: string): string | undefined {
  const sid = parse(text);
  return sid && format(sid);
}

/**
 * The SID without its last part: of a person or group the SID of its domain.
 * @param sid in the form that {@link sidOf} gives
 */
export function domainOfSid(sid: string): string {
  return sid.slice(0, sid.lastIndexOf('-'));
}

/** Whether it is of BUILTIN (MS-DTYP 2.4.2.4), which every domain has for itself and under the same SIDs. */
export function isBuiltinSid(sid: string): boolean {
  return /^S-1-5-32-\d+$/.test(sid);
}

/** The octets of MS-DTYP 2.4.2.2, as directories compare objectSid by. Throws RangeError where the text is no SID. */
export function sidToOctets(sid: string): Uint8Array {
  const parsed = parse(sid);
  if (parsed === undefined) throw new RangeError('no SID');
  const { authority, subAuthorities } = parsed;
  const octets = Buffer.alloc(HEADER_LENGTH + 4 * subAuthorities.length);
  octets[0] = 1;
  octets[1] = subAuthorities.length;
  octets.writeUIntBE(authority, 2, 6);
  for (const [i, part] of subAuthorities.entries()) octets.writeUInt32LE(part, HEADER_LENGTH + 4 * i);
  return new Uint8Array(octets);
}

function decode(value: Uint8Array): Sid | undefined {
  const octets = Buffer.from(value);
  const count = octets[1] ?? 0;
  if (octets[0] !== 1 || count < 1 || count > 15 || octets.length !== HEADER_LENGTH + 4 * count)
    return undefined;
  const subAuthorities = Array.from({ length: count }, (_, i) => octets.readUInt32LE(HEADER_LENGTH + 4 * i));
  return { authority: octets.readUIntBE(2, 6), subAuthorities };
}

function parse(text: string): Sid | undefined {
  const [whole, authority = '', parts = ''] = TEXT.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const sid = { authority: Number(authority), subAuthorities: parts.slice(1).split('-').map(Number) };
  const isInRange =
    sid.authority <= GREATEST_AUTHORITY && sid.subAuthorities.every((part) => part <= GREATEST_SUB_AUTHORITY);
  return isInRange ? sid : undefined;
}

// An authority of more than 32 bits is written in hexadecimal, all twelve digits of it.
function format({ authority, subAuthorities }: Sid): string {
  const first =
    authority <= GREATEST_SUB_AUTHORITY
      ? String(authority)
      : `0x${authority.toString(16).toUpperCase().padStart(12, '0')}`;
  return ['S-1', first, ...subAuthorities].join('-');
}
