/**
 * Whether a password is a caller's: plain ones by digest, hashed ones by scrypt, a few checks at a time, and each
 * success remembered. Whose password it should be, and what other proofs are needed, is callers.ts's.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import { type BulkheadPolicy, BulkheadRejectedError, bulkhead } from 'cockatiel';
import { LRUCache } from 'lru-cache';
import { Failure } from '../../failure.ts';
import { verifyPassword } from '../../password-hash.ts';
import type { Caller } from '../served.ts';

// A check takes a core for up to 350 ms, so wrong passwords must not queue up without end.
const CHECKS_AT_ONCE = 2;
const CHECKS_WAITING = 256;
// So that one address cannot fill the queue for the others; more of its own wait behind these.
const CHECKS_PER_ADDRESS = 4;
const WAITING_PER_ADDRESS = 64;
const ADDRESSES_KNOWN = 1000;
const PROOFS_REMEMBERED = 1000;

/** The passwords of a set of callers. */
export class CallerPasswords {
  readonly #digests: ReadonlyMap<Caller, readonly Buffer[]>;
  readonly #proven = new LRUCache<string, true>({ max: PROOFS_REMEMBERED });
  readonly #checks = bulkhead(CHECKS_AT_ONCE, CHECKS_WAITING);
  readonly #running = new Map<string, Promise<boolean>>();
  readonly #shares = new LRUCache<string, BulkheadPolicy>({ max: ADDRESSES_KNOWN });

  constructor(callers: readonly Caller[]) {
    this.#digests = new Map(callers.map((caller) => [caller, caller.passwords.map(digestOf)]));
  }

  /**
   * Whether it is one of this caller's.
   * @param address whose share of slow checks it is
   * @throws Failure `too_many_failures` where that share is used up, `overloaded` where too many wait in all
   */
  async prove(caller: Caller, password: string, address: string): Promise<boolean> {
    const digest = digestOf(password);
    const digests = this.#digests.get(caller) ?? [];
    // Every digest is compared, so that the time taken does not tell which of two passwords was right.
    if (digests.filter((each) => timingSafeEqual(each, digest)).length > 0) return true;
    if (caller.passwordHashes.length === 0) return false;
    const key = `${caller.name}\0${digest.toString('base64')}`;
    return this.#proven.get(key) ?? (await this.#checkOnce(key, caller, password, address));
  }

  async #checkOnce(key: string, caller: Caller, password: string, address: string): Promise<boolean> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const check = this.#inShareOf(address, () => this.#check(caller, password)).finally(() =>
      this.#running.delete(key),
    );
    this.#running.set(key, check);
    const proven = await check;
    if (proven) this.#proven.set(key, true);
    return proven;
  }

  async #inShareOf(address: string, check: () => Promise<boolean>): Promise<boolean> {
    const share = this.#shares.get(address) ?? bulkhead(CHECKS_PER_ADDRESS, WAITING_PER_ADDRESS);
    this.#shares.set(address, share);
    try {
      return await share.execute(check);
    } catch (error) {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      throw new Failure('too_many_failures', 'too many password checks of this address wait', {
        cause: error,
      });
    }
  }

  async #check(caller: Caller, password: string): Promise<boolean> {
    try {
      return await this.#checks.execute(async () => {
        for (const hash of caller.passwordHashes) {
          if (await verifyPassword(password, hash)) return true;
        }
        return false;
      });
    } catch (error) {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      throw new Failure('overloaded', 'too many password checks wait', { cause: error });
    }
  }
}

function digestOf(password: string): Buffer {
  return hash('sha256', password.normalize('NFC'), 'buffer');
}
