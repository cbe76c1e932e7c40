import { scryptSync } from 'node:crypto';
import { expect } from 'chai';
import { isFailure } from '../../src/failure.ts';
import { PasswordCallers } from '../../src/http/callers.ts';
import type { Caller } from '../../src/http/served.ts';
import { parsePasswordHash } from '../../src/password-hash.ts';

const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

function hashOf(password: string, ln: number): ReturnType<typeof parsePasswordHash> {
  const salt = Buffer.from('0123456789abcdef');
  const hash = scryptSync(password, salt, 32, { N: 2 ** ln, r: 8, p: 1, maxmem: 2 ** 28 });
  return parsePasswordHash(`$scrypt$ln=${ln},r=8,p=1$${encode(salt)}$${encode(hash)}`);
}

const hashed: Caller = {
  name: 'hashed',
  user: 'hashed',
  passwords: [],
  passwordHashes: [hashOf('right', 15)],
};
const plain: Caller = { name: 'plain', user: 'Plain', passwords: ['one', 'two'], passwordHashes: [] };

describe('callers with passwords', () => {
  it('are known by any of their passwords, and by no other', async () => {
    const callers = new PasswordCallers([plain, hashed]);
    expect(await callers.recognise({ user: 'Plain', password: 'one' }, 'a')).to.equal(plain);
    expect(await callers.recognise({ user: 'Plain', password: 'two' }, 'a')).to.equal(plain);
    expect(await callers.recognise({ user: 'hashed', password: 'right' }, 'a')).to.equal(hashed);
    for (const [user, password] of [
      ['Plain', 'three'],
      ['plain', 'one'],
      ['Plain', ''],
      ['hashed', 'one'],
      ['nobody', 'one'],
    ] as const) {
      expect(await callers.recognise({ user, password }, 'a')).to.equal(undefined);
    }
  });

  it('are checked slowly once: a proof is remembered, a failure is not', async () => {
    const callers = new PasswordCallers([hashed]);
    const timed = async (password: string) => {
      const started = performance.now();
      await callers.recognise({ user: 'hashed', password }, 'a');
      return performance.now() - started;
    };
    const first = await timed('right');
    expect(await timed('right')).to.be.lessThan(first / 4);
    await timed('wrong');
    expect(await timed('wrong')).to.be.greaterThan(first / 4);
  });

  it('pass while a stranger at another address floods the slow checks', async () => {
    const callers = new PasswordCallers([hashed]);
    const flood = Array.from({ length: 200 }, (_, i) =>
      callers
        .recognise({ user: 'hashed', password: `guess ${i}` }, 'stranger')
        .catch((error: unknown) => error),
    );
    expect(await callers.recognise({ user: 'hashed', password: 'right' }, 'immuta')).to.equal(hashed);
    const outcomes = await Promise.all(flood);
    expect(outcomes.filter((outcome) => isFailure(outcome, 'too_many_failures'))).to.have.length(196);
    expect(outcomes.filter((outcome) => outcome === undefined)).to.have.length(4);
  });
});
