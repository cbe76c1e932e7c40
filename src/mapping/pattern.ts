/**
 * Reading a value by a template: which text each placeholder stands for, and whether that is certain. A value that
 * can be read in two ways is as good as unread; never more than a bounded amount of work finds that out.
 */

import { foldCase } from '../names/case-folding.ts';
import { CONTROL_CHARACTER } from '../names/code-points.ts';
import { type Bound, isWithin } from './bound.ts';
import type { FoldedText, Template } from './template.ts';

/** A placeholder and the folded literal behind it, which is empty only at the end. */
interface Hole {
  readonly placeholder: string;
  readonly bound: Bound;
  readonly next: string;
}

export interface Pattern {
  readonly template: Template;
  readonly prefix: string;
  readonly holes: readonly Hole[];
  /** The characters, folded, that stand beside a placeholder: no `any` goes across them. */
  readonly beside: ReadonlySet<string>;
  /** Placeholders that stand in it more than once. */
  readonly repeated: ReadonlySet<string>;
}

export type Reading =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly read: ReadonlyMap<string, string> }
  | { readonly kind: 'several' }
  | { readonly kind: 'too long' };

const NONE: Reading = { kind: 'none' };
const LONGEST = 4096;
/** Candidate ends examined, and characters given to regular expressions, for one value. */
const MOST_WORK = 1_000_000;

/** The template must have a placeholder, and no two side by side. */
export function compilePattern(template: Template, boundOf: (placeholder: string) => Bound): Pattern {
  const holes: { placeholder: string; bound: Bound; next: string }[] = [];
  const beside = new Set<string>();
  let prefix = '';
  template.segments.forEach((segment, i) => {
    if (typeof segment !== 'string') {
      holes.push({ placeholder: segment.placeholder, bound: boundOf(segment.placeholder), next: '' });
      return;
    }
    const folded = foldCase(segment);
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
  return { template, prefix, holes, beside, repeated };
}

/** Reads the whole value. */
export function readPattern(pattern: Pattern, value: FoldedText): Reading {
  return read(pattern, value, (hole) => hole.bound);
}

/**
 * Reads the value as if every placeholder were bounded by nothing but the characters beside it: what it would stand
 * for, to explain which bound refused it.
 */
export function readShape(pattern: Pattern, value: FoldedText): Reading {
  return read(pattern, value, () => undefined);
}

function read(
  { prefix, holes, beside, repeated }: Pattern,
  { text, folded }: FoldedText,
  boundOf: (hole: Hole) => Bound | undefined,
): Reading {
  const suffix = holes.at(-1)?.next ?? '';
  if (folded.length < prefix.length + suffix.length + holes.length) return NONE;
  if (!folded.startsWith(prefix) || !folded.endsWith(suffix)) return NONE;
  if (holes.length > 1 && folded.length > LONGEST) return { kind: 'too long' };

  const last = holes.length - 1;
  const found = new Map<string, Split>();
  let work = 0;

  /** Ends of what the hole can stand for from `start`, such that the literal behind it follows. */
  function* ends(i: number, hole: Hole, start: number): Generator<number> {
    const bound = boundOf(hole);
    const furthest = reach(bound, beside, text, folded, start);
    const only = i === last ? folded.length - suffix.length : undefined;
    for (
      let end = only ?? folded.indexOf(hole.next, start + 1);
      end > start && end <= furthest;
      end = only === undefined ? folded.indexOf(hole.next, end + 1) : -1
    ) {
      work += bound?.kind === 'matches' ? end - start : 1;
      if (work > MOST_WORK) return;
      const part = { text: text.slice(start, end), folded: folded.slice(start, end) };
      if (bound === undefined || isWithin(bound, part)) yield end;
    }
  }

  /** How many readings there are from the hole on, at most two, and the first of them. */
  function split(i: number, start: number, known: ReadonlyMap<string, string>): Split {
    const hole = holes[i];
    if (hole === undefined) return { readings: start === folded.length ? 1 : 0 };
    const key = `${i},${start},${known.size === 0 ? '' : JSON.stringify([...known])}`;
    const before = found.get(key);
    if (before !== undefined) return before;
    let readings = 0;
    let first: Split | undefined;
    for (const end of ends(i, hole, start)) {
      const part = folded.slice(start, end);
      const same = known.get(hole.placeholder);
      if (same !== undefined && same !== part) continue;
      const learnt = repeated.has(hole.placeholder) ? new Map(known).set(hole.placeholder, part) : known;
      const rest = split(i + 1, end + hole.next.length, learnt);
      if (rest.readings > 0) first ??= { readings: 0, end, rest };
      readings += rest.readings;
      if (readings > 1 || work > MOST_WORK) break;
    }
    const result: Split = { ...first, readings: Math.min(readings, 2) };
    found.set(key, result);
    return result;
  }

  const outcome = split(0, prefix.length, new Map());
  if (work > MOST_WORK) return { kind: 'too long' };
  if (outcome.readings !== 1) return outcome.readings === 0 ? NONE : { kind: 'several' };
  const texts = new Map<string, string>();
  let step: Split | undefined = outcome;
  let start = prefix.length;
  for (const hole of holes) {
    if (step?.end === undefined) break;
    if (!texts.has(hole.placeholder)) texts.set(hole.placeholder, text.slice(start, step.end));
    start = step.end + hole.next.length;
    step = step.rest;
  }
  return { kind: 'one', read: texts };
}

interface Split {
  readonly readings: number;
  readonly end?: number;
  readonly rest?: Split;
}

/** How far a placeholder that starts here can go at most. */
function reach(
  bound: Bound | undefined,
  beside: ReadonlySet<string>,
  text: string,
  folded: string,
  start: number,
): number {
  if (bound?.kind === 'texts') return start + bound.longest;
  if (bound !== undefined && bound.kind !== 'any' && bound.kind !== 'digits') return folded.length;
  let end = start;
  while (end < folded.length) {
    const character = String.fromCodePoint(folded.codePointAt(end) ?? 0);
    if (bound?.kind === 'digits' ? !/[0-9]/.test(character) : beside.has(character)) break;
    if (bound?.kind === 'any' && (text[end] === '*' || CONTROL_CHARACTER.test(character))) break;
    end += character.length;
  }
  return end;
}
