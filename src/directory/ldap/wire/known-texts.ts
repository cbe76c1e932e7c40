/**
 * Texts of octets that come again and again: the DNs of the same groups come with everybody. Such octets give the very
 * text that they gave before, so that nothing is made of them, and whoever looks for it in a map finds it at a glance.
 */
import { textOrOctets } from '../../../names/utf8.ts';
import type { AttributeValue } from '../../../person.ts';

/** A power of two. */
const PLACES = 2 ** 14;
/** In octets; longer ones are read each time. */
const LONGEST = 128;

/**
 * Each place has room for one text, so that what is kept is bounded, and whatever comes costs the same. A text is kept
 * where its like came there before: most come once, and shall not drive others out.
 */
interface Places {
  readonly texts: (string | undefined)[];
  /** The octets of each, at its place. Memory is taken where they are written alone. */
  readonly octets: DataView;
  /** The hash of what came last. */
  readonly last: Int32Array;
}

let places: Places | undefined;

/**
 * What the octets from `start` to `end` of a message say: a text, or where they are no UTF-8 a copy of them.
 * @param octets the same message
 */
export function valueIn(message: Buffer, octets: DataView, start: number, end: number): AttributeValue {
  const length = end - start;
  if (length === 0) return '';
  if (length > LONGEST) return textOrOctets(message.subarray(start, end));
  places ??= {
    texts: new Array<string | undefined>(PLACES).fill(undefined),
    octets: new DataView(new ArrayBuffer(PLACES * LONGEST)),
    last: new Int32Array(PLACES),
  };
  const hash = hashOf(octets, start, end);
  const place = hash & (PLACES - 1);
  const known = places.texts[place];
  const there = place * LONGEST;
  if (known !== undefined && known.length === length && isEqual(octets, start, places.octets, there, length))
    return known;
  if (!isAscii(octets, start, end)) return textOrOctets(message.subarray(start, end));
  // Of ASCII each octet is a character.
  const text = message.toString('latin1', start, end);
  if (places.last[place] === hash) {
    places.texts[place] = text;
    for (let i = 0; i < length; i++) places.octets.setUint8(there + i, octets.getUint8(start + i));
  }
  places.last[place] = hash;
  return text;
}

// Four octets at once, here and below.
function hashOf(octets: DataView, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(hash ^ octets.getInt32(at, true), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ octets.getUint8(at), 0x01000193);
  return hash ^ (hash >>> 15);
}

function isAscii(octets: DataView, start: number, end: number): boolean {
  let at = start;
  for (; at + 4 <= end; at += 4) if ((octets.getInt32(at, true) & 0x80808080) !== 0) return false;
  for (; at < end; at++) if (octets.getUint8(at) >= 0x80) return false;
  return true;
}

function isEqual(octets: DataView, start: number, others: DataView, there: number, length: number): boolean {
  let i = 0;
  for (; i + 4 <= length; i += 4)
    if (octets.getInt32(start + i, true) !== others.getInt32(there + i, true)) return false;
  for (; i < length; i++) if (octets.getUint8(start + i) !== others.getUint8(there + i)) return false;
  return true;
}
