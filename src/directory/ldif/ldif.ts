/**
 * LDIF content files (RFC 2849) to entries. Pure: text in; entries, or every problem with its line, out. Owns the
 * format alone; searching the entries is ldif-source.ts'. Change records and values by URL are refused.
 */
import { type Dn, DnSyntaxError, keyOfDn, parseShownDn } from '../../names/dn.ts';
import type { AttributeValue } from '../../person.ts';
import { type Entry, entryOf } from '../entry.ts';
import { textOrOctets } from './value-comparison.ts';

/** An entry with its DN parsed. */
export interface LdifEntry extends Entry {
  readonly name: Dn;
  /** Where its record begins, from 1. */
  readonly line: number;
}

export interface LdifProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** All that is wrong with an LDIF text; the message has a line for each problem. */
export class LdifError extends Error {
  readonly problems: readonly LdifProblem[];
  constructor(problems: readonly LdifProblem[]) {
    super(problems.map(({ line, message }) => `line ${line}: ${message}`).join('\n'));
    this.problems = problems;
  }
}

/** A line with its continuations joined. */
interface Line {
  readonly text: string;
  readonly number: number;
}

const DESCRIPTION = /^(?:[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)+)(?:;[A-Za-z0-9=*-]+)*$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const CHANGE_KEYS: ReadonlySet<string> = new Set(['changetype', 'control']);

/** The entries of the text, in its order. Throws {@link LdifError} with all problems. */
export function parseLdif(text: string): readonly LdifEntry[] {
  const problems: LdifProblem[] = [];
  const lines = unfold(text, problems);
  const records = recordsOf(lines, problems);
  const entries: LdifEntry[] = [];
  const linesByDn = new Map<string, number>();
  for (const record of records) {
    const entry = parseRecord(record, problems);
    if (entry === undefined) continue;
    const key = keyOfDn(entry.name);
    const earlier = linesByDn.get(key);
    if (earlier === undefined) linesByDn.set(key, entry.line);
    else problems.push({ line: entry.line, message: `${entry.dn} is there already, at line ${earlier}` });
    entries.push(entry);
  }
  if (problems.length > 0) throw new LdifError(problems.sort((a, b) => a.line - b.line));
  return entries;
}

// Comments may be folded too, so lines are joined before comments are dropped.
function unfold(text: string, problems: LdifProblem[]): Line[] {
  const lines: Line[] = [];
  const physical = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [index, line] of physical.entries()) {
    const last = lines.at(-1);
    if (!line.startsWith(' ')) lines.push({ text: line, number: index + 1 });
    else if (last === undefined || last.text === '') {
      problems.push({ line: index + 1, message: 'a continuation has no line before it' });
    } else lines[lines.length - 1] = { text: last.text + line.slice(1), number: last.number };
  }
  return lines.filter((line) => !line.text.startsWith('#'));
}

function recordsOf(lines: readonly Line[], problems: LdifProblem[]): Line[][] {
  const records: Line[][] = [];
  let record: Line[] = [];
  for (const line of [...lines, { text: '', number: 0 }]) {
    const version = records.length === 0 && record.length === 0 && /^version:(.*)$/i.exec(line.text);
    if (version) {
      if (version[1]?.trim() !== '1')
        problems.push({ line: line.number, message: 'only version 1 is known' });
    } else if (line.text !== '') record.push(line);
    else if (record.length > 0) {
      records.push(record);
      record = [];
    }
  }
  return records;
}

function parseRecord(lines: readonly Line[], problems: LdifProblem[]): LdifEntry | undefined {
  const [first, ...others] = lines;
  if (first === undefined) return undefined;
  const refuse = (line: Line, message: string) => {
    problems.push({ line: line.number, message });
    return undefined;
  };
  const dnLine = split(first, refuse);
  if (dnLine === undefined) return undefined;
  if (dnLine.key.toLowerCase() !== 'dn') return refuse(first, 'a record begins with "dn:"');
  const { value: dn } = dnLine;
  if (typeof dn !== 'string') return refuse(first, 'the DN is not UTF-8');
  const attributes = new Map<string, AttributeValue[]>();
  for (const line of others) {
    const parsed = split(line, refuse);
    if (parsed === undefined) continue;
    const key = parsed.key.toLowerCase();
    if (CHANGE_KEYS.has(key)) {
      return refuse(line, 'change records are not possible here, only entries');
    }
    if (!DESCRIPTION.test(parsed.key)) refuse(line, `${JSON.stringify(parsed.key)} is no attribute name`);
    attributes.set(key, [...(attributes.get(key) ?? []), parsed.value]);
  }
  try {
    const name = parseShownDn(dn);
    if (others.length === 0) return refuse(first, `${dn} has no attributes`);
    return { ...entryOf(dn, attributes), name, line: first.number };
  } catch (error) {
    if (!(error instanceof DnSyntaxError)) throw error;
    return refuse(first, `${JSON.stringify(dn)} is no DN: ${error.message}`);
  }
}

function split(
  line: Line,
  refuse: (line: Line, message: string) => undefined,
): { key: string; value: AttributeValue } | undefined {
  const colon = line.text.indexOf(':');
  if (colon < 1) return refuse(line, 'a line is "name: value", "name:: base64", a comment or empty');
  const key = line.text.slice(0, colon);
  const sign = line.text[colon + 1];
  if (sign === '<') return refuse(line, 'values by URL (":<") are not possible here');
  if (sign !== ':') return { key, value: line.text.slice(colon + 1).replace(/^ +/, '') };
  const encoded = line.text.slice(colon + 2).trim();
  if (!BASE64.test(encoded)) return refuse(line, 'the value is no base64');
  return { key, value: textOrOctets(Buffer.from(encoded, 'base64')) };
}
