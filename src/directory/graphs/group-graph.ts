/**
 * What every membership strategy offers to the walk upwards of walk.ts: the groups that a person is in directly,
 * and those directly above a group. The strategies are files of their own.
 */
import type { Deadline } from '../../deadline.ts';
import type { Entry } from '../entries/entry.ts';
import type { Group } from '../groups/group.ts';

/** Something that was read, perhaps by several reads and some of them before. */
export interface Dated<Value> {
  readonly value: Value;
  /** When the oldest read in it began, on the service's clock; Infinity where nothing had to be read. */
  readonly readAt: number;
}

/** The groups that a person is in directly; one that is named by two spellings may stand there twice. */
export interface DirectGroups extends Dated<readonly Group[]> {
  /** How many of them the directory lists as the person's, where others are told otherwise, as a primary group is. */
  readonly listed?: number;
  /** What is to be said of them. */
  readonly notes?: readonly string[];
  /** Groups above these that are told at once, where no walk goes on from there. */
  readonly beyond?: readonly GroupBeyond[];
}

/** A group that is not direct, and the names of the groups on the way to it. */
export interface GroupBeyond {
  readonly group: Group;
  readonly via: readonly string[];
}

/** What several told of the groups above one, for {@link GroupGraph.parentsTold}. */
export function unitedParents(
  told: readonly (readonly string[] | undefined)[],
): readonly string[] | undefined {
  return told.every((dns) => dns !== undefined) ? [...new Set(told.flat())] : undefined;
}

/** One strategy. What it tells is complete, or it throws {@link Failure}. */
export interface GroupGraph {
  /** What an entry must be read with so that {@link direct} can tell its groups. */
  readonly attributes: readonly string[];
  direct(person: Entry, deadline: Deadline): Promise<DirectGroups>;
  /** For each group that has any, by its key, the groups directly above it. */
  parents(
    groups: readonly Group[],
    deadline: Deadline,
  ): Promise<Dated<ReadonlyMap<string, readonly Group[]>>>;
  /** Reads ahead, in few searches, what the groups of these people will need. */
  prepare(people: readonly Entry[], deadline: Deadline): Promise<void>;
  /**
   * The DNs of the groups directly above one that was read; none where they were not asked for. Undefined where its entry
   * could not be read.
   */
  parentsTold(key: string): readonly string[] | undefined;
}
