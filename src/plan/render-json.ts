/** A plan as data for `JSON.stringify`, for programs. */
import type { Output, RemovedBy } from '../mapping/translation.ts';
import {
  type AffectedPeople,
  type EntitlementChange,
  exitStatus,
  isFirstRelease,
  losers,
  type PlanReport,
} from './report.ts';

/** Lists are in the order of the report; `exit_status` is what the command ends with. */
export function planToJson(report: PlanReport, maxEmptied: number | undefined): object {
  const { before, after, people, changed, entitlements, rules, groups } = report;
  return {
    before,
    after,
    people,
    skipped: report.skipped,
    changed,
    dead: report.dead,
    ambiguous: report.ambiguous,
    unanswered: report.unanswered,
    left_with_nothing: report.emptied,
    answer_lost: report.cutOff,
    answer_regained: report.reconnected,
    had_nothing: report.filled,
    lose_everything: losers(report),
    max_emptied: maxEmptied ?? null,
    entitlements: entitlements.map(entitlementToJson),
    rules: rules.map(({ kind, rule, before: was, after: is, hints }) => {
      return { kind, rule, before: was ?? null, after: is ?? null, hints };
    }),
    groups,
    exit_status: exitStatus(report, maxEmptied),
  };
}

function entitlementToJson(change: EntitlementChange): object {
  const { output, before, after, gained, lost } = change;
  return {
    ...plain(output),
    before,
    after,
    first_release: isFirstRelease(change),
    gained: changeToJson(gained),
    lost: changeToJson(lost),
  };
}

function changeToJson({ people, examples, rules, removals, respelled, unanswered }: AffectedPeople): object {
  return { people, examples, rules, removals: removals.map(removalToJson), respelled, unanswered };
}

function removalToJson({ by, people }: { readonly by: RemovedBy; readonly people: number }): object {
  return by.kind === 'never' ? { never: by.never, people } : { keep: by.keep, kept: by.kept, people };
}

function plain({ kind, name, value }: Output): object {
  return value === undefined ? { kind, name } : { kind, name, value };
}
