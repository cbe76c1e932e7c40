/**
 * The lines of an LDIF text (RFC 2849): ends of lines, continuations, and what shows in them that lines or whole files
 * ran together. What the lines say is ldif-record.ts's.
 */
import { tryParseDn } from '../../names/dn.ts';

/** A line with its continuations joined. */
export interface LdifLine {
  readonly text: string;
  /** Where it begins, from 1. */
  readonly number: number;
}

/** Takes what is wrong with a line. */
export type ReportLine = (line: number, message: string) => void;

const FEED = '\n';
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const BYTE_ORDER_MARK = 0xfeff;
// RFC 2849 lets neither stand in a line; a carriage return alone is an end of line nowhere but on very old machines.
const NO_PART_OF_A_LINE = /\0|\r(?![\r\n])/;

/** Comments and empty lines too, in their order. */
export function* linesOf(text: string, report: ReportLine): Generator<LdifLine> {
  const mayBeBroken = NO_PART_OF_A_LINE.test(text);
  let number = 0;
  let first = 0;
  let joined: string | undefined;
  for (let at = 0; at < text.length; ) {
    number++;
    const feed = text.indexOf(FEED, at);
    const start = text.charCodeAt(at) === BYTE_ORDER_MARK ? at + 1 : at; // of a file that was put behind another
    let end = feed < 0 ? text.length : feed;
    if (feed < 0)
      report(
        number,
        'the last line does not end with a newline: the file may be cut off, or still be written',
      );
    while (end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN) end--;
    at = feed < 0 ? text.length : feed + 1;
    if (mayBeBroken && /[\0\r]/.test(text.slice(start, end)))
      report(number, 'a NUL or a lone carriage return stands in the line: no LDIF has such lines');
    if (text.charCodeAt(start) !== SPACE || end === start) {
      if (joined !== undefined) yield { text: joined, number: first };
      joined = text.slice(start, end);
      first = number;
      continue;
    }
    const continuation = text.slice(start + 1, end);
    if (looksLikeDnLine(continuation.trimStart())) {
      report(
        number,
        'the space before "dn:" makes this line a part of the one above, and of two entries one: remove the space',
      );
      continue;
    }
    // Behind an empty line a line of spaces says nothing more.
    if (joined !== undefined && joined !== '') joined += continuation;
    else if (continuation.trim() !== '') report(number, 'a continuation has no line before it');
  }
  if (joined !== undefined) yield { text: joined, number: first };
  if (text === '') report(1, 'the file is empty: it may have been cut off, or still be written');
}

/** Whether the text reads like the first line of an entry. */
export function looksLikeDnLine(text: string): boolean {
  const [, written] = /^dn::? *(\S.*)$/i.exec(text) ?? [];
  if (written === undefined) return false;
  return text.charAt(3) === ':'
    ? /^[A-Za-z0-9+/]+=*$/.test(written)
    : (tryParseDn(written)?.rdns.length ?? 0) > 0;
}

const BEGINNINGS = ['version: 1', '# extended LDIF'];

/** The beginning of an entry or file that stands in a value, as a newline was missing before it; undefined where none. */
export function runOn(text: string): string | undefined {
  const start = text.indexOf(':') + 2;
  for (let at = text.indexOf('dn:', start); at > 0; at = text.indexOf('dn:', at + 1)) {
    if (/\S/.test(text.charAt(at - 1)) && looksLikeDnLine(text.slice(at))) return 'dn:';
  }
  return BEGINNINGS.find((each) => {
    const before = text.length - each.length - 1;
    return before >= start && text.endsWith(each) && /\S/.test(text.charAt(before));
  });
}
