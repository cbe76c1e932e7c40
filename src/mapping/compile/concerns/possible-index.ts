/**
 * Which of many outputs can meet another: a few candidates, found by the texts and the literals at their ends, so that
 * the work for all does not grow with the number of pairs. Whether a candidate does meet it is possible-output.ts.
 */
import { addUnder } from '../../../multimap.ts';
import type { FoldedText } from '../../values/folded-text.ts';
import type { PossibleOutput, PossibleTexts, TextEnds } from './possible-output.ts';

/** An output with whatever else belongs to it. */
export interface Possible {
  readonly possible: PossibleOutput;
}

/** An entry with its place among all. */
interface Placed<Entry> {
  readonly entry: Entry;
  readonly place: number;
}

export class PossibleIndex<Entry extends Possible> {
  readonly #kinds = new Map<string, KindIndex<Entry>>();

  constructor(entries: readonly Entry[]) {
    const byKind = new Map<string, Entry[]>();
    for (const entry of entries) addUnder(byKind, entry.possible.template.kind, entry);
    for (const [kind, those] of byKind) this.#kinds.set(kind, new KindIndex(those));
  }

  /** In their order, all entries that can meet the other, and some that cannot. */
  candidates(other: PossibleOutput): readonly Entry[] {
    return this.#kinds.get(other.template.kind)?.candidates(other) ?? [];
  }

  /** The same, where only the name is asked for. */
  candidatesByName(other: PossibleOutput): readonly Entry[] {
    return this.#kinds.get(other.template.kind)?.byName(other) ?? [];
  }
}

/** Groups, or authorizations. */
class KindIndex<Entry extends Possible> {
  readonly #entries: readonly Entry[];
  readonly #names: TextsIndex<Placed<Entry>>;
  readonly #values: TextsIndex<Placed<Entry>>;
  readonly #hasValues: boolean;

  constructor(entries: readonly Entry[]) {
    const placed = entries.map((entry, place) => ({ entry, place }));
    this.#entries = entries;
    this.#names = new TextsIndex(placed.map((each) => [each.entry.possible.name, each]));
    this.#values = new TextsIndex(
      placed.flatMap((each) => {
        const { value } = each.entry.possible;
        return value === undefined ? [] : [[value, each] as const];
      }),
    );
    this.#hasValues = entries.every(({ possible }) => possible.value !== undefined);
  }

  candidates({ name, value }: PossibleOutput): readonly Entry[] {
    const named = this.#names.candidates(name);
    if (value === undefined || !this.#hasValues) return this.#inOrder(named);
    const valued = this.#values.candidates(value);
    return this.#inOrder(valued.length < named.length ? valued : named);
  }

  byName({ name }: PossibleOutput): readonly Entry[] {
    return this.#inOrder(this.#names.candidates(name));
  }

  #inOrder(candidates: readonly Placed<Entry>[]): readonly Entry[] {
    if (candidates.length < 2) return candidates.map(({ entry }) => entry);
    // To sort so many would cost more than it saves.
    if (candidates.length > this.#entries.length / 4) return this.#entries;
    return [...new Set(candidates)].sort((a, b) => a.place - b.place).map(({ entry }) => entry);
  }
}

/** More named texts of one output than this are not looked up one by one. */
const MOST_KEYS = 16;

/** Finds by the names of outputs, or by their values. */
class TextsIndex<Item> {
  /** Those of which the file names few texts. */
  readonly #named = new Map<string, Item[]>();
  /** All, and those that are not among the former. */
  readonly #all: EndsIndex<Item>;
  readonly #others: EndsIndex<Item>;

  constructor(entries: readonly (readonly [PossibleTexts, Item])[]) {
    const others: [TextEnds, Item][] = [];
    const all: [TextEnds, Item][] = [];
    for (const [texts, item] of entries) {
      const { ends } = texts;
      if (ends === undefined) continue;
      all.push([ends, item]);
      if (texts.named === undefined || texts.named.length > MOST_KEYS) others.push([ends, item]);
      else for (const key of new Set(texts.named.map(keyOf))) addUnder(this.#named, key, item);
    }
    this.#all = new EndsIndex(all);
    this.#others = new EndsIndex(others);
  }

  candidates({ named, ends }: PossibleTexts): readonly Item[] {
    if (ends === undefined) return [];
    if (named === undefined || named.length > MOST_KEYS) return this.#all.compatible(ends);
    return named.flatMap((text) => [
      ...(this.#named.get(keyOf(text)) ?? []),
      ...this.#others.compatible({ start: text.folded, end: text.folded }),
    ]);
  }
}

// Around what a placeholder stands for a space does not count.
function keyOf({ folded }: FoldedText): string {
  return folded.includes(' ') ? folded.replaceAll(' ', '') : folded;
}

/** Finds texts that can begin and end alike. */
class EndsIndex<Item> {
  readonly #starts: StartIndex<Item>;
  readonly #ends: StartIndex<Item>;

  constructor(entries: readonly (readonly [TextEnds, Item])[]) {
    this.#starts = new StartIndex(entries.map(([{ start }, item]) => [start, item]));
    this.#ends = new StartIndex(entries.map(([{ end }, item]) => [reversed(end), item]));
  }

  compatible({ start, end }: TextEnds): readonly Item[] {
    const starts = this.#starts.compatible(start);
    const ends = this.#ends.compatible(reversed(end));
    return starts.count < ends.count ? starts.items() : ends.items();
  }
}

/** Finds texts of which one begins with the other. */
class StartIndex<Item> {
  readonly #texts: readonly string[];
  readonly #items: readonly Item[];
  readonly #byText = new Map<string, Item[]>();

  constructor(entries: readonly (readonly [text: string, item: Item])[]) {
    const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#texts = sorted.map(([text]) => text);
    this.#items = sorted.map(([, item]) => item);
    for (const [text, item] of entries) addUnder(this.#byText, text, item);
  }

  compatible(start: string): { readonly count: number; items(): readonly Item[] } {
    const from = this.#firstFrom((text) => text >= start);
    const to = this.#firstFrom((text) => text >= start && !text.startsWith(start));
    const shorter: Item[] = [];
    for (let length = 0; length < start.length; length++)
      for (const item of this.#byText.get(start.slice(0, length)) ?? []) shorter.push(item);
    return {
      count: to - from + shorter.length,
      items: () => [...this.#items.slice(from, to), ...shorter],
    };
  }

  /** The first place from which on the condition holds. */
  #firstFrom(holds: (text: string) => boolean): number {
    let [low, high] = [0, this.#texts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(this.#texts[middle] ?? '')) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** By UTF-16 code unit: what ended with another then begins with it. */
function reversed(text: string): string {
  let backwards = '';
  for (let i = text.length - 1; i >= 0; i--) backwards += text.charAt(i);
  return backwards;
}
