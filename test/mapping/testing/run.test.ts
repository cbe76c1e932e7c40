/** Which tests of a mapping pass, and what a failing one says. */
import { expect } from 'chai';
import { summaryOf } from '../../../src/mapping/testing/difference.ts';
import type { TestResult } from '../../../src/mapping/testing/run.ts';
import { person } from '../people.ts';
import { differenceOfOne, run } from './acme.ts';

const passes = (test: string): boolean | undefined => run([test])[0]?.passed;
const lineOf = (id: string, result: readonly TestResult[]) =>
  result.flatMap(({ reached }) => reached).find((origin) => origin.id === id)?.line;

describe('mapping tests: what a person written in a test gets', () => {
  const cases: readonly [says: string, test: string][] = [
    [
      'groups by name, in any case, and attributes',
      'user: { employeeType: Employee, departmentNumber: 4100, memberOf: [FIN-Accounting-All, imm_emea_sales] }, expect: { groups: [Accountants], authorizations: { EMEA: [Sales], Department: [Finance] } }',
    ],
    [
      'one group as a text',
      'user: { employeeType: a, memberOf: FIN-Accounting-All }, expect: { groups: [Accountants] }',
    ],
    ['nothing at all', 'user: { employeeType: a }, expect: {}'],
    ['nothing at all, in other words', 'user: { employeeType: a, memberOf: [] }, expect: { groups: [] }'],
    [
      'a group by its DN, wherever it lies',
      "user: { employeeType: a, memberOf: ['CN=DATA-Gold,OU=Sub,OU=Immuta,OU=Groups,DC=acme,DC=com', 'CN=FIN-Accounting-All,DC=acme,DC=com'] }, expect: { authorizations: { AccessLevel: [Gold] } }",
    ],
    [
      'groups with SIDs and GUIDs',
      "user: { employeeType: a, memberOf: [{ name: renamed, sid: s-1-5-21-1-2-3-1104 }, { dn: 'CN=x,OU=Immuta,OU=Groups,DC=acme,DC=com', guid: 6F1C2A3E-0B1D-4C5E-8F90-A1B2C3D4E5F6 }] }, expect: { groups: [By GUID, By SID] }",
    ],
    [
      'by where the person lies',
      "user: { employeeType: a, dn: 'CN=Ann,OU=Berlin,DC=acme,DC=com' }, expect: { groups: [Berlin] }",
    ],
    [
      'an attribute whatever its case',
      'user: { EMPLOYEETYPE: a, departmentnumber: [9, 4100] }, expect_some: { authorizations: { Department: [Finance] } }',
    ],
    [
      'no answer without what is required',
      'user: { memberOf: [DATA-Gold] }, expect_error: required_attribute_missing',
    ],
    [
      'some of what they get',
      'user: { employeeType: a, memberOf: [FIN-Accounting-All, DATA-Gold] }, expect_some: { groups: [Accountants] }',
    ],
    [
      'not what is taken',
      'user: { employeeType: Contractor, memberOf: [DATA-Gold] }, expect_not: { authorizations: { AccessLevel: all } }',
    ],
    [
      'several expectations at once',
      'user: { employeeType: Contractor, memberOf: [FIN-Accounting-All, DATA-Gold] }, expect_some: { groups: [Accountants] }, expect_not: { authorizations: { AccessLevel: [Gold] } }',
    ],
  ];
  for (const [says, test] of cases) {
    it(says, () => {
      expect(differenceOfOne(test).filter((line) => !line.startsWith('  '))).to.deep.equal([]);
      expect(passes(test)).to.equal(true);
    });
  }

  it('a name with everything that must be escaped in a DN', () => {
    const [result] = run(['user: { employeeType: a, memberOf: [\'a, b+c="d"\'] }, expect: {}']);
    expect(result?.passed).to.equal(true);
  });
});

describe('mapping tests: the time', () => {
  const falcon = 'user: { employeeType: a, memberOf: [PRJ-Falcon] }, expect: { groups: [Falcon] }';
  const cases: readonly [says: string, test: string, head: string, passed: boolean][] = [
    ['is that of the run where nobody says it', falcon, '', true],
    ['is that of the file', falcon, 'now: 2027-01-01\n', false],
    ['is that of the test before that of the file', `now: 2026-12-31, ${falcon}`, 'now: 2027-01-01\n', true],
    // Paris is an hour ahead: its year is over at 23:00Z.
    ['is an instant where one is written', `now: '2026-12-31T22:59:59Z', ${falcon}`, '', true],
    ['compares with days of the timezone', `now: '2026-12-31T23:00:00Z', ${falcon}`, '', false],
    ['of a date is the start of that day in the timezone', `now: 2027-01-01, ${falcon}`, '', false],
  ];
  for (const [says, test, head, passed] of cases) {
    it(says, () => {
      expect(run([test], { head })[0]?.passed).to.equal(passed);
    });
  }
});

describe('mapping tests: the difference of a failing test', () => {
  const cases: readonly [says: string, test: string, lines: readonly (string | RegExp)[]][] = [
    [
      'shows what is there, what is missing and what is too much, with its rule and fact',
      'user: { employeeType: a, memberOf: [FIN-Accounting-All, DATA-Gold] }, expect: { groups: [Accountants, Auditors] }',
      [
        '  Accountants',
        '- Auditors',
        '+ AccessLevel: Gold',
        /^ {4}rule gold \(m\.yaml:\d+\): group DATA-Gold$/,
      ],
    ],
    [
      'shows every fact that gave a value',
      'user: { employeeType: a, memberOf: [IMM_EMEA_Sales, imm_emea_SALES] }, expect: {}',
      ['+ EMEA: Sales', /^ {4}rule regions \(m\.yaml:\d+\): group IMM_EMEA_Sales or group imm_emea_SALES$/],
    ],
    [
      'says which never entry took what is missing, and why',
      'user: { employeeType: Contractor, memberOf: [DATA-Gold] }, expect: { authorizations: { AccessLevel: [Gold] } }',
      [
        '- AccessLevel: Gold',
        /^ {4}removed by never no-gold-for-contractors \(m\.yaml:\d+\): employeeType=Contractor; rule gold gives it$/,
      ],
    ],
    [
      'says where only the highest is kept',
      'user: { employeeType: a, memberOf: [DATA-Basic, DATA-Gold] }, expect_some: { authorizations: { AccessLevel: [Basic] } }',
      [
        '- AccessLevel: Basic',
        '    removed: of AccessLevel only the highest is kept, here Gold; rule basic gives it',
      ],
    ],
    [
      'says why a value was withheld',
      'user: { employeeType: a, memberOf: [IMM_LATAM_Sales] }, expect: { authorizations: { LATAM: [Sales] } }',
      ['- LATAM: Sales', /^ {4}withheld by rule regions \(m\.yaml:\d+\): region "LATAM" is not /],
    ],
    [
      'names what was withheld besides, as that may be the reason',
      'user: { employeeType: a, departmentNumber: 9999 }, expect: { authorizations: { Department: [Finance] } }',
      [
        '- Department: Finance',
        /^\? departmentNumber=9999, by rule department \(m\.yaml:\d+\): not in table departments$/,
      ],
    ],
    [
      'tells a text that is spelled otherwise',
      'user: { employeeType: a, memberOf: [FIN-Accounting-All] }, expect_some: { groups: [accountants] }',
      ['- accountants', '    it is given as "Accountants": what is expected must be spelled so'],
    ],
    [
      'shows of expect_not what is given, in whatever case',
      'user: { employeeType: a, memberOf: [FIN-Accounting-All, DATA-Gold] }, expect_not: { authorizations: { accesslevel: [GOLD] } }',
      ['+ AccessLevel: Gold', /^ {4}rule gold /],
    ],
    [
      'shows every value where none of a name was to be given',
      'user: { employeeType: a, memberOf: [IMM_EMEA_Sales, IMM_EMEA_Expenses] }, expect_not: { authorizations: { EMEA: all } }',
      ['+ EMEA: Expenses', /rule regions/, '+ EMEA: Sales', /rule regions/],
    ],
    [
      'shows everything of a kind where nothing of it was to be given',
      'user: { employeeType: a, memberOf: [FIN-Accounting-All, DATA-Gold] }, expect_not: { groups: all, authorizations: { EMEA: all } }',
      ['+ Accountants', /rule accountants/],
    ],
    [
      'shows every authorization where none was to be given',
      'user: { employeeType: a, memberOf: [FIN-Accounting-All, DATA-Gold] }, expect_not: { authorizations: all }',
      ['+ AccessLevel: Gold', /^ {4}rule gold /],
    ],
    [
      'shows an answer where an error was expected',
      'user: { employeeType: a, memberOf: [DATA-Gold] }, expect_error: required_attribute_missing',
      ['- error required_attribute_missing', '+ AccessLevel: Gold', /rule gold/],
    ],
    [
      'an answer with nothing in it, too',
      'user: { employeeType: a }, expect_error: required_attribute_missing',
      ['- error required_attribute_missing', '+ an answer with nothing in it'],
    ],
    [
      'shows an error where an answer was expected',
      'user: { memberOf: [DATA-Gold] }, expect: { groups: [B, A] }',
      ['- A', '- B', '+ error required_attribute_missing', /employeeType/],
    ],
    [
      'an error even where only something was not to be given',
      'user: { memberOf: [DATA-Gold] }, expect_not: { groups: [A] }',
      ['+ error required_attribute_missing', /employeeType/],
    ],
  ];
  for (const [says, test, expected] of cases) {
    it(says, () => {
      const lines = differenceOfOne(test);
      expect(lines, lines.join('\n')).to.have.lengthOf(expected.length);
      for (const [i, line] of expected.entries()) {
        if (typeof line === 'string') expect(lines[i]).to.equal(line);
        else expect(lines[i]).to.match(line);
      }
      expect(passes(test)).to.equal(false);
    });
  }

  it('is one line where there is only room for one', () => {
    const summary = (test: string) => run([test]).map(({ difference }) => summaryOf(difference))[0];
    expect(
      summary('user: { employeeType: a, memberOf: [DATA-Gold] }, expect: { groups: [A, B, C, D, E] }'),
    ).to.equal('lacks A, B, C and 2 more; has AccessLevel: Gold (rule gold)');
    expect(summary('user: {}, expect_not: { groups: [A] }')).to.equal('has error required_attribute_missing');
  });
});

describe('mapping tests: people of files', () => {
  const ann = person({ attributes: { employeeType: ['Employee'] }, groups: ['FIN-Accounting-All'] });

  it('are asked for by file and user id, and translated like others', () => {
    const asked: unknown[] = [];
    const people = (saved: unknown) => {
      asked.push(saved);
      return ann;
    };
    const [result] = run(['from: people.ldif, userid: ann, expect: { groups: [Accountants] }'], { people });
    expect(result?.passed).to.equal(true);
    expect(asked).to.deep.equal([{ kind: 'saved', from: 'people.ldif', userid: 'ann' }]);
  });

  it('who are not there fail the test, whatever it expects', () => {
    const results = run(
      [
        'from: a.ldif, userid: ann, expect: {}',
        'from: a.ldif, userid: ann, expect_error: required_attribute_missing',
      ],
      {
        people: () => ({ problem: 'a.ldif has no person ann' }),
      },
    );
    for (const { passed, problem } of results)
      expect([passed, problem]).to.deep.equal([false, 'a.ldif has no person ann']);
  });
});

describe('mapping tests: the place of a rule', () => {
  it('is that of the mapping file', () => {
    const results = run(['user: { employeeType: a, memberOf: [FIN-Accounting-All] }, expect: {}']);
    expect(lineOf('accountants', results)).to.be.a('number').greaterThan(1);
  });
});
