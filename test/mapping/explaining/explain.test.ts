import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { compileMapping } from '../../../src/mapping/compile.ts';
import { renderTranslation, translationToJson } from '../../../src/mapping/explaining/explain.ts';
import { translate } from '../../../src/mapping/translate.ts';
import type { Translation } from '../../../src/mapping/translation.ts';
import { mapping, membership, NOW, person, UNDER } from '../people.ts';

// As the service shows it, whose working directory is the one above.
const ACME = 'mappings/acme.yaml';

const JOHN = person({
  groups: [
    'FIN-Accounting-All',
    membership('imm_emea_sales', UNDER, ['IMM-ALL-SALES']),
    'IMM_LATAM_Sales',
    'IMM_EMEA_Sales_Old',
    'DATA-Gold',
    membership('DATA-Gold', 'OU=Branch,DC=acme,DC=com'),
  ],
  attributes: { departmentNumber: ['4100', '9999'], employeeType: ['contractor'] },
});

/** Columns divided by a bar. */
function linesOf(translation: Translation): string[] {
  return renderTranslation(translation)
    .split('\n')
    .map((line) => line.replace(/ {2,}/g, ' | '));
}

describe('mapping: explaining', () => {
  const text = readFileSync(new URL(`../../../${ACME}`, import.meta.url), 'utf8');
  const compiled = compileMapping(ACME, text).mapping;
  if (compiled === undefined) throw new Error(`${ACME} does not compile`);

  it('names rule, place and fact of each value, and why others are not there', () => {
    expect(linesOf(translate(compiled, JOHN, NOW))).to.deep.equal([
      'groups',
      ' | Accountants | rule accountants (mappings/acme.yaml:22) | group FIN-Accounting-All',
      'authorizations',
      ' | Department: Finance | rule department (mappings/acme.yaml:37) | departmentNumber=4100, table departments',
      ' | EMEA: Sales | rule regions (mappings/acme.yaml:32) | group imm_emea_sales, via IMM-ALL-SALES',
      'withheld',
      ' | LATAM: Sales | rule regions: region "LATAM" is not in table regions',
      ' | departmentNumber=9999 | rule department: not in table departments',
      'removed',
      ' | AccessLevel: Gold | never no-gold-for-contractors (mappings/acme.yaml:57) | employeeType=contractor',
      'not counted',
      ' | CN=DATA-Gold,OU=Branch,DC=acme,DC=com | not under OU=Immuta,OU=Groups,DC=acme,DC=com',
      ' | IMM_EMEA_Sales_Old | no rule names it',
    ]);
  });

  it('says so where nothing is given', () => {
    expect(renderTranslation(translate(compiled, person({}), NOW))).to.equal('nothing is given');
  });

  it('says the same as data', () => {
    const data = translationToJson(translate(compiled, JOHN, NOW));
    expect(JSON.parse(JSON.stringify(data))).to.deep.include({
      answer: {
        groups: [{ name: 'Accountants' }],
        authorizations: { Department: ['Finance'], EMEA: ['Sales'] },
      },
      removed: [
        {
          kind: 'authorization',
          name: 'AccessLevel',
          value: 'Gold',
          by: { kind: 'never', never: { id: 'no-gold-for-contractors', file: ACME, line: 57 } },
          facts: ['employeeType=contractor'],
          rules: [{ id: 'gold', file: ACME, line: 47 }],
        },
      ],
    });
  });

  it("keeps a directory's control characters off the terminal", () => {
    const shown = renderTranslation(
      translate(compiled, person({ groups: ['TEAM-a\u001b[31m', 'X\u202e\u0007'] }), NOW),
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
    expect(shown).to.not.match(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(shown).to.contain('TEAM-a');
  });

  it('shows the first of many facts that each alone give a value', () => {
    const rules = mapping('rules: [{ id: r, when: { group: T-<x> }, give: { groups: [Team] } }]');
    const { given } = translate(rules, person({ groups: ['T-d', 'T-a', 'T-c', 'T-b', 'T-e'] }), NOW);
    expect(given.map(({ facts }) => facts)).to.deep.equal([
      ['group T-a or group T-b or group T-c and 2 more'],
    ]);
  });

  it('does not report as withheld what another rule gives', () => {
    const rules = mapping(`
rules:
  - { id: one, when: { group: IMM_<r> }, where: { r: [EMEA] }, give: { groups: ['R-<r>'] } }
  - { id: two, when: { group: IMM_<r> }, where: { r: [APAC] }, give: { groups: ['R-<r>'] } }
`);
    const { withheld } = translate(rules, person({ groups: ['IMM_EMEA', 'IMM_LATAM'] }), NOW);
    expect(withheld.map(({ what, rule }) => `${what} ${rule.id}`)).to.deep.equal([
      'R-LATAM one',
      'R-LATAM two',
    ]);
  });

  it('does not report a bound where another condition of the rule fails anyway', () => {
    const rules = mapping(`
rules:
  - id: one
    when: { group: A, attribute: { departmentNumber: <d> } }
    where: { d: ['1'] }
    give: { groups: [<d>] }
`);
    const attributes = { departmentNumber: ['2'] };
    expect(translate(rules, person({ attributes }), NOW).withheld).to.deep.equal([]);
    expect(translate(rules, person({ groups: ['A'], attributes }), NOW).withheld).to.have.lengthOf(1);
  });

  it('counts groups that only an exception or a never entry names as named', () => {
    const rules = mapping(`
rules:
  - { id: one, when: { group: P-<x> }, unless: { group: ['P-<x>-guests', Out] }, where: { x: any }, give: { groups: [<x>] } }
never:
  - { id: two, when: { group: Barred }, unless: { group: Pardoned }, take: { groups: [A] } }
`);
    const { notCounted } = translate(
      rules,
      person({ groups: ['P-a', 'P-a-guests', 'Out', 'Barred', 'Pardoned', 'Other'] }),
      NOW,
    );
    expect(notCounted.map(({ name }) => name)).to.deep.equal(['Other']);
  });

  it("tells a contract's end, split values and the rank that went", () => {
    const facts = {
      groups: ['PRJ-Falcon', 'DATA-Gold'],
      attributes: {
        extensionAttribute3: ['4711; x12'],
        extensionAttribute7: ['2026-11-21'],
        employeeType: ['Employee'],
      },
    };
    expect(linesOf(translate(compiled, person(facts), NOW))).to.deep.equal([
      'authorizations',
      ' | AccessLevel: Gold | rule gold (mappings/acme.yaml:47) | group DATA-Gold',
      ' | CostCentre: 4711 | rule cost-centre (mappings/acme.yaml:42) | extensionAttribute3=4711',
      'withheld',
      ' | extensionAttribute3=x12 | rule cost-centre: not digits',
      ' | Project: Falcon | rule falcon: it ended on 2026-11-21T23:00:00Z',
    ]);
  });

  it('tells of a rule without a condition that it is for everyone', () => {
    const rules = mapping('rules: [{ id: a, everyone: yes, give: { groups: [A] } }]');
    expect(linesOf(translate(rules, person({}), NOW))).to.deep.equal([
      'groups',
      ' | A | rule a (m.yaml:3) | everyone',
    ]);
  });

  it('tells which value stayed in place of a lower one', () => {
    const rules = mapping(`authorizations: { Level: { order: [Basic, Gold], keep: highest } }
rules:
  - { id: basic, everyone: yes, give: { authorizations: { Level: [Basic] } } }
  - { id: gold, any_of: [{ group: A }, { group: B }], give: { authorizations: { Level: [Gold] } } }`);
    expect(linesOf(translate(rules, person({ groups: ['B'] }), NOW))).to.deep.equal([
      'authorizations',
      ' | Level: Gold | rule gold (m.yaml:6) | group B',
      'removed',
      ' | Level: Basic | keep highest: Gold stays',
    ]);
  });

  it('tells a never entry that takes for want of a fact', () => {
    const rules = mapping(`rules: [{ id: a, everyone: yes, give: { groups: [A] } }]
never: [{ id: n, when: { attribute: { uidNumber: { at_least: 1 } } }, take: { groups: [A] } }]`);
    const removedFrom = (attributes: Record<string, string[]>) =>
      translate(rules, person({ attributes }), NOW).removed.flatMap(({ facts }) => facts);
    expect(removedFrom({})).to.deep.equal(['uidNumber is missing']);
    expect(removedFrom({ uidNumber: ['x'] })).to.deep.equal(['uidNumber=x: not an integer']);
    expect(removedFrom({ uidNumber: ['7'] })).to.deep.equal(['uidNumber=7']);
  });
});
