/**
 * Requests that Node's parser takes and that could be understood in two ways: refused before anybody looks at them. And
 * those of which more may come than was asked for: answered, and their connection ends with the answer.
 */
import type { IncomingMessage } from 'node:http';

/** What is to become of a request, by its head alone. */
export interface RequestShape {
  /** Why it is refused, for the log. */
  readonly fault: string | undefined;
  /** Whether it is only longer than what is read. */
  readonly isTooLong?: boolean;
  /**
   * Whether what follows on the connection may not be the next request: a body that nobody here asked for, or another
   * protocol.
   */
  readonly isLast: boolean;
}

const USUAL: RequestShape = { fault: undefined, isLast: false };
const LAST: RequestShape = { fault: undefined, isLast: true };

/** Node's parser leaves out what comes behind so many fields, without a word: among them may be a second Authorization. */
export const MOST_FIELDS = 500;

/** Looks at the raw headers: making an object of them takes longer than all the rest. */
export function shapeOf({ rawHeaders, httpVersion, url = '' }: IncomingMessage): RequestShape {
  if (rawHeaders.length >= 2 * MOST_FIELDS)
    return { ...refused(`${MOST_FIELDS} header fields or more`), isTooLong: true };
  let [hosts, proofs] = [0, 0];
  let isLast = false;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const value = rawHeaders[at + 1] ?? '';
    switch (name.length) {
      case 4:
        if (name.toLowerCase() === 'host') hosts++;
        break;
      case 6:
      case 7:
        isLast ||= isOneOf(name, EXPECTS_MORE);
        break;
      case 13:
        if (name.toLowerCase() === 'authorization') proofs++;
        break;
      case 14:
        isLast ||= name.toLowerCase() === 'content-length' && value !== '0';
        break;
      case 17:
        if (name.toLowerCase() !== 'transfer-encoding') break;
        if (value.toLowerCase() !== 'chunked') return refused('a Transfer-Encoding other than chunked');
        isLast = true;
    }
  }
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return refused(`the version is HTTP/${httpVersion}`);
  // RFC 9112 section 3.2.
  if (hosts !== 1 && (hosts > 1 || httpVersion === '1.1')) return refused('not exactly one Host');
  if (proofs > 1) return refused('more than one Authorization');
  if (url.includes('#')) return refused('a fragment in the target');
  return isLast ? LAST : USUAL;
}

const EXPECTS_MORE = ['expect', 'upgrade'];

function isOneOf(name: string, names: readonly string[]): boolean {
  return names.includes(name.toLowerCase());
}

function refused(fault: string): RequestShape {
  return { fault, isLast: true };
}
