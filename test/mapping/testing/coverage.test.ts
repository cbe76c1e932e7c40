/** What the tests of a mapping leave out. */
import { expect } from 'chai';
import { compileMapping } from '../../../src/mapping/compile.ts';
import { coverageOf, unreachedWarnings, unreadAttributes } from '../../../src/mapping/testing/coverage.ts';
import { renderProblem } from '../../../src/yaml/problem.ts';
import { ACME, run, suite } from './acme.ts';

const TEXT = `version: 1
groups: { under: everywhere }
rules:
  - id: first
    when: { group: A }
    give: { groups: [A] }
  - { id: second, when: { group: B }, give: { groups: [B] } }
never:
  - id: third
    when: { attribute: { title: x } }
    take: { groups: [B] }
`;

describe('mapping tests: coverage', () => {
  it('counts rules that gave something, and never entries that took something', () => {
    const results = run([
      'user: { employeeType: Contractor, memberOf: [DATA-Gold] }, expect: {}',
      'user: { employeeType: a, memberOf: [DATA-Gold, IMM_EMEA_Sales] }, expect_not: { groups: [A] }',
    ]);
    const { total, unreached, percent } = coverageOf(
      ACME,
      results.flatMap(({ reached }) => reached),
    );
    expect(total).to.equal(10);
    expect(unreached.map(({ kind, origin }) => `${kind} ${origin.id}`)).to.deep.equal([
      'rule accountants',
      'rule department',
      'rule basic',
      'rule by-sid',
      'rule by-guid',
      'rule place',
      'rule project',
    ]);
    expect(percent).to.equal(30);
  });

  it('is nothing where no test ran', () => {
    expect(coverageOf(ACME, [])).to.include({ percent: 0, total: 10 });
    expect(coverageOf(ACME, []).unreached.at(-1)?.kind).to.equal('never');
  });

  it('warns at the id of each that no test reached', () => {
    const { mapping } = compileMapping('m.yaml', TEXT);
    if (mapping === undefined) throw new Error('the mapping has errors');
    const { unreached } = coverageOf(mapping, [{ id: 'first', file: 'm.yaml', line: 4 }]);
    expect(unreachedWarnings('m.yaml', TEXT, unreached).map(renderProblem)).to.deep.equal([
      'm.yaml:7:11: warning: no test covers this rule\n    7 |   - { id: second, when: { group: B }, give: { groups: [B] } }\n      |           ^^^^^^ write a test of a person to whom it gives something',
      'm.yaml:9:9: warning: no test covers this never entry\n    9 |   - id: third\n      |         ^^^^^ write a test of a person from whom it takes something',
    ]);
  });

  it('warns of attributes that the mapping does not read', () => {
    const tests = suite([
      'user: { employeeTyp: a, EMPLOYEETYPE: a }, expect: {}',
      'from: a.ldif, userid: a, expect: {}',
    ]);
    expect(unreadAttributes(tests, ACME).map(renderProblem)).to.deep.equal([
      'acme.test.yaml:3:29: warning: the mapping does not read the attribute "employeeTyp"\n    3 |   - { name: test 1, user: { employeeTyp: a, EMPLOYEETYPE: a }, expect: {} }\n      |                             ^^^^^^^^^^^ did you mean "employeeType"?',
    ]);
  });
});
