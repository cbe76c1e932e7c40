/**
 * A plan as one HTML page that needs nothing else: to be read by a governor, attached to a change request, printed.
 * Its content security policy lets only its own style and script in.
 */
import { createHash } from 'node:crypto';
import { originText } from '../mapping/translation.ts';
import { html, isolated, Markup } from './page/markup.ts';
import { SCRIPT } from './page/script.ts';
import { STYLE } from './page/style.ts';
import {
  type AffectedPeople,
  type EntitlementChange,
  isFirstRelease,
  losers,
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

export interface PageSettings {
  readonly maxEmptied: number | undefined;
  /** What was read: an endpoint, from its directories or a file. */
  readonly source: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
}

/** The whole file. */
export function renderPage(report: PlanReport, settings: PageSettings): string {
  const title = `${report.before} → ${report.after}`;
  const changes = report.entitlements;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plan: ${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<h1>What would change: ${isolated(report.before)} → ${isolated(report.after)}</h1>
<p class="soft">${settings.source}; worked out at ${new Date(settings.at).toISOString()} by ldap-user-info</p>
</header>
<main>
${summary(report)}
${verdict(report, settings.maxEmptied)}
<h2>Entitlements gained and lost</h2>
${changes.length === 0 ? none('Nobody gains or loses anything.') : changesTable(changes)}
<h2>Released for the first time</h2>
${list(
  changes
    .filter(isFirstRelease)
    .map((each) => html`${isolated(entitlementText(each))}: ${people(each.after)}`),
  'Nothing that nobody had before.',
)}
<h2>Rules that concern nobody</h2>
${rulesTable(silentRules(report), 'Every rule and never entry of the new mapping concerns somebody.')}
<h2>Groups that no rule names</h2>
${unnamedGroups(report)}
<h2>All rules</h2>
${rulesTable(report.rules, 'Neither mapping has any.')}
</main>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.text;
}

function summary(report: PlanReport): Markup {
  const cards = summaryOf(report).map(
    ({ label, who, isAlarming }) =>
      html`<li${isAlarming ? new Markup(' class="alarm"') : ''}><strong>${number(who.people)}</strong>${label}<span class="who">${isolated(examplesOf(who))}</span></li>`,
  );
  return html`<ul class="cards">
<li><strong>${number(report.people)}</strong>people read</li>
<li><strong>${number(report.changed.people)}</strong>would be affected<span class="who">${isolated(examplesOf(report.changed))}</span></li>
${cards}
</ul>`;
}

function verdict(report: PlanReport, maxEmptied: number | undefined): Markup {
  const text = verdictOn(report, maxEmptied);
  if (text === undefined || maxEmptied === undefined) return html``;
  const alarm = losers(report) > maxEmptied ? new Markup(' alarm') : '';
  return html`<p class="verdict${alarm}">${text}</p>`;
}

function changesTable(changes: readonly EntitlementChange[]): Markup {
  const most = changes.reduce((so, { gained, lost }) => Math.max(so, gained.people, lost.people), 0);
  return html`<div id="filter" class="filter"></div>
<div class="scroll"><table id="changes">
<thead><tr><th>Group or authorization</th><th class="n">Gained by</th><th class="n">Lost by</th><th class="n">Had it</th><th class="n">Would have it</th><th class="why">Why</th><th class="example">For example</th></tr></thead>
<tbody>
${changes.map((each) => changeRow(each, most))}</tbody>
</table></div>`;
}

function changeRow(each: EntitlementChange, most: number): Markup {
  const mark = markOf(each);
  const { gained, lost } = each;
  return html`<tr><td class="name" data-key="${entitlementText(each)}">${isolated(entitlementText(each))}${mark === '' ? '' : html` <span class="mark">${mark}</span>`}</td>${countCell(gained, 'gain', most)}${countCell(lost, 'loss', most)}<td class="n" data-key="${each.before}">${number(each.before)}</td><td class="n" data-key="${each.after}">${number(each.after)}</td><td>${why(gained, 'gained')}${why(lost, 'lost')}</td><td>${who(gained, 'gained')}${who(lost, 'lost')}</td></tr>
`;
}

function countCell({ people: count }: AffectedPeople, kind: 'gain' | 'loss', most: number): Markup {
  const bar = html`<svg class="bar ${kind}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="8"/><rect class="value" width="${Math.max(1, (100 * count) / most).toFixed(2)}" height="8"/></svg>`;
  return html`<td class="n" data-key="${count}">${number(count)}${count === 0 ? '' : bar}</td>`;
}

function why(change: AffectedPeople, verb: 'gained' | 'lost'): Markup {
  if (change.people === 0) return html``;
  const causes = causesOf(change, verb).map(
    (cause) => html`<li><span class="of">${verb}:</span> ${isolated(cause)}</li>`,
  );
  return html`<ul>${causes}</ul>`;
}

function who(change: AffectedPeople, verb: string): Markup {
  if (change.people === 0) return html``;
  return html`<div><span class="of">${verb}:</span> ${isolated(examplesOf(change))}</div>`;
}

function rulesTable(rules: readonly RuleUse[], otherwise: string): Markup {
  if (rules.length === 0) return none(otherwise);
  const rows = rules.map(
    (use) =>
      html`<tr><td>${use.kind}</td><td class="name">${isolated(originText(use.rule))}</td><td>${useText(use)}</td><td>${isolated(use.hints.join('; '))}</td></tr>
`,
  );
  return html`<div class="scroll"><table>
<thead><tr><th></th><th>Where</th><th>Concerns</th><th>Hint</th></tr></thead>
<tbody>
${rows}</tbody>
</table></div>`;
}

function unnamedGroups({ groups }: PlanReport): Markup {
  const { count, unnamed, examples, unlisted } = groups;
  const hidden =
    unlisted.length === 0
      ? html``
      : html`<p>Groups could not all be listed, and those are not counted:</p>
<ul class="plain">${unlisted.map((each) => html`<li>${isolated(each)}</li>`)}</ul>`;
  if (unnamed === 0) {
    const seen = unlisted.length === 0 ? '' : 'that could be seen ';
    return html`${none(`All ${number(count)} groups ${seen}under groups.under are named by a rule.`)}${hidden}`;
  }
  const more = unnamed > examples.length ? html`<li>…</li>` : html``;
  return html`${hidden}<p>${number(unnamed)} of ${number(count)} under groups.under:</p>
<ul class="plain">${examples.map((dn) => html`<li>${isolated(dn)}</li>`)}${more}</ul>`;
}

function list(items: readonly Markup[], otherwise: string): Markup {
  if (items.length === 0) return none(otherwise);
  return html`<ul class="plain">${items.map(
    (item) => html`<li>${item}</li>
`,
  )}</ul>`;
}

function none(text: string): Markup {
  return html`<p class="none">${text}</p>`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
