/** Callers with passwords, and the one whose passwords are hashed. */
import { scryptSync } from 'node:crypto';
import type { Caller } from '../../../src/http/served.ts';
import type { PasswordHash } from '../../../src/password-hash.ts';

/** Cheap, to spare the tests' time. */
export function hashOf(password: string): PasswordHash {
  const salt = Buffer.from('0123456789abcdef');
  const hash = scryptSync(password, salt, 32, { N: 2 ** 10, r: 8, p: 1 });
  return { ln: 10, r: 8, p: 1, salt, hash };
}

export function caller(name: string, given: Partial<Caller>): Caller {
  return { name, user: name, passwords: [], passwordHashes: [], certificate: undefined, ...given };
}

export const hashed = caller('hashed', { passwordHashes: [hashOf('old'), hashOf('right')] });
