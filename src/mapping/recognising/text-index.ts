/**
 * Which of many tests a text may meet, without asking each one: exact texts in a map, patterns by their literals,
 * regular expressions together in one automaton. Whether a pattern really reads the text is pattern.ts.
 */
import { RE2JS, RE2JSException, RE2Set } from 're2js';
import { addUnder } from '../../multimap.ts';
import { toNfc } from '../../names/case-folding.ts';
import type { Pattern } from '../patterns/pattern.ts';
import type { Expression } from '../patterns/regular-expression.ts';
import { type FoldedText, keyOfText } from '../values/folded-text.ts';
import { LiteralIndex } from './literal-index.ts';

/** A test of a text that can be looked up. */
export type TextTest =
  | { readonly kind: 'texts'; readonly keys: Iterable<string> }
  | { readonly kind: 'pattern'; readonly pattern: Pattern }
  | { readonly kind: 'matches'; readonly expression: Expression };

/** Finds items by the tests under which they were added. */
export class TextIndex<Item> {
  readonly #exact: ReadonlyMap<string, readonly Item[]>;
  readonly #patterns: LiteralIndex<Item>;
  readonly #expressions: Automaton<Item>;

  private constructor(
    exact: ReadonlyMap<string, readonly Item[]>,
    patterns: LiteralIndex<Item>,
    expressions: Automaton<Item>,
  ) {
    this.#exact = exact;
    this.#patterns = patterns;
    this.#expressions = expressions;
  }

  /**
   * Yields wherever it can be interrupted.
   * @param isExact whether its texts are compared exactly, as their tests were compiled
   */
  static *of<Item>(
    tests: Iterable<readonly [test: TextTest, item: Item]>,
    isExact = false,
  ): Generator<void, TextIndex<Item>> {
    const exact = new Map<string, Item[]>();
    const patterns: [pattern: Pattern, item: Item][] = [];
    const expressions: [source: string, item: Item][] = [];
    for (const [test, item] of tests) {
      if (test.kind === 'pattern') patterns.push([test.pattern, item]);
      else if (test.kind === 'matches') expressions.push([toNfc(test.expression.source), item]);
      else for (const key of test.keys) addUnder(exact, key, item);
      yield;
    }
    const byLiterals = yield* LiteralIndex.of(patterns);
    return new TextIndex(exact, byLiterals, automatonFor(expressions, isExact ? 0 : RE2JS.CASE_INSENSITIVE));
  }

  /** Items whose texts or expressions the text meets, and those of whose pattern it has the shape. */
  find(value: FoldedText): readonly Item[] {
    const { text, folded } = value;
    const exact = this.#exact.get(keyOfText(value)) ?? NONE;
    const patterns = this.#patterns.find(folded);
    const expressions = this.#expressions.match(text);
    if (patterns.length + expressions.length === 0) return exact;
    return [...exact, ...patterns, ...expressions];
  }
}

const NONE: readonly never[] = [];

interface Automaton<Item> {
  match(text: string): readonly Item[];
}

// A set has a largest size; where all do not fit into one, halves do.
function automatonFor<Item>(
  entries: readonly (readonly [source: string, item: Item])[],
  flags: number,
): Automaton<Item> {
  if (entries.length === 0) return { match: () => NONE };
  try {
    const set = new RE2Set(RE2Set.ANCHOR_BOTH, flags);
    for (const [source] of entries) set.add(source);
    set.compile();
    const items = entries.map(([, item]) => item);
    return {
      match: (text) => {
        const found = set.match(text);
        return found.length === 0 ? NONE : found.map((index) => items[index] as Item);
      },
    };
  } catch (error) {
    if (!(error instanceof RE2JSException) || entries.length === 1) throw error;
    const middle = Math.ceil(entries.length / 2);
    const halves = [entries.slice(0, middle), entries.slice(middle)].map((half) => automatonFor(half, flags));
    return { match: (text) => halves.flatMap((half) => half.match(text)) };
  }
}
