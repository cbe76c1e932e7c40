/** Which passwords pass, which checks are remembered, and who is turned away when too many wait. */
import { expect } from 'chai';
import { type Failure, isFailure } from '../../../src/failure.ts';
import { CallerPasswords } from '../../../src/http/callers/passwords.ts';
import { from } from './attempts.ts';
import { caller, hashed, hashOf } from './hashed-caller.ts';

// As in password-checks.ts and late-checks.ts: how many checks of one address run and wait, how many of all addresses the
// narrow way, and how many in all.
const PER_ADDRESS = 4 + 64;
const LATE = 1 + 256;
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
});
