/**
 * Whether a password is a caller's: plain ones by digest, hashed ones by scrypt, a few checks at a time, and each
 * success remembered. What is refused takes as long whoever it is said to be, so that nobody learns who is known. Whose
 * password it should be, and what other proofs are needed, is callers.ts's.
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
  readonly #hashed: readonly Caller[];
  readonly #proven = new LRUCache<string, true>({ max: PROOFS_REMEMBERED });
  readonly #wrong = new LRUCache<string, true>({ max: WRONG_ONES_REMEMBERED });
  readonly #checks = new PasswordChecks();
  readonly #running = new Map<string, Promise<boolean>>();

  constructor(callers: readonly Caller[]) {
    this.#digests = new Map(callers.map((caller) => [caller, caller.passwords.map(digestOf)]));
    this.#hashed = callers.filter(({ passwordHashes }) => passwordHashes.length > 0);
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
    if (caller.passwordHashes.length === 0) return this.refuse(caller.user, password, from);
    return this.#proveByHash(keyOf(caller.name, digest), password, caller.passwordHashes, from);
  }

  /**
   * What {@link prove} does with a wrong password, for a user whose password is not to be looked at: where somebody's is
   * hashed it is held against such a one, whatever comes of that.
   */
  async refuse(user: string, password: string, from: Attempt): Promise<false> {
    const [digest, userDigest] = [digestOf(password), digestOf(user)];
    const standIn = this.#hashed[(userDigest[0] ?? 0) % this.#hashed.length];
    // Of the user the digest: what strangers send has any length, and is remembered.
    const key = keyOf(`\0${userDigest.toString('base64')}`, digest);
    if (standIn !== undefined) await this.#proveByHash(key, password, standIn.passwordHashes, from);
    return false;
  }

  async #proveByHash(
    key: string,
    password: string,
    hashes: readonly PasswordHash[],
    from: Attempt,
  ): Promise<boolean> {
    if (this.#proven.get(key) === true) return true;
    if (this.#wrong.get(key) === true) return false;
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const check = this.#checks
      .run(key, from, () => verifyAny(password, hashes))
      .finally(() => this.#running.delete(key));
    this.#running.set(key, check);
    const passes = await check;
    (passes ? this.#proven : this.#wrong).set(key, true);
    return passes;
  }
}

function keyOf(name: string, digest: Buffer): string {
  return `${name}\0${digest.toString('base64')}`;
}

async function verifyAny(password: string, hashes: readonly PasswordHash[]): Promise<boolean> {
  for (const hash of hashes) if (await verifyPassword(password, hash)) return true;
  return false;
}

function digestOf(password: string): Buffer {
  return hash('sha256', password.normalize('NFC'), 'buffer');
}
