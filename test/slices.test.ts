/** Long work in slices: others have their turn in between, whether one works or several at once. */
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { inSlices, isSliceOver, takeTurn } from '../src/slices.ts';

/** Longer than a slice. */
const LONG = 10;

describe('work in slices', () => {
  const occupy = (milliseconds: number) => {
    for (const end = performance.now() + milliseconds; performance.now() < end; );
  };
  function* steps(count: number, did: () => void): Generator<void, string> {
    for (let i = 0; i < count; i++) {
      occupy(LONG);
      did();
      yield;
    }
    return 'done';
  }

  it('lets others have their turn between its steps', async () => {
    const seen: string[] = [];
    const work = inSlices(steps(4, () => seen.push('step')));
    const others = (async () => {
      for (let i = 0; i < 3; i++) {
        await setImmediate();
        seen.push('other');
      }
    })();
    expect(await work).to.equal('done');
    await others;
    expect(seen.join(' ')).to.not.include('step step step');
  });

  it('shares a slice with other work that waits', async () => {
    occupy(LONG);
    const overs: boolean[] = [];
    const work = async () => {
      await takeTurn();
      overs.push(isSliceOver());
      occupy(LONG);
    };
    await Promise.all([work(), work()]);
    expect(overs).to.deep.equal([false, true]);
  });

  it('rejects with what the work throws', async () => {
    const work = inSlices(
      steps(2, () => {
        throw new Error('broken');
      }),
    );
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.have.property('message', 'broken');
  });
});
