/**
 * The list of groups that were seen with a person and do not count: how long it may be, and the form in which a
 * snapshot saves it. Why a group does not count is said where it is read.
 */
import { compareByCodePoint } from '../../names/code-points.ts';
import type { UncountedGroup } from '../../person.ts';
import { incomplete } from '../entries/completeness.ts';
import { type Entry, plainValues } from '../entries/entry.ts';
import { textOf } from './group.ts';

const MOST_LISTED = 100;

export interface ListOfUncounted {
  /** In the order of their DNs; undefined where there are none. */
  readonly uncounted: readonly UncountedGroup[] | undefined;
  /** What is not listed. */
  readonly notes: readonly string[];
}

/** The list as a person has it. */
export function listUncounted(groups: readonly UncountedGroup[]): ListOfUncounted {
  if (groups.length === 0) return { uncounted: undefined, notes: [] };
  const sorted = [...groups].sort((a, b) => compareByCodePoint(a.dn, b.dn));
  const more = sorted.length - MOST_LISTED;
  const notes = more > 0 ? [`${more} more groups do not count, beside those that are listed`] : [];
  return { uncounted: sorted.slice(0, MOST_LISTED), notes };
}

/** The group as one value of a snapshot's attribute. */
export function savedUncounted({ dn, name, reason }: UncountedGroup): string {
  return JSON.stringify([dn, name, reason]);
}

/** The groups in the values of that attribute. Throws {@link Failure} `directory_incomplete` for others. */
export function readUncounted(entry: Entry, attribute: string): readonly UncountedGroup[] {
  return plainValues(entry, attribute).map((value) => {
    const [dn, name, reason] = partsOf(textOf(value, entry.dn, attribute)) ?? [];
    if (typeof dn !== 'string' || typeof name !== 'string' || typeof reason !== 'string')
      throw incomplete('value', `${entry.dn} has a broken ${attribute}`);
    return { dn, name, reason };
  });
}

function partsOf(text: string): readonly unknown[] | undefined {
  try {
    const parts: unknown = JSON.parse(text);
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}
