/** A mapping and suites for the tests of mapping/testing. */
import { type FindSavedPerson, runTests, type TestResult } from '../../../src/mapping/testing/run.ts';
import { compileTests, type TestSuite } from '../../../src/mapping/testing/suite.ts';
import { renderProblem } from '../../../src/yaml/problem.ts';
import { mapping } from '../people.ts';

export const ACME = mapping(`timezone: Europe/Paris
attributes: { employeeType: { required: yes } }
tables: { departments: { 4100: Finance } }
authorizations: { AccessLevel: { order: [Basic, Gold], keep: highest } }
rules:
  - id: accountants
    when: { group: FIN-Accounting-All }
    give: { groups: [Accountants] }
  - id: regions
    when: { group: IMM_<region>_<area> }
    where: { region: [EMEA, APAC], area: [Sales, Expenses] }
    give: { authorizations: { <region>: [<area>] } }
  - id: department
    when: { attribute: { departmentNumber: <department> } }
    where: { department: departments }
    give: { authorizations: { Department: [<department>] } }
  - id: basic
    when: { group: DATA-Basic }
    give: { authorizations: { AccessLevel: [Basic] } }
  - id: gold
    when: { group: DATA-Gold }
    give: { authorizations: { AccessLevel: [Gold] } }
  - id: by-sid
    when: { group: 'sid:S-1-5-21-1-2-3-1104' }
    give: { groups: [By SID] }
  - id: by-guid
    when: { group: 'guid:6f1c2a3e-0b1d-4c5e-8f90-a1b2c3d4e5f6' }
    give: { groups: [By GUID] }
  - id: place
    when: { dn_under: 'OU=Berlin,DC=acme,DC=com' }
    give: { groups: [Berlin] }
  - id: project
    when: { group: PRJ-Falcon }
    valid_until: 2026-12-31
    give: { groups: [Falcon] }
never:
  - id: no-gold-for-contractors
    when: { attribute: { employeeType: Contractor } }
    take: { authorizations: { AccessLevel: [Gold] } }
`);

/** Where tests take place that do not say when: a day of November 2026. */
export const NOW = Date.parse('2026-11-22T12:00:00Z');

/** Compiles the tests, each a YAML text in braces; their problems fail the test. */
export function suite(tests: readonly string[], head = ''): TestSuite {
  const lines = tests.map((test, i) => `  - { name: test ${i + 1}, ${test} }\n`);
  return suiteOf(`mapping: acme.yaml\n${head}tests:\n${lines.join('')}`);
}

export function suiteOf(text: string): TestSuite {
  const compiled = compileTests('acme.test.yaml', text);
  if (compiled.suite === undefined) throw new Error(compiled.problems.map(renderProblem).join('\n'));
  return compiled.suite;
}

const nobody: FindSavedPerson = () => ({ problem: 'there are no files here' });

/** The results of these tests of {@link ACME}. */
export function run(tests: readonly string[], { people = nobody, head = '' } = {}): TestResult[] {
  return runTests(ACME, suite(tests, head), people, NOW);
}

/** The lines of one test's difference; those that say why, indented. */
export function differenceOfOne(test: string): string[] {
  const [result] = run([test]);
  if (result === undefined) throw new Error('there is no test');
  const { lines, withheld } = result.difference;
  return [
    ...lines.flatMap(({ sign, text, reasons }) => [
      `${sign} ${text}`,
      ...reasons.map((reason) => `    ${reason}`),
    ]),
    ...withheld.map((text) => `? ${text}`),
  ];
}
