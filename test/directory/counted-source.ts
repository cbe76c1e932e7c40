/** A source around another that counts what it is asked, and can be told to fail or to wait. */
import type { EntrySource, Search } from '../../src/directory/entries/entry-source.ts';

export interface CountedSource extends EntrySource {
  /** Searches since the last {@link reset}, pages apart. */
  readonly searches: readonly Search[];
  readonly pagesRead: number;
  /** The most searches that ran at once. */
  readonly atOnce: number;
  /** Runs before each search; a rejection is the search's. */
  before: (search: Search) => Promise<void>;
  reset(): void;
}

export function countedSource(source: EntrySource): CountedSource {
  let searches: Search[] = [];
  let pagesRead = 0;
  let running = 0;
  let most = 0;
  return {
    get searches() {
      return searches;
    },
    get pagesRead() {
      return pagesRead;
    },
    get atOnce() {
      return most;
    },
    before: () => new Promise((resolve) => setImmediate(resolve)),
    reset() {
      searches = [];
      pagesRead = 0;
      most = 0;
    },
    get bound() {
      return source.bound;
    },
    check: () => source.check?.(),
    whenFailing: (listener) => source.whenFailing?.(listener),
    ignoresCase: (attribute) => source.ignoresCase(attribute),
    connect: (deadline) => source.connect(deadline),
    close: () => source.close(),
    async *pages(search, size) {
      for await (const page of source.pages(search, size)) {
        pagesRead++;
        yield page;
      }
    },
    async search(search, deadline) {
      searches.push(search);
      most = Math.max(most, ++running);
      try {
        await this.before(search);
      } finally {
        running--;
      }
      return source.search(search, deadline);
    },
  };
}
