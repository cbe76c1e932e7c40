/**
 * The `#hex` form of a value in a DN (RFC 4514 section 2.4): the BER encoding in hexadecimal. String types become
 * text, so that `cn=#0c036a6f65` is `cn=joe`; everything else stays octets.
 */
import { DnSyntaxError } from './dn-syntax-error.ts';
import { utf8Text } from './utf8.ts';

const HEX_STRING = /#((?:[0-9A-Fa-f]{2})+) */y;

const DECODERS = new Map<number, (content: Buffer) => string | undefined>([
  [0x04, utf8Text], // OCTET STRING
  [0x0c, utf8Text], // UTF8String
  [0x12, latin1], // NumericString
  [0x13, latin1], // PrintableString
  [0x14, latin1], // TeletexString
  [0x16, latin1], // IA5String
  [0x1a, latin1], // VisibleString
  [0x1c, utf32], // UniversalString
  [0x1e, utf16], // BMPString
]);

/**
 * Parses `#` and hex pairs from `start`. Throws {@link DnSyntaxError} where they are none, or something else than a
 * separator follows.
 */
export function parseHexValue(
  text: string,
  start: number,
  separators: string,
): { value: string | Uint8Array; end: number } {
  HEX_STRING.lastIndex = start;
  const match = HEX_STRING.exec(text);
  const after = match === null ? '' : text.charAt(HEX_STRING.lastIndex);
  if (match === null || !separators.includes(after))
    throw new DnSyntaxError('pairs of hex digits are expected after "#"', start);
  const bytes = Buffer.from(match[1] ?? '', 'hex');
  return { value: decodeString(bytes) ?? new Uint8Array(bytes), end: start + match[0].length };
}

function decodeString(ber: Buffer): string | undefined {
  const decode = DECODERS.get(ber[0] ?? 0);
  const content = contentOf(ber);
  if (decode === undefined || content === undefined) return undefined;
  try {
    return decode(content);
  } catch {
    return undefined;
  }
}

// X.690 section 8.1.3: short form below 128, else the number of length octets in the low seven bits.
function contentOf(ber: Buffer): Buffer | undefined {
  const first = ber[1];
  if (first === undefined) return undefined;
  const lengthOctets = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || lengthOctets > 4 || ber.length < 2 + lengthOctets) return undefined;
  const length = lengthOctets === 0 ? first : ber.readUIntBE(2, lengthOctets);
  const content = ber.subarray(2 + lengthOctets);
  return content.length === length ? content : undefined;
}

function latin1(content: Buffer): string {
  return content.toString('latin1');
}

function utf16(content: Buffer): string {
  return new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true }).decode(content);
}

function utf32(content: Buffer): string {
  let text = '';
  for (let i = 0; i + 3 < content.length; i += 4) text += String.fromCodePoint(content.readUInt32BE(i));
  return text;
}
