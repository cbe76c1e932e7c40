/** Work for many items of which each result is used at once: in their order, so many at a time, failures in their turn. */
import { expect } from 'chai';
import { inTurn } from '../../../src/directory/entries/reads.ts';

describe('work in turn', () => {
  const items = [5, 1, 4, 2, 3];
  const later = (turns: number) =>
    new Promise<void>((resolve) => (turns === 0 ? resolve() : setImmediate(() => resolve(later(turns - 1)))));

  it('gives the results in the order of the items, and runs no more at once than it may', async () => {
    for (const atOnce of [1, 2, 10]) {
      let running = 0;
      let most = 0;
      const results: number[] = [];
      const work = async (item: number) => {
        most = Math.max(most, ++running);
        await later(item);
        running--;
        return item * 10;
      };
      for await (const result of inTurn(items, atOnce, work)) results.push(result);
      expect(results).to.deep.equal([50, 10, 40, 20, 30]);
      expect(most).to.equal(Math.min(atOnce, items.length));
    }
  });

  it('gives what came before a failure, then the failure, and begins nothing after it', async () => {
    const begun: number[] = [];
    const results: number[] = [];
    const work = async (item: number) => {
      begun.push(item);
      await later(item);
      if (item < 3) throw new Error(`no ${item}`);
      return item;
    };
    let failure: unknown;
    try {
      for await (const result of inTurn(items, 3, work)) results.push(result);
    } catch (error) {
      failure = error;
    }
    expect(results).to.deep.equal([5]);
    expect(failure).to.have.property('message', 'no 1');
    // The second to fail ends by itself.
    expect(begun).to.deep.equal([5, 1, 4, 2]);
  });
});
