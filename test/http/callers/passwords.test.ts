/** Which passwords pass, which checks are remembered, and who is turned away when too many wait. */
import { scryptSync } from 'node:crypto';
import { expect } from 'chai';
import { type Failure, isFailure } from '../../../src/failure.ts';
import { CallerPasswords } from '../../../src/http/callers/passwords.ts';
import type { Caller } from '../../../src/http/served.ts';
import type { PasswordHash } from '../../../src/password-hash.ts';
import { TurnedTimers } from '../../turned-timers.ts';
import { from } from './attempts.ts';

/** Cheap, to spare the tests' time. */
function hashOf(password: string): PasswordHash {
  const salt = Buffer.from('0123456789abcdef');
  const hash = scryptSync(password, salt, 32, { N: 2 ** 10, r: 8, p: 1 });
  return { ln: 10, r: 8, p: 1, salt, hash };
}

function caller(name: string, given: Partial<Caller>): Caller {
  return { name, user: name, passwords: [], passwordHashes: [], certificate: undefined, ...given };
}

const hashed = caller('hashed', { passwordHashes: [hashOf('old'), hashOf('right')] });

// As in password-checks.ts and late-checks.ts: how many checks of one address run and wait, how many of all addresses the
// narrow way, and how many in all.
const PER_ADDRESS = 4 + 64;
const LATE = 1 + 64;
const IN_ALL = 2 + 256;

describe('passwords of callers', () => {
  const composed = 'w\u00f6rd';
  const decomposed = 'wo\u0308rd';

  for (const [what, make] of [
    ['plain', (password: string) => caller('c', { passwords: ['another', password] })],
    ['hashed', (password: string) => caller('c', { passwordHashes: [hashOf(password.normalize('NFC'))] })],
  ] as const) {
    it(`that are ${what} are the same however their letters are composed (RFC 8265 section 4.2)`, async () => {
      for (const [set, typed] of [
        [composed, decomposed],
        [decomposed, composed],
        [decomposed, decomposed],
      ] as const) {
        const one = make(set);
        const passwords = new CallerPasswords([one]);
        expect(await passwords.prove(one, typed, from('a'))).to.equal(true);
        expect(await passwords.prove(one, 'word', from('a'))).to.equal(false);
      }
    });
  }

  it('may be several hashes, of which any passes', async () => {
    const passwords = new CallerPasswords([hashed]);
    for (const password of ['old', 'right'])
      expect(await passwords.prove(hashed, password, from('a'))).to.equal(true);
    expect(await passwords.prove(hashed, 'wrong', from('a'))).to.equal(false);
  });

  it('that are wrong are wrong however often they are tried', async () => {
    const passwords = new CallerPasswords([hashed]);
    for (let i = 0; i < 3; i++) expect(await passwords.prove(hashed, 'wrong', from('a'))).to.equal(false);
  });

  it('may be plain ones beside hashes', async () => {
    const both = caller('both', { passwords: ['plain'], passwordHashes: [hashOf('hashed')] });
    const passwords = new CallerPasswords([both]);
    for (const password of ['plain', 'hashed'])
      expect(await passwords.prove(both, password, from('a'))).to.equal(true);
  });

  it('are those of one caller: what proves one does not prove another', async () => {
    const [one, two] = [hashed, caller('two', { passwordHashes: [hashOf('another')] })];
    const passwords = new CallerPasswords([one, two]);
    expect(await passwords.prove(one, 'right', from('a'))).to.equal(true);
    expect(await passwords.prove(two, 'right', from('a'))).to.equal(false);
    expect(await passwords.prove(caller('unknown', { passwords: ['x'] }), 'x', from('a'))).to.equal(false);
  });

  it('with a hash that cannot be computed are an error, not a wrong password nor a crowd', async () => {
    const broken = caller('broken', { passwordHashes: [{ ...hashOf('x'), ln: 0 }] });
    const error = await new CallerPasswords([broken])
      .prove(broken, 'x', from('a'))
      .catch((each: unknown) => each);
    expect(error).to.be.instanceOf(Error);
    expect(isFailure(error)).to.equal(false);
  });

  describe('where many checks wait', () => {
    let passwords: CallerPasswords;
    const outcome = (password: string, address: string): Promise<unknown> =>
      passwords.prove(hashed, password, from(address)).catch((error: unknown) => error);
    /** Different wrong passwords, all at once. */
    const guesses = (count: number, address: string) =>
      Array.from({ length: count }, (_, i) => outcome(`${address} ${i}`, address));
    const refused = (outcomes: readonly unknown[]) => outcomes.filter((each) => isFailure(each)) as Failure[];

    beforeEach(() => {
      passwords = new CallerPasswords([hashed]);
    });

    it('an address has its share, and a narrow way beside it; who is pushed out there is told so', async () => {
      const failures = refused(await Promise.all(guesses(PER_ADDRESS + LATE + 3, 'stranger')));
      expect(failures.map(({ code, message }) => [code, message])).to.deep.equal(
        Array.from({ length: 3 }, () => ['overloaded', 'too many password checks of this address wait']),
      );
    });

    it('a right password is looked at beside as many guesses of its address as may wait', async () => {
      const crowd = guesses(PER_ADDRESS + LATE - 1, 'immuta');
      expect(await outcome('right', 'immuta')).to.equal(true);
      await Promise.all(crowd);
    });

    it('and where more wait, as soon as it comes again', async () => {
      const crowd = guesses(10 * PER_ADDRESS, 'immuta');
      const first = await outcome('right', 'immuta');
      expect(isFailure(first) && first.code).to.equal('overloaded');
      expect(await outcome('right', 'immuta')).to.equal(true);
      await Promise.all(crowd);
    });

    it('all addresses together have theirs', async () => {
      const addresses = Math.ceil(IN_ALL / 4) + 1;
      const outcomes = await Promise.all(
        Array.from({ length: addresses }, (_, i) => guesses(4, `address ${i}`)).flat(),
      );
      const failures = refused(outcomes);
      expect(failures).to.have.length(4 * addresses - IN_ALL);
      for (const { code, message, cause } of failures) {
        expect([code, message]).to.deep.equal(['overloaded', 'too many password checks wait']);
        expect(cause).to.be.instanceOf(Error);
      }
    });

    it('who was proven once passes without another check', async () => {
      await outcome('right', 'immuta');
      const crowd = guesses(PER_ADDRESS, 'immuta');
      expect(await outcome('right', 'immuta')).to.equal(true);
      await Promise.all(crowd);
    });

    it('plain passwords are no part of that: they are compared at once, whatever their number', async () => {
      const plain = caller('plain', { passwords: ['right'] });
      passwords = new CallerPasswords([plain]);
      const asked = Array.from({ length: 5 * PER_ADDRESS }, (_, i) =>
        passwords.prove(plain, `${i}`, from('stranger')),
      );
      expect(new Set(await Promise.all(asked))).to.deep.equal(new Set([false]));
    });

    it('the same password is checked once for all who ask at once', async () => {
      const asked = Array.from({ length: 3 * PER_ADDRESS }, () => outcome('right', 'immuta'));
      expect(new Set(await Promise.all(asked))).to.deep.equal(new Set([true]));
    });

    it('what was turned away is checked when it is asked again', async () => {
      const outcomes = await Promise.all(guesses(PER_ADDRESS + LATE + 1, 'stranger'));
      expect(refused(outcomes)).to.have.length(1);
      expect(await outcome(`stranger ${outcomes.findIndex((each) => isFailure(each))}`, 'stranger')).to.equal(
        false,
      );
    });
  });

  describe('of an address with too many wrong ones', () => {
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
});
