/**
 * A pattern reads a text: which captures its placeholders have there, and whether that is certain. A text that can be
 * read in two ways is as good as unread; never more than a bounded amount of work finds that out. What a condition makes
 * of a reading is recognising/'s.
 */
import { foldCase, toNfc } from '../../names/case-folding.ts';
import { CONTROL_CHARACTER } from '../../names/code-points.ts';
import type { FoldedText } from '../values/folded-text.ts';
import { type Bound, isWithin } from './bound.ts';
import { type Captures, isWhole, type Template } from './template.ts';

/** A placeholder and the folded literal behind it, which is empty only at the end. */
interface Hole {
  readonly placeholder: string;
  readonly bound: Bound;
  readonly next: string;
}

export interface Pattern {
  readonly template: Template;
  /** Whether what it reads is compared exactly, so that its literals are not folded. */
  readonly isExact: boolean;
  readonly prefix: string;
  readonly holes: readonly Hole[];
  /** The characters, folded, that stand beside a placeholder: no `any` goes across them. */
  readonly beside: ReadonlySet<string>;
  /** Placeholders that stand in it more than once. */
  readonly repeated: ReadonlySet<string>;
}

/** How a pattern reads a text: not at all, in one way, in more than one, or not within the work that is allowed. */
export type PatternReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly captures: Captures }
  | { readonly kind: 'several' }
  | { readonly kind: 'too long' };

const NONE: PatternReading = { kind: 'none' };
const LONGEST = 4096;
/** Candidate ends examined, and characters given to regular expressions, for one value. */
const MOST_WORK = 1_000_000;

/** The template must have a placeholder, and no two side by side. */
export function compilePattern(
  template: Template,
  boundOf: (placeholder: string) => Bound,
  isExact = false,
): Pattern {
  const holes: { placeholder: string; bound: Bound; next: string }[] = [];
  const beside = new Set<string>();
  let prefix = '';
  template.segments.forEach((segment, i) => {
    if (typeof segment !== 'string') {
      holes.push({ placeholder: segment.placeholder, bound: boundOf(segment.placeholder), next: '' });
      return;
    }
    const folded = isExact ? toNfc(segment) : foldCase(segment);
    const characters = [...folded];
    const hole = holes.at(-1);
    if (hole === undefined) prefix = folded;
    else {
      hole.next = folded;
      beside.add(characters[0] ?? '');
    }
    if (i < template.segments.length - 1) beside.add(characters.at(-1) ?? '');
  });
  const names = holes.map(({ placeholder }) => placeholder);
  const repeated = new Set(names.filter((name, i) => names.indexOf(name) !== i));
  return { template, isExact, prefix, holes, beside, repeated };
}

/** Whether the literals stand in a folded text in their places, with something for each placeholder between them. */
export function hasShape({ prefix, holes }: Pattern, folded: string): boolean {
  const suffix = holes.at(-1)?.next ?? '';
  if (!folded.startsWith(prefix) || !folded.endsWith(suffix)) return false;
  let at = prefix.length;
  for (const [i, { next }] of holes.entries()) {
    const end = i === holes.length - 1 ? folded.length - suffix.length : folded.indexOf(next, at + 1);
    if (end <= at) return false;
    at = end + next.length;
  }
  return true;
}

/** Reads the whole value. */
export function readPattern(pattern: Pattern, value: FoldedText): PatternReading {
  const [hole] = pattern.holes;
  // A code that means the same DN may be of another length, and no part of it is asked for here.
  if (value.dnKey !== undefined && hole !== undefined && isWhole(pattern.template))
    return isWithin(hole.bound, value)
      ? { kind: 'one', captures: new Map([[hole.placeholder, value.text]]) }
      : NONE;
  return read(pattern, value, (hole) => hole.bound);
}

/**
 * Reads the value as if every placeholder were bounded by nothing but the characters beside it: what it would stand
 * for, to explain which bound refused it.
 */
export function readShape(pattern: Pattern, value: FoldedText): PatternReading {
  return read(pattern, value, () => undefined);
}

function read(
  { prefix, holes, beside, repeated }: Pattern,
  { text, folded, isExact }: FoldedText,
  boundOf: (hole: Hole) => Bound | undefined,
): PatternReading {
  const suffix = holes.at(-1)?.next ?? '';
  if (folded.length < prefix.length + suffix.length + holes.length) return NONE;
  if (!folded.startsWith(prefix) || !folded.endsWith(suffix)) return NONE;
  if (holes.length > 1 && folded.length > LONGEST) return { kind: 'too long' };

  const found = new Map<string, Split>();
  let work = 0;

  /** How many readings there are from the hole on, at most two, and the first of them. */
  function split(i: number, start: number, known: ReadonlyMap<string, string>): Split {
    const hole = holes[i];
    if (hole === undefined) return start === folded.length ? WHOLE : UNREAD;
    // Before the third hole no two ways lead to one start.
    const key = i < 2 ? undefined : `${i},${start},${known.size === 0 ? '' : JSON.stringify([...known])}`;
    const before = key === undefined ? undefined : found.get(key);
    if (before !== undefined) return before;
    const bound = boundOf(hole);
    const furthest = reach(bound, beside, folded, start);
    const isLast = i === holes.length - 1;
    let readings = 0;
    let first: Split | undefined;
    for (
      let end = isLast ? folded.length - suffix.length : folded.indexOf(hole.next, start + 1);
      end > start && end <= furthest;
      end = isLast ? -1 : folded.indexOf(hole.next, end + 1)
    ) {
      work += bound?.kind === 'matches' ? end - start : 1;
      if (work > MOST_WORK) break;
      const from = firstOf(text, start);
      const to = lastOf(text, end);
      if (from >= to) continue;
      const part = { text: text.slice(from, to), folded: folded.slice(from, to), isExact };
      if (bound !== undefined && !isWithin(bound, part)) continue;
      const same = known.get(hole.placeholder);
      if (same !== undefined && same !== part.folded) continue;
      const learnt = repeated.has(hole.placeholder)
        ? new Map(known).set(hole.placeholder, part.folded)
        : known;
      const rest = split(i + 1, end + hole.next.length, learnt);
      if (rest.readings > 0) first ??= { readings: 0, end, rest };
      readings += rest.readings;
      if (readings > 1 || work > MOST_WORK) break;
    }
    const result: Split = { ...first, readings: Math.min(readings, 2) };
    if (key !== undefined) found.set(key, result);
    return result;
  }

  const whole = split(0, prefix.length, NOTHING_KNOWN);
  if (work > MOST_WORK) return { kind: 'too long' };
  if (whole.readings !== 1) return whole.readings === 0 ? NONE : { kind: 'several' };
  const captures = new Map<string, string>();
  let step: Split | undefined = whole;
  let start = prefix.length;
  for (const hole of holes) {
    if (step?.end === undefined) break;
    if (!captures.has(hole.placeholder))
      captures.set(hole.placeholder, text.slice(firstOf(text, start), lastOf(text, step.end)));
    start = step.end + hole.next.length;
    step = step.rest;
  }
  return { kind: 'one', captures };
}

interface Split {
  readonly readings: number;
  readonly end?: number;
  readonly rest?: Split;
}

const WHOLE: Split = { readings: 1 };
const UNREAD: Split = { readings: 0 };
const NOTHING_KNOWN: ReadonlyMap<string, string> = new Map();

// No `any` goes across these.
const NOT_ANY = new RegExp(`[*]|${CONTROL_CHARACTER.source}`);

/** How far a placeholder that starts here can go at most, with the spaces around what it stands for. */
function reach(bound: Bound | undefined, beside: ReadonlySet<string>, folded: string, start: number): number {
  const kind = bound?.kind ?? 'shape';
  if (bound?.kind === 'texts') return start + bound.longest + 2;
  if (kind !== 'any' && kind !== 'digits' && kind !== 'shape') return folded.length;
  const first = firstOf(folded, start);
  let end = first;
  for (const character of folded.slice(first)) {
    if (kind === 'digits' ? character < '0' || character > '9' : beside.has(character)) break;
    end += character.length;
  }
  const stop = kind === 'any' ? folded.slice(first, end).search(NOT_ANY) : -1;
  if (stop >= 0) end = first + stop;
  return folded.charCodeAt(end) === SPACE ? end + 1 : end;
}

const SPACE = 0x20;

// A text that is compared has one space at the most wherever it has any, and that one does not count at either end of
// what a placeholder stands for.
function firstOf(text: string, start: number): number {
  return text.charCodeAt(start) === SPACE ? start + 1 : start;
}

function lastOf(text: string, end: number): number {
  return text.charCodeAt(end - 1) === SPACE ? end - 1 : end;
}
