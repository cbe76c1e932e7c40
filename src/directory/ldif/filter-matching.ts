/**
 * Whether an entry matches a filter, as a server would say it (RFC 4511 section 4.5.1.7 with its third truth value).
 * How values compare is data in attribute-types.ts and matching-rules.ts, which also says what cannot be evaluated.
 */
import { canonicalType, type Dn } from '../../names/dn.ts';
import { withoutInsignificantSpaces } from '../../names/insignificant-spaces.ts';
import { textOrOctets } from '../../names/utf8.ts';
import type { AttributeValue } from '../../person.ts';
import { canonicalName, type MatchingRule } from '../entries/attribute-types.ts';
import type { Entry } from '../entries/entry.ts';
import { comparable, prepared } from '../entries/value-comparison.ts';
import type { Filter } from '../filters/filter.ts';
import { equalityOf, isOwnDn, ruleKindOf } from './matching-rules.ts';

/** Undefined where it cannot be told: the value asserted is not of the attribute's syntax, or values cannot be read. */
export type Truth = boolean | undefined;

/** What is compared: an entry, or what can be read of one. */
export interface Compared extends Entry {
  /** Undefined where what it is called is no DN. */
  readonly name: Dn | undefined;
  /** Attributes, in lower case, with values that cannot be read. */
  readonly unread?: ReadonlySet<string>;
}

/** Whether the DN, by its key, is reached from the entry by the attribute's values, from entry to entry. */
export type Reaches = (entry: Compared, attribute: string, key: string) => Truth;

const NEVER_TOLD: Reaches = () => undefined;

/** Whether the filter is certainly true for the entry. It must hold nothing that cannot be evaluated. */
export function matches(entry: Compared, filter: Filter, reaches: Reaches): boolean {
  return evaluate(entry, filter, reaches) === true;
}

/** Whether the filter may be true for an entry of which not everything is known. */
export function mayMatch(entry: Compared, filter: Filter): boolean {
  return evaluate(entry, filter, NEVER_TOLD) !== false;
}

function evaluate(entry: Compared, filter: Filter, reaches: Reaches): Truth {
  switch (filter.kind) {
    case 'and': {
      let all: Truth = true;
      for (const inner of filter.filters) {
        const truth = evaluate(entry, inner, reaches);
        if (truth === false) return false;
        all &&= truth;
      }
      return all;
    }
    case 'or': {
      let any: Truth = false;
      for (const inner of filter.filters) {
        const truth = evaluate(entry, inner, reaches);
        if (truth === true) return true;
        if (truth === undefined) any = undefined;
      }
      return any;
    }
    case 'not':
      return negate(evaluate(entry, filter.filter, reaches));
    case 'present':
      // RFC 4512 section 2.4: every entry has classes, be it that they were not printed.
      if (canonicalName(filter.attribute) === 'objectclass') return true;
      return told(entry, filter.attribute, comparedValues(entry, filter.attribute).length > 0);
    case 'extensible':
      return told(entry, filter.attribute, matchesRule(entry, filter, reaches));
    case 'substrings':
      return told(entry, filter.attribute, matchesSubstrings(entry, filter));
    default:
      return told(entry, filter.attribute, matchesValue(entry, filter));
  }
}

// What is false may be true by a value that cannot be read.
function told({ unread }: Compared, attribute: string | undefined, truth: Truth): Truth {
  if (truth !== false || unread === undefined || unread.size === 0) return truth;
  const name = canonicalName(attribute ?? '');
  return [...unread].some((each) => canonicalName(each) === name) ? undefined : false;
}

function negate(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

type ValueFilter = Extract<Filter, { kind: 'equality' | 'greaterOrEqual' | 'lessOrEqual' | 'approximate' }>;

function matchesValue(entry: Compared, { kind, attribute, value }: ValueFilter): Truth {
  const rule = equalityOf(attribute);
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

type ExtensibleFilter = Extract<Filter, { kind: 'extensible' }>;

function matchesRule(
  entry: Compared,
  { attribute = '', rule: name, dnAttributes, value }: ExtensibleFilter,
  reaches: Reaches,
): Truth {
  const kind = ruleKindOf(attribute, name);
  if (kind === undefined) return undefined;
  const rule = ruleOf(kind);
  const wanted = comparable(rule, textOrOctets(value));
  if (wanted === undefined) return undefined;
  if (kind.kind === 'chain') return reaches(entry, attribute, String(wanted));
  const values = dnAttributes
    ? [...comparedValues(entry, attribute), ...valuesInDn(entry, attribute)]
    : comparedValues(entry, attribute);
  const found = values.map((held) => comparable(rule, held));
  if (kind.kind === 'equality') return found.includes(wanted);
  return found.some((held) => hasBits(held, wanted, kind.all));
}

function ruleOf(kind: Exclude<ReturnType<typeof ruleKindOf>, undefined>): MatchingRule {
  switch (kind.kind) {
    case 'equality':
      return kind.rule;
    case 'bits':
      return 'integer';
    default:
      return 'distinguishedName';
  }
}

// Flags are kept in signed integers: a negative one has all the higher bits.
function hasBits(held: unknown, wanted: unknown, all: boolean): boolean {
  if (typeof held !== 'bigint' || typeof wanted !== 'bigint') return false;
  const common = BigInt.asUintN(64, held & wanted);
  return all ? common === BigInt.asUintN(64, wanted) : common !== 0n;
}

function valuesInDn({ name }: Compared, attribute: string): readonly AttributeValue[] {
  const asked = canonicalName(attribute);
  return (name?.rdns ?? [])
    .flat()
    .filter(({ type }) => canonicalName(canonicalType(type)) === asked)
    .map(({ value }) => value);
}

function matchesSubstrings(
  entry: Compared,
  { attribute, initial, any, final }: Extract<Filter, { kind: 'substrings' }>,
): Truth {
  const rule = equalityOf(attribute);
  // RFC 4519 and 4512 give these no substrings rule.
  if (!HAVE_PARTS.has(rule)) return undefined;
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

const HAVE_PARTS: ReadonlySet<MatchingRule> = new Set(['caseIgnore', 'caseExact', 'telephoneNumber']);

/** The values that a filter compares for an attribute. */
// Values under options belong to subtypes, and an attribute stands for its subtypes (RFC 4512 section 2.5.2): a search
// for cn also finds cn;lang-ja. With options only what has all of them counts.
export function comparedValues(entry: Entry, attribute: string): readonly AttributeValue[] {
  const name = canonicalName(attribute);
  if (isOwnDn(name)) return [entry.dn];
  const [, ...options] = attribute.toLowerCase().split(';');
  return entry.forms
    .filter(
      (form) => canonicalName(form.type) === name && options.every((option) => form.options.includes(option)),
    )
    .flatMap((form) => form.values);
}
