/**
 * One record of an LDIF file as an entry: its attributes and their values, and what is wrong with them. What is wrong
 * with the file around it is reported; a fault of the record itself stays with it, since it may be nobody's concern.
 */
import { addUnder } from '../../multimap.ts';
import { type Dn, DnSyntaxError, parseShownDn } from '../../names/dn.ts';
import { textOrOctets } from '../../names/utf8.ts';
import type { AttributeValue } from '../../person.ts';
import type { AttributeForm, Entry } from '../entries/entry.ts';
import {
  type Description,
  type Descriptions,
  descriptionReader,
  formsOf,
  type Ranged,
  sentValue,
} from './attribute-forms.ts';
import { type LdifLine, type ReportLine, runOn } from './ldif-lines.ts';
import type { ToolOutput } from './tool-output.ts';

/** An entry with its DN parsed. */
export interface LdifEntry extends Entry {
  readonly name: Dn;
  /** Where its record begins, from 1. */
  readonly line: number;
  /** Attributes of which values are missing: under `;range=`, and not the whole. */
  readonly ranged: readonly Ranged[];
}

interface Fault {
  readonly line: number;
  readonly message: string;
}

/** A record that cannot be read as it stands, as far as it can. */
export interface FaultyRecord {
  /** Undefined where what it is called is no DN. */
  readonly name: Dn | undefined;
  readonly dn: string;
  readonly forms: readonly AttributeForm[];
  /** Attributes, in lower case, with values that cannot be read. */
  readonly unread: ReadonlySet<string>;
  readonly faults: readonly Fault[];
}

/** A record may be an entry in spite of its faults. */
export interface RecordReading {
  readonly entry: LdifEntry | undefined;
  readonly faulty: FaultyRecord | undefined;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const KEY = /^[^\s:]+$/;
const NO_UTF_8 = /\p{Surrogate}/u;

/** Reads the records of one file. */
export class RecordReader {
  readonly #mayHoldOctets: boolean;
  readonly #tools: ToolOutput;
  readonly #report: ReportLine;
  readonly #describe: Descriptions = descriptionReader();

  /** @param text the whole file */
  constructor(text: string, tools: ToolOutput, report: ReportLine) {
    this.#mayHoldOctets = NO_UTF_8.test(text);
    this.#tools = tools;
    this.#report = report;
  }

  /** @param first the line of the DN */
  read(first: LdifLine, others: readonly LdifLine[]): RecordReading {
    const faults: Fault[] = [];
    const unread = new Set<string>();
    const values = new Map<Description, AttributeValue[]>();
    const ranged = new Map<string, number>();
    const named = this.#value(first, first.text.indexOf(':'));
    const dn = 'fault' in named || typeof named.value !== 'string' ? first.text.slice(3) : named.value;
    if ('fault' in named) faults.push({ line: first.number, message: named.fault });
    else if (typeof named.value !== 'string')
      faults.push({ line: first.number, message: 'the DN is not UTF-8' });
    for (const [i, line] of this.#attributeLines(first, others)) {
      const colon = line.text.indexOf(':');
      const key = line.text.slice(0, colon);
      const description = this.#describe(key);
      if (description === undefined) {
        unread.add(key.toLowerCase());
        faults.push({ line: line.number, message: `${JSON.stringify(key)} is no attribute name` });
        continue;
      }
      const read = this.#value(line, colon);
      if ('fault' in read) {
        unread.add(description.type);
        faults.push({ line: line.number, message: read.fault });
        continue;
      }
      if (i === others.length - 1 && description.type === 'version' && read.value === '1')
        this.#report(line.number, 'another LDIF file begins inside of this entry: an empty line is missing');
      if (description.isRanged && !ranged.has(description.type)) ranged.set(description.type, line.number);
      addUnder(values, description, sentValue(description, read.value));
    }
    const name = faults.some(({ line }) => line === first.number)
      ? undefined
      : dnOf(dn, first.number, faults);
    const { forms, incomplete } = formsOf(values, ranged);
    return {
      entry: name && { dn, forms, name, line: first.number, ranged: incomplete },
      faulty: name === undefined || faults.length > 0 ? { name, dn, forms, unread, faults } : undefined,
    };
  }

  // Reports what cannot be a line of this entry, and leaves it out.
  *#attributeLines(
    first: LdifLine,
    others: readonly LdifLine[],
  ): Generator<readonly [index: number, line: LdifLine]> {
    const glued = runOn(first.text);
    if (glued !== undefined) this.#reportRunOn(first.number, glued);
    let isAdded = false;
    for (const [i, line] of others.entries()) {
      const key = keyIn(line);
      const run = runOn(line.text);
      if (run !== undefined) this.#reportRunOn(line.number, run);
      if (key === 'dn')
        this.#report(
          line.number,
          `a second "dn:" in the entry that begins at line ${first.number}: between two entries stands an empty line, without spaces`,
        );
      else if (key === 'changetype' && !isAdded) {
        const kind = line.text.slice(line.text.indexOf(':') + 1).trim();
        isAdded = true;
        if (kind.toLowerCase() !== 'add')
          this.#report(
            line.number,
            `changetype ${JSON.stringify(kind)} is a change, and no entry: only "add" is one`,
          );
      } else if (key === 'control' && !isAdded) {
        if (!others.slice(i + 1).some((other) => keyIn(other) === 'changetype'))
          this.#report(line.number, 'a control belongs to a change, and no entry has one');
      } else if (key === 'result' && keyIn(others[i - 1]) === 'search' && /^result: *\d+ /i.test(line.text))
        this.#report(
          line.number,
          'the result of a search inside of an entry: an empty line, without spaces, is missing',
        );
      else if (key === undefined) {
        if (!this.#tools.refusedAs(line))
          this.#report(line.number, 'a line is "name: value", "name:: base64", a comment or empty');
      } else yield [i, line];
    }
  }

  #reportRunOn(line: number, what: string): void {
    this.#report(
      line,
      `${JSON.stringify(what)} goes on at the end of this line: a newline is missing before it, and of two entries came one`,
    );
  }

  #value(line: LdifLine, colon: number): { readonly value: AttributeValue } | { readonly fault: string } {
    const { text } = line;
    const sign = text.charAt(colon + 1);
    if (sign === '<') return { fault: 'values by URL (":<") are not possible here' };
    if (sign === ':') {
      const encoded = text.slice(colon + 2).replace(/\s+/g, '');
      if (!BASE64.test(encoded)) return { fault: 'the value is no base64' };
      return { value: textOrOctets(Buffer.from(encoded, 'base64')) };
    }
    let start = colon + 1;
    while (text.charAt(start) === ' ') start++;
    if (this.#mayHoldOctets && NO_UTF_8.test(text))
      return {
        fault: 'the line is not UTF-8: the file has another encoding, or holds octets without base64',
      };
    return { value: text.slice(start) };
  }
}

/** The name before the colon in lower case; undefined where there is none. */
export function keyIn(line: LdifLine | undefined): string | undefined {
  if (line === undefined) return undefined;
  const colon = line.text.indexOf(':');
  const key = colon < 1 ? '' : line.text.slice(0, colon).trim();
  return KEY.test(key) ? key.toLowerCase() : undefined;
}

function dnOf(text: string, line: number, faults: Fault[]): Dn | undefined {
  try {
    return parseShownDn(text);
  } catch (error) {
    if (!(error instanceof DnSyntaxError)) throw error;
    faults.push({ line, message: `${JSON.stringify(text)} is no DN: ${error.message}` });
    return undefined;
  }
}
