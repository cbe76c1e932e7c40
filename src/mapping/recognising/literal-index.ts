/**
 * Which of many patterns a text may meet, found by a literal that each of them cannot do without: the work grows with
 * the text and not with the number of patterns. An automaton of their whole shapes would have a state for every
 * combination of literals that a text can hold. What a pattern makes of the text is pattern.ts.
 */
import { hasShape, type Pattern } from '../patterns/pattern.ts';

/** Where in a text a literal must stand. */
type Anchor = 'start' | 'inside' | 'end';

interface Literal {
  readonly anchor: Anchor;
  readonly text: string;
}

/** One character of literals, by UTF-16 code unit, and what ends with it. */
interface TrieNode<Ending> {
  readonly next: Map<number, TrieNode<Ending>>;
  readonly endings: Ending[];
}

/** Finds items by the patterns under which they were added. */
export class LiteralIndex<Item> {
  readonly #tries: Readonly<Record<Anchor, TrieNode<PatternItem<Item>>>> = {
    start: newNode(),
    inside: newNode(),
    end: newNode(),
  };
  /** With which characters literals `inside` begin. */
  #firsts: readonly string[] = [];
  /** Those that have no literal. */
  readonly #others: PatternItem<Item>[] = [];

  /** Yields wherever it can be interrupted. */
  static *of<Item>(entries: readonly PatternItem<Item>[]): Generator<void, LiteralIndex<Item>> {
    const index = new LiteralIndex<Item>();
    const sharing = new Map<string, number>();
    for (const [pattern] of entries) {
      for (const literal of literalsOf(pattern))
        sharing.set(keyOf(literal), (sharing.get(keyOf(literal)) ?? 0) + 1);
      yield;
    }
    for (const entry of entries) {
      const literal = mostTelling(literalsOf(entry[0]), sharing);
      if (literal === undefined) index.#others.push(entry);
      else add(index.#tries[literal.anchor], literal, entry);
      yield;
    }
    index.#firsts = [...index.#tries.inside.next.keys()].map((unit) => String.fromCharCode(unit));
    return index;
  }

  /** Items of all patterns whose literals the text has in their places. */
  find(folded: string): readonly Item[] {
    const found = this.#others.slice();
    walk(this.#tries.start, folded, 0, 1, found);
    walk(this.#tries.end, folded, folded.length - 1, -1, found);
    for (const first of this.#firsts) {
      for (let at = folded.indexOf(first); at >= 0; at = folded.indexOf(first, at + 1))
        walk(this.#tries.inside, folded, at, 1, found);
    }
    if (found.length === 0) return NONE;
    return [...new Set(found)].flatMap(([pattern, item]) => (hasShape(pattern, folded) ? [item] : []));
  }
}

type PatternItem<Item> = readonly [pattern: Pattern, item: Item];

const NONE: readonly never[] = [];

function newNode<T>(): TrieNode<T> {
  return { next: new Map(), endings: [] };
}

function literalsOf({ prefix, holes }: Pattern): Literal[] {
  const literals = [
    { anchor: 'start', text: prefix } as const,
    ...holes.map(
      ({ next }, i) => ({ anchor: i === holes.length - 1 ? 'end' : 'inside', text: next }) as const,
    ),
  ];
  return literals.filter(({ text }) => text !== '');
}

function keyOf({ anchor, text }: Literal): string {
  return `${anchor} ${text}`;
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
function add<T>(root: TrieNode<T>, { anchor, text }: Literal, entry: T): void {
  let node = root;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(anchor === 'end' ? text.length - 1 - i : i);
    const next = node.next.get(unit) ?? newNode();
    node.next.set(unit, next);
    node = next;
  }
  node.endings.push(entry);
}

/** Collects what ends on the way from here, forwards or backwards. */
function walk<T>(root: TrieNode<T>, text: string, from: number, direction: 1 | -1, found: T[]): void {
  let at = from;
  let node = root.next.get(text.charCodeAt(at));
  while (node !== undefined) {
    for (const entry of node.endings) found.push(entry);
    at += direction;
    node = node.next.get(text.charCodeAt(at)); // NaN, and so nothing, beyond the text
  }
}
