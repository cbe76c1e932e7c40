/**
 * The text of a filter (RFC 4515) with placeholders in its values, to a tree. Owns the syntax alone: which
 * placeholders a template may hold, and what replaces them, is filter-template.ts's. Beyond the RFC it takes white space
 * between components, as filters are written over several lines in YAML.
 */
import type { FilterOf } from './filter.ts';

/** A value in pieces: octets as written, and placeholders by their word (`name` for `<name>`). */
export type TemplateValue = readonly (
  | Uint8Array
  | { readonly placeholder: string; readonly index: number }
)[];

/** A filter whose values may hold placeholders. */
export type FilterTemplate = FilterOf<TemplateValue>;

/** `index` is the UTF-16 offset in the text where it ceases to be a legal filter. */
export class FilterSyntaxError extends Error {
  readonly index: number;
  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}

interface Parsed<T> {
  readonly result: T;
  readonly end: number;
}

const WHITE_SPACE = /[ \t\r\n]*/y;
const DESCRIPTION = /(?:[A-Za-z][A-Za-z0-9_-]*|[0-9]+(?:\.[0-9]+)+)(?:;[A-Za-z0-9_-]+)*/y;
const RULE = /[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)+/y;
const PLACEHOLDER = /<([A-Za-z][A-Za-z0-9_-]*)>/y;
const HEX_PAIR = /[0-9A-Fa-f]{2}/y;
const PLAIN_RUN = /[^()*\\<\0]+/y;
const DEEPEST = 100;

/** Parses one filter and nothing after it. Throws {@link FilterSyntaxError}. */
export function parseFilter(text: string): FilterTemplate {
  const { result, end } = parseComponent(text, skip(text, 0), 0);
  const rest = skip(text, end);
  if (rest < text.length) throw new FilterSyntaxError('nothing may follow the filter', rest);
  return result;
}

function parseComponent(text: string, start: number, depth: number): Parsed<FilterTemplate> {
  if (text[start] !== '(') throw new FilterSyntaxError('"(" is expected', start);
  if (depth > DEEPEST) throw new FilterSyntaxError(`more than ${DEEPEST} levels`, start);
  const at = skip(text, start + 1);
  const { result, end } = parseInner(text, at, depth);
  const close = skip(text, end);
  if (text[close] !== ')') throw new FilterSyntaxError('")" is expected', close);
  return { result, end: close + 1 };
}

function parseInner(text: string, at: number, depth: number): Parsed<FilterTemplate> {
  const operator = text[at];
  if (operator === '!') {
    const { result, end } = parseComponent(text, skip(text, at + 1), depth + 1);
    return { result: { kind: 'not', filter: result }, end };
  }
  if (operator === '&' || operator === '|') {
    const filters: FilterTemplate[] = [];
    let end = skip(text, at + 1);
    while (text[end] === '(') {
      const component = parseComponent(text, end, depth + 1);
      filters.push(component.result);
      end = skip(text, component.end);
    }
    return { result: { kind: operator === '&' ? 'and' : 'or', filters }, end };
  }
  return parseItem(text, at);
}

function parseItem(text: string, at: number): Parsed<FilterTemplate> {
  const attribute = take(DESCRIPTION, text, at);
  const operatorAt = at + (attribute?.length ?? 0);
  if (text[operatorAt] === ':') return parseExtensible(text, attribute, operatorAt);
  if (attribute === undefined) {
    throw new FilterSyntaxError('an attribute name, "&", "|" or "!" is expected', at);
  }
  for (const [operator, kind] of COMPARISONS) {
    if (!text.startsWith(operator, operatorAt)) continue;
    const start = operatorAt + operator.length;
    const { result: value, end } = parseValue(text, start);
    return { result: { kind, attribute, value }, end };
  }
  if (text[operatorAt] !== '=') {
    throw new FilterSyntaxError(`"=", ">=", "<=", "~=" or ":=" is expected after "${attribute}"`, operatorAt);
  }
  return parseEquality(text, attribute, operatorAt + 1);
}

const COMPARISONS = [
  ['>=', 'greaterOrEqual'],
  ['<=', 'lessOrEqual'],
  ['~=', 'approximate'],
] as const;

function parseEquality(text: string, attribute: string, start: number): Parsed<FilterTemplate> {
  const parts = [parseValue(text, start)];
  let end = parts[0]?.end ?? start;
  while (text[end] === '*') {
    const part = parseValue(text, end + 1);
    parts.push(part);
    end = part.end;
  }
  const values = parts.map((part) => part.result);
  const [initial = [], ...others] = values;
  const final = others.pop();
  if (final === undefined) return { result: { kind: 'equality', attribute, value: initial }, end };
  // "**" has an empty piece between, which the RFC does not allow and which would mean nothing.
  if (others.some((value) => value.length === 0)) throw new FilterSyntaxError('"**" is not allowed', start);
  if (initial.length === 0 && final.length === 0 && others.length === 0) {
    return { result: { kind: 'present', attribute }, end };
  }
  const some = (value: TemplateValue) => (value.length === 0 ? undefined : value);
  return {
    result: { kind: 'substrings', attribute, initial: some(initial), any: others, final: some(final) },
    end,
  };
}

// attr [":dn"] [":" rule] ":=" value, or [":dn"] ":" rule ":=" value
function parseExtensible(text: string, attribute: string | undefined, start: number): Parsed<FilterTemplate> {
  let at = start;
  const dnAttributes = /^:dn(?=:)/i.test(text.slice(at, at + 4));
  if (dnAttributes) at += 3;
  let rule: string | undefined;
  if (text[at] === ':' && text[at + 1] !== '=') {
    rule = take(RULE, text, at + 1);
    if (rule === undefined) throw new FilterSyntaxError('a matching rule is expected after ":"', at + 1);
    at += 1 + rule.length;
  }
  if (!text.startsWith(':=', at)) throw new FilterSyntaxError('":=" is expected', at);
  if (attribute === undefined && rule === undefined) {
    throw new FilterSyntaxError('an attribute name or a matching rule is expected before ":="', start);
  }
  const { result: value, end } = parseValue(text, at + 2);
  return { result: { kind: 'extensible', attribute, rule, dnAttributes, value }, end };
}

function parseValue(text: string, start: number): Parsed<TemplateValue> {
  const pieces: (Uint8Array | { placeholder: string; index: number })[] = [];
  let octets: Uint8Array[] = [];
  const flush = () => {
    if (octets.length > 0) pieces.push(Buffer.concat(octets));
    octets = [];
  };
  let at = start;
  for (;;) {
    const run = take(PLAIN_RUN, text, at);
    const placeholder = take(PLACEHOLDER, text, at);
    if (run !== undefined) {
      octets.push(Buffer.from(run));
      at += run.length;
    } else if (placeholder !== undefined) {
      flush();
      pieces.push({ placeholder: placeholder.slice(1, -1), index: at });
      at += placeholder.length;
    } else if (text[at] === '<') {
      octets.push(Buffer.from('<'));
      at += 1;
    } else if (text[at] === '\\') {
      const hex = take(HEX_PAIR, text, at + 1);
      if (hex === undefined) {
        throw new FilterSyntaxError(
          'two hex digits are expected after a backslash (\\5c is a backslash)',
          at,
        );
      }
      octets.push(Buffer.from(hex, 'hex'));
      at += 3;
    } else {
      break;
    }
  }
  if (text[at] === '\0') throw new FilterSyntaxError('NUL must be written \\00', at);
  if (text[at] === '(') throw new FilterSyntaxError('"(" in a value must be written \\28', at);
  flush();
  return { result: pieces, end: at };
}

function take(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function skip(text: string, at: number): number {
  return at + (take(WHITE_SPACE, text, at)?.length ?? 0);
}
