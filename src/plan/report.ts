/**
 * What a plan says, as plain data: what would change for everyone if one mapping took another's place. comparison.ts
 * makes it; render-text.ts, render-json.ts and html.ts show it.
 */
import type { PeopleSample } from './examples.ts';

export type { PeopleSample } from './examples.ts';

import type { Origin, Output, RemovedBy } from '../mapping/translation.ts';

/** A rule and how many of the people in question it concerns. */
export interface RuleCount {
  readonly rule: Origin;
  readonly people: number;
}

/** A `never` entry or a `keep`, likewise. */
export interface RemovalCount {
  readonly by: RemovedBy;
  readonly people: number;
}

/** The people who gain, or who lose, one entitlement. */
export interface AffectedPeople extends PeopleSample {
  /** Gained: the new mapping's rules that give it. Lost: the old one's that gave it. */
  readonly rules: readonly RuleCount[];
  /** Gained: what took it under the old mapping. Lost: what takes it under the new one. */
  readonly removals: readonly RemovalCount[];
  /** How many of them only exchange it for a text that differs in case. */
  readonly respelled: number;
  /** Gained: how many had no answer before. Lost: how many get no answer any more. */
  readonly unanswered: number;
}

/** An entitlement that somebody gains or loses. */
export interface EntitlementChange {
  readonly output: Output;
  /** How many people have it under each mapping. */
  readonly before: number;
  readonly after: number;
  readonly gained: AffectedPeople;
  readonly lost: AffectedPeople;
}

/** A rule or `never` entry of either mapping, and how many people it gives something to, or takes something from. */
export interface RuleUse {
  readonly kind: 'rule' | 'never';
  /** Where it stands in the new mapping, or where that has none of this id, in the old one. */
  readonly rule: Origin;
  /** Undefined where that mapping has none of this id. */
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** Why it may concern nobody; empty for one that concerns somebody. */
  readonly hints: readonly string[];
}

/** Directory groups under the new mapping's `groups.under`. */
export interface GroupReview {
  readonly count: number;
  /** Those that no rule names. */
  readonly unnamed: number;
  /** DNs of the first of these. */
  readonly examples: readonly string[];
  /** Directories of which not all groups could be seen, each with the reason; those are not counted. */
  readonly unlisted: readonly string[];
}

export interface PlanReport {
  /** The mapping files as messages name them. */
  readonly before: string;
  readonly after: string;
  readonly people: number;
  /** Not among them: people of whom no `userids` pattern makes a user id, so that nobody can ask for them. */
  readonly skipped: number;
  readonly changed: PeopleSample;
  /** Dead accounts, to whom nothing is due under either mapping. */
  readonly dead: PeopleSample;
  /** Found more than once, so that a request for them has no answer under either mapping. */
  readonly ambiguous: PeopleSample;
  /** No answer under either mapping, as an attribute is required by both; {@link ambiguous} aside. */
  readonly unanswered: PeopleSample;
  /** Something before, an answer with nothing in it after. */
  readonly emptied: PeopleSample;
  /** An answer before, none after. */
  readonly cutOff: PeopleSample;
  /** No answer before, one after. */
  readonly reconnected: PeopleSample;
  /** An answer with nothing in it before, something after. */
  readonly filled: PeopleSample;
  /** Those with a change, groups first, by code point. */
  readonly entitlements: readonly EntitlementChange[];
  /** All rules and `never` entries of both mappings, in the new file's order, then what only the old one has. */
  readonly rules: readonly RuleUse[];
  readonly groups: GroupReview;
}

/** Whether nobody had it under the old mapping and somebody has it under the new one. */
export function isFirstRelease({ before, after }: EntitlementChange): boolean {
  return before === 0 && after > 0;
}

/** The new mapping's rules and entries that concern nobody. */
export function silentRules({ rules }: PlanReport): readonly RuleUse[] {
  return rules.filter(({ after }) => after === 0);
}

/** How many people lose all that they had: those left with nothing, and those who get no answer any more. */
export function losers({ emptied, cutOff }: PlanReport): number {
  return emptied.people + cutOff.people;
}

/** The exit status of `plan`: 0 no change, 2 changes, 3 more people lose everything than allowed. */
export function exitStatus(report: PlanReport, maxEmptied: number | undefined): 0 | 2 | 3 {
  if (maxEmptied !== undefined && losers(report) > maxEmptied) return 3;
  return report.changed.people > 0 ? 2 : 0;
}
