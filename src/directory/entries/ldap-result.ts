/**
 * How a server ends an operation: its result, what the codes (RFC 4511 appendix A) are called, and which of them are
 * alike, as data. What they mean for an answer is completeness.ts's.
 */

/** How an operation ended, as the server says it (RFC 4511 section 4.1.9). */
export interface LdapResult {
  readonly code: number;
  readonly diagnostic: string;
}

export const SUCCESS = 0;
export const SIZE_LIMIT_EXCEEDED = 4;
export const ADMIN_LIMIT_EXCEEDED = 11;
export const UNAVAILABLE_CRITICAL_EXTENSION = 12;
export const NO_SUCH_OBJECT = 32;
export const UNWILLING_TO_PERFORM = 53;

const NAMES: Readonly<Record<number, string>> = {
  1: 'operationsError',
  2: 'protocolError',
  3: 'timeLimitExceeded',
  4: 'sizeLimitExceeded',
  7: 'authMethodNotSupported',
  8: 'strongerAuthRequired',
  10: 'referral',
  11: 'adminLimitExceeded',
  12: 'unavailableCriticalExtension',
  13: 'confidentialityRequired',
  18: 'inappropriateMatching',
  32: 'noSuchObject',
  34: 'invalidDNSyntax',
  48: 'inappropriateAuthentication',
  49: 'invalidCredentials',
  50: 'insufficientAccessRights',
  51: 'busy',
  52: 'unavailable',
  53: 'unwillingToPerform',
};

const NO_RIGHTS: ReadonlySet<number> = new Set([7, 8, 13, 48, 49, 50]);
const REFUSED_BIND: ReadonlySet<number> = new Set([7, 8, 13, 48, 49]);
const TEMPORARY: ReadonlySet<number> = new Set([51, 52]);

/** Whether another attempt may go better: busy and unavailable. */
export function isTemporary(code: number): boolean {
  return TEMPORARY.has(code);
}

/** Whether the code says that the server looked at, or gave, no more than this account may ask of it at once. */
export function tellsLimit(code: number): boolean {
  return code === SIZE_LIMIT_EXCEEDED || code === ADMIN_LIMIT_EXCEEDED;
}

/** Whether the code says that the account may not do this. */
export function tellsNoRights(code: number): boolean {
  return NO_RIGHTS.has(code);
}

/**
 * Whether the result of a bind is about the account or how it proves itself, so that another server would say the same
 * (RFC 4513). Every other one is that server's own trouble.
 */
export function refusesBind(code: number): boolean {
  return REFUSED_BIND.has(code);
}

/** The result in words for the log: the code's name and what the server says about it. */
export function describe({ code, diagnostic }: LdapResult): string {
  const name = NAMES[code];
  const said = diagnostic.replace(/\p{Cc}+/gu, ' ').slice(0, 200);
  return `result ${code}${name === undefined ? '' : ` (${name})`}${said === '' ? '' : `: ${said}`}`;
}
