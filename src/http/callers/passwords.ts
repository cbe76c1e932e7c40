/**
 * Whether a password is a caller's: plain ones by digest, hashed ones by scrypt, a few checks at a time, and each
 * success remembered. Whose password it should be, and what other proofs are needed, is callers.ts's.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type PasswordHash, verifyPassword } from '../../password-hash.ts';
import type { Attempt, Caller } from '../served.ts';
import { PasswordChecks } from './password-checks.ts';

const PROOFS_REMEMBERED = 1000;
const WRONG_ONES_REMEMBERED = 10_000;

/** The passwords of a set of callers. */
export class CallerPasswords {
  readonly #digests: ReadonlyMap<Caller, readonly Buffer[]>;
  readonly #proven = new LRUCache<string, true>({ max: PROOFS_REMEMBERED });
  readonly #wrong = new LRUCache<string, true>({ max: WRONG_ONES_REMEMBERED });
  readonly #checks = new PasswordChecks();
  readonly #running = new Map<string, Promise<boolean>>();

  constructor(callers: readonly Caller[]) {
    this.#digests = new Map(callers.map((caller) => [caller, caller.passwords.map(digestOf)]));
  }

  /**
   * Whether it is one of this caller's.
   * @throws Failure as {@link PasswordChecks.run}; never for a password that was right before
   */
  async prove(caller: Caller, password: string, from: Attempt): Promise<boolean> {
    const digest = digestOf(password);
    const digests = this.#digests.get(caller) ?? [];
    // Every digest is compared, so that the time taken does not tell which of two passwords was right.
    if (digests.filter((each) => timingSafeEqual(each, digest)).length > 0) return true;
    if (caller.passwordHashes.length === 0) return false;
    const key = `${caller.name}\0${digest.toString('base64')}`;
    if (this.#proven.get(key) === true) return true;
    return this.#wrong.get(key) !== true && this.#checkOnce(key, caller, password, from);
  }

  async #checkOnce(key: string, caller: Caller, password: string, from: Attempt): Promise<boolean> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const check = this.#checks
      .run(key, from, () => verifyAny(password, caller.passwordHashes))
      .finally(() => this.#running.delete(key));
    this.#running.set(key, check);
    const passes = await check;
    (passes ? this.#proven : this.#wrong).set(key, true);
    return passes;
  }
}

async function verifyAny(password: string, hashes: readonly PasswordHash[]): Promise<boolean> {
  for (const hash of hashes) if (await verifyPassword(password, hash)) return true;
  return false;
}

function digestOf(password: string): Buffer {
  return hash('sha256', password.normalize('NFC'), 'buffer');
}
