import { expect } from 'chai';
import { Deadline } from '../../src/deadline.ts';
import { Failure } from '../../src/failure.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import type { Person } from '../../src/person.ts';
import { PeopleCache, Remembered } from '../../src/user-info/cache.ts';
import type { Found } from '../../src/user-info/lookup.ts';
import { TurnedClock } from './turned-clock.ts';

const SETTINGS = { people: 3, fresh: 300_000, unknown: 30_000 };

function person(readAt: number, dn = 'uid=jdoe,dc=example'): Person {
  return { directory: 'corp', dn, attributes: new Map(), memberships: [], readAt };
}

describe('the cache of people', () => {
  let clock: TurnedClock;
  let cache: PeopleCache;
  let reads: number;

  beforeEach(() => {
    clock = new TurnedClock();
    cache = new PeopleCache(SETTINGS, clock);
    reads = 0;
  });

  const deadline = (milliseconds = 1000) => new Deadline(clock, milliseconds);
  const readPerson = async (): Promise<Found> => {
    reads++;
    const readAt = clock.now();
    return { person: person(readAt), readAt };
  };
  const readNobody = async (): Promise<Found> => {
    reads++;
    return { person: undefined, readAt: clock.now() };
  };
  const find = (read: () => Promise<Found>, key = 'jdoe') => cache.find(key, read, deadline());

  it('asks the directory first, then answers from memory while the answer is fresh', async () => {
    expect((await find(readPerson)).state).to.deep.equal({ from: 'directory' });
    clock.turn(88_000);
    expect((await find(readPerson)).state).to.deep.equal({ from: 'memory', ttl: 212_000 });
    clock.turn(211_999);
    expect((await find(readPerson)).state).to.deep.equal({ from: 'memory', ttl: 1 });
    expect(reads).to.equal(1);
  });

  it('asks again once the answer is not fresh any more', async () => {
    await find(readPerson);
    clock.turn(SETTINGS.fresh);
    expect((await find(readPerson)).state).to.deep.equal({ from: 'directory' });
    expect(reads).to.equal(2);
  });

  it('counts the age from the oldest read, not from when the answer came', async () => {
    await find(async () => {
      const readAt = clock.now();
      clock.turn(100_000);
      return { person: person(readAt), readAt };
    });
    expect((await find(readPerson)).state).to.deep.equal({ from: 'memory', ttl: 200_000 });
  });

  it('remembers that there is no such person for `unknown` only', async () => {
    await find(readNobody);
    clock.turn(SETTINGS.unknown - 1);
    expect((await find(readNobody)).state).to.deep.equal({ from: 'memory', ttl: 1 });
    clock.turn(1);
    await find(readNobody);
    expect(reads).to.equal(2);
  });

  it('has one read under way for a person, whatever the number that ask', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => find(readPerson)));
    expect(reads).to.equal(1);
    expect(new Set(answers.map(({ remembered }) => remembered)).size).to.equal(1);
  });

  it('reads different people at once', async () => {
    await Promise.all(['a', 'b', 'c'].map((key) => find(readPerson, key)));
    expect(reads).to.equal(3);
  });

  it('remembers no failure: all who wait see it, and the next one asks again', async () => {
    const failing = async (): Promise<Found> => {
      reads++;
      throw new Failure('directory_unavailable', 'down');
    };
    const outcomes = await Promise.allSettled([find(failing), find(failing), find(failing)]);
    expect(
      outcomes.map((outcome) => outcome.status === 'rejected' && (outcome.reason as Failure).code),
    ).to.deep.equal(Array(3).fill('directory_unavailable'));
    expect(reads).to.equal(1);
    expect((await find(readPerson)).remembered.found.person?.dn).to.equal('uid=jdoe,dc=example');
  });

  it('keeps a fresh answer when another person fails', async () => {
    await find(readPerson);
    await find(async () => Promise.reject(new Failure('directory_unavailable', 'down')), 'other').catch(
      () => undefined,
    );
    expect((await find(readNobody)).state.from).to.equal('memory');
  });

  it('lets a caller go at its own deadline and still remembers what comes later', async () => {
    let arrive: (found: Found) => void = () => undefined;
    const slow = () => new Promise<Found>((resolve) => (arrive = resolve));
    const early = await cache.find('jdoe', slow, deadline(20)).catch((error: Failure) => error);
    expect((early as Failure).code).to.equal('directory_timeout');
    const patient = cache.find('jdoe', readPerson, deadline(1000));
    arrive({ person: person(clock.now(), 'uid=late,dc=example'), readAt: clock.now() });
    expect((await patient).remembered.found.person?.dn).to.equal('uid=late,dc=example');
    expect(reads).to.equal(0);
  });

  it('asks on for a caller with time left where the one who began it had less', async () => {
    const readAgain = cache.find(
      'jdoe',
      async (within) => within.limit(new Promise<Found>(() => undefined), 'x'),
      deadline(20),
    );
    const patient = cache.find('jdoe', readPerson, deadline(5000));
    expect(((await readAgain.catch((error: unknown) => error)) as Failure).code).to.equal(
      'directory_timeout',
    );
    expect((await patient).remembered.found.person?.dn).to.equal('uid=jdoe,dc=example');
    expect(reads).to.equal(1);
  });

  it('never lets a late result overwrite a newer one', async () => {
    const old = clock.now();
    clock.turn(1000);
    await find(readPerson);
    clock.turn(SETTINGS.fresh);
    const late = await find(async () => ({ person: undefined, readAt: old }));
    expect(late.remembered.found.person?.dn).to.equal('uid=jdoe,dc=example');
  });

  it('forgets who was asked for longest ago when it is full', async () => {
    for (const key of ['a', 'b', 'c', 'd']) await find(readPerson, key);
    expect((await find(readPerson, 'd')).state.from).to.equal('memory');
    expect((await find(readPerson, 'a')).state.from).to.equal('directory');
  });
});

describe('a remembered person', () => {
  const mapping = (id: string): Mapping => {
    const text = `version: 1\ngroups: { under: everywhere }\nrules: [{ id: ${id}, when: { group: a }, give: { groups: [b] } }]\n`;
    const compiled = compileMapping(`${id}.yaml`, text).mapping;
    if (compiled === undefined) throw new Error('the mapping of this test is wrong');
    return compiled;
  };

  it('keeps the bytes of the answer for each mapping that made them', () => {
    const remembered = new Remembered({ person: person(0), readAt: 0 });
    const [one, two] = [mapping('one'), mapping('two')];
    let made = 0;
    const make = (text: string) => () => {
      made++;
      return Buffer.from(text);
    };
    expect(remembered.answerFor(one, make('1')).toString()).to.equal('1');
    expect(remembered.answerFor(two, make('2')).toString()).to.equal('2');
    expect(remembered.answerFor(one, make('wrong')).toString()).to.equal('1');
    expect(remembered.answerFor(two, make('wrong')).toString()).to.equal('2');
    expect(made).to.equal(2);
  });
});
