/**
 * Reads that many lookups share: kept while they are young enough, one flight a thing however many need it, never a
 * failure kept. What a read is, and how many things one search can read, is said by who makes this.
 */
import { bulkhead, type IPolicy } from 'cockatiel';
import type { Clock, Deadline } from '../../deadline.ts';
import type { Failure } from '../../failure.ts';

/** What was read of a thing. */
export interface Kept<Value> {
  readonly value: Value;
  /** When the read began, on the service's clock. */
  readonly readAt: number;
}

/** When the oldest of them began; Infinity where there is none. */
export function oldestOf(reads: Iterable<{ readonly readAt: number }>): number {
  let oldest = Number.POSITIVE_INFINITY;
  for (const { readAt } of reads) oldest = Math.min(oldest, readAt);
  return oldest;
}

/** What was read, by its keys, and when the oldest of it was. */
export function datedValues<Value>(known: ReadonlyMap<string, Kept<Value>>): {
  readonly value: ReadonlyMap<string, Value>;
  readonly readAt: number;
} {
  const value = new Map([...known].map(([key, kept]) => [key, kept.value]));
  return { value, readAt: oldestOf(known.values()) };
}

/** What is young enough at some moment. */
export interface Young<Value> {
  /** When all of it was read later than. */
  readonly after: number;
  /** What is kept of a thing, by its key. */
  get(key: string): Kept<Value> | undefined;
}

/** Where reads are kept: a bounded cache, or for the time of one walk a map. */
export interface Shelf<Value> {
  get(key: string): Kept<Value> | undefined;
  set(key: string, kept: Kept<Value>): unknown;
}

export interface ReadingRules<Item, Value> {
  readonly keyOf: (item: Item) => string;
  /** A result for each item, in their order; a rejection is a failure for all of them. */
  readonly read: (items: readonly Item[], deadline: Deadline) => Promise<readonly (Value | Failure)[]>;
  /** How many items one read takes. */
  readonly batch: number;
  /** How many reads run at once. */
  readonly atOnce: number;
}

export interface KeepingRules {
  readonly clock: Clock;
  /** Milliseconds after which what was read is not used any more. */
  readonly youth: number;
  /** Milliseconds for one read: it has a time of its own, as many lookups may wait for it. */
  readonly patience: number;
}

export class KeptReads<Item, Value> {
  readonly #rules: ReadingRules<Item, Value>;
  readonly #keeping: KeepingRules;
  readonly #shelf: Shelf<Value>;
  readonly #flights = new Map<string, Promise<Kept<Value>>>();
  readonly #policy: IPolicy;

  constructor(rules: ReadingRules<Item, Value>, keeping: KeepingRules, shelf: Shelf<Value>) {
    this.#rules = rules;
    this.#keeping = keeping;
    this.#shelf = shelf;
    this.#policy = bulkhead(rules.atOnce, Number.POSITIVE_INFINITY);
  }

  /** What is known of each item, by its key. Throws what a read threw, or `directory_timeout`. */
  async get(items: readonly Item[], deadline: Deadline): Promise<ReadonlyMap<string, Kept<Value>>> {
    const { keyOf, batch } = this.#rules;
    const known = new Map<string, Kept<Value>>();
    const missing = new Map<string, Item>();
    const waited = new Map<string, Promise<Kept<Value>>>();
    const young = this.young();
    for (const item of items) {
      const key = keyOf(item);
      const kept = young.get(key);
      if (kept !== undefined) {
        known.set(key, kept);
        continue;
      }
      const flight = this.#flights.get(key);
      if (flight !== undefined) waited.set(key, flight);
      else missing.set(key, item);
    }
    if (missing.size + waited.size === 0) return known;
    const wanted = [...missing];
    for (let i = 0; i < wanted.length; i += batch) {
      for (const [key, flight] of this.#start(wanted.slice(i, i + batch), deadline)) waited.set(key, flight);
    }
    const read = await deadline.limit(Promise.all(waited.values()), 'the reading of groups');
    let i = 0;
    for (const key of waited.keys()) {
      const kept = read[i++];
      if (kept !== undefined) known.set(key, kept);
    }
    return known;
  }

  /** What is kept and young enough now: what need not be read, so that nobody waits. */
  young(): Young<Value> {
    const after = this.#keeping.clock.now() - this.#keeping.youth;
    return {
      after,
      get: (key) => {
        const kept = this.#shelf.get(key);
        return kept !== undefined && kept.readAt > after ? kept : undefined;
      },
    };
  }

  /** What is kept of a thing, however old. */
  peek(key: string): Value | undefined {
    return this.#shelf.get(key)?.value;
  }

  #start(items: readonly (readonly [string, Item])[], begun: Deadline): Map<string, Promise<Kept<Value>>> {
    const { clock, patience } = this.#keeping;
    const all = this.#policy.execute(async () => {
      const readAt = clock.now();
      const results = await this.#rules.read(
        items.map(([, item]) => item),
        begun.apart(patience),
      );
      return { readAt, results };
    });
    return new Map(
      items.map(([key], i) => {
        const flight = all
          .then(({ readAt, results }) => {
            const value = results[i];
            if (value === undefined) throw new Error('a read left something out');
            if (value instanceof Error) throw value;
            const kept = { value, readAt };
            this.#shelf.set(key, kept);
            return kept;
          })
          .finally(() => this.#flights.delete(key));
        // Whoever waits is told; a failure for which nobody waits any more is nobody's.
        flight.catch(() => {});
        this.#flights.set(key, flight);
        return [key, flight] as const;
      }),
    );
  }
}
