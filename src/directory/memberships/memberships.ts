/**
 * What the lookup of a person and the walk over everybody ask of a strategy: all memberships of an entry. Most
 * strategies are a graph of groups, walked upwards; `token-groups` asks the server for the whole set.
 */
import type { Deadline } from '../../deadline.ts';
import { isFailure } from '../../failure.ts';
import type { Membership, UncountedGroup } from '../../person.ts';
import { orElse } from '../entries/completeness.ts';
import type { Entry } from '../entries/entry.ts';
import { type GroupGraph, unitedParents } from '../graphs/group-graph.ts';
import { keyOf } from '../groups/group.ts';
import type { MembershipSettings } from '../settings/settings.ts';
import type { ResourceForest } from './resource-forest.ts';
import { readMemberships } from './walk.ts';

export interface MembershipReading {
  readonly memberships: readonly Membership[];
  /** Groups that were seen and do not count. */
  readonly uncounted: readonly UncountedGroup[];
  /** When the oldest read in it began, on the service's clock; Infinity where nothing had to be read. */
  readonly readAt: number;
  /**
   * Whether any group was shown as theirs by what shows memberships here: so the right to read it is there. A primary
   * group, which stands elsewhere, is no proof of that.
   */
  readonly isListed: boolean;
  /** What was rightly left out. */
  readonly notes: readonly string[];
  /** Other forests that were asked and list neither the person nor their groups, or do not show it. */
  readonly silent?: readonly ResourceForest[];
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
  /**
   * The DNs of the groups directly above one that was read; none where they were not asked for. Undefined where its entry
   * could not be read.
   */
  parentsTold(key: string): readonly string[] | undefined;
}

const PEOPLE_AT_ONCE = 16;

/**
 * The reader that walks a graph.
 * @param beside a strategy that is no graph: the walk goes on from what it tells
 */
export function walkUpwards(
  graph: GroupGraph,
  settings: Pick<MembershipSettings, 'nested' | 'limits'>,
  beside?: MembershipReader,
): MembershipReader {
  return {
    attributes: [...new Set([...graph.attributes, ...(beside?.attributes ?? [])])],
    atOnce: Math.min(PEOPLE_AT_ONCE, beside?.atOnce ?? PEOPLE_AT_ONCE),
    async read(person, deadline) {
      const told = await beside?.read(person, deadline);
      const walked = await readMemberships(graph, person, settings, deadline, told?.memberships);
      return {
        memberships: walked.value,
        uncounted:
          told === undefined
            ? walked.uncounted
            : withoutMemberships([...walked.uncounted, ...told.uncounted], walked.value),
        readAt: Math.min(walked.readAt, told?.readAt ?? walked.readAt),
        isListed: walked.isListed || told?.isListed === true,
        notes: [...walked.notes, ...(told?.notes ?? [])],
      };
    },
    async prepare(people, deadline) {
      await graph.prepare(people, deadline);
      await beside?.prepare(people, deadline);
    },
    parentsTold: (key) =>
      unitedParents([graph, ...(beside === undefined ? [] : [beside])].map((each) => each.parentsTold(key))),
  };
}

/** Each of the groups once. What one strategy leaves out another may count: then it counts. */
export function withoutMemberships(
  groups: readonly UncountedGroup[],
  memberships: readonly Membership[],
): readonly UncountedGroup[] {
  if (groups.length === 0) return groups;
  const counted = new Set(memberships.map(({ dn }) => keyOf(dn)));
  const byKey = new Map(groups.map((group) => [keyOf(group.dn), group]));
  return [...byKey].filter(([key]) => !counted.has(key)).map(([, group]) => group);
}

/**
 * The reader that asks one without memory where what it remembers leads nowhere: since it was read, a group above may
 * have been deleted, or have got another name. So may one that the person's own entry names.
 * @param readAgain gives the entry with the memberships that it has now, as far as it can be read by its DN
 */
export function doubting(
  remembering: MembershipReader,
  withoutMemory: () => MembershipReader,
  readAgain: (dn: string, attributes: readonly string[], deadline: Deadline) => Promise<Entry>,
): MembershipReader {
  return {
    ...remembering,
    async read(person, deadline) {
      try {
        return await remembering.read(person, deadline);
      } catch (error) {
        if (!isFailure(error, 'directory_incomplete')) throw error;
        const reader = withoutMemory();
        const latest = await orElse(() => readAgain(person.dn, reader.attributes, deadline), person);
        return reader.read(latest, deadline);
      }
    },
  };
}
