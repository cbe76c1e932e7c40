/** The header field Cache-Status (RFC 9211): whether an answer came from memory, and for how long it stays fresh. */
import type { CacheState } from '../user-info/cache.ts';

/** `ttl` in seconds; negative for an old answer, with the code of the failure for which it stands in. */
export function cacheStatus(cache: CacheState): string {
  if (cache.from === 'directory') return 'ldap-user-info; fwd=miss';
  const hit = `ldap-user-info; hit; ttl=${Math.floor(cache.ttl / 1000)}`;
  return cache.insteadOf === undefined ? hit : `${hit}; detail=${cache.insteadOf.code}`;
}
