/** Entries as LDIF (RFC 2849): what may not stand in plain text is base64, lines are folded at 76 octets. */
import type { AttributeValue } from '../person.ts';

const LINE = 76;
// RFC 2849's SAFE-STRING, and nothing that a terminal could take for an order.
const SAFE = /^(?:[\x20-\x7e]*[\x21-\x7e])?$/;
const SAFE_START = /^(?![ :<])/;
// What a reader could take for an entry that ran together with this one.
const LIKE_A_BEGINNING = /dn:|version: 1$|# extended LDIF$/i;

/** One record with an empty line after it. An entry must have at least one value. */
export function ldifRecord(
  dn: string,
  attributes: Iterable<readonly [name: string, values: readonly AttributeValue[]]>,
): string {
  const lines = [ldifLine('dn', dn)];
  for (const [name, values] of attributes) for (const value of values) lines.push(ldifLine(name, value));
  return `${lines.join('')}\n`;
}

function ldifLine(name: string, value: AttributeValue): string {
  const isPlain =
    typeof value === 'string' && SAFE.test(value) && SAFE_START.test(value) && !LIKE_A_BEGINNING.test(value);
  return fold(isPlain ? `${name}: ${value}` : `${name}:: ${Buffer.from(value).toString('base64')}`);
}

// Only ASCII comes here, so that characters are octets.
function fold(line: string): string {
  const parts = [line.slice(0, LINE)];
  for (let at = LINE; at < line.length; at += LINE - 1) parts.push(` ${line.slice(at, at + LINE - 1)}`);
  return `${parts.join('\n')}\n`;
}
