/**
 * What a client certificate must show so that it is a caller's: its subject, one of its alternative names, or its
 * fingerprint. That an authority vouches for the certificate is TLS's to find out, who may ask what is http/'s.
 */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { type Dn, equalDn, keyOfDn, parseDn, tryParseWrittenDn } from './names/dn.ts';

/** What the config demands of a caller's certificate. */
export type CertificateDemand =
  | { readonly subject: string }
  | { readonly san: string }
  | { readonly fingerprint: string };

/** A demand ready to be compared. */
export interface CertificateTest {
  /** Equal texts are equal demands. */
  readonly key: string;
  passes(certificate: ShownCertificate): boolean;
}

/** What a certificate says about its owner. */
export interface ShownCertificate {
  /** Undefined where there is none, or it cannot be read. */
  readonly subject: Dn | undefined;
  /** Each as kind and value in one comparable text. Empty where the extension cannot be read as a whole. */
  readonly names: ReadonlySet<string>;
  /** SHA-256 in lower-case hex. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** Throws an Error that says what is wrong with the demand, a DnSyntaxError where it is the subject's syntax. */
export function certificateTest(demand: CertificateDemand): CertificateTest {
  if ('fingerprint' in demand) {
    const fingerprint = plainHex(demand.fingerprint);
    return { key: `fingerprint ${fingerprint}`, passes: (shown) => shown.fingerprint === fingerprint };
  }
  if ('san' in demand) {
    const name = demandedName(demand.san);
    return { key: `san ${name}`, passes: (shown) => shown.names.has(name) };
  }
  const subject = parseDn(demand.subject);
  if (subject.rdns.length === 0) throw new Error('it is empty');
  return {
    key: `subject ${keyOfDn(subject)}`,
    passes: (shown) => shown.subject !== undefined && equalDn(shown.subject, subject),
  };
}

/** Reads what the certificate shows; what cannot be read is as if it were not there. */
export function readShown(
  certificate: Pick<
    X509Certificate,
    'subject' | 'subjectAltName' | 'fingerprint256' | 'validFrom' | 'validTo'
  >,
): ShownCertificate {
  return {
    subject: readSubject(certificate.subject),
    names: new Set(readNames(certificate.subjectAltName)),
    fingerprint: plainHex(certificate.fingerprint256),
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
  };
}

// Node writes an RDN a line, the most general first, " + " within one, and values as RFC 2253 escapes them; so no
// value holds a line break.
function readSubject(text: string | undefined): Dn | undefined {
  return text === undefined || text === ''
    ? undefined
    : tryParseWrittenDn(text.split('\n').reverse().join(','));
}

// Values that hold anything unusual come as JSON strings: nothing in a value can end it or begin another.
const NAME = /([A-Za-z][A-Za-z0-9 ]*):(?:("(?:[^"\\]|\\.)*")|([^",]*))(?:, (?=.)|$)/suy;
const KINDS: ReadonlyMap<string, NameKind> = new Map([
  ['DNS', 'dns'],
  ['email', 'email'],
  ['URI', 'uri'],
  ['IP Address', 'ip'],
]);

type NameKind = 'dns' | 'email' | 'uri' | 'ip';

function readNames(text: string | undefined): string[] {
  const names: string[] = [];
  NAME.lastIndex = 0;
  while (text !== undefined && NAME.lastIndex < text.length) {
    const [whole, type = '', quoted, plain = ''] = NAME.exec(text) ?? [];
    const value = quoted === undefined ? plain : jsonString(quoted);
    if (whole === undefined || value === undefined) return [];
    const kind = KINDS.get(type);
    if (kind !== undefined) names.push(comparable(kind, value));
  }
  return names;
}

function jsonString(text: string): string | undefined {
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function demandedName(text: string): string {
  if (/^(?:DNS|email|URI|IP(?: Address)?):/i.test(text)) throw new Error('write the name without its kind');
  if (isIP(text) !== 0) return comparable('ip', text);
  if (/^[^@]*:/.test(text)) {
    if (!/^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i.test(text)) throw new Error('expected a URI');
    return comparable('uri', text);
  }
  if (text.includes('@')) {
    if (!/^[\x21-\x7e]+@[a-z0-9.-]+$/i.test(text)) throw new Error('expected a mail address');
    return comparable('email', text);
  }
  // A name with an asterisk in a certificate would be anybody's below it.
  if (!/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(text))
    throw new Error('expected a DNS name without wildcards');
  return comparable('dns', text);
}

// RFC 5280 section 7: of a mail address only the host ignores case, of a URI we compare every character.
function comparable(kind: NameKind, value: string): string {
  const at = value.lastIndexOf('@');
  switch (kind) {
    case 'dns':
      return `dns ${value.toLowerCase()}`;
    case 'email':
      return `email ${value.slice(0, at)}${value.slice(at).toLowerCase()}`;
    case 'uri':
      return `uri ${value}`;
    case 'ip':
      return `ip ${isIP(value) === 6 ? new URL(`http://[${value}]`).hostname : value}`;
  }
}

function plainHex(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}
