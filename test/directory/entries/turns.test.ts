/** Turns at a directory: who goes next, who leaves the line, and who is turned away at once. */
import { expect } from 'chai';
import { Deadline } from '../../../src/deadline.ts';
import { Turns } from '../../../src/directory/entries/turns.ts';
import { Failure } from '../../../src/failure.ts';
import { type Interest, Place } from '../../../src/place.ts';
import { TurnedClock } from '../../turned-clock.ts';
import { failureOf } from '../rejection.ts';

const CROWDED = 'too many wait';
const LONG = 1_000_000;

describe('turns at a directory', () => {
  let clock: TurnedClock;
  let turns: Turns;
  let begun: string[];
  let ends: Map<string, () => void>;

  const open = (atOnce: number, waiting: number) => {
    turns = new Turns({ atOnce, waiting, crowded: CROWDED });
  };
  /** Comes for a turn; the work goes on until {@link end}. */
  const come = (name: string, interest: Interest = 'caller', milliseconds = LONG) => {
    const place = new Place(interest);
    const outcome = turns
      .run(
        () => {
          begun.push(name);
          return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
        },
        place,
        new Deadline(clock, milliseconds, place),
      )
      .catch((error: unknown) => (error instanceof Failure ? error.code : error));
    return { place, outcome };
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const end = async (...names: readonly string[]) => {
    for (const name of names) {
      ends.get(name)?.();
      await settled();
    }
  };

  beforeEach(() => {
    clock = new TurnedClock();
    begun = [];
    ends = new Map();
  });

  it('go to so many at once, then in the order of coming', async () => {
    open(2, 10);
    for (const name of ['a', 'b', 'c', 'd', 'e']) come(name);
    expect(begun).to.deep.equal(['a', 'b']);
    await end('b');
    expect(begun).to.deep.equal(['a', 'b', 'c']);
    await end('a', 'c', 'd', 'e');
    expect([begun, turns.waiting]).to.deep.equal([['a', 'b', 'c', 'd', 'e'], 0]);
  });

  it('go first to what belongs to work that came earlier', async () => {
    open(1, 10);
    const earlier = new Place();
    for (const name of ['a', 'b']) come(name);
    void turns.run(async () => begun.push('further'), earlier);
    await end('a');
    expect(begun).to.deep.equal(['a', 'further', 'b']);
  });

  it('are refused at once where too many wait, and the work is not begun', async () => {
    open(1, 2);
    for (const name of ['a', 'b', 'c']) come(name);
    const failure = await failureOf(turns.run(async () => begun.push('d'), new Place()));
    expect([failure.code, failure.message]).to.deep.equal(['overloaded', CROWDED]);
    await end('a', 'b', 'c');
    expect(begun).to.deep.equal(['a', 'b', 'c']);
  });

  it('pass over whose deadline has passed', async () => {
    open(1, 10);
    come('a');
    const late = come('late', 'caller', 1000);
    come('c');
    clock.turn(1000);
    await end('a');
    expect(await late.outcome).to.equal('directory_timeout');
    expect(begun).to.deep.equal(['a', 'c']);
  });

  it('leave no place in the line to whose deadline has passed', async () => {
    open(1, 1);
    come('a');
    expect(await come('late', 'caller', 1).outcome).to.equal('directory_timeout');
    expect(turns.waiting).to.equal(0);
    come('c');
    await end('a');
    expect(begun).to.deep.equal(['a', 'c']);
  });

  it('leave no place in the line to whom nobody waits for any more, and none is begun for them', async () => {
    open(1, 1);
    come('a');
    const gone = come('gone');
    gone.place.become('nobody');
    expect(await gone.outcome).to.equal('directory_timeout');
    expect(await come('never', 'nobody').outcome).to.equal('directory_timeout');
    come('c');
    await end('a');
    expect(begun).to.deep.equal(['a', 'c']);
  });

  it('are all refused where there is a reason to', async () => {
    open(1, 10);
    come('a');
    const waiting = ['b', 'c'].map((name) => come(name));
    waiting.push(come('refresh', 'background'));
    turns.refuseWaiting(new Failure('directory_unavailable', 'down'));
    expect(new Set(await Promise.all(waiting.map(({ outcome }) => outcome)))).to.deep.equal(
      new Set(['directory_unavailable']),
    );
    await end('a');
    come('d');
    expect(begun).to.deep.equal(['a', 'd']);
  });

  it('are given on where the work fails', async () => {
    open(1, 10);
    const failing = turns.run(async () => {
      await settled();
      throw new Error('broken');
    }, new Place());
    come('b');
    await failing.catch(() => {});
    await settled();
    expect(begun).to.deep.equal(['b']);
  });

  describe('of the background', () => {
    it('come behind whoever waits', async () => {
      open(1, 10);
      come('a');
      come('refresh', 'background');
      come('b');
      await end('a', 'b');
      expect(begun).to.deep.equal(['a', 'b', 'refresh']);
    });

    it('are no more than half of them', async () => {
      open(4, 10);
      for (const name of ['r1', 'r2', 'r3']) come(name, 'background');
      expect(begun).to.deep.equal(['r1', 'r2']);
      for (const name of ['a', 'b']) come(name);
      expect(begun).to.deep.equal(['r1', 'r2', 'a', 'b']);
      await end('a');
      expect(begun).to.have.length(4);
      await end('r1');
      expect(begun.at(-1)).to.equal('r3');
    });

    it('push nobody out who waits, nor are pushed out by them', async () => {
      open(1, 2);
      come('a');
      for (const name of ['r1', 'r2']) come(name, 'background');
      expect(await come('r3', 'background').outcome).to.equal('overloaded');
      for (const name of ['b', 'c']) come(name);
      expect(await come('d').outcome).to.equal('overloaded');
      await end('a', 'b', 'c', 'r1', 'r2');
      expect(begun).to.deep.equal(['a', 'b', 'c', 'r1', 'r2']);
    });

    it('become those of callers where somebody begins to wait, in the order of that one', async () => {
      open(1, 1);
      come('a');
      const refresh = come('refresh', 'background');
      come('b');
      const joined = new Place();
      refresh.place.become('caller', joined.order);
      await end('a', 'b', 'refresh');
      expect(begun).to.deep.equal(['a', 'b', 'refresh']);
    });

    it('are what those of callers become for whom nobody waits in particular', async () => {
      open(1, 10);
      come('a');
      come('old answer').place.become('background');
      come('b');
      await end('a', 'b', 'old answer');
      expect(begun).to.deep.equal(['a', 'b', 'old answer']);
    });

    it('are begun at once where somebody begins to wait and there is a turn', async () => {
      open(2, 10);
      come('r1', 'background');
      const second = come('r2', 'background');
      expect(begun).to.deep.equal(['r1']);
      second.place.become('caller');
      await settled();
      expect(begun).to.deep.equal(['r1', 'r2']);
    });
  });
});
