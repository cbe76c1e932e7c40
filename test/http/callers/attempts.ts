/** Attempts to prove who one is, from an address that has given wrong proofs before or not. */
import type { Attempt } from '../../../src/http/served.ts';

/** @param failed how many wrong proofs it gave, of 100 that it may; none where left out, and then nothing is pending */
export function from(
  address: string,
  {
    failed = 0,
    connection = {},
    isGone = () => false,
  }: Partial<{ failed: number; connection: object; isGone: () => boolean }> = {},
): Attempt {
  return {
    address,
    connection,
    isGone,
    isBeyondLimit: async (pending) => failed > 0 && failed + pending > 100,
  };
}
