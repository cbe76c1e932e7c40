/**
 * The octets of an LDIF file as text: UTF-8 as RFC 2849 has it, and UTF-16 as ldifde writes it. What the text says is
 * ldif.ts's.
 */
import { utf8Text } from '../../names/utf8.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const LINE_FEED = 0x0a;
const NOT_UTF_8 = 0xdc00;
/** So many octets are decoded at a time, and the rest of their last line. */
const PART = 2 ** 18;

/**
 * A byte order mark is dropped. An octet that is no UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF: the line that
 * holds it is at fault, and no other. Throws TypeError where UTF-16 is broken.
 */
export function ldifText(octets: Uint8Array): string {
  const work = decodingLdif(octets);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** The same; yields where it can be interrupted, but for UTF-16. */
export function* decodingLdif(octets: Uint8Array): Generator<void, string> {
  const encoding = encodingOf(octets);
  if (encoding !== 'utf-8') return new TextDecoder(encoding, { fatal: true }).decode(octets);
  const parts: string[] = [];
  for (let start = 0; start < octets.length; ) {
    const end = endOfLine(octets, start + PART);
    const part = octets.subarray(start, end);
    parts.push(utf8Text(part) ?? withoutLoss(part));
    start = end;
    yield;
  }
  return parts.join('').replace(/^\ufeff/, '');
}

// By the byte order mark, or because the first character, "d", "v" or "#", is ASCII.
function encodingOf([first, second]: Uint8Array): Encoding {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && second !== undefined))
    return 'utf-16be';
  return 'utf-8';
}

// Line by line, as most lines can be decoded at once.
function withoutLoss(octets: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < octets.length; ) {
    const end = endOfLine(octets, start);
    const line = octets.subarray(start, end);
    lines.push(utf8Text(line) ?? [...line].map(characterOf).join(''));
    start = end;
  }
  return lines.join('');
}

/** Where the line ends that holds the octet, its feed included. */
function endOfLine(octets: Uint8Array, at: number): number {
  const feed = octets.indexOf(LINE_FEED, at);
  return feed < 0 ? octets.length : feed + 1;
}

function characterOf(octet: number): string {
  return String.fromCharCode(octet < 0x80 ? octet : NOT_UTF_8 + octet);
}
