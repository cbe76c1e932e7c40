/**
 * Elements of BER (X.690) where they lie: where one ends, where its content begins, how long it says that it is. Nothing
 * is made of them. The library encodes, and decodes what comes seldom.
 */

/** What the server sent is no LDAP. The connection is of no use after it. */
export class MalformedMessageError extends Error {}

/** The server sent a message that is longer than any may be. */
export class MessageTooLongError extends MalformedMessageError {
  readonly messageId: number;
  constructor(message: string, messageId: number) {
    super(message);
    this.messageId = messageId;
  }
}

export const INTEGER = 0x02;
export const OCTET_STRING = 0x04;
export const ENUMERATED = 0x0a;
export const SEQUENCE = 0x30;
export const SET = 0x31;
/** The bit of what is made of other elements. */
export const CONSTRUCTED = 0x20;

/** From here on a length's first octet tells how many octets the length itself has. */
const LONG = 0x80;

/** Where the element that begins there ends. Throws {@link MalformedMessageError} where that is behind `end`. */
export function endOf(octets: Buffer, at: number, end: number): number {
  const length = octets[at + 1] ?? LONG;
  // Almost all of them are short.
  const next = length < LONG ? at + 2 + length : endOfLong(octets, at);
  if (next > end)
    throw new MalformedMessageError('the server sent an element that is longer than its message');
  return next;
}

function endOfLong(octets: Buffer, at: number): number {
  const header = lengthAt(octets, at + 1);
  return header === undefined ? Number.POSITIVE_INFINITY : header.start + header.length;
}

/** Where the content of the element begins, whose length is known to be whole. */
export function contentOf(octets: Buffer, at: number): number {
  const length = octets[at + 1] ?? 0;
  return at + 2 + (length < LONG ? 0 : length & 0x7f);
}

/**
 * The length that begins there, and where it ends; undefined where its own octets are not all there yet. Throws
 * {@link MalformedMessageError} for another than the definite form, the only one that RFC 4511 section 5.1 allows.
 */
export function lengthAt(octets: Buffer, at: number): { start: number; length: number } | undefined {
  const first = octets[at];
  if (first === undefined) return undefined;
  if (first < LONG) return { start: at + 1, length: first };
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw new MalformedMessageError('the server sent an impossible length');
  if (octets.length < at + 1 + count) return undefined;
  return { start: at + 1 + count, length: octets.readUIntBE(at + 1, count) };
}
