/**
 * What the rest of the service knows of a directory: it finds one person, complete, or says with a {@link Failure}
 * why it cannot be certain. How people are stored, bound to and searched stays behind this interface.
 */
import type { Deadline } from '../deadline.ts';
import type { Failure, FailureCode } from '../failure.ts';
import type { Person } from '../person.ts';
import type { TriedServer } from './entries/entry-source.ts';
import type { ListedGroup, WantedGroup } from './groups/group-list.ts';
import type { PeopleWalk } from './people/people-walk.ts';
import type { Sight } from './sight/sight.ts';

/** What readiness tells about a directory. */
export interface DirectoryState {
  /** Whether a connection was bound at least once; an LDIF file counts as bound. */
  readonly bound: boolean;
  /** The code of the last lookup or connect if that failed, and no probe has found the directory well since. */
  readonly lastFailure: FailureCode | undefined;
}

/** A user id as one directory understands it, by the first of its `userids` patterns that matches. */
export interface PersonQuestion {
  /**
   * The same for all spellings of one lookup. Folds case only where every attribute that the lookup compares ignores
   * case.
   */
  readonly key: string;
  /**
   * The person, or undefined where the directory was read and certainly has none (the sentinel was found, where one
   * is configured). Throws {@link Failure}.
   */
  find(deadline: Deadline): Promise<Person | undefined>;
  /** Throws `directory_unavailable` while the directory is known to be failing. */
  check?(): void;
}

/** One configured directory. Every method that reads throws {@link Failure} and nothing else. */
export interface Directory {
  /** The name that the config gives it. */
  readonly name: string;
  readonly state: DirectoryState;

  /** Undefined where no pattern of `userids` matches. */
  ask(userid: string): PersonQuestion | undefined;

  /** Resolves where the sentinel was found with its group just now, or none is configured. */
  confirmSentinel(deadline: Deadline): Promise<void>;

  /**
   * Every person below the users' bases who could be asked for, each complete as by {@link ask} and once, in no
   * certain order; streamed, so that memory does not grow with their number. Throws where the walk cannot be complete:
   * what came before is then worth nothing.
   */
  people(): PeopleWalk;

  /** How many entries {@link people} will go through, read without their attributes: for showing how far it came. */
  countPeople(): Promise<number>;

  /**
   * Every group below these DNs, or everywhere where groups are looked for, with SID and GUID where they are shown;
   * streamed, complete or throws, and then what came is right as far as it goes. Takes rights that no answer needs: a
   * failure by which a right is missing leaves everybody's answer what it is.
   * @param wanted only those that may be this one, for who cannot list them all
   */
  groups(under: readonly string[], connection?: 'shared', wanted?: WantedGroup): AsyncIterable<ListedGroup>;

  /** What can be seen here of groups and attributes as such. */
  readonly sight: Sight;

  /** Opens and binds a connection if none is open. */
  connect(deadline: Deadline): Promise<void>;

  /**
   * Binds to each server, and reads, one after another, until one refuses the bind: the way on when others fail is as
   * good as these. Nothing where there are no servers.
   */
  tryServers(): AsyncIterable<TriedServer>;

  /** Lets running searches end, then closes every connection. */
  close(): Promise<void>;
}
