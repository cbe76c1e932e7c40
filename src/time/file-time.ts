/**
 * File times: intervals of 100 ns since 1601, as Active Directory writes instants (LargeInteger; MS-ADA1 2.2 for
 * accountExpires).
 */

const GREATEST = 2n ** 63n - 1n;
const MILLISECONDS_TO_1970 = 11_644_473_600_000;

/** Milliseconds since 1970; Infinity for 0 and the greatest number, which mean never; undefined where it is none. */
export function parseFileTime(text: string): number | undefined {
  if (!/^\d{1,19}$/.test(text)) return undefined;
  const intervals = BigInt(text);
  if (intervals > GREATEST) return undefined;
  if (intervals === 0n || intervals === GREATEST) return Number.POSITIVE_INFINITY;
  return Number(intervals / 10_000n) - MILLISECONDS_TO_1970;
}
