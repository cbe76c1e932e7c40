/**
 * What names an entry for good, through every rename: objectGUID, entryUUID, nsUniqueId and the like, in one text form
 * so that they compare. Which attribute of a directory holds it belongs to the callers.
 */

const OCTETS = 16;
const HEX = '[0-9a-f]';
const DASHED = new RegExp(`^(\\{?)(${HEX}{8})-(${HEX}{4})-(${HEX}{4})-(${HEX}{4})-(${HEX}{12})(\\}?)$`, 'i');
const NS_UNIQUE_ID = new RegExp(`^(?:${HEX}{8}-){3}${HEX}{8}$`, 'i');

/**
 * Lower-case text with dashes (8-4-4-4-12), or undefined where the value is none. Takes Active Directory's 16 octets
 * (MS-DTYP 2.3.4.2: the first three parts are little-endian), also where they happen to be UTF-8 and so arrive as a
 * text, and the text forms of {@link guidFromText}.
 */
export function guidOf(value: string | Uint8Array): string | undefined {
  if (typeof value === 'string') return guidFromText(value) ?? guidOf(Buffer.from(value));
  if (value.length !== OCTETS) return undefined;
  const octets = Buffer.from(value);
  octets.subarray(0, 4).reverse();
  octets.subarray(4, 6).reverse();
  octets.subarray(6, 8).reverse();
  return dashed(octets.toString('hex'));
}

/**
 * Lower-case text with dashes, from an entryUUID (RFC 4530), the same in braces as Windows shows it, or the nsUniqueId
 * of 389 Directory Server (four times eight digits); undefined for anything else. 32 digits alone are no such text:
 * they could be the octets in either order.
 */
export function guidFromText(text: string): string | undefined {
  const match = DASHED.exec(text);
  const isPaired = match !== null && (match[1] === '') === (match[7] === '');
  if (!isPaired && !NS_UNIQUE_ID.test(text)) return undefined;
  return dashed(text.replace(/[{}-]/g, '').toLowerCase());
}

/**
 * The forms in which servers hold it, of which an equality finds one: entryUUID's text, nsUniqueId's, and the octets of
 * Active Directory.
 * @param guid as {@link guidOf} gives it
 */
export function guidForms(guid: string): readonly (string | Uint8Array)[] {
  const hex = guid.replaceAll('-', '');
  const octets = Buffer.from(hex, 'hex');
  octets.subarray(0, 4).reverse();
  octets.subarray(4, 6).reverse();
  octets.subarray(6, 8).reverse();
  return [guid, (hex.match(/.{8}/g) ?? []).join('-'), octets];
}

function dashed(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
