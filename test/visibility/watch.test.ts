/** How long the watch rests after looks that could not tell something. */
import { expect } from 'chai';
import { pauseAfterUntold } from '../../src/visibility/watch.ts';

describe('the watch over what mappings name', () => {
  it('looks again soon, and more rarely where what could not be told lasts', () => {
    const minutes = [1, 2, 3, 4, 5, 6, 1000].map((times) => pauseAfterUntold(times) / 60_000);
    expect(minutes).to.deep.equal([1, 2, 4, 8, 10, 10, 10]);
  });
});
