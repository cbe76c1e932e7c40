/** The paragraph "Cache" of the design where lookups run beside each other, come late, or are left behind by a reload. */
import { expect } from 'chai';
import { Failure } from '../../src/failure.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { AnswerText } from '../../src/user-info/answer-text.ts';
import type { CacheAnswer } from '../../src/user-info/cache.ts';
import type { Found } from '../../src/user-info/lookup.ts';
import { cachedPeople, dnOf, found, type Read, SETTINGS } from './cached-people.ts';

const LAST_FIFTH = 240_000;

describe('the cache of people, where lookups run at once', () => {
  const { world, deadline, question, reader, find, somebody, named, failing, codeOf, held } = cachedPeople();

  describe('"One lookup a person at a time"', () => {
    it('whatever the number of requests', async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => find(somebody)));
      expect(world.reads).to.equal(1);
      expect(new Set(answers.map(({ remembered }) => remembered)).size).to.equal(1);
    });

    it('whether it refreshes in the background or is waited for', async () => {
      await find(somebody);
      world.clock.turn(LAST_FIFTH);
      let arrive: (answer: Found) => void = () => undefined;
      await find(() => new Promise((resolve) => (arrive = resolve)));
      world.clock.turn(60_000);
      const waiting = find(somebody);
      arrive(found(world.clock.now(), 'refreshed'));
      expect(dnOf(await waiting)).to.equal('uid=refreshed');
      expect(world.reads).to.equal(2);
    });

    it('however long a refresh takes', async () => {
      await find(somebody);
      world.clock.turn(LAST_FIFTH);
      const never: Read = () => new Promise(() => undefined);
      await find(never);
      world.clock.turn(30_000);
      await find(never);
      expect(world.reads).to.equal(2);
    });

    it('but different people at once', async () => {
      await Promise.all(['a', 'b', 'c'].map((key) => find(somebody, key)));
      expect(world.reads).to.equal(3);
    });

    it('asks on for a caller with time left where the one who began it had less', async () => {
      const early = codeOf(
        find((within) => within.limit(new Promise<Found>(() => undefined), 'x'), 'jdoe', deadline(20)),
      );
      const patient = find(somebody, 'jdoe', deadline(5000));
      expect(await early).to.equal('directory_timeout');
      expect(dnOf(await patient)).to.equal('uid=jdoe');
      expect(world.reads).to.equal(2);
    });
  });

  it('asks no more for a caller whose own time is over when the read of another runs out of it', async () => {
    const slow = held();
    const both = [find(slow.read), find(slow.read)].map(codeOf);
    world.clock.turn(1000);
    slow.fail(new Failure('directory_timeout', 'late'));
    expect(await Promise.all(both)).to.deep.equal(['directory_timeout', 'directory_timeout']);
    expect(world.reads).to.equal(1);
  });

  it('does not wait for the read of another once the directory is known to be failing', async () => {
    await find(somebody);
    world.clock.turn(SETTINGS.fresh);
    const hanging = held();
    void find(hanging.read).catch(() => {});
    const check = () => {
      throw new Failure('directory_unavailable', 'known to be failing');
    };
    const asked = { ...question(somebody, 'jdoe'), check };
    // With a `wait` of its own it would take until then.
    world.cache.renew({ ...SETTINGS, wait: 1e6 }, () => true);
    const again = held();
    void find(again.read).catch(() => {});
    const { state } = await world.cache.find(asked, reader(), deadline());
    expect(state.from === 'memory' && state.insteadOf?.message).to.equal('known to be failing');
    expect(await codeOf(world.cache.find({ ...asked, key: 'other' }, reader(), deadline()))).to.equal(
      'an answer',
    );
    for (const { arrive } of [hanging, again]) arrive(found(world.clock.now()));
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
      expect([outcomes, world.reads]).to.deep.equal([Array(3).fill('directory_unavailable'), 1]);
      expect(dnOf(await find(somebody))).to.equal('uid=jdoe');
    });
  });

  describe('"a late result never overwrites a newer one"', () => {
    it('a person', async () => {
      const old = world.clock.now();
      world.clock.turn(1000);
      await find(somebody);
      world.clock.turn(SETTINGS.fresh);
      expect(dnOf(await find(async () => found(old, '')))).to.equal('uid=jdoe');
    });
  });

  describe('"a late result never overwrites a newer one", of a lookup that a reload left behind', () => {
    let late: ReturnType<typeof held>;
    let first: Promise<CacheAnswer>;

    beforeEach(async () => {
      late = held();
      first = find(late.read);
      world.cache.renew(SETTINGS, () => true);
      world.clock.turn(1000);
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
      late.arrive(found(world.clock.now() - 1000, ''));
      await first;
      world.clock.turn(SETTINGS.unknown);
      const third = find(somebody);
      newer.arrive(found(world.clock.now(), 'newer'));
      expect([dnOf(await second), dnOf(await third), world.reads]).to.deep.equal([
        'uid=newer',
        'uid=newer',
        2,
      ]);
    });

    it('and is the answer of who asked for it, where the newer one lacks what that needs', async () => {
      const before = held();
      const needing = world.cache.find(question(before.read, 'other'), reader(['mail']), deadline());
      world.cache.renew(SETTINGS, () => true);
      world.clock.turn(1000);
      await find(somebody, 'other');
      before.arrive(found(world.clock.now() - 1000, 'older', ['mail']));
      expect(dnOf(await needing)).to.equal('uid=older');
      expect(dnOf(await find(somebody, 'other'))).to.equal('uid=jdoe');
    });
  });

  describe('after a reload', () => {
    const needing = (needed: readonly string[], read: Read) =>
      world.cache.find(question(read, 'jdoe'), reader(needed), deadline());
    const withMail: Read = async () => found(world.clock.now(), 'jdoe', ['mail']);

    it('"keeps what was read" where that is enough', async () => {
      await needing(['mail'], withMail);
      world.cache.renew(SETTINGS, () => true);
      expect((await needing(['mail'], withMail)).state.from).to.equal('memory');
      expect((await needing([], withMail)).state.from).to.equal('memory');
    });

    it('nobody waits for, or is refused by, a lookup of what was replaced', async () => {
      let fail: (error: Error) => void = () => undefined;
      const old = find(() => new Promise<Found>((_resolve, reject) => (fail = reject)));
      world.cache.renew(SETTINGS, () => true);
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
      expect(world.reads).to.equal(1);
    });

    it('reads again where a lookup of before left them out', async () => {
      const before = find(somebody);
      const after = needing(['mail'], withMail);
      expect([...(await before).remembered.found.attributes]).to.deep.equal([]);
      expect([...(await after).remembered.found.attributes]).to.deep.equal(['mail']);
    });

    it('forgets the bytes of answers', async () => {
      const text = 'version: 1\ngroups: { under: everywhere }\nrules: []\n';
      const { mapping } = compileMapping('empty.yaml', text);
      if (mapping === undefined) throw new Error('the mapping of this test is wrong');
      const answer = ({ remembered }: CacheAnswer, made: string) =>
        remembered.answerFor(mapping, 0, () => ({ text: new AnswerText(made), changesAt: undefined }));
      const before = await find(somebody);
      expect(answer(before, 'before').octets).to.equal('before');
      expect(answer(await find(somebody), 'not made').octets).to.equal('before');
      world.cache.renew(SETTINGS, () => true);
      const after = await find(somebody);
      expect(after.remembered.found).to.equal(before.remembered.found);
      expect(answer(after, 'after').octets).to.equal('after');
    });

    it('drops keys that are none any more', async () => {
      for (const key of ['gone', 'a']) await find(somebody, key);
      world.cache.renew(SETTINGS, (key) => key !== 'gone');
      expect((await find(somebody, 'a')).state.from).to.equal('memory');
      expect((await find(somebody, 'gone')).state.from).to.equal('directory');
    });

    it('keeps to the new size and times', async () => {
      for (const key of ['a', 'b']) await find(somebody, key);
      world.cache.renew({ ...SETTINGS, people: 1, fresh: 1000 }, () => true);
      expect((await find(somebody, 'b')).state).to.deep.equal({ from: 'memory', ttl: 1000 });
      expect((await find(somebody, 'a')).state.from).to.equal('directory');
      world.cache.renew({ ...SETTINGS, people: 9 }, () => true);
      expect((await find(somebody, 'a')).state).to.deep.equal({ from: 'memory', ttl: SETTINGS.fresh });
    });
  });
});
