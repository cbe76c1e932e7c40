/** For whom a read is, as the directory's lines see it: whoever waits, the background, or nobody any more. */
import { expect } from 'chai';
import { Deadline } from '../../src/deadline.ts';
import { Failure } from '../../src/failure.ts';
import type { Place } from '../../src/place.ts';
import type { Found } from '../../src/user-info/lookup.ts';
import { until } from '../until.ts';
import { cachedPeople, dnOf, found, type Read, SETTINGS } from './cached-people.ts';

const LAST_FIFTH = 240_000;

describe('the place of a read in the lines of the directory', () => {
  const { world, find, somebody, codeOf, settled } = cachedPeople();
  let places: Place[];
  let ends: { arrive: (answer: Found) => void; fail: (error: unknown) => void }[];
  const watched: Read = ({ place }) => {
    places.push(place);
    return new Promise((resolve, reject) => ends.push({ arrive: resolve, fail: reject }));
  };
  const ask = (milliseconds = 100_000) => {
    const deadline = new Deadline(world.clock, milliseconds);
    const outcome = find(watched, 'jdoe', deadline);
    outcome.catch(() => {});
    return { outcome, place: deadline.place };
  };
  const seen = () => places.map(({ interest }) => interest);

  beforeEach(() => {
    places = [];
    ends = [];
  });

  afterEach(() => {
    for (const { arrive } of ends) arrive(found(world.clock.now()));
  });

  it('is that of who waits for it', () => {
    const { place } = ask();
    expect([seen(), places[0]?.order]).to.deep.equal([['caller'], place.order]);
  });

  it("is nobody's once all who waited hung up, and that of who is left until then", async () => {
    const [first, second] = [ask(), ask()];
    first.place.become('nobody');
    expect([seen(), places[0]?.order]).to.deep.equal([['caller'], second.place.order]);
    second.place.become('nobody');
    expect(seen()).to.deep.equal(['nobody']);
  });

  it("is nobody's where the only one hung up: who comes then asks on once it was given up", async () => {
    const first = ask();
    first.place.become('nobody');
    const second = find(somebody);
    ends[0]?.fail(new Failure('directory_timeout', 'given up'));
    expect(await codeOf(first.outcome)).to.equal('directory_timeout');
    expect(dnOf(await second)).to.equal('uid=jdoe');
    expect(world.reads).to.equal(2);
  });

  it("is nobody's where all hung up: none of them asks on once it was given up", async () => {
    const all = [ask(), ask()];
    for (const { place } of all) place.become('nobody');
    ends[0]?.fail(new Failure('directory_timeout', 'given up'));
    for (const { outcome } of all) expect(await codeOf(outcome)).to.equal('directory_timeout');
    expect(world.reads).to.equal(1);
  });

  it('is not given up for who hung up and came again: what was begun is waited for', async () => {
    ask().place.become('nobody');
    const second = ask();
    expect([seen(), places[0]?.order]).to.deep.equal([['caller'], second.place.order]);
    ends[0]?.arrive(found(world.clock.now(), 'late'));
    expect(dnOf(await second.outcome)).to.equal('uid=late');
    expect(world.reads).to.equal(1);
  });

  it('is in the background for a refresh, until somebody waits for it', async () => {
    await find(somebody);
    world.clock.turn(LAST_FIFTH);
    await find(watched);
    expect(seen()).to.deep.equal(['background']);
    world.clock.turn(SETTINGS.fresh - LAST_FIFTH);
    const waiting = ask();
    expect([seen(), places[0]?.order]).to.deep.equal([['caller'], waiting.place.order]);
    waiting.place.become('nobody');
    expect(seen()).to.deep.equal(['background']);
  });

  it('is in the background once an old answer was given in place of it, until somebody waits again', async () => {
    await find(somebody);
    world.clock.turn(SETTINGS.fresh);
    const { state } = await ask().outcome;
    expect([state.from, seen()]).to.deep.equal(['memory', ['background']]);
    const again = ask();
    expect(seen()).to.deep.equal(['caller']);
    await again.outcome;
    await until(() => seen()[0] === 'background');
    await settled();
    expect(world.reads).to.equal(2);
  });
});
