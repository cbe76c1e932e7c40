/** The tests beside a mapping as a load runs them: which files count, and that no load waits for them for long. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { composeLdifPeople } from '../../src/compose.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { namedFile } from '../../src/setup/mapping-file.ts';
import { readSuite, runSuite, runTestsBeside, testFileBeside } from '../../src/setup/mapping-tests.ts';
import { readSetup } from '../../src/setup/setup.ts';
import { renderProblem } from '../../src/yaml/problem.ts';
import { folderWith, OWN_NAMES_MAPPING } from '../acceptance/running-service.ts';

const TESTS = `mapping: mapping.yaml
tests:
  - { name: one, user: { memberOf: [web] }, expect: { groups: [web] } }
  - { name: two, from: people.ldif, userid: ann, expect: { groups: [web] } }
  - { name: three, from: ./people.ldif, userid: ann, expect: {} }
`;
const PEOPLE = `dn: uid=ann,ou=people,dc=example,dc=test
uid: ann
memberOf: cn=web,ou=groups,dc=example,dc=test
`;
const NOW = Date.parse('2026-11-22T00:00:00Z');

describe('the tests beside a mapping', () => {
  const compiled = () => {
    const { mapping } = compileMapping('mapping.yaml', OWN_NAMES_MAPPING);
    if (mapping === undefined) throw new Error('the mapping has errors');
    return mapping;
  };
  const files = (changes: Readonly<Record<string, string>> = {}) =>
    folderWith({
      'mapping.yaml': OWN_NAMES_MAPPING,
      'mapping.test.yaml': TESTS,
      'people.ldif': PEOPLE,
      ...changes,
    });
  const beside = (folder: string) =>
    runTestsBeside(
      namedFile(join(folder, 'mapping.yaml')),
      compiled(),
      OWN_NAMES_MAPPING,
      composeLdifPeople,
      NOW,
    );

  it('stand in a file of the same name with .test in it', () => {
    expect(['/a/acme.yaml', '/a.b/acme.yml', '/a/acme', '/a/acme.v2.yaml'].map(testFileBeside)).to.deep.equal(
      ['/a/acme.test.yaml', '/a.b/acme.test.yml', '/a/acme.test.yaml', '/a/acme.v2.test.yaml'],
    );
  });

  it('tell each failing test, and every file that they were made of', async () => {
    const folder = files();
    const { problems, files: read } = await beside(folder);
    expect(problems.map(renderProblem)).to.deep.equal([
      `${folder}/mapping.test.yaml:5:13: error: test "three" fails: the answer has web (rule own-names)\n    5 |   - { name: three, from: ./people.ldif, userid: ann, expect: {} }\n      |             ^^^^^ ldap-user-info test prints the whole difference`,
    ]);
    expect(read).to.deep.equal([join(folder, 'mapping.test.yaml'), join(folder, 'people.ldif')]);
  });

  it('tell the file that could be there where there is none', async () => {
    const folder = folderWith({ 'mapping.yaml': OWN_NAMES_MAPPING });
    expect(await beside(folder)).to.deep.equal({
      problems: [],
      files: [join(folder, 'mapping.test.yaml')],
      ldif: [],
    });
  });

  it('are an error where they stand in a file that nobody would look for, unless they are of another mapping', async () => {
    const folder = folderWith({ 'mapping.yaml': OWN_NAMES_MAPPING, 'mapping.test.yml': TESTS });
    expect((await beside(folder)).problems.map(renderProblem)).to.deep.equal([
      `${folder}/mapping.test.yml:1:10: error: the tests of ${folder}/mapping.yaml are not run, as they are not in mapping.test.yaml\n    1 | mapping: mapping.yaml\n      |          ^^^^^^^^^^^^ rename this file`,
    ]);
    writeFileSync(join(folder, 'mapping.test.yml'), TESTS.replace('mapping.yaml', 'mapping.yml'));
    expect((await beside(folder)).problems).to.deep.equal([]);
  });

  it('are an error where they cannot be read', async () => {
    const folder = files();
    writeFileSync(join(folder, 'mapping.test.yaml'), Buffer.from('mapping: \xfcber.yaml\n', 'latin1'));
    expect((await beside(folder)).problems.map(({ severity, message }) => [severity, message])).to.deep.equal(
      [['error', 'cannot read the test file: it is not UTF-8 text']],
    );
  });

  it('are given up where they take too long', async () => {
    const testFile = namedFile(join(files(), 'mapping.test.yaml'));
    const { suite } = await readSuite(testFile);
    if (suite === undefined) throw new Error('the test file has errors');
    let elapsed = 0;
    const slowly = () => (elapsed += 4000);
    const { results, problems } = await runSuite(suite, compiled(), testFile, composeLdifPeople, NOW, slowly);
    expect(results.map(({ test }) => test.name)).to.deep.equal(['one', 'two']);
    expect(
      problems.map(({ severity, position, message }) => [severity, position?.line, message]),
    ).to.deep.equal([['error', 5, 'the tests take more than 10 s: given up after 2 of 3']]);
  });

  it('fail where an LDIF file is too large for a load', async () => {
    const folder = files({ 'people.ldif': `${PEOPLE}\n# ${'x'.repeat(20_000_000)}\n` });
    expect((await beside(folder)).problems.map(({ message }) => message)).to.deep.equal(
      ['two', 'three'].map(
        (name) => `test "${name}" fails: ${folder}/people.ldif is too large: more than 20 million characters`,
      ),
    );
  });

  it('are run by a reading of the setup that can open their files, and watched with it', async () => {
    const config = `callers: { immuta: { password: secret } }
directories:
  corp:
    ldif: people.ldif
    users: { base: 'ou=people,dc=example,dc=test', attribute: uid }
    memberships: { from: attribute }
endpoints: { /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] } }
`;
    const folder = files({ 'config.yaml': config });
    const failures = async (openPeople?: typeof composeLdifPeople) => {
      const reading = await readSetup(join(folder, 'config.yaml'), {}, openPeople);
      const failed = reading.problems.filter(({ message }) => message.startsWith('test "'));
      return { count: failed.length, isRefused: reading.setup === undefined, files: reading.files };
    };
    const run = await failures(composeLdifPeople);
    expect(run).to.include({ count: 1, isRefused: true });
    expect(run.files).to.include(join(folder, 'mapping.test.yaml'));
    expect(new Set(run.files).size).to.equal(run.files.length);
    expect(await failures()).to.include({ count: 0, isRefused: false });
  });
});
