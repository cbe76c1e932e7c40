/**
 * Spares the directory: only so many searches at once, and only so many that wait for their turn. Wraps any source;
 * what a search does is the source's.
 */
import { BulkheadRejectedError, bulkhead, type IPolicy } from 'cockatiel';
import type { Deadline } from '../../deadline.ts';
import { Failure } from '../../failure.ts';
import type { DirectoryLimits } from '../settings/settings.ts';
import type { Entry } from './entry.ts';
import type { EntrySource, Search, SearchOutcome } from './entry-source.ts';

/** A source that is asked within limits; beyond them searches fail with `overloaded`. */
export class BoundedSource implements EntrySource {
  readonly #source: EntrySource;
  readonly #policy: IPolicy;

  constructor(source: EntrySource, { concurrent, queue }: Pick<DirectoryLimits, 'concurrent' | 'queue'>) {
    this.#source = source;
    this.#policy = bulkhead(concurrent, queue);
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

  async search(search: Search, deadline: Deadline): Promise<SearchOutcome> {
    const turn = this.#policy.execute(async () => {
      // Nobody waits for it any more: its turn goes to the next.
      if (deadline.remaining() === 0)
        throw new Failure('directory_timeout', 'the deadline passed in the queue');
      return this.#source.search(search, deadline);
    });
    try {
      return await deadline.limit(turn, `the search below ${search.base}`);
    } catch (error) {
      throw asFailure(error);
    }
  }

  // Each page takes a turn of its own, so that lookups go on beside a long walk.
  async *pages(search: Search, size: number): AsyncGenerator<readonly Entry[]> {
    const pages = this.#source.pages(search, size)[Symbol.asyncIterator]();
    const begin = () => {
      const page = this.#policy.execute(() => pages.next());
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
    } catch (error) {
      throw asFailure(error);
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

function asFailure(error: unknown): unknown {
  if (!(error instanceof BulkheadRejectedError)) return error;
  return new Failure('overloaded', 'too many searches wait for the directory');
}
