/**
 * A second translator for a part of the language, slow and plain: every reading of every value by trying, every
 * combination one by one. Written from the language's description and sharing nothing with src/, so that the two agree
 * only where both are right. Letters are ASCII here, so lower case is folding enough.
 */

/** `any`, `digits`, a list of texts; in a `never` entry also nothing. */
export type Bound = 'any' | 'digits' | readonly string[];

/** A group or an attribute, and the patterns of which one is enough. */
export interface Condition {
  /** `group`, or an attribute. */
  readonly on: string;
  readonly patterns: readonly string[];
}

export interface Output {
  /** Undefined for a group. */
  readonly authorization?: string | undefined;
  /** `all` in `take` means every value of the authorization. */
  readonly text: string;
  /** In `take`: everything of the kind, which the others leave open then. */
  readonly every?: 'groups' | 'authorizations';
}

export interface Clause {
  readonly when: readonly Condition[];
  readonly unless: readonly Condition[];
  readonly where: Readonly<Record<string, Bound>>;
  readonly outputs: readonly Output[];
}

export interface Model {
  readonly rules: readonly Clause[];
  readonly never: readonly Clause[];
  /** Attributes of which upper and lower case differ. */
  readonly exact?: readonly string[] | undefined;
  /** The authorization of which only the highest stays, with its values from the lowest. */
  readonly order?: { readonly authorization: string; readonly values: readonly string[] } | undefined;
}

export interface Facts {
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

type Texts = Readonly<Record<string, string>>;
type Boundary = (placeholder: string, text: string, pattern: string, isExact: boolean) => boolean;

/** Spaces of every kind, none at the ends and one inside. */
const clean = (text: string): string =>
  text
    .split(/[\t-\r\u0085\p{Z}]/u)
    .filter((word) => word !== '')
    .join(' ');
const same = (a: string, b: string, isExact = false): boolean =>
  isExact ? clean(a) === clean(b) : clean(a).toLowerCase() === clean(b).toLowerCase();
const first = (a: string, b: string): string => (a < b ? a : b);

/** Literals and placeholders in turn, the literals at the even places. */
const partsOf = (pattern: string): string[] => clean(pattern).split(/<(\w+)>/);

function fill(pattern: string, texts: Texts): string {
  return partsOf(pattern)
    .map((part, i) => (i % 2 === 0 ? part : (texts[part] ?? '?')))
    .join('');
}

/** Every way to read the value. */
function readings(pattern: string, value: string, isWithin: Boundary, isExact = false): Texts[] {
  const parts = partsOf(pattern);
  const from = (i: number, rest: string, texts: Texts): Texts[] => {
    const part = parts[i];
    if (part === undefined) return rest === '' ? [texts] : [];
    if (i % 2 === 0) {
      const starts = isExact ? rest.startsWith(part) : rest.toLowerCase().startsWith(part.toLowerCase());
      return starts ? from(i + 1, rest.slice(part.length), texts) : [];
    }
    const found: Texts[] = [];
    for (let length = 1; length <= rest.length; length++) {
      const text = clean(rest.slice(0, length));
      const known = texts[part];
      if (text === '') continue;
      if (known !== undefined && !same(known, text, isExact)) continue;
      if (!isWithin(part, text, pattern, isExact)) continue;
      found.push(...from(i + 1, rest.slice(length), { ...texts, [part]: known ?? text }));
    }
    return found;
  };
  return from(0, clean(value), {});
}

/** Characters that stand beside a placeholder anywhere in the pattern. */
function beside(pattern: string): string {
  const parts = partsOf(pattern);
  return parts
    .map((part, i) => {
      if (i % 2 === 1) return '';
      return (i > 0 ? part.slice(0, 1) : '') + (i < parts.length - 1 ? part.slice(-1) : '');
    })
    .join('')
    .toLowerCase();
}

function boundary(where: Clause['where'], otherwise: 'any' | 'open'): Boundary {
  return (placeholder, text, pattern, isExact) => {
    const bound = where[placeholder] ?? otherwise;
    if (bound === 'open') return true;
    if (bound === 'digits') return /^[0-9]+$/.test(text);
    if (bound === 'any')
      return ![...text.toLowerCase()].some((c) => c === '*' || beside(pattern).includes(c));
    return (bound as readonly string[]).some((each) => same(each, text, isExact));
  };
}

function valuesOf(on: string, { groups, attributes }: Facts): readonly string[] {
  return on === 'group' ? groups : (attributes[on] ?? []).filter((value) => clean(value) !== '');
}

/** The placeholders that some condition captures from an exact attribute. */
function exactOf(when: readonly Condition[], exact: readonly string[]): ReadonlySet<string> {
  const patterns = when.flatMap(({ on, patterns: each }) => (exact.includes(on) ? each : []));
  return new Set(patterns.flatMap((pattern) => partsOf(pattern).filter((_, i) => i % 2 === 1)));
}

/** What a condition makes of a person: results, and whether something is left open. */
function judge(
  condition: Condition,
  facts: Facts,
  isWithin: Boundary,
  exact: readonly string[],
): { results: Texts[]; isOpen: boolean } {
  const values = valuesOf(condition.on, facts);
  const isExact = exact.includes(condition.on);
  if (condition.on !== 'group' && values.length === 0) return { results: [], isOpen: true };
  const results: Texts[] = [];
  let isOpen = false;
  for (const value of values) {
    for (const pattern of condition.patterns) {
      const found = readings(pattern, value, isWithin, isExact);
      if (found.length > 1) isOpen = true;
      else results.push(...found);
    }
  }
  return { results, isOpen };
}

/** Every combination in which a placeholder stands for one text. */
function combinations(results: readonly (readonly Texts[])[], exact: ReadonlySet<string>): Texts[] {
  return results.reduce<Texts[]>(
    (rows, more) =>
      rows.flatMap((row) =>
        more.flatMap((each) => {
          const both = Object.keys(each).filter((name) => row[name] !== undefined);
          if (!both.every((name) => same(row[name] ?? '', each[name] ?? '', exact.has(name)))) return [];
          const spelled = both.map((name) => [name, first(row[name] ?? '', each[name] ?? '')]);
          return [{ ...row, ...each, ...Object.fromEntries(spelled) }];
        }),
      ),
    [{}],
  );
}

/** Whether an exception holds: `yes`, `no`, or `open`, where it turns on what is not known. */
function exception(
  conditions: readonly Condition[],
  facts: Facts,
  texts: Texts,
  exact: readonly string[],
): 'yes' | 'no' | 'open' {
  if (conditions.length === 0) return 'no';
  const verdicts = conditions.map(({ on, patterns }): 'yes' | 'no' | 'open' => {
    const values = valuesOf(on, facts);
    if (on !== 'group' && values.length === 0) return 'open';
    const isExact = exact.includes(on);
    const isKnown = (pattern: string): boolean =>
      partsOf(pattern).every((part, i) => i % 2 === 0 || texts[part] !== undefined);
    const isRead: Boundary = (placeholder, text) => same(text, texts[placeholder] ?? '', isExact);
    const isSame = (pattern: string, value: string): boolean =>
      same(value, fill(pattern, texts), isExact) || readings(pattern, value, isRead, isExact).length > 0;
    if (patterns.some((pattern) => isKnown(pattern) && values.some((value) => isSame(pattern, value))))
      return 'yes';
    return patterns.every(isKnown) ? 'no' : 'open';
  });
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('open') ? 'open' : 'yes';
}

/** What is given out for what was read. */
function given(where: Clause['where'], texts: Texts, exact: ReadonlySet<string>): Texts {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const bound = where[name];
      const spelled = Array.isArray(bound)
        ? bound
            .map((each: string) => clean(each))
            .filter((each: string) => same(each, text, exact.has(name)))
            .sort()[0]
        : undefined;
      return [name, spelled ?? text];
    }),
  );
}

function mayLeave(text: string): boolean {
  return text !== '' && !text.includes('*');
}

export interface Answer {
  readonly groups: readonly string[];
  readonly authorizations: Readonly<Record<string, readonly string[]>>;
}

export function translatePlainly({ rules, never, order, exact = [] }: Model, facts: Facts): Answer {
  // Union. Texts that differ only in case are one, the first by code point.
  let union: { authorization: string | undefined; text: string }[] = [];
  for (const { when, unless, where, outputs } of rules) {
    const results = when.map((condition) => judge(condition, facts, boundary(where, 'any'), exact).results);
    const exactly = exactOf(when, exact);
    for (const texts of combinations(results, exactly)) {
      if (exception(unless, facts, texts, exact) !== 'no') continue;
      for (const { authorization, text } of outputs) {
        const spelled = given(where, texts, exactly);
        const name = authorization === undefined ? undefined : clean(fill(authorization, spelled));
        const value = clean(fill(text, spelled));
        if (mayLeave(value) && (name === undefined || mayLeave(name)))
          union.push({ authorization: name, text: value });
      }
    }
  }
  const nameOf = (name: string): string =>
    union
      .flatMap(({ authorization }) =>
        authorization !== undefined && same(authorization, name) ? [authorization] : [],
      )
      .reduce(first);
  const isSame = (a: (typeof union)[number], b: (typeof union)[number]): boolean =>
    (a.authorization === undefined) === (b.authorization === undefined) &&
    same(a.authorization ?? '', b.authorization ?? '') &&
    same(a.text, b.text);
  const all = union;
  union = union
    .map((each) => ({
      authorization: each.authorization === undefined ? undefined : nameOf(each.authorization),
      text: all.flatMap((other) => (isSame(other, each) ? [other.text] : [])).reduce(first),
    }))
    .filter((each, i, list) => list.findIndex((other) => isSame(other, each)) === i);

  // Then never. What is open takes for every text that a placeholder could stand for.
  for (const { when, unless, where, outputs } of never) {
    const results = when.map((condition) => {
      const { results: certain, isOpen } = judge(condition, facts, boundary(where, 'open'), exact);
      return isOpen ? [...certain, {}] : certain;
    });
    const exactly = exactOf(when, exact);
    for (const texts of combinations(results, exactly)) {
      if (exception(unless, facts, texts, exact) === 'yes') continue;
      const couldBe: Boundary = (placeholder, text) => {
        const read = given(where, texts, exactly)[placeholder];
        if (read !== undefined) return same(read, text);
        const bound = where[placeholder];
        return (
          bound === undefined || bound === 'any' || boundary(where, 'open')(placeholder, text, '', false)
        );
      };
      for (const { authorization, text, every } of outputs) {
        union = union.filter((each) => {
          if (every !== undefined) return (each.authorization === undefined) !== (every === 'groups');
          if ((authorization === undefined) !== (each.authorization === undefined)) return true;
          // One text for a placeholder that stands in the name and in the value is asked of neither here.
          const isName = readings(authorization ?? '', each.authorization ?? '', couldBe).length > 0;
          const isValue =
            (authorization !== undefined && text === 'all') || readings(text, each.text, couldBe).length > 0;
          return !(isName && isValue);
        });
      }
    }
  }

  // Then keep.
  if (order !== undefined) {
    const rank = (value: string): number => order.values.findIndex((each) => same(each, value));
    const ranked = union.filter(({ authorization }) => same(authorization ?? '', order.authorization));
    const highest = Math.max(...ranked.map(({ text }) => rank(text)));
    union = union.filter((each) => !ranked.includes(each) || (rank(each.text) === highest && highest >= 0));
  }

  const authorizations: Record<string, string[]> = {};
  for (const { authorization, text } of union) {
    if (authorization !== undefined)
      authorizations[authorization] = [...(authorizations[authorization] ?? []), text];
  }
  return {
    groups: union.flatMap(({ authorization, text }) => (authorization === undefined ? [text] : [])).sort(),
    authorizations: Object.fromEntries(
      Object.entries(authorizations).map(([name, each]) => [name, each.sort()]),
    ),
  };
}
