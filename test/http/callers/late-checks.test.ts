/** Hashed passwords from an address with too many wrong ones: whose is looked at, and what is said of those that are not. */
import { expect } from 'chai';
import { isFailure } from '../../../src/failure.ts';
import { CallerPasswords } from '../../../src/http/callers/passwords.ts';
import { TurnedTimers } from '../../turned-timers.ts';
import { from } from './attempts.ts';
import { hashed } from './hashed-caller.ts';

// As in late-checks.ts: one is looked at, and so many wait.
const LATE = 1 + 256;

describe('passwords from an address with too many wrong ones', () => {
  const FAILED = 100;
  let passwords: CallerPasswords;
  const asked: Promise<unknown>[] = [];
  const prove = (password: string, connection: object = {}, isGone = () => false): Promise<unknown> => {
    const outcome = passwords
      .prove(hashed, password, from('caller', { failed: FAILED, connection, isGone }))
      .catch((error: unknown) => error);
    asked.push(outcome);
    return outcome;
  };
  const codeOf = (outcome: unknown) => (isFailure(outcome) ? outcome.code : outcome);
  /** Guesses that are sent without a pause, more than may wait, until the work is done. */
  const during = async <T>(work: Promise<T>, guess: (i: number) => unknown): Promise<T> => {
    let isOver = false;
    void work.finally(() => {
      isOver = true;
    });
    for (let i = 0; !isOver; i++) {
      guess(i);
      if (i % LATE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return work;
  };
  beforeEach(() => {
    passwords = new CallerPasswords([hashed]);
  });
  // Others count the checks that are made.
  afterEach(async () => {
    while (asked.length > 0) await Promise.all(asked.splice(0));
  });

  it('are never told to be too many, as they were not looked at', async () => {
    const connections = Array.from({ length: 10 }, () => ({}));
    const outcomes = await Promise.all(
      Array.from({ length: 1000 }, (_, i) => prove(`guess ${i}`, connections[i % 10])),
    );
    expect(new Set(outcomes.map(codeOf))).to.deep.equal(new Set([false, 'overloaded']));
    expect(outcomes.filter((each) => each === false)).to.have.length(LATE);
  });

  it('wait for each other where they are few: the right one passes the first time', async () => {
    const flood = Array.from({ length: LATE - 1 }, (_, i) => prove(`guess ${i}`));
    expect(await prove('right')).to.equal(true);
    expect(new Set(await Promise.all(flood))).to.deep.equal(new Set([false]));
  });

  it('wait for two others at the most where a crowd came before them, and none of it is forgotten', async () => {
    const ended: string[] = [];
    const flood = Array.from({ length: LATE - 1 }, (_, i) =>
      prove(`guess ${i}`).then(() => ended.push('guess')),
    );
    await prove('right').then(() => ended.push('right'));
    expect(ended.length).to.be.at.most(3);
    await Promise.all(flood);
    expect(ended).to.have.length(LATE);
  });

  it('come first on a connection that had none: those of others have had theirs', async () => {
    const flood = Array.from({ length: 10 }, () => ({}));
    await Promise.all(flood.map((connection, i) => prove(`first ${i}`, connection)));
    const ended: string[] = [];
    const guesses = flood.map((connection, i) =>
      prove(`second ${i}`, connection).then(() => ended.push('guess')),
    );
    await prove('right').then(() => ended.push('right'));
    expect(ended.length).to.be.at.most(2);
    await Promise.all(guesses);
  });

  it('come first on a connection that had none, where those of others had theirs before they were too many', async () => {
    const flood = Array.from({ length: 10 }, () => ({}));
    for (const [i, connection] of flood.entries())
      expect(await passwords.prove(hashed, `early ${i}`, from('caller', { failed: 0, connection }))).to.equal(
        false,
      );
    const ended: string[] = [];
    const right = prove('right').then(() => ended.push('right'));
    // Each would be the last to come.
    const guesses = flood.map((connection, i) =>
      prove(`late ${i}`, connection).then(() => ended.push('guess')),
    );
    await right;
    expect(ended.length).to.be.at.most(2);
    await Promise.all(guesses);
  });

  it('cost nothing where too many wait: they are answered before any check ends', async () => {
    const first = Array.from({ length: LATE }, (_, i) => prove(`first ${i}`));
    let isHashed = false;
    void Promise.race(first).then(() => {
      isHashed = true;
    });
    const second = await Promise.all(Array.from({ length: 1000 }, (_, i) => prove(`second ${i}`)));
    expect(new Set(second.map(codeOf))).to.deep.equal(new Set(['overloaded']));
    expect(isHashed).to.equal(false);
    await Promise.all(first);
  });

  it('pass the second time, whatever comes meanwhile, on a connection that had its check too', async () => {
    const connection = {};
    await prove('mistyped', connection);
    const crowd = Array.from({ length: 2 * LATE }, (_, i) => prove(`guess ${i}`));
    expect(codeOf(await prove('right', connection))).to.equal('overloaded');
    const again = prove('right', connection);
    expect(await during(again, (i) => void prove(`later guess ${i}`))).to.equal(true);
    await Promise.all(crowd);
  });

  it('go before guesses that are sent twice, and thrice, once they were sent more often', async () => {
    const send = (times: number) => async (i: number) => {
      for (let j = 0; j < times; j++) await prove(`guess ${i} of ${times}`);
    };
    for (const times of [2, 3]) {
      passwords = new CallerPasswords([hashed]);
      const insist = async (): Promise<number> => {
        for (let sent = 1; ; sent++) {
          if ((await prove('right')) === true) return sent;
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      for (let i = 0; i < 2 * LATE; i++) void send(times)(i);
      expect(await during(insist(), (i) => void send(times)(2 * LATE + i))).to.be.at.most(times + 2);
    }
  });

  it('are not looked at where nobody waits for the answer any more, and keep no place', async () => {
    let hasGone = false;
    const gone = Array.from({ length: LATE }, (_, i) => prove(`guess ${i}`, {}, () => hasGone));
    hasGone = true;
    expect(await prove('right')).to.equal(true);
    const outcomes = await Promise.all(gone);
    expect(outcomes.filter((each) => each === false).length).to.be.at.most(1);
  });

  it('wait five seconds at the most: sent again they come first', async () => {
    const timers = new TurnedTimers();
    timers.take();
    try {
      const flood = Array.from({ length: LATE }, (_, i) => prove(`guess ${i}`));
      await new Promise((resolve) => setImmediate(resolve));
      timers.turn(5000);
      const codes = (await Promise.all(flood)).map(codeOf);
      expect(codes.filter((code) => code === 'overloaded').length).to.be.greaterThan(LATE / 2);
    } finally {
      timers.giveBack();
    }
  });

  it('are wrong without another check once they were wrong', async () => {
    const connection = {};
    expect(await prove('wrong', connection)).to.equal(false);
    for (let i = 0; i < 3; i++) expect(await prove('wrong', connection)).to.equal(false);
  });
});
