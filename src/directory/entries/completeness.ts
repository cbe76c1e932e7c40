/**
 * The one place that decides whether what was read is whole: from result codes, referrals, ranges of values, pages,
 * SIDs, limits, the sentinel. Whoever reads brings the evidence here; what is not certain becomes a failure that names
 * the part that is missing, and what was rightly left out becomes a note.
 */
import { Failure, type FailureOptions, isFailure } from '../../failure.ts';
import { addUnder } from '../../multimap.ts';
import { type Dn, equalDn, formatDn, isUnder, tryParseDn } from '../../names/dn.ts';
import { isBuiltinSid } from '../../names/sid.ts';
import type { Person } from '../../person.ts';
import type { SentinelSettings } from '../settings/settings.ts';
import type { ValueRange } from './entry.ts';
import {
  describe,
  isTemporary,
  type LdapResult,
  NO_SUCH_OBJECT,
  SUCCESS,
  tellsLimit,
  tellsNoRights,
} from './ldap-result.ts';

/** What can be missing. */
export type Part =
  | 'base'
  | 'domain'
  | 'entry'
  | 'limit'
  | 'page'
  | 'range'
  | 'referral'
  | 'result'
  | 'rule'
  | 'sentinel'
  | 'sid'
  | 'trust'
  | 'value';

/** The failure of a reading that is not whole; its message names the part for the log. */
export function incomplete(part: Part, message: string, options?: FailureOptions): Failure {
  return new Failure('directory_incomplete', `incomplete (${part}): ${message}`, options);
}

/** Which part is missing by such a failure; undefined for others. */
export function missingPart(failure: Failure): Part | undefined {
  const part = /^incomplete \(([a-z]+)\): /.exec(failure.message)?.[1];
  return failure.code === 'directory_incomplete' ? (part as Part | undefined) : undefined;
}

/** How a search ended, with the references that came on the way and may matter. */
export interface SearchEvidence extends LdapResult {
  readonly references: readonly string[];
}

/**
 * Whether the base is there. Throws {@link Failure} for everything that is neither an answer nor noSuchObject.
 * @param limitCure what to set at the server where its limits cut the result
 */
export function judgeSearch(
  { references, ...result }: SearchEvidence,
  what: string,
  limitCure: string,
): 'present' | 'absent' {
  const [reference] = references;
  if (reference !== undefined) {
    throw incomplete('referral', `${what}: the server refers to another one, ${reference.slice(0, 200)}`);
  }
  if (result.code === NO_SUCH_OBJECT) return 'absent';
  if (result.code === SUCCESS) return 'present';
  const message = `${what}: ${describe(result)}`;
  if (isTemporary(result.code)) throw new Failure('directory_unavailable', message);
  if (tellsNoRights(result.code)) throw new Failure('directory_refused', message);
  throw incomplete('result', message, tellsLimit(result.code) ? { cure: limitCure } : {});
}

/**
 * Whether a failure is of what this account may not see, or not all of it: a matter of who needs that, where a server
 * that fails is everybody's.
 */
export function isRightMissing(error: unknown): error is Failure {
  return isFailure(error, 'directory_incomplete') || isFailure(error, 'directory_refused');
}

/** What the work gives; the other where it is refused or cannot be whole. */
export async function orElse<T, Other>(work: () => Promise<T>, other: Other): Promise<T | Other> {
  try {
    return await work();
  } catch (error) {
    if (isRightMissing(error)) return other;
    throw error;
  }
}

/** The DN that an entry is shown with, or names. Throws {@link Failure} where the text is none. */
export function judgeDn(text: string): Dn {
  const dn = tryParseDn(text);
  if (dn === undefined) throw incomplete('value', `${JSON.stringify(text)} is no DN`);
  return dn;
}

/** The failure of a base that is not there, or not to be seen. */
export function absentBase(base: string): Failure {
  return incomplete('base', `there is no entry ${base}, or no right to see it`);
}

/**
 * Where the next range of values begins; undefined after the last. Throws {@link Failure} for one that does not begin
 * where the one before ended, or does not get on.
 */
export function judgeRange(
  range: ValueRange | undefined,
  expected: number,
  what: string,
): number | undefined {
  if (range?.first === expected && (range.next === undefined || range.next > expected)) return range.next;
  throw incomplete('range', `${what} has a broken range of values`);
}

/** The failure of a walk that ended between its pages. */
export function brokenWalk(base: string, error: Error): Failure {
  return incomplete('page', `the walk of ${base} broke off in the middle: ${error.message}`, {
    cause: error,
  });
}

/** The SIDs of one person's token by what is to become of them. */
export interface SortedSids {
  /** Of the person's own domain: each must be a group that can be read. */
  readonly own: readonly string[];
  /** Of other domains (sIDHistory, trusts), by the domain's SID. */
  readonly foreign: ReadonlyMap<string, readonly string[]>;
}

/**
 * Sorts them. BUILTIN's are groups of the domain whose controller made the token; what else every Windows has, such as
 * Everyone (S-1-1-0) and Authenticated Users (S-1-5-11), is no group of anybody's directory.
 */
export function sortSids(
  sids: readonly string[],
  ownDomain: string,
  domainOf: (sid: string) => string,
): SortedSids {
  const own: string[] = [];
  const foreign = new Map<string, string[]>();
  for (const sid of sids) {
    // MS-DTYP 2.4.2.4: BUILTIN is S-1-5-32; domains are S-1-5-21 with three parts; 0-0-0 is for claims.
    if (isBuiltinSid(sid)) {
      own.push(sid);
      continue;
    }
    if (!/^S-1-5-21(?:-\d+){4}$/.test(sid) || sid.startsWith('S-1-5-21-0-0-0-')) continue;
    const domain = domainOf(sid);
    if (domain === ownDomain) own.push(sid);
    else addUnder(foreign, domain, sid);
  }
  return { own, foreign };
}

/** The failure of a group of a domain that a configured directory serves, and that it does not show. */
export function unresolvedSid(sid: string): Failure {
  return incomplete('sid', `no group with the SID ${sid} can be read, though its domain is served here`);
}

/** The failure of a SID that two domains have, where none of them is the person's. */
export function undecidedSid(sid: string): Failure {
  return incomplete(
    'sid',
    `the SID ${sid} is shown by several groups, and none is of the person's own domain`,
  );
}

/** The note on an answer without the groups of the forest's other domains. */
export const PARTIAL_NOTE = 'left out by partial: yes, memberships in groups of other domains of the forest';

/** The note on SIDs whose domain no configured directory serves. */
export function foreignNote(sids: readonly string[]): string {
  return `left out, of a domain that no directory here serves: ${sids.join(', ')}`;
}

const MOST_SHOWN = 3;

/** The note on groups whose entries cannot be read, and of which nothing but their DN is needed. */
export function unreadNote(dns: readonly string[]): string {
  const shown = dns.slice(0, MOST_SHOWN).join('; ');
  const more = dns.length > MOST_SHOWN ? `; and ${dns.length - MOST_SHOWN} more` : '';
  return `spelled as the membership tells them, since their entries are not there or not to be read: ${shown}${more}`;
}

const MOST_NAMED = 10;

/** The note on groups that memberOf has already, or still, and the token has not. */
export function aheadOfTokenNote(dns: readonly string[]): string {
  const more = dns.length > MOST_NAMED ? `; and ${dns.length - MOST_NAMED} more` : '';
  return `counted by memberOf, though tokenGroups does not hold them: ${dns.slice(0, MOST_NAMED).join('; ')}${more}`;
}

/** Throws {@link Failure} above the limit. */
export function judgeCount(count: number, most: number, dn: string): void {
  if (count > most) throw incomplete('limit', `${dn} is in more than ${most} groups`);
}

/** Throws {@link Failure} above the limit. */
export function judgeDepth(depth: number, most: number, dn: string): void {
  if (depth > most) throw incomplete('limit', `the groups of ${dn} nest deeper than ${most} levels`);
}

/** A person, and whether any group was listed as theirs: a primary group, which stands elsewhere, is no proof of that. */
export interface PersonEvidence {
  readonly person: Person;
  readonly isListed: boolean;
}

/** Whether what was read looks as it would where a right to read is lost, so that the sentinel must be asked. */
export function looksLikeLostRights(evidence: PersonEvidence | undefined): boolean {
  return evidence === undefined || !evidence.isListed;
}

/** Throws {@link Failure} where the sentinel was not found with its group. */
export function judgeSentinel(
  evidence: PersonEvidence | undefined,
  { userid, group }: SentinelSettings,
): void {
  if (evidence === undefined) {
    throw incomplete('sentinel', `the sentinel ${userid} was not found: the right to read may be lost`);
  }
  const wanted = tryParseDn(group);
  const isWanted = ({ dn }: { readonly dn: string }): boolean => {
    const parsed = tryParseDn(dn);
    return parsed !== undefined && wanted !== undefined && equalDn(parsed, wanted);
  };
  const { memberships, uncounted } = evidence.person;
  if (!memberships.some(isWanted)) {
    const reason = uncounted?.find(isWanted)?.reason;
    if (reason !== undefined) {
      const hint = 'name a group that counts';
      throw incomplete(
        'sentinel',
        `the group ${group} of the sentinel ${userid} does not count (${reason}): ${hint}`,
      );
    }
    throw incomplete(
      'sentinel',
      `the sentinel ${userid} was found without its group ${group}: the right to read may be lost`,
    );
  }
  if (!evidence.isListed) {
    throw incomplete(
      'sentinel',
      `the sentinel ${userid} was found with its primary group alone: the right to read may be lost; ` +
        'put it into another group and name that one',
    );
  }
}

/**
 * Whether the sentinel's group is one of this forest, so that it proves the reading of that forest too.
 * @param domain the DN of the forest's domain
 */
export function liesIn({ group }: SentinelSettings, domain: string): boolean {
  const [dn, top] = [tryParseDn(group), tryParseDn(domain)];
  return dn !== undefined && top !== undefined && isUnder(dn, top);
}

/** The failure of a person whom groups of a forest list, though nobody of that domain can log on there. */
export function untrusted(forest: string, domainSid: string): Failure {
  return incomplete(
    'trust',
    `groups of the directory ${forest} list the person, but no trust with the domain ${domainSid} is shown there: ` +
      'give the right to read CN=System, mend the trust, or take the directory out of memberships.foreign',
  );
}

/**
 * Throws {@link Failure} where memberships lie in several domains, of which a domain controller shows one alone.
 * @param domains those of the forest
 */
export function judgeDomains(domains: readonly Dn[]): void {
  if (domains.length < 2) return;
  const names = domains.map(formatDn).join('; ');
  throw incomplete(
    'domain',
    `the forest has several domains (${names}), and memberships in groups of the others are not shown here: ` +
      'write memberships: { from: token-groups }, or partial: yes',
  );
}
