/**
 * When slow checks of passwords run, so that they cost a bounded part of the machine and a right password is looked at
 * whatever else comes from its address. Owns the queue of addresses within their limit, and the narrow way of those
 * beyond it; what a check is, and what is remembered of it, is passwords.ts's.
 */
import { type BulkheadPolicy, BulkheadRejectedError, bulkhead } from 'cockatiel';
import { LRUCache } from 'lru-cache';
import { Failure } from '../../failure.ts';
import type { Attempt } from '../served.ts';
import { LateChecks } from './late-checks.ts';

// A check takes a core for up to 350 ms, so wrong passwords must not queue up without end.
const CHECKS_AT_ONCE = 2;
const CHECKS_WAITING = 256;
// So that one address cannot fill the queue for the others; more of its own go the narrow way.
const CHECKS_PER_ADDRESS = 4;
const WAITING_PER_ADDRESS = 64;
const ADDRESSES_KNOWN = 1000;

interface Share {
  readonly bulkhead: BulkheadPolicy;
  /** Checks of the address whose outcome is not known yet, each of which may be one more failure. */
  pending: number;
}

export class PasswordChecks {
  readonly #common = bulkhead(CHECKS_AT_ONCE, CHECKS_WAITING);
  readonly #shares = new LRUCache<string, Share>({ max: ADDRESSES_KNOWN });
  readonly #late = new LateChecks();

  /**
   * The outcome of the check.
   * @param key of what is checked, the same for the same password of the same caller
   * @throws Failure `overloaded` where too many wait, and the password was not looked at
   */
  async run(key: string, from: Attempt, check: () => Promise<boolean>): Promise<boolean> {
    const share = this.#shareOf(from.address);
    share.pending++;
    try {
      if (await from.isBeyondLimit(share.pending)) return await this.#late.run(key, from, check);
      const passes = await share.bulkhead.execute(() => this.#commonly(check));
      this.#late.hadOne(from.connection);
      return passes;
    } catch (error) {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      return await this.#late.run(key, from, check);
    } finally {
      share.pending--;
    }
  }

  #shareOf(address: string): Share {
    const known = this.#shares.get(address);
    if (known !== undefined) return known;
    const share = { bulkhead: bulkhead(CHECKS_PER_ADDRESS, WAITING_PER_ADDRESS), pending: 0 };
    this.#shares.set(address, share);
    return share;
  }

  async #commonly(check: () => Promise<boolean>): Promise<boolean> {
    try {
      return await this.#common.execute(check);
    } catch (error) {
      if (!(error instanceof BulkheadRejectedError)) throw error;
      throw new Failure('overloaded', 'too many password checks wait', { cause: error });
    }
  }
}
