/** The paragraph "Cache" of the design, sentence by sentence, as far as it is the cache's; user-info.test.ts has the rest. */
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { Failure } from '../../src/failure.ts';
import { PeopleCache } from '../../src/user-info/cache.ts';
import type { Found } from '../../src/user-info/lookup.ts';
import { cachedPeople, dnOf, found, type Read, SETTINGS } from './cached-people.ts';

const LAST_FIFTH = 240_000;

describe('the cache of people', () => {
  const { world, deadline, find, somebody, named, nobody, failing, codeOf, settled, held } = cachedPeople();

  describe('"An answer is as old as the oldest read in it"', () => {
    it('counts from then, not from when the answer came', async () => {
      await find(async () => {
        const readAt = world.clock.now();
        world.clock.turn(100_000);
        return found(readAt);
      });
      expect((await find(somebody)).state).to.deep.equal({ from: 'memory', ttl: 200_000 });
    });
  });

  describe('"It is served from memory while `fresh`"', () => {
    it('asks the directory first, then answers from memory up to the last millisecond', async () => {
      expect((await find(somebody)).state).to.deep.equal({ from: 'directory' });
      world.clock.turn(88_000);
      expect((await find(somebody)).state).to.deep.equal({ from: 'memory', ttl: 212_000 });
      world.clock.turn(LAST_FIFTH - 88_000 - 1);
      expect((await find(somebody)).state).to.deep.equal({ from: 'memory', ttl: 60_001 });
      await settled();
      expect(world.reads).to.equal(1);
    });

    it('"Who is past `stale` leaves the memory", whether or not anybody asks again', async () => {
      await find(somebody, 'a');
      await find(nobody, 'nobody');
      world.clock.turn(SETTINGS.unknown + 1);
      await world.cache.forgetOld();
      expect(world.cache.size).to.equal(1);
      world.clock.turn(SETTINGS.stale - SETTINGS.unknown - 1);
      await world.cache.forgetOld();
      expect(world.cache.size).to.equal(1);
      world.clock.turn(1);
      await world.cache.forgetOld();
      expect(world.cache.size).to.equal(0);
    });

    it('tells how much is taken: nothing once all have left', async () => {
      expect(world.cache.octets).to.equal(0);
      await find(somebody);
      expect(world.cache.octets).to.be.greaterThan(0);
      world.clock.turn(SETTINGS.stale + 1);
      await world.cache.forgetOld();
      expect(world.cache.octets).to.equal(0);
    });

    it('counts that age from the reading, also for who was kept by a reload', async () => {
      await find(somebody, 'a');
      world.clock.turn(SETTINGS.stale - 10);
      world.cache.renew({ ...SETTINGS, people: 5 }, () => true);
      await world.cache.forgetOld();
      expect(world.cache.size).to.equal(1);
      world.clock.turn(11);
      await world.cache.forgetOld();
      expect(world.cache.size).to.equal(0);
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
      world.clock.turn(LAST_FIFTH);
      let arrive: (answer: Found) => void = () => undefined;
      const slow: Read = () => new Promise((resolve) => (arrive = resolve));
      expect((await find(slow)).state).to.deep.equal({ from: 'memory', ttl: 60_000 });
      expect((await find(slow)).state).to.deep.equal({ from: 'memory', ttl: 60_000 });
      expect(world.reads).to.equal(2);
      arrive(found(world.clock.now(), 'renewed'));
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
        world.clock.turn(30_000);
        expect((await find(somebody)).state.from).to.equal('memory');
        await settled();
      }
    });

    it('with a deadline of its own, not that of the request', async () => {
      await find(somebody);
      world.clock.turn(LAST_FIFTH);
      let remaining = 0;
      await find(
        async (within) => {
          remaining = within.remaining();
          return found(world.clock.now());
        },
        'jdoe',
        deadline(5),
      );
      expect(remaining).to.equal(8000);
    });

    it('whose failure leaves the fresh answer, is told, and is not tried again at once', async () => {
      await find(somebody);
      world.clock.turn(LAST_FIFTH);
      for (let i = 0; i < 5; i++) {
        expect((await find(failing('directory_unavailable'))).state.from).to.equal('memory');
        await settled();
      }
      expect([world.reads, world.refreshFailures.length]).to.deep.equal([2, 1]);
      world.clock.turn(15_000);
      await find(failing('directory_unavailable'));
      await settled();
      expect(world.reads).to.equal(3);
    });

    it('whose facts replace the answer', async () => {
      await find(somebody);
      world.clock.turn(LAST_FIFTH);
      await find(failing('ambiguous_user'));
      await settled();
      expect(await codeOf(find(failing('directory_unavailable')))).to.equal('directory_unavailable');
    });

    it('is not made for unknown people', async () => {
      await find(nobody);
      world.clock.turn(SETTINGS.unknown - 1);
      await find(nobody);
      await settled();
      expect(world.reads).to.equal(1);
    });
  });

  describe('"Past `fresh` the directory is asked, and waited for"', () => {
    it('and its answer is the new one', async () => {
      await find(somebody);
      world.clock.turn(SETTINGS.fresh);
      const answer = await find(named('new'));
      expect([dnOf(answer), answer.state]).to.deep.equal(['uid=new', { from: 'directory' }]);
    });
  });

  describe('"where there is an old answer within `stale`, for `wait` at the most"', () => {
    const late = () => {
      let arrive: (answer: Found) => void = () => undefined;
      const read: Read = () => new Promise((resolve) => (arrive = resolve));
      return { read, arrive: (uid: string) => arrive(found(world.clock.now(), uid)) };
    };

    it('then the old one is served, marked, "and the reading goes on behind it"', async () => {
      await find(somebody);
      world.clock.turn(SETTINGS.fresh);
      const { read, arrive } = late();
      const { state } = await find(read, 'jdoe', deadline(60_000));
      const { code, message } = (state.from === 'memory' && state.insteadOf) || {};
      expect(code).to.equal('directory_timeout');
      expect(message).to.contain('the wait for a new answer (cache.wait)');
      arrive('late');
      await settled();
      expect(dnOf(await find(somebody))).to.equal('uid=late');
      expect(world.reads).to.equal(2);
    });

    it('each who asks meanwhile, and of the same read', async () => {
      await find(somebody);
      world.clock.turn(SETTINGS.fresh);
      const { read } = late();
      const answers = await Promise.all([find(read), find(read), find(read)]);
      expect(answers.map(dnOf)).to.deep.equal(['uid=jdoe', 'uid=jdoe', 'uid=jdoe']);
      expect(world.reads).to.equal(2);
    });

    it('and whoever has none, or one that becomes too old meanwhile, waits on', async () => {
      await find(somebody);
      world.clock.turn(SETTINGS.stale - 1);
      for (const key of ['jdoe', 'other']) {
        const { read, arrive } = late();
        const answer = find(read, key, deadline(60_000));
        world.clock.turn(1);
        await setTimeout(2 * SETTINGS.wait);
        arrive('new');
        expect([dnOf(await answer), (await answer).state.from]).to.deep.equal(['uid=new', 'directory']);
      }
    });

    it('a read that fails after it is nobody’s failure', async () => {
      await find(somebody);
      world.clock.turn(SETTINGS.fresh);
      const failsLate: Read = async () => {
        await setTimeout(2 * SETTINGS.wait);
        throw new Failure('directory_unavailable', 'down');
      };
      await find(failsLate);
      await setTimeout(2 * SETTINGS.wait);
      const { state } = await find(failing('directory_refused'));
      expect(state.from === 'memory' && state.insteadOf?.code).to.equal('directory_refused');
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
        world.clock.turn(430_000);
        const { state, ...answer } = await find(failing(code));
        expect(dnOf({ state, ...answer })).to.equal('uid=jdoe');
        expect(state).to.include({ from: 'memory', ttl: -130_000 });
        expect(state.from === 'memory' && state.insteadOf?.code).to.equal(code);
      });
    }

    it("with the request's own deadline passed, while the read goes on and is remembered", async () => {
      await find(somebody);
      world.clock.turn(SETTINGS.fresh);
      let arrive: (answer: Found) => void = () => undefined;
      const slow: Read = () => new Promise((resolve) => (arrive = resolve));
      const { state } = await find(slow, 'jdoe', deadline(20));
      expect(state.from === 'memory' && state.insteadOf?.code).to.equal('directory_timeout');
      arrive(found(world.clock.now(), 'late'));
      await settled();
      expect(dnOf(await find(somebody))).to.equal('uid=late');
    });

    for (const code of ['shutting_down', 'not_found'] as const) {
      it(`not with ${code}`, async () => {
        await find(somebody);
        world.clock.turn(SETTINGS.fresh);
        expect(await codeOf(find(failing(code)))).to.equal(code);
      });
    }

    it('not with an error that is no failure of a directory', async () => {
      await find(somebody);
      world.clock.turn(SETTINGS.fresh);
      const broken = new TypeError('a mistake of ours');
      expect(await codeOf(find(async () => Promise.reject(broken)))).to.equal(broken);
    });

    it('"until `stale` after it was read, and then no more"', async () => {
      await find(somebody);
      world.clock.turn(SETTINGS.stale - 1);
      expect((await find(failing('directory_unavailable'))).state).to.include({ ttl: -3_299_999 });
      world.clock.turn(1);
      expect(await codeOf(find(failing('directory_unavailable')))).to.equal('directory_unavailable');
    });

    it('"until `stale`" as it is when the read has failed, not when it began', async () => {
      await find(somebody);
      world.clock.turn(SETTINGS.stale - 1);
      const slowlyFailing: Read = async () => {
        world.clock.turn(1);
        throw new Failure('directory_unavailable', 'down');
      };
      expect(await codeOf(find(slowlyFailing))).to.equal('directory_unavailable');
    });

    it('not where a read that came late made the answer fresh meanwhile: that one is served, as fresh', async () => {
      await find(somebody);
      world.clock.turn(SETTINGS.fresh);
      const late = held();
      const first = find(late.read);
      world.cache.renew(SETTINGS, () => true);
      const failed = held();
      const second = find(failed.read);
      world.clock.turn(1000);
      late.arrive(found(world.clock.now(), 'renewed'));
      await first;
      failed.fail(new Failure('directory_unavailable', 'down'));
      const answer = await second;
      expect([dnOf(answer), answer.state]).to.deep.equal([
        'uid=renewed',
        { from: 'memory', ttl: SETTINGS.fresh },
      ]);
    });

    it('nor where a read that came late found nobody meanwhile: that is served, as fresh', async () => {
      const late = held();
      const first = find(late.read);
      world.cache.renew(SETTINGS, () => true);
      const second = find(async () => {
        late.arrive(found(world.clock.now(), ''));
        await first;
        throw new Failure('directory_unavailable', 'down');
      });
      const answer = await second;
      expect([dnOf(answer), answer.state]).to.deep.equal([
        undefined,
        { from: 'memory', ttl: SETTINGS.unknown },
      ]);
    });

    it('is asked anew each time: an old answer never becomes fresh', async () => {
      await find(somebody);
      world.clock.turn(SETTINGS.fresh);
      await find(failing('directory_unavailable'));
      expect((await find(named('back'))).state).to.deep.equal({ from: 'directory' });
    });
  });

  describe('facts "replace it"', () => {
    it('that there are several', async () => {
      await find(somebody);
      world.clock.turn(SETTINGS.fresh);
      expect(await codeOf(find(failing('ambiguous_user')))).to.equal('ambiguous_user');
      expect(await codeOf(find(failing('directory_unavailable')))).to.equal('directory_unavailable');
    });

    it('a person who is not there any more', async () => {
      await find(somebody);
      world.clock.turn(SETTINGS.fresh);
      expect(dnOf(await find(nobody))).to.equal(undefined);
      world.clock.turn(SETTINGS.unknown);
      expect(await codeOf(find(failing('directory_unavailable')))).to.equal('directory_unavailable');
    });
  });

  describe('unknown people, where `unknown` is 0', () => {
    beforeEach(() => {
      world.cache = new PeopleCache({ ...SETTINGS, unknown: 0 }, world.clock, () => undefined);
    });

    it('are asked for at each request, and take no place in memory', async () => {
      await find(nobody);
      expect((await find(nobody)).state).to.deep.equal({ from: 'directory' });
      expect([world.reads, world.cache.size]).to.deep.equal([2, 0]);
    });

    it('leave no old answer of who was there before', async () => {
      await find(somebody);
      world.clock.turn(SETTINGS.fresh);
      expect(dnOf(await find(nobody))).to.equal(undefined);
      expect(await codeOf(find(failing('directory_unavailable')))).to.equal('directory_unavailable');
    });
  });

  describe('"Unknown people are remembered for `unknown`"', () => {
    it('and not a millisecond longer, be the directory well or not', async () => {
      await find(nobody);
      world.clock.turn(SETTINGS.unknown - 1);
      expect((await find(nobody)).state).to.deep.equal({ from: 'memory', ttl: 1 });
      world.clock.turn(1);
      expect(await codeOf(find(failing('directory_unavailable')))).to.equal('directory_unavailable');
      expect((await find(nobody)).state).to.deep.equal({ from: 'directory' });
    });
  });
});
