/**
 * The directory's groups beside the new mapping: those that no rule names, and for rules that concern nobody whether a
 * group that they mean is there at all, or has another name than before.
 */
import type { Mapping } from '../mapping/mapping.ts';
import type { Clause } from '../mapping/rule.ts';
import { keyOfDn, tryParseDn } from '../names/dn.ts';
import type { Membership } from '../person.ts';
import { Examples } from './examples.ts';
import type { GroupReview } from './report.ts';

/** A group as such, whoever is in it. */
export type PlannedGroup = Pick<Membership, 'dn' | 'name' | 'sid' | 'guid'> & {
  /** Why it counts for nobody; undefined where it counts. */
  readonly uncounted?: string | undefined;
};

const MOST_GROUPS_SHOWN = 20;
const MOST_HINTS = 3;

/** Adds up groups, each met once or more. Memory grows with the number of groups, not of people. */
export class GroupCounts {
  readonly #mapping: Mapping;
  readonly #met = new Set<string>();
  #count = 0;
  readonly #unnamed = new Examples(MOST_GROUPS_SHOWN);
  readonly #namedBy = new Set<string>();
  /** Groups of an earlier time by SID and GUID, and the ids of the clauses that named them then. */
  readonly #earlier = new Map<
    string,
    { readonly group: PlannedGroup; readonly clauses: readonly string[] }
  >();
  readonly #hints = new Map<string, string[]>();
  readonly #unlisted: string[] = [];

  /** @param earlier the groups as they were at an earlier time */
  constructor(mapping: Mapping, earlier: Iterable<PlannedGroup>) {
    this.#mapping = mapping;
    for (const group of earlier) {
      const clauses = clausesNaming(mapping, group);
      if (clauses.length === 0) continue;
      for (const identity of identitiesOf(group)) this.#earlier.set(identity, { group, clauses });
    }
  }

  add(group: PlannedGroup): void {
    const { counts } = seenBy(this.#mapping, group);
    const clauses = clausesNaming(this.#mapping, group);
    if (group.uncounted !== undefined) {
      for (const id of clauses) this.#hint(id, `the group ${group.dn} does not count: ${group.uncounted}`);
      return;
    }
    for (const id of clauses) this.#namedBy.add(id);
    const dn = tryParseDn(group.dn);
    const key = dn === undefined ? group.dn : keyOfDn(dn);
    if (this.#met.has(key)) return;
    this.#met.add(key);
    this.#compareWithEarlier(group, clauses, counts);
    if (counts) this.#count++;
    if (counts && clauses.length === 0) this.#unnamed.add(group.dn);
  }

  noteUnlisted(directory: string, reason: string): void {
    this.#unlisted.push(`${directory}: ${reason}`);
  }

  review(): GroupReview {
    const { count, examples } = this.#unnamed;
    return { count: this.#count, unnamed: count, examples, unlisted: this.#unlisted };
  }

  /** For a rule or entry that concerns nobody. */
  hintsFor(clause: Clause): readonly string[] {
    const { id } = clause.origin;
    const renamed = this.#hints.get(id) ?? [];
    if (renamed.length > 0) return renamed.slice(0, MOST_HINTS);
    if (!asksForGroups(clause) || this.#namedBy.has(id)) return [];
    if (this.#unlisted.length === 0) return ['no group that it names is there'];
    return ['nobody is in a group that it names; whether there is one could not be seen'];
  }

  #compareWithEarlier(group: PlannedGroup, clauses: readonly string[], counts: boolean): void {
    const before = identitiesOf(group)
      .map((identity) => this.#earlier.get(identity))
      .find((found) => found !== undefined);
    for (const id of before?.clauses ?? []) {
      if (before === undefined || clauses.includes(id)) continue;
      const isRenamed = before.group.name !== group.name;
      const now = isRenamed ? `is called ${group.name} now` : `is ${group.dn} now`;
      const outside = counts ? '' : ', which is not under groups.under';
      this.#hint(id, `the group ${isRenamed ? before.group.name : before.group.dn} ${now}${outside}`);
    }
  }

  #hint(id: string, text: string): void {
    const hints = this.#hints.get(id) ?? [];
    hints.push(text);
    this.#hints.set(id, hints);
  }
}

function seenBy({ recognition }: Mapping, group: PlannedGroup) {
  return recognition.group({ ...group, via: [] });
}

function clausesNaming(mapping: Mapping, group: PlannedGroup): readonly string[] {
  return [...new Set(seenBy(mapping, group).hits.map(({ clause }) => clause.origin.id))];
}

function asksForGroups({ ways }: Clause): boolean {
  return ways.length > 0 && ways.every((way) => way.some(({ on }) => on === 'group'));
}

function identitiesOf({ sid, guid }: PlannedGroup): string[] {
  return [sid, guid].flatMap((identity) => identity ?? []);
}
