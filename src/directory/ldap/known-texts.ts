/**
 * Texts of octets that come again and again: the DNs of the same groups come with everybody. Such octets give the very
 * text that they gave before, so that nothing is made of them, and whoever looks for it in a map finds it at a glance.
 */
import { textOrOctets } from '../../names/utf8.ts';
import type { AttributeValue } from '../../person.ts';

/** A power of two. */
const PLACES = 2 ** 14;
/** In octets; longer ones are read each time. */
const LONGEST = 128;

/** Each place has room for the text that came last, so that what is kept is bounded, and whatever comes costs the same. */
interface Places {
  readonly texts: (string | undefined)[];
  /** The octets of each, at its place. Memory is taken where they are written alone. */
  readonly octets: DataView;
}

let places: Places | undefined;

/** What the octets from `start` to `end` say: a text, or where they are no UTF-8 a copy of them. */
export function valueIn(octets: DataView, start: number, end: number): AttributeValue {
  const length = end - start;
  if (length === 0) return '';
  if (length > LONGEST) return textOrOctets(partOf(octets, start, end));
  places ??= {
    texts: new Array<string | undefined>(PLACES).fill(undefined),
    octets: new DataView(new ArrayBuffer(PLACES * LONGEST)),
  };
  const place = placeOf(octets, start, end);
  const known = places.texts[place];
  const there = place * LONGEST;
  if (known !== undefined && known.length === length && isEqual(octets, start, places.octets, there, length))
    return known;
  const part = partOf(octets, start, end);
  // Of ASCII each octet is a character.
  if (part.some((octet) => octet >= 0x80)) return textOrOctets(part);
  const text = part.toString('latin1');
  places.texts[place] = text;
  part.copy(partOf(places.octets, there, there + length));
  return text;
}

function partOf({ buffer, byteOffset }: DataView, start: number, end: number): Buffer {
  return Buffer.from(buffer, byteOffset + start, end - start);
}

// Four octets at once.
function placeOf(octets: DataView, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(hash ^ octets.getInt32(at, true), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ octets.getUint8(at), 0x01000193);
  return (hash ^ (hash >>> 15)) & (PLACES - 1);
}

function isEqual(octets: DataView, start: number, others: DataView, there: number, length: number): boolean {
  let i = 0;
  for (; i + 4 <= length; i += 4)
    if (octets.getInt32(start + i, true) !== others.getInt32(there + i, true)) return false;
  for (; i < length; i++) if (octets.getUint8(start + i) !== others.getUint8(there + i)) return false;
  return true;
}
