/**
 * Whether an entry matches a filter, as a server would say it (RFC 4511 section 4.5.1.7 with its third truth value).
 * How values compare is data in attribute-types.ts; an attribute that no standard knows ignores case.
 */
import { withoutInsignificantSpaces } from '../../names/insignificant-spaces.ts';
import type { AttributeValue } from '../../person.ts';
import { canonicalName, matchingRuleOf } from '../attribute-types.ts';
import type { Filter } from '../filter.ts';
import type { LdifEntry } from './ldif.ts';
import { comparable, prepared, textOrOctets } from './value-comparison.ts';

/** Undefined where it cannot be told: the value asserted is not of the attribute's syntax. */
type Truth = boolean | undefined;

/** The filter asks for what is not built: no entry can be said to match or not. */
export class UnsupportedFilterError extends Error {}

/** Whether the filter is certainly true for the entry. Throws {@link UnsupportedFilterError} for extensible matches. */
export function matches(entry: LdifEntry, filter: Filter): boolean {
  return evaluate(entry, filter) === true;
}

function evaluate(entry: LdifEntry, filter: Filter): Truth {
  switch (filter.kind) {
    case 'and':
      return every(filter.filters.map((inner) => evaluate(entry, inner)));
    case 'or':
      return negate(every(filter.filters.map((inner) => negate(evaluate(entry, inner)))));
    case 'not':
      return negate(evaluate(entry, filter.filter));
    case 'present':
      return comparedValues(entry, filter.attribute).length > 0;
    case 'extensible':
      if (filter.rule === 'caseIgnoreIA5Match' && filter.attribute !== undefined && !filter.dnAttributes)
        return matchesIgnoringCase(entry, filter.attribute, filter.value);
      throw new UnsupportedFilterError('an LDIF directory knows few extensible matches (":=")');
    case 'substrings':
      return matchesSubstrings(entry, filter);
    default:
      return matchesValue(entry, filter);
  }
}

function matchesIgnoringCase(entry: LdifEntry, attribute: string, value: Uint8Array): Truth {
  const wanted = comparable('caseIgnore', textOrOctets(value));
  if (wanted === undefined) return undefined;
  return comparedValues(entry, attribute).some((held) => comparable('caseIgnore', held) === wanted);
}

function every(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) ? undefined : true;
}

function negate(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

type ValueFilter = Extract<Filter, { kind: 'equality' | 'greaterOrEqual' | 'lessOrEqual' | 'approximate' }>;

function matchesValue(entry: LdifEntry, { kind, attribute, value }: ValueFilter): Truth {
  const rule = matchingRuleOf(attribute) ?? 'caseIgnore';
  const wanted = comparable(rule, textOrOctets(value));
  if (wanted === undefined) return undefined;
  return comparedValues(entry, attribute).some((held) => {
    const found = comparable(rule, held);
    if (found === undefined) return false;
    if (kind === 'greaterOrEqual') return found >= wanted;
    if (kind === 'lessOrEqual') return found <= wanted;
    return found === wanted;
  });
}

function matchesSubstrings(
  entry: LdifEntry,
  { attribute, initial, any, final }: Extract<Filter, { kind: 'substrings' }>,
): Truth {
  const rule = matchingRuleOf(attribute) ?? 'caseIgnore';
  // RFC 4519 gives these no substrings rule.
  if (rule === 'distinguishedName' || rule === 'integer' || rule === 'octets') return undefined;
  const prepare = (piece: Uint8Array) => prepared(rule, Buffer.from(piece).toString('utf8'));
  const pieces = any.map(prepare);
  const start = initial && prepare(initial).trimStart();
  const end = final && prepare(final).trimEnd();
  return comparedValues(entry, attribute).some((held) => {
    if (typeof held !== 'string') return false;
    const text = prepared(rule, withoutInsignificantSpaces(held));
    let at = start?.length ?? 0;
    if (start !== undefined && !text.startsWith(start)) return false;
    for (const piece of pieces) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return end === undefined || (text.endsWith(end) && text.length - end.length >= at);
  });
}

/** The values that a filter compares for an attribute. */
// Values under options belong to subtypes, and an attribute stands for its subtypes (RFC 4512 section 2.5.2): a search
// for cn also finds cn;lang-ja. With options only what has all of them counts.
export function comparedValues(entry: LdifEntry, attribute: string): readonly AttributeValue[] {
  const name = canonicalName(attribute);
  if (isOwnDn(name)) return [entry.dn];
  const [, ...options] = attribute.toLowerCase().split(';');
  return entry.forms
    .filter(
      (form) => canonicalName(form.type) === name && options.every((option) => form.options.includes(option)),
    )
    .flatMap((form) => form.values);
}

/** Whether an attribute, by its canonical name, is one in which servers show an entry's own DN. */
export function isOwnDn(name: string): boolean {
  return name === 'entrydn' || name === 'distinguishedname';
}
