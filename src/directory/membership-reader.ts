/**
 * What the lookup of a person and the walk over everybody ask of a strategy: all memberships of an entry. Most
 * strategies are a graph of groups, walked upwards; `token-groups` asks the server for the whole set.
 */
import type { Deadline } from '../deadline.ts';
import { isFailure } from '../failure.ts';
import type { Membership } from '../person.ts';
import type { Entry } from './entry.ts';
import type { GroupGraph } from './group-graph.ts';
import { readMemberships } from './memberships.ts';
import type { MembershipSettings } from './settings.ts';

export interface MembershipReading {
  readonly memberships: readonly Membership[];
  /** When the oldest read in it began, on the service's clock; Infinity where nothing had to be read. */
  readonly readAt: number;
  /**
   * Whether any group was shown as theirs by what shows memberships here: so the right to read it is there. A primary
   * group, which stands elsewhere, is no proof of that.
   */
  readonly isListed: boolean;
  /** What was rightly left out. */
  readonly notes: readonly string[];
}

export interface MembershipReader {
  /** What an entry must be read with. */
  readonly attributes: readonly string[];
  /** How many people it may be asked about at once where nobody waits. */
  readonly atOnce: number;
  /** Complete, or throws {@link Failure}. */
  read(person: Entry, deadline: Deadline): Promise<MembershipReading>;
  /** Reads ahead, in few searches, what these people will need. */
  prepare(people: readonly Entry[], deadline: Deadline): Promise<void>;
  /** The DNs of the groups directly above one that was read; none where they were not asked for. */
  parentsTold(key: string): readonly string[];
}

const PEOPLE_AT_ONCE = 16;

/** The reader that walks a graph. */
export function walkUpwards(
  graph: GroupGraph,
  settings: Pick<MembershipSettings, 'nested' | 'limits'>,
): MembershipReader {
  return {
    attributes: graph.attributes,
    atOnce: PEOPLE_AT_ONCE,
    async read(person, deadline) {
      const { value, readAt, isListed } = await readMemberships(graph, person, settings, deadline);
      return { memberships: value, readAt, isListed, notes: [] };
    },
    prepare: (people, deadline) => graph.prepare(people, deadline),
    parentsTold: (key) => graph.parentsTold(key),
  };
}

/**
 * The reader that asks one without memory where what it remembers leads nowhere: since it was read, a group above may
 * have been deleted, or have got another name.
 */
export function doubting(
  remembering: MembershipReader,
  withoutMemory: () => MembershipReader,
): MembershipReader {
  return {
    ...remembering,
    async read(person, deadline) {
      try {
        return await remembering.read(person, deadline);
      } catch (error) {
        if (!isFailure(error, 'directory_incomplete')) throw error;
        return withoutMemory().read(person, deadline);
      }
    },
  };
}
