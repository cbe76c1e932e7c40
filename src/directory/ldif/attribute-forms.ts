/**
 * Attribute descriptions of an LDIF record and the values under them as the forms of an entry: each description read
 * once for the whole file, ranges put together where they are whole, and what 389 Directory Server exports of its
 * replication (`db2ldif -r`) taken away.
 */
import { sidFromText, sidToOctets } from '../../names/sid.ts';
import type { AttributeValue } from '../../person.ts';
import { type AttributeForm, rangeOf } from '../entries/entry.ts';

export interface Description {
  readonly type: string;
  readonly options: readonly string[];
  readonly isRanged: boolean;
  /** Of a value that the server keeps for its replicas alone. */
  readonly isDeleted: boolean;
}

/** An attribute of which values are missing, and the line of the first that is there. */
export interface Ranged {
  readonly type: string;
  readonly line: number;
}

/** Gives the same object for the same description; undefined where the text is none. */
export type Descriptions = (text: string) => Description | undefined;

// Wider than RFC 4512 section 1.4: servers are.
const DESCRIPTION = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:;[A-Za-z0-9=*._-]+)*$/;
const CHANGE_NUMBER = /^(?:adcsn|vucsn|vdcsn|mdcsn)-[0-9a-f]+$/;
const DELETED: ReadonlySet<string> = new Set(['deleted', 'deletedattribute']);

export function descriptionReader(): Descriptions {
  const bySpelling = new Map<string, Description | undefined>();
  const byMeaning = new Map<string, Description>();
  return (text) => {
    const known = bySpelling.get(text);
    if (known !== undefined || bySpelling.has(text)) return known;
    const description = DESCRIPTION.test(text) ? descriptionOf(text) : undefined;
    const key = description && [description.type, description.isDeleted, ...description.options].join(';');
    const same = key === undefined ? undefined : (byMeaning.get(key) ?? description);
    if (key !== undefined && same !== undefined) byMeaning.set(key, same);
    bySpelling.set(text, same);
    return same;
  };
}

function descriptionOf(text: string): Description {
  const [type = '', ...all] = text.toLowerCase().split(';');
  const isReplicated = all.some((option) => CHANGE_NUMBER.test(option));
  const options = isReplicated
    ? all.filter((option) => !CHANGE_NUMBER.test(option) && !DELETED.has(option))
    : all;
  return {
    type,
    options,
    isRanged: options.some((option) => option.startsWith('range=')),
    isDeleted: isReplicated && all.some((option) => DELETED.has(option)),
  };
}

/** The value as servers send it: ldbsearch prints SIDs as texts. */
export function sentValue({ type }: Description, value: AttributeValue): AttributeValue {
  if (type !== 'objectsid' || typeof value !== 'string') return value;
  return sidFromText(value) === undefined ? value : sidToOctets(value);
}

/**
 * The forms of an entry, in the order of the record, and the attributes of which they are not the whole.
 * @param lines the line of the first value of each attribute that came in ranges
 */
export function formsOf(
  values: ReadonlyMap<Description, readonly AttributeValue[]>,
  lines: ReadonlyMap<string, number>,
): { readonly forms: readonly AttributeForm[]; readonly incomplete: readonly Ranged[] } {
  const forms: AttributeForm[] = [];
  for (const [{ type, options, isDeleted }, held] of values)
    if (!isDeleted) forms.push({ type, options, values: held });
  if (lines.size === 0) return { forms, incomplete: [] };
  const whole = new Map([...lines.keys()].map((type) => [type, wholeOf(forms, type)]));
  const incomplete = [...lines].filter(([type]) => whole.get(type) === undefined);
  return {
    forms: [
      ...forms.filter((form) => rangeOf(form) === undefined || whole.get(form.type) === undefined),
      ...[...whole.values()].filter((form) => form !== undefined),
    ],
    incomplete: incomplete.map(([type, line]) => ({ type, line })),
  };
}

// All ranges of the attribute as one, where they follow on each other from the first value to the last.
function wholeOf(forms: readonly AttributeForm[], type: string): AttributeForm | undefined {
  const pieces = forms.flatMap((form) => {
    const range = form.type === type ? rangeOf(form) : undefined;
    return range === undefined ? [] : [{ range, form }];
  });
  const values: AttributeValue[] = [];
  let expected: number | undefined = 0;
  for (const { range, form } of pieces.sort((a, b) => a.range.first - b.range.first)) {
    if (range.first !== expected || form.options.length > 1) return undefined;
    if (range.next !== undefined && range.next - range.first !== form.values.length) return undefined;
    for (const value of form.values) values.push(value);
    expected = range.next;
  }
  return expected === undefined ? { type, options: [], values } : undefined;
}
