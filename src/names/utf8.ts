/**
 * Octets as text where they are UTF-8, and nothing else: what is not is never mended by U+FFFD, which would make two
 * names one.
 */

const values = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const files = new TextDecoder('utf-8', { fatal: true });

/** The text of a value, each character of it; undefined where it is not UTF-8. */
export function utf8Text(octets: Uint8Array): string | undefined {
  try {
    return values.decode(octets);
  } catch {
    return undefined;
  }
}

/** The text of a value that may be no text at all: then the octets, copied. */
export function textOrOctets(octets: Uint8Array): string | Uint8Array {
  return utf8Text(octets) ?? new Uint8Array(octets);
}

/** The text of a file, or of what else comes as a whole: without a byte order mark. Throws TypeError where it is not UTF-8. */
export function utf8FileText(octets: Uint8Array): string {
  return files.decode(octets);
}
