/** A plan as text for the terminal: what matters first, and of long lists only the beginning. */
import { originText } from '../mapping/translation.ts';
import { inColumns } from '../text/columns.ts';
import {
  type AffectedPeople,
  type EntitlementChange,
  isFirstRelease,
  type PlanReport,
  type RuleUse,
  silentRules,
} from './report.ts';
import {
  causesOf,
  entitlementText,
  examplesOf,
  markOf,
  number,
  people,
  summaryOf,
  useText,
  verdictOn,
} from './wording.ts';

const MOST_ROWS = 100;

/** Ends with a newline. Sections that would be empty are left out. */
export function renderPlan(report: PlanReport, maxEmptied: number | undefined): string {
  const { entitlements, groups, changed } = report;
  const verdict = verdictOn(report, maxEmptied);
  const sections: [string, readonly (readonly string[])[]][] = [
    [
      'people',
      [
        [number(report.people), `read; ${number(changed.people)} of them would be affected`],
        ...summaryOf(report).map(({ label, who }) => [number(who.people), label, examplesOf(who)]),
      ],
    ],
    ['gained', entitlements.flatMap((each) => changeRow(each, each.gained))],
    ['lost', entitlements.flatMap((each) => changeRow(each, each.lost))],
    [
      'released for the first time',
      entitlements.filter(isFirstRelease).map((each) => [entitlementText(each), people(each.after)]),
    ],
    ['rules and never entries that concern nobody', silentRules(report).map(useRow)],
    [
      'groups that no rule names',
      groups.unnamed === 0
        ? []
        : [
            [`${number(groups.unnamed)} of ${number(groups.count)} under groups.under`],
            ...groups.examples.map((dn) => [dn]),
          ],
    ],
    ['groups that could not be listed, and are not counted', groups.unlisted.map((each) => [each])],
  ];
  const filled = sections.filter(([, rows]) => rows.length > 0);
  const lines = filled.flatMap(([title, rows]) => [
    title,
    ...inColumns(rows.slice(0, MOST_ROWS)),
    ...more(rows),
  ]);
  const head = changed.people === 0 ? 'no change for anybody' : `${people(changed.people)} would be affected`;
  return `${[`${report.before} → ${report.after}: ${head}`, ...lines, ...(verdict === undefined ? [] : [verdict])].join('\n')}\n`;
}

function changeRow(each: EntitlementChange, change: AffectedPeople): string[][] {
  if (change.people === 0) return [];
  const mark = change === each.gained ? markOf(each) : '';
  return [
    [
      entitlementText(each),
      people(change.people),
      [...(mark === '' ? [] : [mark]), ...causesOf(change, change === each.gained ? 'gained' : 'lost')].join(
        ', ',
      ),
      examplesOf(change),
    ],
  ];
}

function useRow(use: RuleUse): string[] {
  return [`${use.kind} ${originText(use.rule)}`, useText(use), use.hints.join('; ')];
}

function more(rows: readonly unknown[]): string[] {
  const left = rows.length - MOST_ROWS;
  return left > 0 ? [`  … and ${number(left)} more: --json and --html show all of them`] : [];
}
