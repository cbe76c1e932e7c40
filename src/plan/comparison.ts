/**
 * A plan in the making: everyone, person by person, under the mapping in use and under a new one, then the groups.
 * Reading them is the caller's; what is kept does not grow with the number of people.
 */
import type { Mapping } from '../mapping/mapping.ts';
import type { Person } from '../person.ts';
import { EntitlementChanges } from './entitlement-changes.ts';
import { Examples } from './examples.ts';
import { GroupCounts, type PlannedGroup } from './group-review.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { PlanReport } from './report.ts';
import { RuleCounts, ruleUses } from './rule-use.ts';

/** Takes what was read, and says in the end what it comes to. */
export interface Comparison {
  add(userid: string, person: Person): void;
  /** Somebody who would not be answered under any mapping, because there are several. */
  addAmbiguous(userid: string): void;
  /** A group of the directory as it is; the same one may come again. */
  addGroup(group: PlannedGroup): void;
  /** Not every group of the directory could be seen; what people are in is not touched by that. */
  noteUnlisted(directory: string, reason: string): void;
  /** @param skipped people of whom no user id could be made, and who so cannot be asked for */
  report(skipped: number): PlanReport;
}

export interface ComparisonSettings {
  readonly before: Mapping;
  readonly after: Mapping;
  /** Milliseconds since 1970: one moment for everyone. */
  readonly now: number;
  /** Groups as they were at an earlier time, so that renamed ones are told. */
  readonly earlierGroups?: Iterable<PlannedGroup>;
}

export function compareMappings({ before, after, now, earlierGroups = [] }: ComparisonSettings): Comparison {
  const entitlements = new EntitlementChanges();
  const used = { before: new RuleCounts(before), after: new RuleCounts(after) };
  const groups = new GroupCounts(after, earlierGroups);
  const all = new Examples();
  const who = {
    changed: new Examples(),
    dead: new Examples(),
    ambiguous: new Examples(),
    unanswered: new Examples(),
    emptied: new Examples(),
    cutOff: new Examples(),
    reconnected: new Examples(),
    filled: new Examples(),
  };

  const note = (userid: string, was: Outcome, is: Outcome): void => {
    const { had, has, isChanged } = entitlements.add(userid, was, is);
    if (was.kind === 'answer' && is.kind === 'answer') {
      if (had > 0 && has === 0) who.emptied.add(userid);
      if (had === 0 && has > 0) who.filled.add(userid);
    }
    if (was.kind === 'answer' && is.kind === 'none') who.cutOff.add(userid);
    if (was.kind === 'none' && is.kind === 'answer') who.reconnected.add(userid);
    if (was.kind === 'none' && is.kind === 'none') who.unanswered.add(userid);
    if (is.kind === 'dead') who.dead.add(userid);
    if (isChanged || was.kind !== is.kind) who.changed.add(userid);
  };

  return {
    add(userid, person) {
      const was = outcomeOf(before, person, now);
      const is = outcomeOf(after, person, now);
      all.add(userid);
      used.before.add(was);
      used.after.add(is);
      note(userid, was, is);
    },
    addAmbiguous(userid) {
      all.add(userid);
      who.ambiguous.add(userid);
    },
    addGroup: (group) => groups.add(group),
    noteUnlisted: (directory, reason) => groups.noteUnlisted(directory, reason),
    report: (skipped) => ({
      before: before.file,
      after: after.file,
      people: all.count,
      skipped,
      changed: who.changed.sample(),
      dead: who.dead.sample(),
      ambiguous: who.ambiguous.sample(),
      unanswered: who.unanswered.sample(),
      emptied: who.emptied.sample(),
      cutOff: who.cutOff.sample(),
      reconnected: who.reconnected.sample(),
      filled: who.filled.sample(),
      entitlements: entitlements.changes(),
      rules: ruleUses(used.before, used.after, (clause) => groups.hintsFor(clause)),
      groups: groups.review(),
    }),
  };
}
