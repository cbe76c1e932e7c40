/**
 * What result codes (RFC 4511 appendix A) mean for the service, as data: nothing that is neither success nor
 * noSuchObject may pass for an answer.
 */
import { Failure, type FailureCode } from '../../failure.ts';
import type { LdapResult } from './connection.ts';

export const SUCCESS = 0;
export const SIZE_LIMIT_EXCEEDED = 4;
export const NO_SUCH_OBJECT = 32;

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
const TEMPORARY: ReadonlySet<number> = new Set([51, 52]);

/** Whether another attempt may go better: busy and unavailable. */
export function isTemporary(code: number): boolean {
  return TEMPORARY.has(code);
}

/** The failure that a search's result is. */
export function searchFailure(result: LdapResult, what: string): Failure {
  let code: FailureCode = 'directory_incomplete';
  if (NO_RIGHTS.has(result.code)) code = 'directory_refused';
  if (TEMPORARY.has(result.code)) code = 'directory_unavailable';
  return new Failure(code, `${what}: ${describe(result)}`);
}

/** The result in words for the log: the code's name and what the server says about it. */
export function describe({ code, diagnostic }: LdapResult): string {
  const name = NAMES[code];
  const said = diagnostic.replace(/\p{Cc}+/gu, ' ').slice(0, 200);
  return `result ${code}${name === undefined ? '' : ` (${name})`}${said === '' ? '' : `: ${said}`}`;
}
