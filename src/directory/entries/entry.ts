/**
 * One entry as a search gives it: attribute values with their options kept apart. Owns what counts as a plain value
 * and when a range of values is complete; what the values mean is for others.
 */
import type { AttributeValue } from '../../person.ts';
import { canonicalName } from './attribute-types.ts';

/** The values that came under one attribute description. Never without values. */
export interface AttributeForm {
  /** The attribute's name without options, in lower case. */
  readonly type: string;
  /** In lower case, in the order sent. */
  readonly options: readonly string[];
  readonly values: readonly AttributeValue[];
}

export interface Entry {
  readonly dn: string;
  readonly forms: readonly AttributeForm[];
}

/** Where a ranged form ends (draft-kashi-incremental): `next` is the first value that is still missing. */
export interface ValueRange {
  readonly first: number;
  readonly next: number | undefined;
}

const NO_OPTIONS: readonly string[] = [];

/** Makes an entry of descriptions such as `cn;lang-ja` and their values; descriptions without values are dropped. */
export function entryOf(
  dn: string,
  attributes: Iterable<readonly [string, readonly AttributeValue[]]>,
): Entry {
  const forms: AttributeForm[] = [];
  for (const [description, values] of attributes) {
    if (values.length === 0) continue;
    const lower = description.toLowerCase();
    if (!lower.includes(';')) {
      forms.push({ type: lower, options: NO_OPTIONS, values });
      continue;
    }
    const [type = '', ...options] = lower.split(';');
    forms.push({ type, options, values });
  }
  return { dn, forms };
}

const NO_VALUES: readonly AttributeValue[] = [];

/** The attribute's plain values, under whichever of its names they came; `;binary` and `;range=` are no variants. */
export function plainValues(entry: Entry, attribute: string): readonly AttributeValue[] {
  const name = canonicalName(attribute);
  let values: readonly AttributeValue[] = NO_VALUES;
  for (const form of entry.forms) {
    if (canonicalName(form.type) !== name || !isPlain(form)) continue;
    values = values.length === 0 ? form.values : [...values, ...form.values];
  }
  return values;
}

/** The plain values that are texts. */
export function textsOf(entry: Entry, attribute: string): readonly string[] {
  return plainValues(entry, attribute).filter((value) => typeof value === 'string');
}

/** Whether the entry shows the attribute at all, be it under options only. */
export function showsAttribute(entry: Entry, attribute: string): boolean {
  const name = canonicalName(attribute);
  return entry.forms.some((form) => canonicalName(form.type) === name);
}

/** The plain values by the asked names in lower case; attributes without plain values are absent. */
export function plainAttributes(
  entry: Entry,
  attributes: Iterable<string>,
): ReadonlyMap<string, readonly AttributeValue[]> {
  const plain = new Map<string, readonly AttributeValue[]>();
  for (const attribute of attributes) {
    const values = plainValues(entry, attribute);
    if (values.length > 0) plain.set(attribute.toLowerCase(), values);
  }
  return plain;
}

/** The form's range, or undefined where it has none. `first` is NaN where the option is not of the known shape. */
export function rangeOf(form: AttributeForm): ValueRange | undefined {
  const option = form.options.find((text) => text.startsWith('range='));
  if (option === undefined) return undefined;
  const [, first, last] = /^range=(\d+)-(\d+|\*)$/.exec(option) ?? [];
  if (first === undefined) return { first: Number.NaN, next: undefined };
  return { first: Number(first), next: last === '*' ? undefined : Number(last) + 1 };
}

function isPlain(form: AttributeForm): boolean {
  return form.options.every((option) => option === 'binary' || option.startsWith('range='));
}
