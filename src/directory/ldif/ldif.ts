/**
 * LDIF files (RFC 2849) to entries, as directories and their tools write them. Pure: text in, entries and all that is
 * wrong out. Owns where records begin and end, and that each entry is there once; lines are ldif-lines.ts's, records
 * ldif-record.ts's, what tools print beside entries tool-output.ts's, and for whom a fault of one entry matters
 * ldif-concerns.ts's; what is not read again known-ldif.ts's.
 */
import { keyOfDn } from '../../names/dn.ts';
import type { AttributeValue } from '../../person.ts';
import { kindOfMessage, Tally } from '../../text/tally.ts';
import { type LdifLine, linesOf } from './ldif-lines.ts';
import { type FaultyRecord, keyIn, type LdifEntry, RecordReader } from './ldif-record.ts';
import { isResult, type LdifReference, ToolOutput } from './tool-output.ts';

export interface LdifProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
  /** How many more like it there are, which are not in the list. */
  readonly more: number;
}

/** All that a file holds. */
export interface LdifContent {
  /** Of which it was made. */
  readonly text: string;
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

/**
 * What a text holds. Yields behind each record, where it can be interrupted; never throws: what is wrong is in the
 * content.
 */
export function readingLdif(text: string): Generator<void, LdifContent> {
  return new Reader(text).read();
}

class Reader {
  readonly #text: string;
  readonly #problems = new Tally<{ readonly line: number; readonly message: string }>();
  readonly #tools = new ToolOutput((line, message) => this.#report(line, message));
  readonly #records: RecordReader;
  readonly #entries: LdifEntry[] = [];
  readonly #faulty: FaultyRecord[] = [];
  readonly #byDn = new Map<string, LdifEntry>();

  constructor(text: string) {
    this.#text = text;
    this.#records = new RecordReader(text, this.#tools, (line, message) => this.#report(line, message));
  }

  *read(): Generator<void, LdifContent> {
    let record: LdifLine[] = [];
    let dnInComment: LdifLine | undefined;
    for (const line of linesOf(this.#text, (number, message) => this.#report(number, message))) {
      if (line.text === '') {
        this.#record(record);
        record = [];
        dnInComment = undefined;
        yield;
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
      text: this.#text,
      entries: this.#entries,
      references: this.#tools.references,
      faulty: this.#faulty,
      problems: this.#problems,
    };
  }

  #report(line: number, message: string): void {
    this.#problems.add(kindOfMessage(message), { line, message });
  }

  #record(lines: readonly LdifLine[]): void {
    const [first] = lines;
    if (first === undefined) return;
    const [, version] = /^version: *(.*)$/i.exec(first.text) ?? [];
    if (version !== undefined) {
      if (version.trim() !== '1') this.#report(first.number, 'only version 1 is known');
      this.#record(lines.slice(1));
    } else if (keyIn(first) === 'dn') this.#entry(first, lines.slice(1));
    else if (!this.#tools.record(lines)) this.#report(first.number, 'a record begins with "dn:"');
  }

  #entry(first: LdifLine, others: readonly LdifLine[]): void {
    const { entry, faulty } = this.#records.read(first, others);
    if (faulty !== undefined) this.#faulty.push(faulty);
    if (entry !== undefined) this.#add(entry);
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
