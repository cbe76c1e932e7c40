/** The words in which a plan is told, the same in text and in HTML. */
import { originText, outputText, type RemovedBy } from '../mapping/translation.ts';
import {
  type AffectedPeople,
  type EntitlementChange,
  isFirstRelease,
  losers,
  type PeopleSample,
  type PlanReport,
  type RuleUse,
} from './report.ts';

/** `1 person`, `20,000 people` */
export function people(count: number): string {
  return `${number(count)} ${count === 1 ? 'person' : 'people'}`;
}

/** With a comma every three digits. */
export function number(count: number): string {
  return count.toLocaleString('en-US');
}

/** `ann, bob, …` */
export function examplesOf({ people: count, examples }: PeopleSample): string {
  return examples.join(', ') + (count > examples.length && examples.length > 0 ? ', …' : '');
}

export function entitlementText({ output }: EntitlementChange): string {
  return outputText(output);
}

/** Why people gain or lose an entitlement: `rule a (m.yaml:3)`, with how many where it is not all of them. */
export function causesOf(change: AffectedPeople, side: 'gained' | 'lost'): string[] {
  const of = (count: number) => (count === change.people ? '' : ` (${people(count)})`);
  const words = WORDS[side];
  return [
    ...change.rules.map(({ rule, people: count }) => `rule ${originText(rule)}${of(count)}`),
    ...change.removals.map(({ by, people: count }) => `${words[by.kind]} ${remover(by)}${of(count)}`),
    ...(change.unanswered > 0 ? [`${words.unanswered}${of(change.unanswered)}`] : []),
    ...(change.respelled > 0 ? [`${words.respelled}${of(change.respelled)}`] : []),
  ];
}

const WORDS = {
  gained: {
    never: 'no longer taken by never',
    keep: 'no longer left out by',
    unanswered: 'there was no answer before',
    respelled: 'had it in another spelling',
  },
  lost: {
    never: 'taken by never',
    keep: 'left out by',
    unanswered: 'there is no answer any more',
    respelled: 'get it in another spelling',
  },
} as const;

function remover(by: RemovedBy): string {
  return by.kind === 'never' ? originText(by.never) : `keep: ${by.keep}, which keeps ${by.kept}`;
}

/** What a reader must notice about an entitlement; empty for most. */
export function markOf(change: EntitlementChange): string {
  return isFirstRelease(change) ? 'first release' : '';
}

/** Facts about everyone, as label, people and whether the reader must notice it. */
export function summaryOf(report: PlanReport): { label: string; who: PeopleSample; isAlarming?: boolean }[] {
  const { emptied, cutOff, reconnected, filled, dead, ambiguous, unanswered, skipped } = report;
  return [
    { label: 'would be left with nothing', who: emptied, isAlarming: true },
    { label: 'would get no answer any more: a required attribute is missing', who: cutOff, isAlarming: true },
    { label: 'would get an answer where they had none', who: reconnected },
    { label: 'have nothing and would get something', who: filled },
    { label: 'get no answer either way: a required attribute is missing', who: unanswered },
    { label: 'get no answer either way: found more than once', who: ambiguous },
    { label: 'get nothing either way: the account is dead', who: dead },
    { label: 'more were left out: no `userids` pattern fits', who: { people: skipped, examples: [] } },
  ].filter(({ who }) => who.people > 0);
}

/** How the loss of everything stands to what is allowed; undefined where nothing is said to be allowed. */
export function verdictOn(report: PlanReport, maxEmptied: number | undefined): string | undefined {
  if (maxEmptied === undefined) return undefined;
  const lose = losers(report);
  const counted = 'left with nothing, or without an answer where there was one';
  return `${people(lose)} would lose everything (${counted}); --max-emptied allows ${number(maxEmptied)}`;
}

/** `3 people before, nobody now` */
export function useText({ before, after }: RuleUse): string {
  const count = (value: number | undefined) =>
    value === undefined ? 'not there' : value === 0 ? 'nobody' : people(value);
  return `${count(before)} before, ${count(after)} after`;
}
