/**
 * Which of many patterns a text may meet, found by a literal that each of them cannot do without: the work grows with
 * the text and not with the number of patterns. An automaton of their whole shapes would have a state for every
 * combination of literals that a text can hold. What a pattern makes of the text is pattern.ts.
 */
import { hasShape, type Pattern } from '../patterns/pattern.ts';

/** Where in a text a literal must stand. */
type Side = 'start' | 'inside' | 'end';

interface Literal {
  readonly side: Side;
  readonly text: string;
}

/** One character of literals, by UTF-16 code unit, and what ends with it. */
interface Step<Entry> {
  readonly next: Map<number, Step<Entry>>;
  readonly entries: Entry[];
}

/** Finds items by the patterns under which they were added. */
export class LiteralIndex<Item> {
  readonly #steps: Readonly<Record<Side, Step<Entry<Item>>>> = {
    start: newStep(),
    inside: newStep(),
    end: newStep(),
  };
  /** With which characters literals `inside` begin. */
  readonly #firsts: readonly string[];
  /** Those that have no literal. */
  readonly #others: Entry<Item>[] = [];

  constructor(entries: readonly Entry<Item>[]) {
    const sharing = new Map<string, number>();
    for (const literal of entries.flatMap(([pattern]) => literalsOf(pattern)))
      sharing.set(keyOf(literal), (sharing.get(keyOf(literal)) ?? 0) + 1);
    for (const entry of entries) {
      const literal = mostTelling(literalsOf(entry[0]), sharing);
      if (literal === undefined) this.#others.push(entry);
      else add(this.#steps[literal.side], literal, entry);
    }
    this.#firsts = [...this.#steps.inside.next.keys()].map((unit) => String.fromCharCode(unit));
  }

  /** Items of all patterns whose literals the text has in their places. */
  find(folded: string): readonly Item[] {
    const found = this.#others.slice();
    walk(this.#steps.start, folded, 0, 1, found);
    walk(this.#steps.end, folded, folded.length - 1, -1, found);
    for (const first of this.#firsts) {
      for (let at = folded.indexOf(first); at >= 0; at = folded.indexOf(first, at + 1))
        walk(this.#steps.inside, folded, at, 1, found);
    }
    if (found.length === 0) return NONE;
    return [...new Set(found)].flatMap(([pattern, item]) => (hasShape(pattern, folded) ? [item] : []));
  }
}

type Entry<Item> = readonly [pattern: Pattern, item: Item];

const NONE: readonly never[] = [];

function newStep<T>(): Step<T> {
  return { next: new Map(), entries: [] };
}

function literalsOf({ prefix, holes }: Pattern): Literal[] {
  const literals = [
    { side: 'start', text: prefix } as const,
    ...holes.map(({ next }, i) => ({ side: i === holes.length - 1 ? 'end' : 'inside', text: next }) as const),
  ];
  return literals.filter(({ text }) => text !== '');
}

function keyOf({ side, text }: Literal): string {
  return `${side} ${text}`;
}

/** The literal that the fewest patterns share, and of such the longest. */
function mostTelling(
  literals: readonly Literal[],
  sharing: ReadonlyMap<string, number>,
): Literal | undefined {
  const shared = (literal: Literal): number => sharing.get(keyOf(literal)) ?? 0;
  return [...literals].sort((a, b) => shared(a) - shared(b) || b.text.length - a.text.length)[0];
}

/** Literals at the end are spelled from their end. */
function add<T>(root: Step<T>, { side, text }: Literal, entry: T): void {
  let step = root;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(side === 'end' ? text.length - 1 - i : i);
    const next = step.next.get(unit) ?? newStep();
    step.next.set(unit, next);
    step = next;
  }
  step.entries.push(entry);
}

/** Collects what ends on the way from here, forwards or backwards. */
function walk<T>(root: Step<T>, text: string, from: number, direction: 1 | -1, found: T[]): void {
  let at = from;
  let step = root.next.get(text.charCodeAt(at));
  while (step !== undefined) {
    for (const entry of step.entries) found.push(entry);
    at += direction;
    step = step.next.get(text.charCodeAt(at)); // NaN, and so nothing, beyond the text
  }
}
