/**
 * Distinguished names by RFC 4514, and as older directories write them (RFC 2253 section 4): parsed, compared by
 * meaning, written again. Owns equality and "under". What a DN is read for (a group's name, `groups.under`, a member
 * value) belongs to the callers.
 */
import { hasLoneSurrogate } from './code-points.ts';
import { parseHexValue } from './dn-hex-value.ts';
import { DnSyntaxError } from './dn-syntax-error.ts';
import { comparisonKey, exactComparisonKey } from './insignificant-spaces.ts';
import { textOrOctets } from './utf8.ts';

export { DnSyntaxError } from './dn-syntax-error.ts';

/** One `type=value` of an RDN. `value` is unescaped text, or octets where it is no UTF-8 and no string type. */
export interface AttributeTypeAndValue {
  readonly type: string;
  readonly value: string | Uint8Array;
}

/** One level of a DN; more than one element where it is multi-valued (`cn=a+sn=b`). Never empty. */
export type Rdn = readonly AttributeTypeAndValue[];

/** A parsed DN, the entry's own RDN first. The root is the empty DN. */
export interface Dn {
  readonly rdns: readonly Rdn[];
  /** One comparable text a level: equal texts are equal RDNs by meaning. */
  readonly keys: readonly string[];
}

const TYPE = /(?:OID\.)?[0-9]+(?:\.[0-9]+)+|[A-Z][A-Z0-9-]*/iy;
// What stands for itself up to the next separator: almost every value there is.
const PLAIN_VALUE = /[^\\,+";<>\0]*/y;
// Whatever stands there as a space to the eye, as people paste it: no type begins so.
const SPACES = /[\t-\r\u0085\p{Z}]*/uy;
const HEX_PAIR = /[0-9A-Fa-f]{2}/y;

interface Syntax {
  /** What ends a value. */
  readonly separators: string;
  readonly quotes: boolean;
}

const RFC_4514: Syntax = { separators: ',+', quotes: false };
const RFC_2253: Syntax = { separators: ',+;', quotes: true };

// RFC 4514 section 3 and RFC 4519: the short names, and what else the same type is called.
const NAMES: readonly (readonly [short: string, ...others: string[]])[] = [
  ['cn', '2.5.4.3', 'commonname'],
  ['l', '2.5.4.7', 'localityname'],
  ['st', '2.5.4.8', 'stateorprovincename'],
  ['o', '2.5.4.10', 'organizationname'],
  ['ou', '2.5.4.11', 'organizationalunitname'],
  ['c', '2.5.4.6', 'countryname'],
  ['street', '2.5.4.9', 'streetaddress'],
  ['dc', '0.9.2342.19200300.100.1.25', 'domaincomponent'],
  ['uid', '0.9.2342.19200300.100.1.1', 'userid'],
  ['sn', '2.5.4.4', 'surname'],
  ['serialnumber', '2.5.4.5'],
  ['title', '2.5.4.12'],
  ['givenname', '2.5.4.42', 'gn'],
  ['mail', '0.9.2342.19200300.100.1.3', 'rfc822mailbox'],
  ['emailaddress', '1.2.840.113549.1.9.1', 'email', 'e'],
];
const SAME_TYPE: ReadonlyMap<string, string> = new Map(
  NAMES.flatMap(([short, ...others]) => others.map((other) => [other, short] as const)),
);

/**
 * Parses RFC 4514 text: the DNs of configs and mappings. Beyond it only spaces around `,`, `+` and `=` are understood,
 * as people and servers write them. Throws {@link DnSyntaxError}.
 */
export function parseDn(text: string): Dn {
  return parse(text, RFC_4514);
}

/** The DN that a config or a mapping means, or undefined where {@link parseDn} would refuse the text. */
export function tryParseWrittenDn(text: string): Dn | undefined {
  return unlessRefused(text, RFC_4514);
}

/**
 * Parses a DN as a directory shows it: also with values in quotes and `;` between the levels, which RFC 2253 section 4
 * has from LDAPv2. Neither means anything else in RFC 4514. Throws {@link DnSyntaxError}.
 */
export function parseShownDn(text: string): Dn {
  return parse(text, RFC_2253);
}

/** The DN that a directory shows, or undefined where {@link parseShownDn} would refuse the text. */
export function tryParseDn(text: string): Dn | undefined {
  return unlessRefused(text, RFC_2253);
}

function unlessRefused(text: string, syntax: Syntax): Dn | undefined {
  try {
    return parse(text, syntax);
  } catch {
    return undefined;
  }
}

function parse(text: string, syntax: Syntax): Dn {
  const rdns: Rdn[] = [];
  let at = skipSpaces(text, 0);
  while (at < text.length || rdns.length > 0) {
    const rdn: AttributeTypeAndValue[] = [];
    let separator: string | undefined;
    do {
      const type = parseType(text, at);
      const value = parseValue(text, type.end, syntax);
      rdn.push({ type: type.text, value: value.value });
      separator = text[value.end];
      at = skipSpaces(text, value.end + 1);
    } while (separator === '+');
    rdns.push(rdn);
    if (separator === undefined) break;
  }
  return { rdns, keys: rdns.map((rdn) => keyOfRdn(rdn, comparisonKey)) };
}

/** Equal texts are equal DNs: a key for maps and sets. */
export function keyOfDn(dn: Dn): string {
  return dn.keys.join(',');
}

/** As {@link keyOfDn}, but upper and lower case of values differ; types have no case. */
export function exactKeyOfDn({ rdns }: Dn): string {
  return rdns.map((rdn) => keyOfRdn(rdn, exactComparisonKey)).join(',');
}

/** Same DN by meaning. */
export function equalDn(a: Dn, b: Dn): boolean {
  return a.keys.length === b.keys.length && a.keys.every((key, i) => key === b.keys[i]);
}

/** Whether `dn` lies below `ancestor`, at any depth. A DN is not under itself; every other DN is under the root. */
export function isUnder(dn: Dn, ancestor: Dn): boolean {
  const depth = dn.keys.length - ancestor.keys.length;
  return depth > 0 && ancestor.keys.every((key, i) => key === dn.keys[i + depth]);
}

/** Whether `dn` is `ancestor`, or lies below it. */
export function isAtOrUnder(dn: Dn, ancestor: Dn): boolean {
  return equalDn(dn, ancestor) || isUnder(dn, ancestor);
}

/** The value of the first RDN, the usual name of a group; of a multi-valued one, the value written first. */
export function firstRdnValue(dn: Dn): string | undefined {
  const value = dn.rdns[0]?.[0]?.value;
  return value instanceof Uint8Array ? `#${Buffer.from(value).toString('hex')}` : value;
}

/** The type of the first RDN in its short name (`cn` also for `2.5.4.3`), lower case. */
export function firstRdnType(dn: Dn): string | undefined {
  const type = dn.rdns[0]?.[0]?.type;
  return type === undefined ? undefined : canonicalType(type);
}

/** Writes a DN with the escapes of RFC 4514 section 2.4; parsing gives an equal DN again. */
export function formatDn(dn: Dn): string {
  return dn.rdns
    .map((rdn) => rdn.map(({ type, value }) => `${type}=${formatValue(value)}`).join('+'))
    .join(',');
}

/** Writes the value of an RDN with the escapes of RFC 4514 section 2.4. */
export function formatValue(value: string | Uint8Array): string {
  if (value instanceof Uint8Array) return `#${Buffer.from(value).toString('hex')}`;
  const escaped = value.replace(/["+,;<>\\]/g, '\\$&').replaceAll('\0', '\\00');
  const led = /^[ #]/.test(value) ? `\\${escaped}` : escaped;
  return value.length > 1 && value.endsWith(' ') ? `${led.slice(0, -1)}\\ ` : led;
}

function parseType(text: string, start: number): { text: string; end: number } {
  TYPE.lastIndex = start;
  const type = TYPE.exec(text)?.[0];
  if (type === undefined) throw new DnSyntaxError('an attribute type such as CN or OU is expected', start);
  const end = skipSpaces(text, start + type.length);
  if (text[end] !== '=') throw new DnSyntaxError(`"=" is expected after "${type}"`, end);
  return { text: type, end: skipSpaces(text, end + 1) };
}

interface ParsedValue {
  readonly value: string | Uint8Array;
  readonly end: number;
}

function parseValue(text: string, start: number, { separators, quotes }: Syntax): ParsedValue {
  if (text[start] === '#') return parseHexValue(text, start, separators);
  if (quotes && text[start] === '"') return parseQuoted(text, start, separators);
  PLAIN_VALUE.lastIndex = start;
  PLAIN_VALUE.test(text);
  const end = PLAIN_VALUE.lastIndex;
  const plain = text.slice(start, end);
  // Behind the last character stands '', which every text includes.
  if (separators.includes(text.charAt(end)) && !hasLoneSurrogate(plain))
    return { value: plain.replace(/ +$/, ''), end };
  const octets: number[] = [];
  let significant = 0;
  let at = start;
  while (!separators.includes(text.charAt(at))) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (character === '\\') {
      const escaped = parseEscape(text, at);
      octets.push(...Buffer.from(escaped.octets));
      significant = octets.length;
      at = escaped.end;
      continue;
    }
    if ('";<>\0'.includes(character)) {
      throw new DnSyntaxError(`${JSON.stringify(character)} must be escaped with a backslash`, at);
    }
    octets.push(...Buffer.from(character));
    at += character.length;
    if (character !== ' ') significant = octets.length;
  }
  return { value: textOrOctets(Uint8Array.from(octets.slice(0, significant))), end: at };
}

// RFC 2253 section 3: between quotes only a quote and a backslash must be escaped.
function parseQuoted(text: string, start: number, separators: string): ParsedValue {
  const octets: number[] = [];
  let at = start + 1;
  while (text[at] !== '"') {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    // As which the end is read too.
    if (character === '\0') throw new DnSyntaxError('a quote is not closed', start);
    const piece =
      character === '\\'
        ? parseEscape(text, at)
        : { octets: Buffer.from(character), end: at + character.length };
    octets.push(...piece.octets);
    at = piece.end;
  }
  const end = skipSpaces(text, at + 1);
  if (!separators.includes(text.charAt(end)))
    throw new DnSyntaxError('nothing may follow a quote but the next level', end);
  return { value: textOrOctets(Uint8Array.from(octets)), end };
}

function parseEscape(text: string, at: number): { octets: Uint8Array; end: number } {
  const next = text.charAt(at + 1);
  if (next !== '' && ' "#+,;<=>\\'.includes(next)) return { octets: Buffer.from(next), end: at + 2 };
  HEX_PAIR.lastIndex = at + 1;
  const hex = HEX_PAIR.exec(text)?.[0];
  if (hex === undefined) {
    throw new DnSyntaxError(
      'after a backslash one of " + , ; < > # = \\ a space or two hex digits is expected',
      at,
    );
  }
  return { octets: Buffer.from(hex, 'hex'), end: at + 3 };
}

function skipSpaces(text: string, at: number): number {
  SPACES.lastIndex = at;
  SPACES.test(text);
  return SPACES.lastIndex;
}

/** The short name of an attribute type in lower case, `cn` also for `2.5.4.3`: equal names are equal types. */
export function canonicalType(type: string): string {
  const lower = type.toLowerCase().replace(/^oid\./, '');
  return SAME_TYPE.get(lower) ?? lower;
}

function keyOfRdn(rdn: Rdn, keyOfText: (text: string) => string): string {
  return rdn
    .map(({ type, value }) => `${canonicalType(type)}=${keyOfValue(value, keyOfText)}`)
    .sort()
    .join('+');
}

// What would separate is escaped so that keys stay unambiguous.
function keyOfValue(value: string | Uint8Array, keyOfText: (text: string) => string): string {
  if (value instanceof Uint8Array) return `#${Buffer.from(value).toString('hex')}`;
  return keyOfText(value).replace(/[\\,+#]/g, '\\$&');
}
