/**
 * Filters with placeholders: which may stand where, what becomes of them. A value goes into the tree, never into
 * text, and so cannot change the filter's structure whatever it holds.
 */
import type { Filter } from './filter.ts';
import { FilterSyntaxError, type FilterTemplate, parseFilter, type TemplateValue } from './filter-parser.ts';

export { FilterSyntaxError, type FilterTemplate } from './filter-parser.ts';

/** What stands for each placeholder: one or more texts, or none, which leaves its comparison undefined. */
export type Substitution = Readonly<Record<string, readonly string[]>>;

/** An equality that a user template makes with `<name>` or `<userid>`: what the person found must really have. */
export interface LoginComparison {
  readonly attribute: string;
  readonly value: TemplateValue;
}

/**
 * Parses `users.filter`. Throws {@link FilterSyntaxError}, also where no equality outside of a "not" holds `<name>` or
 * `<userid>`: the filter would then not ask for one person.
 */
export function parseUserFilterTemplate(text: string): FilterTemplate {
  const template = parseWith(text, ['name', 'userid']);
  if (loginComparisons(template).length === 0) {
    throw new FilterSyntaxError(
      'a comparison such as (uid=<name>) or (mail=<userid>), not under "!", is missing',
      0,
    );
  }
  return template;
}

/** Parses `memberships.filter`. Throws {@link FilterSyntaxError}. */
export function parseGroupFilterTemplate(text: string): FilterTemplate {
  const template = parseWith(text, ['dn', 'uid']);
  if (![...valuesIn(template)].some((value) => placeholdersOf(value).length > 0)) {
    throw new FilterSyntaxError('a comparison with <dn> or <uid> is missing', 0);
  }
  return template;
}

/** The template `(attribute=<name>)`. */
export function loginTemplate(attribute: string): FilterTemplate {
  return { kind: 'equality', attribute, value: [{ placeholder: 'name', index: 0 }] };
}

/** The positive equalities with a placeholder, in the order of the text. */
export function loginComparisons(template: FilterTemplate): readonly LoginComparison[] {
  switch (template.kind) {
    case 'and':
    case 'or':
      return template.filters.flatMap(loginComparisons);
    case 'equality':
      return placeholdersOf(template.value).length > 0 ? [template] : [];
    default:
      return [];
  }
}

/** Whether `<word>` stands in any value of the template. */
export function mentions(template: FilterTemplate, word: string): boolean {
  return [...valuesIn(template)].some((value) => placeholdersOf(value).includes(word));
}

/** The attributes that the template compares, as it writes them. */
export function attributesIn(template: FilterTemplate): readonly string[] {
  switch (template.kind) {
    case 'and':
    case 'or':
      return template.filters.flatMap(attributesIn);
    case 'not':
      return attributesIn(template.filter);
    default:
      return template.attribute === undefined ? [] : [template.attribute];
  }
}

/**
 * The filter with the texts in place. A comparison is made with each of several texts, and any may match. One whose
 * placeholder has no text is undefined: it drops out of an "or" and makes an "and" or a "not" undefined (RFC 4511
 * section 4.5.1.7). Undefined as a whole means that no entry can match.
 */
export function substitute(template: FilterTemplate, texts: Substitution): Filter | undefined {
  switch (template.kind) {
    case 'and': {
      const filters = template.filters.map((filter) => substitute(filter, texts));
      return filters.every((filter) => filter !== undefined) ? { kind: 'and', filters } : undefined;
    }
    case 'or': {
      const filters = template.filters
        .map((filter) => substitute(filter, texts))
        .filter((f) => f !== undefined);
      return filters.length > 0 || template.filters.length === 0 ? { kind: 'or', filters } : undefined;
    }
    case 'not': {
      const filter = substitute(template.filter, texts);
      return filter === undefined ? undefined : { kind: 'not', filter };
    }
    default: {
      const filters = choices(template, texts).map((one) => withTexts(template, one));
      return filters.length > 1 ? { kind: 'or', filters } : filters[0];
    }
  }
}

/** The octets that a template's value has with one text for each placeholder. */
export function valueWith(value: TemplateValue, texts: Readonly<Record<string, string>>): Uint8Array {
  return Buffer.concat(
    value.map((piece) => (piece instanceof Uint8Array ? piece : Buffer.from(texts[piece.placeholder] ?? ''))),
  );
}

function parseWith(text: string, allowed: readonly string[]): FilterTemplate {
  const template = parseFilter(text);
  for (const value of valuesIn(template)) {
    for (const piece of value) {
      if (piece instanceof Uint8Array || allowed.includes(piece.placeholder)) continue;
      const known = allowed.map((word) => `<${word}>`).join(' and ');
      throw new FilterSyntaxError(
        `unknown placeholder <${piece.placeholder}>; there are ${known} (a plain "<" is written \\3c)`,
        piece.index,
      );
    }
  }
  return template;
}

type Item = Exclude<FilterTemplate, { kind: 'and' | 'or' | 'not' }>;

// Each way to give every placeholder of this item one of its texts.
function choices(item: Item, texts: Substitution): Record<string, string>[] {
  const words = new Set([...valuesIn(item)].flatMap(placeholdersOf));
  let ways: Record<string, string>[] = [{}];
  for (const word of words) {
    ways = ways.flatMap((way) => (texts[word] ?? []).map((text) => ({ ...way, [word]: text })));
  }
  return ways;
}

function withTexts(item: Item, texts: Readonly<Record<string, string>>): Filter {
  const fill = (value: TemplateValue) => valueWith(value, texts);
  switch (item.kind) {
    case 'present':
      return item;
    case 'substrings':
      return {
        ...item,
        initial: item.initial && fill(item.initial),
        any: item.any.map(fill),
        final: item.final && fill(item.final),
      };
    default:
      return { ...item, value: fill(item.value) };
  }
}

/** The words of the placeholders in a value. */
export function placeholdersOf(value: TemplateValue): string[] {
  return value.flatMap((piece) => (piece instanceof Uint8Array ? [] : [piece.placeholder]));
}

function* valuesIn(template: FilterTemplate): Generator<TemplateValue> {
  switch (template.kind) {
    case 'and':
    case 'or':
      for (const filter of template.filters) yield* valuesIn(filter);
      break;
    case 'not':
      yield* valuesIn(template.filter);
      break;
    case 'present':
      break;
    case 'substrings':
      for (const value of [template.initial, ...template.any, template.final]) if (value) yield value;
      break;
    default:
      yield template.value;
  }
}
