/** A cache of people under a clock that the test turns, with directories made of a line. */
import { Deadline } from '../../src/deadline.ts';
import { Failure, type FailureCode } from '../../src/failure.ts';
import type { Person } from '../../src/person.ts';
import {
  type CacheAnswer,
  PeopleCache,
  type Reader,
  type RememberedQuestion,
} from '../../src/user-info/cache.ts';
import type { Found } from '../../src/user-info/lookup.ts';
import { TurnedClock } from '../turned-clock.ts';

export const SETTINGS = {
  people: 3,
  memory: 1e6,
  fresh: 300_000,
  stale: 3_600_000,
  unknown: 30_000,
  wait: 50,
};

export type Read = RememberedQuestion['find'];

export function found(
  readAt: number,
  uid: string | undefined = 'jdoe',
  attributes: readonly string[] = [],
): Found {
  const person: Person | undefined =
    uid === ''
      ? undefined
      : { directory: 'corp', dn: `uid=${uid}`, attributes: new Map(), memberships: [], readAt };
  return { person, readAt, attributes: new Set(attributes), identities: false };
}

export function dnOf({ remembered }: CacheAnswer): string | undefined {
  return remembered.found.person?.dn;
}

/** A fresh cache for each test; `reads` counts how often a directory was asked. */
export function cachedPeople() {
  const begin = () => {
    const clock = new TurnedClock();
    const refreshFailures: unknown[] = [];
    const cache = new PeopleCache(SETTINGS, clock, (error) => refreshFailures.push(error));
    return { clock, cache, refreshFailures, reads: 0 };
  };
  const world = begin();
  beforeEach(() => {
    Object.assign(world, begin());
  });

  const deadline = (milliseconds = 1000) => new Deadline(world.clock, milliseconds);
  const question = (read: Read, key: string): RememberedQuestion => ({
    key,
    find: (within) => {
      world.reads++;
      return read(within);
    },
  });
  const reader = (needed: readonly string[] = []): Reader => ({
    suffices: ({ attributes }) => needed.every((each) => attributes.has(each)),
    refreshDeadline: () => deadline(8000),
  });
  const find = (read: Read, key = 'jdoe', within = deadline()) =>
    world.cache.find(question(read, key), reader(), within);
  const somebody: Read = async () => found(world.clock.now());
  const named =
    (uid: string): Read =>
    async () =>
      found(world.clock.now(), uid);
  const nobody = named('');
  const failing =
    (code: FailureCode): Read =>
    async () => {
      throw new Failure(code, code);
    };
  const codeOf = (asked: Promise<unknown>) =>
    asked.then(
      () => 'an answer',
      (error: unknown) => (error instanceof Failure ? error.code : error),
    );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  /** A read that ends when the test says so. */
  const held = () => {
    let arrive: (answer: Found) => void = () => undefined;
    let fail: (error: unknown) => void = () => undefined;
    const answer = new Promise<Found>((resolve, reject) => {
      [arrive, fail] = [resolve, reject];
    });
    return { read: () => answer, arrive, fail };
  };
  return { world, deadline, question, reader, find, somebody, named, nobody, failing, codeOf, settled, held };
}
