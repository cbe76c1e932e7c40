/**
 * One search operation on a connection, and what its result is worth: result codes, and references that may lead to
 * people. Owns what another attempt may cure; whether there is one, and on which connection, is ldap-source.ts's.
 */
import { type Control, PagedResultsControl, SearchRequest } from 'ldapts';
import type { Deadline } from '../../deadline.ts';
import { Failure, isFailure } from '../../failure.ts';
import { absentBase, judgeSearch } from '../entries/completeness.ts';
import type { Entry } from '../entries/entry.ts';
import type { MatchingValue, Partition, Search, SearchOutcome } from '../entries/entry-source.ts';
import { isTemporary } from '../entries/ldap-result.ts';
import { suffixesOf } from '../entries/suffix.ts';
import { harmfulReferences, type Reference } from '../forests/references.ts';
import type { DirectorySettings } from '../settings/settings.ts';
import { VENDORS } from '../settings/vendors.ts';
import { ConnectionLostError, type LdapConnection, NO_ATTRIBUTES, type SearchResult } from './connection.ts';
import type { PageRequest } from './paging.ts';
import { AnswerTooLargeError } from './pending-operations.ts';
import { OperationCutError, OperationTimeoutError } from './silence.ts';
import { EncodedFilter } from './wire/filter-encoding.ts';
import { MatchedValuesControl } from './wire/matched-values.ts';

/** What another attempt may cure, on the way from the connection to the retry. */
class TemporaryResultError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export class SearchOperations {
  readonly #settings: DirectorySettings;
  readonly #partitions: (deadline: Deadline) => Promise<readonly Partition[]>;

  /** @param partitions of the forest; asked only where a reference came */
  constructor(
    settings: DirectorySettings,
    partitions: (deadline: Deadline) => Promise<readonly Partition[]>,
  ) {
    this.#settings = settings;
    this.#partitions = partitions;
  }

  /**
   * The result, be it good or bad. Throws {@link Failure} where no time is left, and the errors of the connection.
   * @param atMost milliseconds, in place of the limits of one search: then as much may come as there is
   */
  async send(
    connection: LdapConnection,
    { base, scope, filter, attributes, matching }: Search,
    deadline: Deadline,
    { page, atMost }: { page?: PageRequest; atMost?: number } = {},
  ): Promise<SearchResult> {
    const patience = atMost ?? this.#settings.limits.search;
    const milliseconds = Math.min(patience, deadline.remaining());
    if (milliseconds === 0)
      throw new Failure('directory_timeout', `the deadline passed before the search of ${base}`);
    const controls: Control[] = [];
    if (page !== undefined) controls.push(new PagedResultsControl({ critical: true, value: page }));
    if (matching !== undefined) controls.push(matchedValues(attributes, matching));
    const wanted = [...attributes, ...new Set(matching?.map(({ attribute }) => attribute))];
    const request = new SearchRequest({
      messageId: 0,
      baseDN: base,
      scope,
      filter: new EncodedFilter(filter),
      attributes: wanted.length === 0 ? NO_ATTRIBUTES : wanted,
      sizeLimit: 0,
      timeLimit: Math.ceil(milliseconds / 1000),
      controls,
    });
    try {
      return await connection.search(request, { milliseconds, patience }, atMost !== undefined);
    } catch (error) {
      if (error instanceof OperationCutError)
        throw new Failure('directory_timeout', `${error.message}, search of ${base}`, { cause: error });
      if (!(error instanceof AnswerTooLargeError)) throw error;
      const cure = 'raise the limit that it names, or let a narrower base or filter find less';
      throw new Failure('directory_incomplete', `${error.message}, search of ${base}`, {
        cause: error,
        cure,
      });
    }
  }

  /**
   * What the result says of the search. Throws {@link Failure} where it is not complete, or what
   * {@link isWorthRetrying} where that may pass.
   */
  async outcome(
    connection: LdapConnection,
    search: Search,
    result: SearchResult,
    deadline: Deadline,
  ): Promise<SearchOutcome> {
    const what = `${connection.server}, search of ${search.base}`;
    const mayRefer = this.#settings.referrals === 'ignore' || search.references === 'ignored';
    const references = mayRefer ? [] : await this.#harmful(result.references, deadline);
    try {
      const base = judgeSearch({ ...result, references }, what, this.#limitCure());
      return base === 'absent' ? { base } : { base, entries: result.entries };
    } catch (error) {
      if (!isFailure(error) || !isTemporary(result.code)) throw error;
      connection.retire();
      throw new TemporaryResultError(error);
    }
  }

  /** The same, where the base must be there. */
  async entriesOf(
    connection: LdapConnection,
    search: Search,
    result: SearchResult,
    deadline: Deadline,
  ): Promise<readonly Entry[]> {
    const outcome = await this.outcome(connection, search, result, deadline);
    if (outcome.base === 'absent') throw absentBase(search.base);
    return outcome.entries;
  }

  #limitCure(): string {
    const { vendor, source } = this.#settings;
    const bind = source.kind === 'ldap' ? source.bind : undefined;
    return VENDORS[vendor].limitCure(bind?.kind === 'simple' ? bind.dn : undefined);
  }

  async #harmful(references: readonly Reference[], deadline: Deadline): Promise<readonly string[]> {
    if (references.length === 0) return [];
    const { vendor, beside = [] } = this.#settings;
    // Elsewhere a group of the other domain may name people of this one, and nobody would ask for it.
    if (!VENDORS[vendor].hasForest) return harmfulReferences(references, [], async () => []);
    return harmfulReferences(references, suffixesOf(beside.flatMap(({ bases }) => bases)), () =>
      this.#partitions(deadline),
    );
  }
}

// What is not named here would be left out: of the other attributes every value is wanted.
function matchedValues(
  attributes: readonly string[],
  matching: readonly MatchingValue[],
): MatchedValuesControl {
  return new MatchedValuesControl([
    ...attributes.map((attribute) => ({ kind: 'present', attribute }) as const),
    ...matching.map((each) => ({ kind: 'equality', ...each }) as const),
  ]);
}

/** Whether the server answered others while this took too long. */
export function isSlow(error: Error): boolean {
  return error instanceof OperationTimeoutError && error.isSlow;
}

/** Whether another attempt may cure it. */
export function isWorthRetrying(error: unknown): error is Error {
  return (
    error instanceof ConnectionLostError ||
    error instanceof OperationTimeoutError ||
    error instanceof TemporaryResultError
  );
}

/** The failure of what no further attempt is made for. */
export function failureOf(error: Error): Failure {
  if (error instanceof TemporaryResultError) return error.failure;
  const code = error instanceof OperationTimeoutError ? 'directory_timeout' : 'directory_unavailable';
  return new Failure(code, error.message, { cause: error });
}
