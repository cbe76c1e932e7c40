import { expect } from 'chai';
import { compileMapping } from '../../src/mapping/compile.ts';
import { renderTranslation, translationToJson } from '../../src/mapping/explain.ts';
import { translate } from '../../src/mapping/translate.ts';
import { mapping, membership, NOW, person, UNDER } from './people.ts';

// The language's complete file without what this version does not read.
const ACME = `version: 1
description: What ACME's people may see in Immuta
owner: iam@acme.example

groups:
  under: ${UNDER}

tables:
  departments: { 4100: Finance, 4200: [Human Resources, Payroll] }
  regions: [EMEA, APAC]

rules:
  - id: accountants
    why: IAM-101
    when: { group: FIN-Accounting-All }
    give: { groups: [Accountants] }

  - id: own-names
    when: { group: TEAM-<name> }
    where: { name: any }
    give: { groups: [TEAM-<name>] }

  - id: regions
    when: { group: IMM_<region>_<area> }
    where: { region: regions, area: [Sales, Expenses] }
    give: { authorizations: { <region>: [<area>] } }

  - id: department
    when: { attribute: { departmentNumber: <department> } }
    where: { department: departments }
    give: { authorizations: { Department: [<department>] } }

  - id: gold
    when: { group: DATA-Gold }
    give: { authorizations: { AccessLevel: [Gold] } }

never:
  - id: no-gold-for-contractors
    when: { attribute: { employeeType: Contractor } }
    take: { authorizations: { AccessLevel: [Gold] } }
`;

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

describe('mapping: explaining', () => {
  const compiled = compileMapping('mappings/acme.yaml', ACME).mapping;
  if (compiled === undefined) throw new Error('the sample does not compile');

  it('names rule, place and fact of each value, and why others are not there', () => {
    expect(
      renderTranslation(translate(compiled, JOHN, NOW))
        .split('\n')
        .map((line) => line.replace(/ {2,}/g, ' | ')),
    ).to.deep.equal([
      'groups',
      ' | Accountants | rule accountants (mappings/acme.yaml:13) | group FIN-Accounting-All',
      'authorizations',
      ' | Department: Finance | rule department (mappings/acme.yaml:28) | departmentNumber=4100, table departments',
      ' | EMEA: Sales | rule regions (mappings/acme.yaml:23) | group imm_emea_sales, via IMM-ALL-SALES',
      'withheld',
      ' | LATAM: Sales | rule regions: region "LATAM" is not in table regions',
      ' | departmentNumber=9999 | rule department: not in table departments',
      'removed',
      ' | AccessLevel: Gold | never no-gold-for-contractors (mappings/acme.yaml:38) | employeeType=contractor',
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
          never: { id: 'no-gold-for-contractors', file: 'mappings/acme.yaml', line: 38 },
          facts: ['employeeType=contractor'],
        },
      ],
    });
  });

  it("keeps a directory's control characters off the terminal", () => {
    const text = renderTranslation(
      translate(compiled, person({ groups: ['TEAM-a\u001b[31m', 'X\u202e\u0007'] }), NOW),
      NOW,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
    expect(text).to.not.match(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text).to.contain('TEAM-a');
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
});
