/** A plan as text, data and a page; texts of the directory are hostile. */
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { renderPage } from '../../src/plan/html.ts';
import { planToJson } from '../../src/plan/render-json.ts';
import { renderPlan } from '../../src/plan/render-text.ts';
import { mapping, person } from '../mapping/people.ts';
import { group, NOW, planOf } from './everyone.ts';

const BEFORE = mapping(`rules:
  - id: own
    when: { group: <name> }
    where: { name: any }
    give: { groups: [<name>] }
`);
const AFTER = mapping(`rules:
  - id: gold
    when: { group: Gold }
    give: { authorizations: { Level: [Gold] } }
`);
const SCRIPT = '</script><script>alert(1)</script>';
const HOSTILE = `"><img src=x onerror=alert(1)>&'\u202e\u001b[31m`;

const report = planOf(BEFORE, AFTER, {
  people: { ann: person({ groups: ['Gold'] }), [HOSTILE]: person({ groups: [SCRIPT] }) },
  groups: [group('Gold'), group(SCRIPT)],
});
const SETTINGS = { maxEmptied: 0, source: '/user-info', at: NOW };

describe('a plan as text', () => {
  it('says who gains and loses what, and by which rule', () => {
    const text = renderPlan(report, undefined);
    for (const line of [
      /^m\.yaml → m\.yaml: 2 people would be affected$/m,
      /^ {2}2 +read; 2 of them would be affected$/m,
      /^gained\n {2}Level: Gold +1 person +first release, rule gold \(m\.yaml:\d+\) +ann$/m,
      /^ {2}Gold +1 person +rule own \(m\.yaml:\d+\) +ann$/m,
      /^released for the first time\n {2}Level: Gold +1 person$/m,
      /^groups that no rule names\n {2}1 of 2 under groups\.under\n {2}CN=/m,
    ])
      expect(text).to.match(line);
  });

  it('writes nothing to the terminal that a directory holds', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
    expect(renderPlan(report, undefined)).to.not.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it('says how many lose everything where a bound is given', () => {
    expect(renderPlan(report, 0)).to.match(/^1 person would lose everything .*; --max-emptied allows 0$/m);
    expect(renderPlan(report, undefined)).to.not.include('--max-emptied');
  });

  it('shows the beginning of long lists, and says how much is left out', () => {
    const names = Array.from({ length: 130 }, (_, i) => `G${i}`);
    const text = renderPlan(planOf(BEFORE, AFTER, { people: { ann: person({ groups: names }) } }), undefined);
    expect(text).to.include('  … and 30 more: --json and --html show all of them');
  });
});

describe('a plan as data', () => {
  it('holds what the report holds, and the exit status', () => {
    const json = JSON.parse(JSON.stringify(planToJson(report, 0))) as Record<string, unknown>;
    expect(json).to.deep.include({ people: 2, lose_everything: 1, max_emptied: 0, exit_status: 3 });
    expect(json['left_with_nothing']).to.deep.equal({ people: 1, examples: [HOSTILE] });
  });
});

describe('a plan as a page', () => {
  const page = renderPage(report, SETTINGS);

  it('has no markup but its own', () => {
    expect(page.match(/<script/g)).to.have.lengthOf(1);
    expect(page.match(/<\/script/g)).to.have.lengthOf(1);
    expect(page).to.not.include('<img');
    expect(page).to.include('&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).to.include('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&amp;&#39;\ufffd\ufffd[31m');
  });

  it('needs nothing from elsewhere', () => {
    expect(page).to.not.match(/https?:|\bsrc="|<link|@import|url\(/);
  });

  it('lets in its own style and script alone, by their hashes', () => {
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const hash = (tag: string) => {
      const [, text = ''] = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(page) ?? [];
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    expect(policy).to.include("default-src 'none'");
    expect(policy).to.include(`style-src ${hash('style')};`);
    expect(policy).to.include(`script-src ${hash('script')};`);
    expect(page).to.not.match(/ style="| on[a-z]+="/);
  });

  it('says so where nothing would change', () => {
    const same = renderPage(planOf(BEFORE, BEFORE, { people: {} }), { ...SETTINGS, maxEmptied: undefined });
    expect(same).to.include('Nobody gains or loses anything.').and.not.include('--max-emptied');
  });
});
