/**
 * LDIF files (RFC 2849) to entries, as directories and their tools write them. Pure: text in, entries and all that is
 * wrong out. Owns records and values; lines are ldif-lines.ts', what tools print beside entries tool-output.ts', and
 * for whom a fault of one entry matters ldif-concerns.ts'.
 */
import { type Dn, DnSyntaxError, keyOfDn, parseShownDn } from '../../names/dn.ts';
import type { AttributeValue } from '../../person.ts';
import { kindOfMessage, Tally } from '../../text/tally.ts';
import type { AttributeForm, Entry } from '../entries/entry.ts';
import { textOrOctets } from '../entries/value-comparison.ts';
import {
  type Description,
  type Descriptions,
  descriptionReader,
  formsOf,
  type Ranged,
  sentValue,
} from './attribute-forms.ts';
import { type Line, linesOf, runOn } from './ldif-lines.ts';
import { isResult, type LdifReference, ToolOutput } from './tool-output.ts';

/** An entry with its DN parsed. */
export interface LdifEntry extends Entry {
  readonly name: Dn;
  /** Where its record begins, from 1. */
  readonly line: number;
  /** Attributes of which values are missing: under `;range=`, and not the whole. */
  readonly ranged: readonly Ranged[];
}

export interface LdifProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
  /** How many more like it there are, which are not in the list. */
  readonly more: number;
}

/** A record that cannot be read as it stands, as far as it can: it may be nobody's concern. */
export interface FaultyRecord {
  /** Undefined where what it is called is no DN. */
  readonly name: Dn | undefined;
  readonly dn: string;
  readonly forms: readonly AttributeForm[];
  /** Attributes, in lower case, with values that cannot be read. */
  readonly unread: ReadonlySet<string>;
  readonly faults: readonly { readonly line: number; readonly message: string }[];
}

/** All that a file holds. */
export interface LdifContent {
  /** Each DN once, in the order of the file. */
  readonly entries: readonly LdifEntry[];
  readonly references: readonly LdifReference[];
  readonly faulty: readonly FaultyRecord[];
  /** What is wrong with the file as a whole, whatever is read in it. */
  readonly problems: Tally<Omit<LdifProblem, 'more'>>;
}

/** All that is wrong with an LDIF text; the message has a line for each problem. */
export class LdifError extends Error {
  readonly problems: readonly LdifProblem[];
  constructor(problems: readonly LdifProblem[]) {
    super(
      problems
        .map(
          ({ line, message, more }) =>
            `line ${line}: ${message}${more > 0 ? `, and ${more} more like it` : ''}`,
        )
        .join('\n'),
    );
    this.problems = problems;
  }
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const KEY = /^[^\s:]+$/;
const NO_UTF_8 = /\p{Surrogate}/u;

// What checks a file and what searches it need the same, one shortly after the other.
let latest: { readonly text: string; readonly content: WeakRef<LdifContent> } | undefined;

/** Never throws: what is wrong is in the content. */
export function parseLdif(text: string): LdifContent {
  const known = latest?.text === text ? latest.content.deref() : undefined;
  if (known !== undefined) return known;
  const content = new Reader(text).read();
  latest = { text, content: new WeakRef(content) };
  return content;
}

class Reader {
  readonly #text: string;
  readonly #mayHoldOctets: boolean;
  readonly #problems = new Tally<{ readonly line: number; readonly message: string }>();
  readonly #tools = new ToolOutput((line, message) => this.#report(line, message));
  readonly #describe: Descriptions = descriptionReader();
  readonly #entries: LdifEntry[] = [];
  readonly #faulty: FaultyRecord[] = [];
  readonly #byDn = new Map<string, LdifEntry>();

  constructor(text: string) {
    this.#text = text;
    this.#mayHoldOctets = NO_UTF_8.test(text);
  }

  read(): LdifContent {
    let record: Line[] = [];
    let dnInComment: Line | undefined;
    for (const line of linesOf(this.#text, (number, message) => this.#report(number, message))) {
      if (line.text === '') {
        this.#record(record);
        record = [];
        dnInComment = undefined;
      } else if (line.text.startsWith('#')) {
        // Between pages ldapsearch leaves no empty line.
        if (isResult(record[0])) {
          this.#record(record);
          record = [];
        }
        this.#tools.comment(line);
        if (record.length > 0 && /^#\s*dn::? *\S+=/i.test(line.text)) dnInComment = line;
      } else {
        if (dnInComment !== undefined)
          this.#report(
            line.number,
            `this belongs to the "dn:" in the comment at line ${dnInComment.number}, or to the entry above it: an empty line is missing`,
          );
        dnInComment = undefined;
        record.push(line);
      }
    }
    this.#record(record);
    this.#tools.end();
    return {
      entries: this.#entries,
      references: this.#tools.references,
      faulty: this.#faulty,
      problems: this.#problems,
    };
  }

  #report(line: number, message: string): void {
    this.#problems.add(kindOfMessage(message), { line, message });
  }

  #record(lines: readonly Line[]): void {
    const [first] = lines;
    if (first === undefined) return;
    const [, version] = /^version: *(.*)$/i.exec(first.text) ?? [];
    if (version !== undefined) {
      if (version.trim() !== '1') this.#report(first.number, 'only version 1 is known');
      this.#record(lines.slice(1));
    } else if (keyIn(first) === 'dn') this.#entry(first, lines.slice(1));
    else if (!this.#tools.record(lines)) this.#report(first.number, 'a record begins with "dn:"');
  }

  #entry(first: Line, others: readonly Line[]): void {
    const faults: { line: number; message: string }[] = [];
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
      const value = sentValue(description, read.value);
      const known = values.get(description);
      if (known === undefined) values.set(description, [value]);
      else known.push(value);
    }
    const name = faults.some(({ line }) => line === first.number)
      ? undefined
      : dnOf(dn, first.number, faults);
    const { forms, incomplete } = formsOf(values, ranged);
    if (name === undefined || faults.length > 0) this.#faulty.push({ name, dn, forms, unread, faults });
    if (name !== undefined) this.#add({ dn, forms, name, line: first.number, ranged: incomplete });
  }

  // Reports what cannot be a line of this entry, and leaves it out.
  *#attributeLines(first: Line, others: readonly Line[]): Generator<readonly [index: number, line: Line]> {
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

  #value(line: Line, colon: number): { readonly value: AttributeValue } | { readonly fault: string } {
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

  #add(entry: LdifEntry): void {
    const key = keyOfDn(entry.name);
    const earlier = this.#byDn.get(key);
    if (earlier === undefined) {
      this.#byDn.set(key, entry);
      this.#entries.push(entry);
    } else if (!showTheSame(earlier, entry)) {
      // Several searches may have found it; what differs may be any of its attributes.
      const message = `${JSON.stringify(entry.dn)} is there already, at line ${earlier.line}, and not the same`;
      const forms = [...earlier.forms, ...entry.forms];
      this.#faulty.push({
        name: entry.name,
        dn: entry.dn,
        forms,
        unread: new Set(),
        faults: [{ line: entry.line, message }],
      });
    }
  }
}

// The name before the colon in lower case; undefined where there is none.
function keyIn(line: Line | undefined): string | undefined {
  if (line === undefined) return undefined;
  const colon = line.text.indexOf(':');
  const key = colon < 1 ? '' : line.text.slice(0, colon).trim();
  return KEY.test(key) ? key.toLowerCase() : undefined;
}

function dnOf(text: string, line: number, faults: { line: number; message: string }[]): Dn | undefined {
  try {
    return parseShownDn(text);
  } catch (error) {
    if (!(error instanceof DnSyntaxError)) throw error;
    faults.push({ line, message: `${JSON.stringify(text)} is no DN: ${error.message}` });
    return undefined;
  }
}

function showTheSame(one: LdifEntry, other: LdifEntry): boolean {
  return textOf(one) === textOf(other);
}

function textOf({ forms }: LdifEntry): string {
  const valueText = (value: AttributeValue) =>
    typeof value === 'string' ? `s${value}` : `o${Buffer.from(value).toString('hex')}`;
  const parts = forms.map(({ type, options, values }) =>
    JSON.stringify([[type, ...options].join(';'), values.map(valueText).sort()]),
  );
  return parts.sort().join('\n');
}
