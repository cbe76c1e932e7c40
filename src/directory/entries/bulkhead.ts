/**
 * Spares the directory: only so many lookups and searches at once, and only so many lookups that wait. Wraps any source;
 * what a search does is the source's, who comes next is turns.ts's.
 */
import type { Deadline } from '../../deadline.ts';
import { Place } from '../../place.ts';
import type { DirectoryLimits } from '../settings/settings.ts';
import type { Entry } from './entry.ts';
import type { EntrySource, Search, SearchOutcome } from './entry-source.ts';
import { Turns } from './turns.ts';

/** A source that is asked within limits; beyond them lookups fail with `overloaded`. */
export class BoundedSource implements EntrySource {
  readonly #source: EntrySource;
  readonly #lookups: Turns;
  readonly #searches: Turns;

  constructor(source: EntrySource, { concurrent, queue }: Pick<DirectoryLimits, 'concurrent' | 'queue'>) {
    this.#source = source;
    const crowded = 'too many people are looked up in the directory';
    this.#lookups = new Turns({ atOnce: concurrent, waiting: queue, crowded });
    // Who has begun is not turned away in the middle: so few have that their searches need no bound besides.
    this.#searches = new Turns({ atOnce: concurrent, waiting: Number.POSITIVE_INFINITY, crowded });
    source.whenFailing?.((failure) => {
      this.#lookups.refuseWaiting(failure);
      this.#searches.refuseWaiting(failure);
    });
  }

  get bound(): boolean {
    return this.#source.bound;
  }

  get wellSince(): number | undefined {
    return this.#source.wellSince;
  }

  get refusesPages(): boolean {
    return this.#source.refusesPages === true;
  }

  check(): void {
    this.#source.check?.();
  }

  get tryEach(): EntrySource['tryEach'] {
    return this.#source.tryEach?.bind(this.#source);
  }

  async inTurn<T>(lookup: () => Promise<T>, deadline: Deadline): Promise<T> {
    // Nobody waits for a turn at a directory that is known to be failing.
    this.check();
    return this.#lookups.run(lookup, deadline.place, deadline);
  }

  search(search: Search, deadline: Deadline): Promise<SearchOutcome> {
    const turn = this.#searches.run(() => this.#source.search(search, deadline), deadline.place, deadline);
    return deadline.limit(turn, `the search below ${search.base}`);
  }

  // Each page takes a turn of its own, so that lookups go on beside a long walk.
  async *pages(search: Search, size: number): AsyncGenerator<readonly Entry[]> {
    const pages = this.#source.pages(search, size)[Symbol.asyncIterator]();
    const interest = search.connection === 'shared' ? 'background' : 'caller';
    const begin = () => {
      const page = this.#searches.run(() => pages.next(), new Place(interest));
      // Told to who waits for it; nobody does where the walk ends before.
      page.catch(() => {});
      return page;
    };
    try {
      for (let next: ReturnType<typeof begin> | undefined; ; ) {
        const page = await (next ?? begin());
        if (page.done) return;
        next = search.pages === 'all' ? begin() : undefined;
        yield page.value;
      }
    } finally {
      await pages.return?.();
    }
  }

  // What the source must know itself takes no turn: a search that has one may wait for it.
  get partitions(): EntrySource['partitions'] {
    return this.#source.partitions?.bind(this.#source);
  }

  ignoresCase(attribute: string): boolean {
    return this.#source.ignoresCase(attribute);
  }

  connect(deadline: Deadline): Promise<void> {
    return this.#source.connect(deadline);
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}
