/**
 * Where entries come from: the small interface under users, memberships and nesting, implemented by LDAP servers and
 * by an LDIF file. A search is complete or throws; who asks decides what an absent base means.
 */
import type { Deadline } from '../../deadline.ts';
import type { Failure } from '../../failure.ts';
import type { Dn } from '../../names/dn.ts';
import type { Filter } from '../filters/filter.ts';
import type { Entry } from './entry.ts';

export interface Search {
  /** A DN. */
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: Filter;
  /** Attribute descriptions; none at all asks for entries without attributes. */
  readonly attributes: readonly string[];
  /**
   * Values that are to be shown beside the attributes, where their entries have them: of these attributes no others. A
   * source that cannot leave the others out, which may be thousands, shows none of them.
   */
  readonly matching?: readonly MatchingValue[];
  /** Says that references to other servers do no harm: who asks sees by the entries whether all came. */
  readonly references?: 'ignored';
  /** Says that pages may come over a connection of the lookups, and need no bind of their own: they are few. */
  readonly connection?: 'shared';
  /** Says that all pages are wanted: each may be asked for while the one before is worked on. */
  readonly pages?: 'all';
}

/** A value of an attribute. */
export interface MatchingValue {
  readonly attribute: string;
  readonly value: Uint8Array;
}

/** Every entry in scope that matches, or the certainty that there is no such base (noSuchObject). */
export type SearchOutcome =
  | { readonly base: 'present'; readonly entries: readonly Entry[] }
  | { readonly base: 'absent' };

/** A naming context of an Active Directory forest. */
export interface Partition {
  readonly dn: Dn;
  /** Whether people and groups live there; else it is the configuration, or an application's. */
  readonly isDomain: boolean;
}

/** What came of trying one server, or a name for which DNS gives none. */
export interface TriedServer {
  /** Why it did not bind and answer a read, with its name; undefined where it did. */
  readonly problem: string | undefined;
  /** Whether it refused the bind, so that no other is tried behind it. */
  readonly isLast: boolean;
}

export interface EntrySource {
  /** Throws {@link Failure}; `directory_incomplete` also for a referral, unless those are to be ignored. */
  search(search: Search, deadline: Deadline): Promise<SearchOutcome>;
  /**
   * Every entry of a search, so many at a time and no more than these in memory. Has a time for each page and none for
   * the whole. Throws {@link Failure}, `directory_incomplete` also where it breaks off in the middle or has no base:
   * what came before is then worth nothing.
   */
  pages(search: Search, size: number): AsyncIterable<readonly Entry[]>;
  /** Whether a server refused pages, so that {@link pages} took all entries in one search, and held them in memory. */
  readonly refusesPages?: boolean;
  /** When a probe found a directory well that was known to be failing, on the clock; undefined where that never was. */
  readonly wellSince?: number | undefined;
  /** Runs a whole lookup once its turn has come, where the source bounds them. Throws {@link Failure}. */
  inTurn?<T>(lookup: () => Promise<T>, deadline: Deadline): Promise<T>;
  /** Throws `directory_unavailable` while the directory is known to be failing. */
  check?(): void;
  /** Has the listener told each time that it becomes known to be failing. */
  whenFailing?(listener: (failure: Failure) => void): void;
  /**
   * Binds to each of several servers, and reads, one after another; ends with the first that refuses the bind, as no secret
   * is sent on that was refused. Undefined where there are no servers.
   */
  readonly tryEach?: (() => AsyncIterable<TriedServer>) | undefined;
  /** Of what the forest is made, where the source has to know that itself. Throws {@link Failure}. */
  readonly partitions?: ((deadline: Deadline) => Promise<readonly Partition[]>) | undefined;
  /** Whether values of the attribute that differ in case only are certainly equal here. */
  ignoresCase(attribute: string): boolean;
  /** Makes a first connection where there is none. Throws {@link Failure}. */
  connect(deadline: Deadline): Promise<void>;
  /** Whether a connection was ever ready for searches. */
  readonly bound: boolean;
  close(): Promise<void>;
}
