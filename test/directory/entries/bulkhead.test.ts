/** Pages through the limits of a directory: when each is asked for, and that none is asked for beyond the limits. */
import { expect } from 'chai';
import { Deadline } from '../../../src/deadline.ts';
import { BoundedSource } from '../../../src/directory/entries/bulkhead.ts';
import { type Entry, entryOf } from '../../../src/directory/entries/entry.ts';
import type { EntrySource, Search } from '../../../src/directory/entries/entry-source.ts';
import { ANY_ENTRY } from '../../../src/directory/filters/filter.ts';
import { TurnedClock } from '../../turned-clock.ts';

const SEARCH: Search = { base: 'dc=example', scope: 'sub', filter: ANY_ENTRY, attributes: [] };
const PAGES = 3;

describe('a directory asked within limits', () => {
  let asked: number;
  let ended: boolean;
  let running: number;
  let most: number;
  const turn = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
  };
  const source: EntrySource = {
    bound: true,
    ignoresCase: () => true,
    connect: async () => {},
    close: async () => {},
    async search() {
      await turn();
      return { base: 'present', entries: [] };
    },
    async *pages(): AsyncGenerator<readonly Entry[]> {
      try {
        while (asked < PAGES) {
          asked++;
          await turn();
          yield [entryOf(`cn=${asked}`, [])];
        }
      } finally {
        ended = true;
      }
    },
  };
  const deadline = () => new Deadline(new TurnedClock(), 1000);

  beforeEach(() => {
    asked = 0;
    ended = false;
    running = 0;
    most = 0;
  });

  it('gives every page in its order, be all of them wanted or not', async () => {
    for (const search of [SEARCH, { ...SEARCH, pages: 'all' } as const]) {
      asked = 0;
      const seen: string[] = [];
      for await (const page of new BoundedSource(source, { concurrent: 2, queue: 10 }).pages(search, 1))
        seen.push(...page.map(({ dn }) => dn));
      expect(seen).to.deep.equal(['cn=1', 'cn=2', 'cn=3']);
    }
  });

  it('asks for a page while the one before is worked on, where all are wanted and there alone', async () => {
    const bounded = new BoundedSource(source, { concurrent: 2, queue: 10 });
    for await (const _ of bounded.pages(SEARCH, 1)) {
      expect(asked).to.equal(1);
      break;
    }
    asked = 0;
    for await (const _ of bounded.pages({ ...SEARCH, pages: 'all' }, 1)) {
      expect(asked).to.equal(2);
      break;
    }
    expect(ended).to.equal(true);
  });

  it('never asks more at once than it may, the page that is asked for ahead with the others', async () => {
    const bounded = new BoundedSource(source, { concurrent: 1, queue: 10 });
    for await (const _ of bounded.pages({ ...SEARCH, pages: 'all' }, 1))
      await Promise.all([bounded.search(SEARCH, deadline()), bounded.search(SEARCH, deadline())]);
    expect(most).to.equal(1);
    expect(asked).to.equal(PAGES);
  });
});
