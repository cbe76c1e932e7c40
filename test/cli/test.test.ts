/** `test` as a mapping's author runs it, and what `check` makes of the tests beside a mapping. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith, groupsOf, runProgram, startService } from '../acceptance/running-service.ts';
import { PEOPLE_LDIF } from '../directories/slapd.ts';
import { until } from '../until.ts';

const MAPPING = `version: 1
groups: { under: 'ou=groups,dc=example,dc=test' }
rules:
  - id: accountants
    when: { group: accountants }
    give: { groups: [Accountants] }
  - id: staff
    when: { group: staff }
    give: { groups: [Staff] }
  - id: department
    when: { attribute: { departmentNumber: <number> } }
    where: { number: digits }
    give: { authorizations: { Department: [<number>] } }
never:
  - id: no-staff-for-guests
    when: { attribute: { employeeType: Guest } }
    take: { groups: [Staff] }
`;
const PASSING = `mapping: mapping.yaml
tests:
  - name: an accountant
    user: { memberOf: [accountants], employeeType: Employee }
    expect: { groups: [Accountants] }
  - name: somebody of department 7
    user: { departmentNumber: 7 }
    expect_some: { authorizations: { Department: ['7'] } }
`;
const FAILING = `${PASSING}  - name: guests are no staff
    user: { memberOf: [staff, accountants], employeeType: Employee }
    expect: { groups: [Accountants], authorizations: { Department: ['7'] } }
`;
const SAVED = `mapping: mapping.yaml
tests:
  - name: ann, as she was saved
    from: people/saved.ldif
    userid: ANN
    expect: { groups: [Accountants], authorizations: { Department: ['7', '8'] } }
`;
const CONFIG = `listen: { host: 127.0.0.1, port: 0 }
admin: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: "\${env:IMMUTA_PASSWORD}" } }
directories:
  corp:
    ldif: people.ldif
    users: { base: 'ou=people,dc=example,dc=test', attribute: uid }
    memberships: { from: attribute, base: 'ou=groups,dc=example,dc=test' }
    sentinel: { userid: svc-probe, group: 'cn=probe,ou=groups,dc=example,dc=test' }
endpoints: { /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] } }
`;
const PEOPLE = readFileSync(PEOPLE_LDIF, 'utf8');
const env = { ...process.env, IMMUTA_PASSWORD: 'hunter2' };

const folder = (files: Readonly<Record<string, string>> = {}, saved = PEOPLE): string => {
  const path = folderWith({
    'mapping.yaml': MAPPING,
    'config.yaml': CONFIG,
    'people.ldif': PEOPLE,
    ...files,
  });
  mkdirSync(join(path, 'people'));
  writeFileSync(join(path, 'people/saved.ldif'), saved);
  return path;
};
const test = (cwd: string, ...args: string[]) => runKept(['test', ...args], { cwd });

describe('test', () => {
  it('counts what passes, needs no config for it, and exits with 0', async () => {
    const { status, stdout, stderr } = await test(
      folder({ 'config.yaml': '', 'a.test.yaml': PASSING }),
      'a.test.yaml',
    );
    expect([stdout, stderr, status]).to.deep.equal(['a.test.yaml: 2 passed\n', '', 0]);
  });

  it('prints a failure as a difference, with the rule and the fact of what is too much, and exits with 1', async () => {
    const { status, stdout, stderr } = await test(folder({ 'a.test.yaml': FAILING }), 'a.test.yaml');
    expect(stdout).to.equal(`a.test.yaml: 2 passed, 1 failed

  guests are no staff (a.test.yaml:9)
      Accountants
    + Staff
        rule staff (mapping.yaml:7): group staff
    - Department: 7
`);
    expect([stderr, status]).to.deep.equal(['', 1]);
  });

  it('finds files from wherever it runs: the mapping and the people beside the test file', async () => {
    const path = folder({ 'a.test.yaml': SAVED });
    const { status, stdout } = await test('/', join(path, 'a.test.yaml'));
    expect(stdout).to.match(/a\.test\.yaml: 1 passed\n$/);
    expect(status).to.equal(0);
  });

  describe('without files', () => {
    it('runs what stands beside the mappings of the config, without its secrets', async () => {
      const { status, stdout } = await test(folder({ 'mapping.test.yaml': FAILING }));
      expect(stdout).to.match(/^mapping\.test\.yaml: 2 passed, 1 failed\n/);
      expect(status).to.equal(1);
    });

    it('says where there is nothing beside a mapping', async () => {
      const { status, stdout, stderr } = await test(folder());
      expect(stderr).to.equal('mapping.yaml: no tests; they would stand in mapping.test.yaml\n');
      expect([stdout, status]).to.deep.equal(['', 0]);
    });

    it('says that there is no config, and how to name it', async () => {
      const { status, stderr } = await test(folderWith({}));
      expect(stderr).to.include('config.yaml: error: cannot read the config file').and.include('--config');
      expect(status).to.equal(1);
    });
  });

  describe('--coverage', () => {
    it('names the rules and never entries that no test reached', async () => {
      const { status, stdout } = await test(folder({ 'a.test.yaml': PASSING }), 'a.test.yaml', '--coverage');
      expect(stdout).to.equal(`a.test.yaml: 2 passed

mapping.yaml: the tests reach 2 of 4 rules and never entries (50 %)
  not reached: rule staff (mapping.yaml:7)
  not reached: never no-staff-for-guests (mapping.yaml:15)
`);
      expect(status).to.equal(0);
    });

    it('may stand before the files', async () => {
      const { status, stdout } = await test(folder({ 'a.test.yaml': PASSING }), '--coverage', 'a.test.yaml');
      expect(stdout).to.include('a.test.yaml: 2 passed').and.include('2 of 4');
      expect(status).to.equal(0);
    });

    for (const [bound, wanted] of [
      ['50', 0],
      ['50.5', 1],
      ['100%', 1],
      ['101', 1],
    ] as const) {
      it(`${bound} exits with ${wanted} where half is reached`, async () => {
        const { status, stderr } = await test(
          folder({ 'a.test.yaml': PASSING }),
          'a.test.yaml',
          '--coverage',
          bound,
        );
        expect(status).to.equal(wanted);
        if (wanted === 1) expect(stderr).to.match(/asked for|between 0 and 100/);
      });
    }

    it('counts all test files of a mapping together', async () => {
      const files = { 'a.test.yaml': PASSING, 'b.test.yaml': SAVED };
      const { stdout } = await test(folder(files), 'a.test.yaml', 'b.test.yaml', '--coverage');
      expect(stdout.match(/the tests reach/g)).to.have.lengthOf(1);
      expect(stdout).to.include('4 of 4 rules and never entries (100 %)');
    });

    it('is nothing for a mapping without tests', async () => {
      const { status, stdout } = await test(folder(), '--coverage', '1');
      expect(stdout).to.include('mapping.yaml: the tests reach 0 of 4 rules and never entries (0 %)');
      expect(status).to.equal(1);
    });
  });

  it('--json tells the same to programs', async () => {
    const { status, stdout } = await test(
      folder({ 'a.test.yaml': FAILING }),
      'a.test.yaml',
      '--json',
      '--coverage',
    );
    const told = JSON.parse(stdout) as { files: { tests: object[] }[]; coverage: { unreached: object[] }[] };
    expect(told.files[0]).to.include({ file: 'a.test.yaml', mapping: 'mapping.yaml', passed: 2, failed: 1 });
    expect(told.files[0]?.tests[0]).to.deep.equal({
      name: 'an accountant',
      line: 3,
      passed: true,
      problem: null,
      difference: [],
      withheld: [],
    });
    expect(told.files[0]?.tests[2]).to.deep.include({
      passed: false,
      difference: [
        { sign: ' ', text: 'Accountants', reasons: [] },
        { sign: '+', text: 'Staff', reasons: ['rule staff (mapping.yaml:7): group staff'] },
        { sign: '-', text: 'Department: 7', reasons: [] },
      ],
    });
    expect(told.coverage[0]).to.include({ mapping: 'mapping.yaml', total: 4, percent: 75 });
    expect(told.coverage[0]?.unreached).to.deep.equal([
      { kind: 'never', id: 'no-staff-for-guests', file: 'mapping.yaml', line: 15 },
    ]);
    expect(status).to.equal(1);
  });

  describe('what is wrong', () => {
    const cases: readonly [says: string, files: Record<string, string>, stderr: RegExp][] = [
      [
        'a test file that is not there',
        {},
        /^a\.test\.yaml: error: cannot read the test file: there is no such file$/m,
      ],
      [
        'a mapping that is not there',
        { 'a.test.yaml': PASSING.replace('mapping.yaml', 'maping.yaml') },
        /^a\.test\.yaml:1:10: error: cannot read the mapping file maping\.yaml: there is no such file$/m,
      ],
      [
        'a mapping with mistakes',
        { 'a.test.yaml': PASSING, 'mapping.yaml': MAPPING.replace('give:', 'gives:') },
        /^mapping\.yaml:6:5: error: unknown key "gives"$/m,
      ],
      [
        'a test file with mistakes',
        { 'a.test.yaml': PASSING.replace('expect:', 'expects:') },
        /^a\.test\.yaml:5:5: error: unknown key "expects"$/m,
      ],
      [
        'an attribute that the mapping does not read, as a warning',
        { 'a.test.yaml': FAILING.replace('departmentNumber: 7', 'departmentNumbr: 7') },
        /^a\.test\.yaml:7:13: warning: the mapping does not read the attribute "departmentNumbr"\n.*\n.*did you mean "departmentNumber"\?$/m,
      ],
      [
        'a test that a date will break one day, as a warning',
        {
          'a.test.yaml': FAILING,
          'mapping.yaml': MAPPING.replace('give: { groups: [Staff] }', 'valid_until: 2199-12-31\n    $&'),
        },
        /^a\.test\.yaml:9:11: warning: the answer to this test changes on 2200-01-01, .*\n.*\n.*\^ say when it takes place: write "now"/m,
      ],
    ];
    for (const [says, files, expected] of cases) {
      it(says, async () => {
        const { status, stderr } = await test(folder(files), 'a.test.yaml');
        expect(stderr).to.match(expected);
        expect(status).to.equal(1);
      });
    }
  });

  it('says nothing of dates where the tests say when they take place', async () => {
    const files = {
      'a.test.yaml': PASSING.replace('tests:', 'now: 2026-11-22\ntests:').replace('[accountants]', '[staff]'),
      'mapping.yaml': MAPPING.replace('give: { groups: [Staff] }', 'valid_until: 2199-12-31\n    $&'),
    };
    expect((await test(folder(files), 'a.test.yaml')).stderr).to.equal('');
  });

  describe('a person from an LDIF file', () => {
    it('is told with the reason where it is not certain who is meant', async () => {
      const twins = '\ndn: cn=ann,dc=example,dc=test\nobjectClass: person\ncn: ann\nsn: a\n';
      const { status, stdout } = await test(folder({ 'a.test.yaml': SAVED }, PEOPLE + twins), 'a.test.yaml');
      expect(stdout).to.match(/people\/saved\.ldif, person ANN: 2 entries match/);
      expect(status).to.equal(1);
    });

    it('is not there without the file', async () => {
      const tests = SAVED.replace('people/saved.ldif', 'lost.ldif');
      const { status, stdout } = await test(folder({ 'a.test.yaml': tests }), 'a.test.yaml');
      expect(stdout).to.include('cannot read lost.ldif: there is no such file');
      expect(status).to.equal(1);
    });

    it('nor in a file that is no LDIF, whose lines are told', async () => {
      const { status, stderr } = await test(
        folder({ 'a.test.yaml': SAVED }, 'dn: cn=a\ncn a\n'),
        'a.test.yaml',
      );
      expect(stderr).to.match(/^people\/saved\.ldif:2:1: error: /m);
      expect(status).to.equal(1);
    });

    const HEAD = `# ldap-user-info snapshot 1
# {"taken":"2026-11-22T16:45:24.968Z","endpoint":"/user-info"}
version: 1

# directory "corp"
# {"memberships":"memberOf","group_class":"groupOfNames","settings":"0"}
# attribute "departmentnumber"
`;
    const RECORDS = `
dn: cn=ann,dc=x
cn: ann
departmentNumber: 7
departmentNumber: 8
memberOf: cn=accountants,ou=groups,dc=example,dc=test

`;
    const END = '# end {"people":1,"groups":0}\n\n# end of the snapshot\n';
    for (const [what, saved, message] of [
      [
        'a snapshot that lacks what the mapping reads now, where all would look absent',
        HEAD + RECORDS + END,
        'people/saved.ldif lacks the attribute employeeType, which the mapping reads',
      ],
      [
        'a part of a snapshot',
        `${HEAD}# attribute "employeetype"\n${RECORDS}`,
        'people/saved.ldif: it is cut off',
      ],
    ] as const) {
      it(`is not believed to be like that in ${what}`, async () => {
        const { status, stdout } = await test(folder({ 'a.test.yaml': SAVED }, saved), 'a.test.yaml');
        expect(stdout).to.include('a.test.yaml: 0 passed, 1 failed').and.to.include(message);
        expect(status).to.equal(1);
      });
    }

    it('is taken from a whole snapshot', async () => {
      const saved = `${HEAD}# attribute "employeetype"\n${RECORDS.replace('memberOf', 'employeeType: Employee\nmemberOf')}${END}`;
      const { status, stdout } = await test(folder({ 'a.test.yaml': SAVED }, saved), 'a.test.yaml');
      expect([status, stdout]).to.deep.equal([0, 'a.test.yaml: 1 passed\n']);
    });
  });
});

describe('check, of a mapping with tests beside it', () => {
  const check = (tests: string, ...args: string[]) =>
    runKept(['check', ...args], { cwd: folder({ 'mapping.test.yaml': tests }), env });

  it('tells which rules no test covers, and that all is well', async () => {
    const { status, stdout, stderr } = await check(PASSING);
    expect(stderr.match(/^mapping\.yaml:\d+:\d+: warning: no test covers this .*$/gm)).to.deep.equal([
      'mapping.yaml:7:9: warning: no test covers this rule',
      'mapping.yaml:15:9: warning: no test covers this never entry',
    ]);
    expect(stdout).to.include('config.yaml: ok').and.include('0 errors, 2 warnings');
    expect(status).to.equal(0);
  });

  it('refuses it where a test fails, at the place of the test and in one line', async () => {
    const { status, stdout, stderr } = await check(FAILING);
    expect(stderr).to.match(
      /^mapping\.test\.yaml:9:11: error: test "guests are no staff" fails: the answer lacks Department: 7; has Staff \(rule staff\)$/m,
    );
    expect([status, stdout]).to.deep.equal([1, '']);
  });

  it('refuses it where a person of a test is not found', async () => {
    const { status, stderr } = await check(SAVED.replace('ANN', 'nobody'));
    expect(stderr).to.match(
      /^mapping\.test\.yaml:4:11: error: test "ann, as she was saved" fails: people\/saved\.ldif has no person nobody$/m,
    );
    expect(status).to.equal(1);
  });

  it('refuses tests that are of another mapping', async () => {
    const { status, stderr } = await check(PASSING.replace('mapping.yaml', 'other.yaml'));
    expect(stderr).to.match(
      /^mapping\.test\.yaml:1:10: error: the tests beside mapping\.yaml must be its own$/m,
    );
    expect(status).to.equal(1);
  });

  it('refuses a test file with mistakes', async () => {
    const { status, stderr } = await check(PASSING.replace('expect:', 'expects:'));
    expect(stderr).to.match(/^mapping\.test\.yaml:5:5: error: unknown key "expects"$/m);
    expect(status).to.equal(1);
  });

  it('--skip-tests does not look at them', async () => {
    const { status, stdout, stderr } = await check(FAILING, '--skip-tests');
    expect(stdout).to.include('config.yaml: ok').and.include('0 errors, 0 warnings');
    expect([stderr, status]).to.deep.equal(['', 0]);
  });
});

describe('serve, of a mapping with tests beside it', () => {
  it('does not start where a test fails', async () => {
    const cwd = folder({ 'mapping.test.yaml': FAILING });
    const { status, stdout, stderr } = await runProgram(['serve'], { cwd, env });
    expect(stderr).to.include('test "guests are no staff" fails').and.not.include('listening');
    expect([status, stdout]).to.deep.equal([1, '']);
  });

  it('starts with --skip-tests, and reloads then too', async () => {
    const config = CONFIG.replace('"${env:IMMUTA_PASSWORD}"', 'secret');
    const files = { 'config.yaml': config, 'mapping.yaml': MAPPING, 'people.ldif': PEOPLE };
    const service = await startService({ ...files, 'mapping.test.yaml': FAILING }, ['--skip-tests']);
    const refused = () => service.log().some(({ msg }) => msg === 'reload refused');
    const reloaded = () => service.log().some(({ msg }) => msg === 'reloaded');
    try {
      expect(groupsOf(await service.ask('ann'))).to.deep.equal(['Accountants']);
      writeFileSync(join(service.folder, 'mapping.yaml'), MAPPING.replace('[Accountants]', '[Bookkeepers]'));
      await until(() => reloaded() || refused());
      expect(refused()).to.equal(false);
      expect(groupsOf(await service.ask('ann'))).to.deep.equal(['Bookkeepers']);
    } finally {
      await service.end();
    }
  });
});
