/** The paragraph "Cache" of the design, sentence by sentence, as far as it is the cache's; user-info.test.ts has the rest. */
import { expect } from 'chai';
import { Deadline } from '../../src/deadline.ts';
import { Failure, type FailureCode } from '../../src/failure.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import type { Person } from '../../src/person.ts';
import { type CacheAnswer, PeopleCache, type RememberedQuestion } from '../../src/user-info/cache.ts';
import type { Found } from '../../src/user-info/lookup.ts';
import { Remembered } from '../../src/user-info/remembered.ts';
import { TurnedClock } from '../turned-clock.ts';

const SETTINGS = { people: 3, fresh: 300_000, stale: 3_600_000, unknown: 30_000 };
const LAST_FIFTH = 240_000;

function found(readAt: number, uid: string | undefined = 'jdoe', attributes: readonly string[] = []): Found {
  const person: Person | undefined =
    uid === ''
      ? undefined
      : { directory: 'corp', dn: `uid=${uid}`, attributes: new Map(), memberships: [], readAt };
  return { person, readAt, attributes: new Set(attributes), identities: false };
}

function dnOf({ remembered }: CacheAnswer): string | undefined {
  return remembered.found.person?.dn;
}

describe('the cache of people', () => {
  let clock: TurnedClock;
  let cache: PeopleCache;
  let reads: number;
  let refreshFailures: unknown[];

  beforeEach(() => {
    clock = new TurnedClock();
    reads = 0;
    refreshFailures = [];
    cache = new PeopleCache(SETTINGS, clock, (error) => refreshFailures.push(error));
  });

  type Read = RememberedQuestion['find'];
  const deadline = (milliseconds = 1000) => new Deadline(clock, milliseconds);
  const question = (read: Read, key: string, needed: readonly string[] = []): RememberedQuestion => ({
    key,
    find: (within) => {
      reads++;
      return read(within);
    },
    suffices: ({ attributes }) => needed.every((each) => attributes.has(each)),
    refreshDeadline: () => deadline(8000),
  });
  const find = (read: Read, key = 'jdoe', within = deadline()) => cache.find(question(read, key), within);
  const somebody: Read = async () => found(clock.now());
  const named =
    (uid: string): Read =>
    async () =>
      found(clock.now(), uid);
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

  describe('"An answer is as old as the oldest read in it"', () => {
    it('counts from then, not from when the answer came', async () => {
      await find(async () => {
        const readAt = clock.now();
        clock.turn(100_000);
        return found(readAt);
      });
      expect((await find(somebody)).state).to.deep.equal({ from: 'memory', ttl: 200_000 });
    });
  });

  describe('"It is served from memory while `fresh`"', () => {
    it('asks the directory first, then answers from memory up to the last millisecond', async () => {
      expect((await find(somebody)).state).to.deep.equal({ from: 'directory' });
      clock.turn(88_000);
      expect((await find(somebody)).state).to.deep.equal({ from: 'memory', ttl: 212_000 });
      clock.turn(LAST_FIFTH - 88_000 - 1);
      expect((await find(somebody)).state).to.deep.equal({ from: 'memory', ttl: 60_001 });
      await settled();
      expect(reads).to.equal(1);
    });

    it('"Who is past `stale` leaves the memory", whether or not anybody asks again', async () => {
      await find(somebody, 'a');
      await find(nobody, 'nobody');
      clock.turn(SETTINGS.unknown + 1);
      cache.forgetOld();
      expect(cache.size).to.equal(1);
      clock.turn(SETTINGS.stale - SETTINGS.unknown - 1);
      cache.forgetOld();
      expect(cache.size).to.equal(1);
      clock.turn(1);
      cache.forgetOld();
      expect(cache.size).to.equal(0);
    });

    it('counts that age from the reading, also for who was kept by a reload', async () => {
      await find(somebody, 'a');
      clock.turn(SETTINGS.stale - 10);
      cache.renew({ ...SETTINGS, people: 5 }, () => true);
      cache.forgetOld();
      expect(cache.size).to.equal(1);
      clock.turn(11);
      cache.forgetOld();
      expect(cache.size).to.equal(0);
    });

    it('keeps a fresh answer when another person fails', async () => {
      await find(somebody);
      await codeOf(find(failing('directory_unavailable'), 'other'));
      expect((await find(nobody)).state.from).to.equal('memory');
    });

    it('forgets who was asked for longest ago when it is full', async () => {
      for (const key of ['a', 'b', 'c', 'd']) await find(somebody, key);
      expect((await find(somebody, 'd')).state.from).to.equal('memory');
      expect((await find(somebody, 'a')).state.from).to.equal('directory');
    });
  });

  describe('"in the last fifth of that time a request also starts a refresh in the background"', () => {
    it('and does not wait for it; the next request gets what it found', async () => {
      await find(somebody);
      clock.turn(LAST_FIFTH);
      let arrive: (answer: Found) => void = () => undefined;
      const slow: Read = () => new Promise((resolve) => (arrive = resolve));
      expect((await find(slow)).state).to.deep.equal({ from: 'memory', ttl: 60_000 });
      expect((await find(slow)).state).to.deep.equal({ from: 'memory', ttl: 60_000 });
      expect(reads).to.equal(2);
      arrive(found(clock.now(), 'renewed'));
      await settled();
      const next = await find(somebody);
      expect([dnOf(next), next.state]).to.deep.equal([
        'uid=renewed',
        { from: 'memory', ttl: SETTINGS.fresh },
      ]);
    });

    it('"so that people who are asked for often never wait"', async () => {
      await find(somebody);
      for (let minute = 0; minute < 60; minute++) {
        clock.turn(30_000);
        expect((await find(somebody)).state.from).to.equal('memory');
        await settled();
      }
    });

    it('with a deadline of its own, not that of the request', async () => {
      await find(somebody);
      clock.turn(LAST_FIFTH);
      let remaining = 0;
      await find(
        async (within) => {
          remaining = within.remaining();
          return found(clock.now());
        },
        'jdoe',
        deadline(5),
      );
      expect(remaining).to.equal(8000);
    });

    it('whose failure leaves the fresh answer, is told, and is not tried again at once', async () => {
      await find(somebody);
      clock.turn(LAST_FIFTH);
      for (let i = 0; i < 5; i++) {
        expect((await find(failing('directory_unavailable'))).state.from).to.equal('memory');
        await settled();
      }
      expect([reads, refreshFailures.length]).to.deep.equal([2, 1]);
      clock.turn(15_000);
      await find(failing('directory_unavailable'));
      await settled();
      expect(reads).to.equal(3);
    });

    it('whose facts replace the answer', async () => {
      await find(somebody);
      clock.turn(LAST_FIFTH);
      await find(failing('ambiguous_user'));
      await settled();
      expect(await codeOf(find(failing('directory_unavailable')))).to.equal('directory_unavailable');
    });

    it('is not made for unknown people', async () => {
      await find(nobody);
      clock.turn(SETTINGS.unknown - 1);
      await find(nobody);
      await settled();
      expect(reads).to.equal(1);
    });
  });

  describe('"Past `fresh` the directory is asked, and waited for"', () => {
    it('and its answer is the new one', async () => {
      await find(somebody);
      clock.turn(SETTINGS.fresh);
      const answer = await find(named('new'));
      expect([dnOf(answer), answer.state]).to.deep.equal(['uid=new', { from: 'directory' }]);
    });
  });

  describe('"Only when that fails … is the old answer served"', () => {
    for (const code of [
      'directory_unavailable',
      'directory_timeout',
      'overloaded',
      'directory_refused',
      'directory_incomplete',
    ] as const) {
      it(`with ${code}, marked as such`, async () => {
        await find(somebody);
        clock.turn(430_000);
        const { state, ...answer } = await find(failing(code));
        expect(dnOf({ state, ...answer })).to.equal('uid=jdoe');
        expect(state).to.include({ from: 'memory', ttl: -130_000 });
        expect(state.from === 'memory' && state.insteadOf?.code).to.equal(code);
      });
    }

    it("with the request's own deadline passed, while the read goes on and is remembered", async () => {
      await find(somebody);
      clock.turn(SETTINGS.fresh);
      let arrive: (answer: Found) => void = () => undefined;
      const slow: Read = () => new Promise((resolve) => (arrive = resolve));
      const { state } = await find(slow, 'jdoe', deadline(20));
      expect(state.from === 'memory' && state.insteadOf?.code).to.equal('directory_timeout');
      arrive(found(clock.now(), 'late'));
      await settled();
      expect(dnOf(await find(somebody))).to.equal('uid=late');
    });

    for (const code of ['shutting_down', 'not_found'] as const) {
      it(`not with ${code}`, async () => {
        await find(somebody);
        clock.turn(SETTINGS.fresh);
        expect(await codeOf(find(failing(code)))).to.equal(code);
      });
    }

    it('not with an error that is no failure of a directory', async () => {
      await find(somebody);
      clock.turn(SETTINGS.fresh);
      const broken = new TypeError('a mistake of ours');
      expect(await codeOf(find(async () => Promise.reject(broken)))).to.equal(broken);
    });

    it('"until `stale` after it was read, and then no more"', async () => {
      await find(somebody);
      clock.turn(SETTINGS.stale - 1);
      expect((await find(failing('directory_unavailable'))).state).to.include({ ttl: -3_299_999 });
      clock.turn(1);
      expect(await codeOf(find(failing('directory_unavailable')))).to.equal('directory_unavailable');
    });

    it('"until `stale`" as it is when the read has failed, not when it began', async () => {
      await find(somebody);
      clock.turn(SETTINGS.stale - 1);
      const slowlyFailing: Read = async () => {
        clock.turn(1);
        throw new Failure('directory_unavailable', 'down');
      };
      expect(await codeOf(find(slowlyFailing))).to.equal('directory_unavailable');
    });

    it('not where a read that came late made the answer fresh meanwhile: that one is served, as fresh', async () => {
      await find(somebody);
      clock.turn(SETTINGS.fresh);
      const late = held();
      const first = find(late.read);
      cache.renew(SETTINGS, () => true);
      const failed = held();
      const second = find(failed.read);
      clock.turn(1000);
      late.arrive(found(clock.now(), 'renewed'));
      await first;
      failed.fail(new Failure('directory_unavailable', 'down'));
      const answer = await second;
      expect([dnOf(answer), answer.state]).to.deep.equal([
        'uid=renewed',
        { from: 'memory', ttl: SETTINGS.fresh },
      ]);
    });

    it('is asked anew each time: an old answer never becomes fresh', async () => {
      await find(somebody);
      clock.turn(SETTINGS.fresh);
      await find(failing('directory_unavailable'));
      expect((await find(named('back'))).state).to.deep.equal({ from: 'directory' });
    });
  });

  describe('facts "replace it"', () => {
    it('that there are several', async () => {
      await find(somebody);
      clock.turn(SETTINGS.fresh);
      expect(await codeOf(find(failing('ambiguous_user')))).to.equal('ambiguous_user');
      expect(await codeOf(find(failing('directory_unavailable')))).to.equal('directory_unavailable');
    });

    it('a person who is not there any more', async () => {
      await find(somebody);
      clock.turn(SETTINGS.fresh);
      expect(dnOf(await find(nobody))).to.equal(undefined);
      clock.turn(SETTINGS.unknown);
      expect(await codeOf(find(failing('directory_unavailable')))).to.equal('directory_unavailable');
    });
  });

  describe('unknown people, where `unknown` is 0', () => {
    beforeEach(() => {
      cache = new PeopleCache({ ...SETTINGS, unknown: 0 }, clock, () => undefined);
    });

    it('are asked for at each request, and take no place in memory', async () => {
      await find(nobody);
      expect((await find(nobody)).state).to.deep.equal({ from: 'directory' });
      expect([reads, cache.size]).to.deep.equal([2, 0]);
    });

    it('leave no old answer of who was there before', async () => {
      await find(somebody);
      clock.turn(SETTINGS.fresh);
      expect(dnOf(await find(nobody))).to.equal(undefined);
      expect(await codeOf(find(failing('directory_unavailable')))).to.equal('directory_unavailable');
    });
  });

  describe('"Unknown people are remembered for `unknown`"', () => {
    it('and not a millisecond longer, be the directory well or not', async () => {
      await find(nobody);
      clock.turn(SETTINGS.unknown - 1);
      expect((await find(nobody)).state).to.deep.equal({ from: 'memory', ttl: 1 });
      clock.turn(1);
      expect(await codeOf(find(failing('directory_unavailable')))).to.equal('directory_unavailable');
      expect((await find(nobody)).state).to.deep.equal({ from: 'directory' });
    });
  });

  describe('"One lookup a person at a time"', () => {
    it('whatever the number of requests', async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => find(somebody)));
      expect(reads).to.equal(1);
      expect(new Set(answers.map(({ remembered }) => remembered)).size).to.equal(1);
    });

    it('whether it refreshes in the background or is waited for', async () => {
      await find(somebody);
      clock.turn(LAST_FIFTH);
      let arrive: (answer: Found) => void = () => undefined;
      await find(() => new Promise((resolve) => (arrive = resolve)));
      clock.turn(60_000);
      const waiting = find(somebody);
      arrive(found(clock.now(), 'refreshed'));
      expect(dnOf(await waiting)).to.equal('uid=refreshed');
      expect(reads).to.equal(2);
    });

    it('however long a refresh takes', async () => {
      await find(somebody);
      clock.turn(LAST_FIFTH);
      const never: Read = () => new Promise(() => undefined);
      await find(never);
      clock.turn(30_000);
      await find(never);
      expect(reads).to.equal(2);
    });

    it('but different people at once', async () => {
      await Promise.all(['a', 'b', 'c'].map((key) => find(somebody, key)));
      expect(reads).to.equal(3);
    });

    it('asks on for a caller with time left where the one who began it had less', async () => {
      const early = codeOf(
        find((within) => within.limit(new Promise<Found>(() => undefined), 'x'), 'jdoe', deadline(20)),
      );
      const patient = find(somebody, 'jdoe', deadline(5000));
      expect(await early).to.equal('directory_timeout');
      expect(dnOf(await patient)).to.equal('uid=jdoe');
      expect(reads).to.equal(2);
    });
  });

  it('asks no more for a caller whose own time is over when the read of another runs out of it', async () => {
    const slow = held();
    const both = [find(slow.read), find(slow.read)].map(codeOf);
    clock.turn(1000);
    slow.fail(new Failure('directory_timeout', 'late'));
    expect(await Promise.all(both)).to.deep.equal(['directory_timeout', 'directory_timeout']);
    expect(reads).to.equal(1);
  });

  it('says of a deadline that passed what it passed in', async () => {
    const error = await find(held().read, 'jdoe', deadline(5)).catch((failure: unknown) => failure);
    expect(String(error)).to.contain('the deadline passed during the lookup');
  });

  describe('"A failure is never remembered as an answer"', () => {
    it('all who wait see it, and the next one asks again', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 3 }, () => codeOf(find(failing('directory_unavailable')))),
      );
      expect([outcomes, reads]).to.deep.equal([Array(3).fill('directory_unavailable'), 1]);
      expect(dnOf(await find(somebody))).to.equal('uid=jdoe');
    });
  });

  describe('"a late result never overwrites a newer one"', () => {
    it('a person', async () => {
      const old = clock.now();
      clock.turn(1000);
      await find(somebody);
      clock.turn(SETTINGS.fresh);
      expect(dnOf(await find(async () => found(old, '')))).to.equal('uid=jdoe');
    });
  });

  describe('"a late result never overwrites a newer one", of a lookup that a reload left behind', () => {
    let late: ReturnType<typeof held>;
    let first: Promise<CacheAnswer>;

    beforeEach(async () => {
      late = held();
      first = find(late.read);
      cache.renew(SETTINGS, () => true);
      clock.turn(1000);
    });

    for (const code of ['ambiguous_user'] as const) {
      it(`a fact (${code})`, async () => {
        await find(named('newer'));
        late.fail(new Failure(code, 'as it was before'));
        expect(await codeOf(first)).to.equal(code);
        expect(dnOf(await find(somebody))).to.equal('uid=newer');
      });
    }

    it('nor ends that one: who comes meanwhile waits for the newer lookup', async () => {
      const newer = held();
      const second = find(newer.read);
      late.arrive(found(clock.now() - 1000, ''));
      await first;
      clock.turn(SETTINGS.unknown);
      const third = find(somebody);
      newer.arrive(found(clock.now(), 'newer'));
      expect([dnOf(await second), dnOf(await third), reads]).to.deep.equal(['uid=newer', 'uid=newer', 2]);
    });

    it('and is the answer of who asked for it, where the newer one lacks what that needs', async () => {
      const before = held();
      const needing = cache.find(question(before.read, 'other', ['mail']), deadline());
      cache.renew(SETTINGS, () => true);
      clock.turn(1000);
      await find(somebody, 'other');
      before.arrive(found(clock.now() - 1000, 'older', ['mail']));
      expect(dnOf(await needing)).to.equal('uid=older');
      expect(dnOf(await find(somebody, 'other'))).to.equal('uid=jdoe');
    });
  });

  describe('after a reload', () => {
    const needing = (needed: readonly string[], read: Read) =>
      cache.find(question(read, 'jdoe', needed), deadline());
    const withMail: Read = async () => found(clock.now(), 'jdoe', ['mail']);

    it('"keeps what was read" where that is enough', async () => {
      await needing(['mail'], withMail);
      cache.renew(SETTINGS, () => true);
      expect((await needing(['mail'], withMail)).state.from).to.equal('memory');
      expect((await needing([], withMail)).state.from).to.equal('memory');
    });

    it('nobody waits for, or is refused by, a lookup of what was replaced', async () => {
      let fail: (error: Error) => void = () => undefined;
      const old = find(() => new Promise<Found>((_resolve, reject) => (fail = reject)));
      cache.renew(SETTINGS, () => true);
      expect(dnOf(await find(somebody))).to.equal('uid=jdoe');
      fail(new Failure('directory_refused', 'the old password'));
      expect(dnOf(await old)).to.equal('uid=jdoe');
    });

    it('"people for whom the new mapping needs attributes that were not read are read again"', async () => {
      await find(somebody);
      expect((await needing(['mail'], withMail)).state).to.deep.equal({ from: 'directory' });
      expect((await needing(['mail'], withMail)).state.from).to.equal('memory');
    });

    it('never answers without these attributes, not even for a directory that fails', async () => {
      await find(somebody);
      expect(await codeOf(needing(['mail'], failing('directory_unavailable')))).to.equal(
        'directory_unavailable',
      );
    });

    it('asks once, and is content with what was read for it', async () => {
      await needing(['mail'], somebody);
      expect(reads).to.equal(1);
    });

    it('reads again where a lookup of before left them out', async () => {
      const before = find(somebody);
      const after = needing(['mail'], withMail);
      expect([...(await before).remembered.found.attributes]).to.deep.equal([]);
      expect([...(await after).remembered.found.attributes]).to.deep.equal(['mail']);
    });

    it('forgets the bytes of answers', async () => {
      const { remembered } = await find(somebody);
      cache.renew(SETTINGS, () => true);
      const kept = (await find(somebody)).remembered;
      expect(kept.found).to.equal(remembered.found);
      expect(kept).to.not.equal(remembered);
    });

    it('drops keys that are none any more', async () => {
      for (const key of ['gone', 'a']) await find(somebody, key);
      cache.renew(SETTINGS, (key) => key !== 'gone');
      expect((await find(somebody, 'a')).state.from).to.equal('memory');
      expect((await find(somebody, 'gone')).state.from).to.equal('directory');
    });

    it('keeps to the new size and times', async () => {
      for (const key of ['a', 'b']) await find(somebody, key);
      cache.renew({ ...SETTINGS, people: 1, fresh: 1000 }, () => true);
      expect((await find(somebody, 'b')).state).to.deep.equal({ from: 'memory', ttl: 1000 });
      expect((await find(somebody, 'a')).state.from).to.equal('directory');
      cache.renew({ ...SETTINGS, people: 9 }, () => true);
      expect((await find(somebody, 'a')).state).to.deep.equal({ from: 'memory', ttl: SETTINGS.fresh });
    });
  });
});

describe('a remembered person', () => {
  const mapping = (id: string): Mapping => {
    const text = `version: 1\ngroups: { under: everywhere }\nrules: [{ id: ${id}, when: { group: a }, give: { groups: [b] } }]\n`;
    const compiled = compileMapping(`${id}.yaml`, text).mapping;
    if (compiled === undefined) throw new Error('the mapping of this test is wrong');
    return compiled;
  };

  const makes = (text: string, changesAt?: number) => () => ({ bytes: Buffer.from(text), changesAt });

  it('keeps the bytes of the answer for each mapping that made them', () => {
    const remembered = new Remembered(found(0));
    const [one, two] = [mapping('one'), mapping('two')];
    expect(remembered.answerFor(one, 0, makes('1')).toString()).to.equal('1');
    expect(remembered.answerFor(two, 0, makes('2')).toString()).to.equal('2');
    expect(remembered.answerFor(one, 0, makes('wrong')).toString()).to.equal('1');
    expect(remembered.answerFor(two, 0, makes('wrong')).toString()).to.equal('2');
  });

  it('keeps them no longer than until the next date that changes them', () => {
    const remembered = new Remembered(found(0));
    for (const each of [mapping('one'), mapping('two')]) {
      expect(remembered.answerFor(each, 0, makes('before', 100)).toString()).to.equal('before');
      expect(remembered.answerFor(each, 99, makes('too early', 100)).toString()).to.equal('before');
      expect(remembered.answerFor(each, 100, makes('after')).toString()).to.equal('after');
      expect(remembered.answerFor(each, 1e9, makes('wrong')).toString()).to.equal('after');
    }
  });
});
