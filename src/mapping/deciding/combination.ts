/**
 * The matches of several conditions combined: every combination in which a placeholder stands for one text throughout.
 * Makes only those that matter: placeholders that nothing needs any more are dropped on the way. What a combination
 * gives is giving.ts, what it takes taking.ts.
 */
import { groupedBy } from '../../multimap.ts';
import { compareByCodePoint } from '../../names/code-points.ts';
import { type Comparisons, foldCaptured } from '../condition.ts';
import type { Captures } from '../patterns/template.ts';
import { keyOfText } from '../values/folded-text.ts';
import { anyFact, type Fact } from './fact.ts';
import type { Match } from './judging.ts';

/** The captures, and for each condition the fact that meets it. */
export interface Combination {
  readonly captures: Captures;
  readonly facts: readonly Fact[];
}

/** More than this many combinations of one rule are no access policy but a mistake. */
export const MOST_COMBINATIONS = 100_000;

/**
 * @param conditions for each condition its matches
 * @param needed the placeholders that the combinations are for
 * @param comparisons how the placeholders are compared
 * @returns each combination once, or undefined where there are more than {@link MOST_COMBINATIONS}
 */
export function combine(
  conditions: readonly (readonly Match[])[],
  needed: readonly string[],
  comparisons: Comparisons,
): Combination[] | undefined {
  let rows: Combination[] = [{ captures: new Map(), facts: [] }];
  const capturedIn = conditions.map(
    (matches) => new Set(matches.flatMap(({ captures }) => [...captures.keys()])),
  );
  for (const [i, matches] of conditions.entries()) {
    const shared = [...(capturedIn[i] ?? [])].filter((name) =>
      capturedIn.some((other, j) => j !== i && other.has(name)),
    );
    const projected = projectMatches(matches, new Set([...needed, ...shared]));
    const later = capturedIn.slice(i + 1).flatMap((names) => [...names]);
    const joined = join(rows, projected, comparisons);
    if (joined === undefined) return undefined;
    rows = project(joined, new Set([...needed, ...later]));
  }
  return rows;
}

/** The matches of one condition by what the kept placeholders stand for. */
function projectMatches(matches: readonly Match[], kept: ReadonlySet<string>): Combination[] {
  const distinct = new Map<string, { captures: Captures; facts: Fact[] }>();
  for (const { captures, facts } of matches) {
    const entries = keep(captures, kept);
    const key = JSON.stringify(entries);
    const known = distinct.get(key) ?? { captures: new Map(entries), facts: [] };
    known.facts.push(...facts);
    distinct.set(key, known);
  }
  return [...distinct.values()].map(({ captures, facts }) => ({ captures, facts: [anyFact(facts)] }));
}

/** Drops placeholders that nothing needs any more; of rows that become one, the first by its facts stands. */
function project(rows: readonly Combination[], kept: ReadonlySet<string>): Combination[] {
  const distinct = new Map<string, Combination>();
  for (const { captures, facts } of rows) {
    const entries = keep(captures, kept);
    const key = JSON.stringify(entries);
    const known = distinct.get(key);
    if (known !== undefined && orderOfFacts(known.facts) <= orderOfFacts(facts)) continue;
    distinct.set(key, { captures: new Map(entries), facts });
  }
  return [...distinct.values()];
}

/** What puts lists of facts in an order, whatever the order in which they were found. */
export function orderOfFacts(facts: readonly Fact[]): string {
  return JSON.stringify(facts.map(({ text }) => text));
}

function keep(captures: Captures, kept: ReadonlySet<string>): [string, string][] {
  return [...captures].filter(([name]) => kept.has(name)).sort(byName);
}

function join(
  left: readonly Combination[],
  right: readonly Combination[],
  comparisons: Comparisons,
): Combination[] | undefined {
  const joined: Combination[] = [];
  const lookUp = index(left, right, comparisons);
  for (const row of left) {
    for (const other of lookUp(row)) {
      const captures = merge(row.captures, other.captures, comparisons);
      if (captures !== undefined) joined.push({ captures, facts: [...row.facts, ...other.facts] });
      if (joined.length > MOST_COMBINATIONS) return undefined;
    }
  }
  return joined;
}

/** For a row of the left side those of the right that may go with it, by one placeholder that all of both have. */
function index(
  left: readonly Combination[],
  right: readonly Combination[],
  comparisons: Comparisons,
): (row: Combination) => readonly Combination[] {
  const has = (name: string) => (row: Combination) => row.captures.has(name);
  const common = [...(right[0]?.captures.keys() ?? [])].find(
    (name) => left.every(has(name)) && right.every(has(name)),
  );
  if (common === undefined) return () => right;
  const textIn = (row: Combination) => keyOf(common, row.captures.get(common) ?? '', comparisons);
  const byText = groupedBy(right, textIn);
  return (row) => byText.get(textIn(row)) ?? [];
}

/** Undefined where a placeholder would stand for two texts. Of two spellings the first by code point stands. */
function merge(a: Captures, b: Captures, comparisons: Comparisons): Captures | undefined {
  const merged = new Map(a);
  for (const [name, text] of b) {
    const known = merged.get(name);
    if (known !== undefined && keyOf(name, known, comparisons) !== keyOf(name, text, comparisons))
      return undefined;
    if (known === undefined || compareByCodePoint(text, known) < 0) merged.set(name, text);
  }
  return merged;
}

/** The key under which two texts of a placeholder are one. */
export function keyOf(placeholder: string, text: string, comparisons: Comparisons): string {
  return keyOfText(foldCaptured(placeholder, text, comparisons));
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
