/** Test files with mistakes. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { MOST_TESTS } from '../../../src/mapping/testing/faults.ts';
import { compileTests, LONGEST_FILE } from '../../../src/mapping/testing/suite.ts';
import { renderProblem } from '../../../src/yaml/problem.ts';

// Each file is named for its mistake and stands beside what is printed about it.
const FOLDER = fileURLToPath(new URL('refused', import.meta.url));

describe('a test file is refused, with every problem at once:', () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))) {
    it(file.replace('.yaml', '').replaceAll('-', ' '), () => {
      const { suite, problems } = compileTests(file, readFileSync(`${FOLDER}/${file}`, 'utf8'));
      const expected = readFileSync(`${FOLDER}/${file.replace('.yaml', '.txt')}`, 'utf8');
      expect(`${problems.map(renderProblem).join('\n')}\n`).to.equal(expected);
      expect(suite).to.equal(undefined);
      expect(problems).to.not.have.lengthOf(0);
    });
  }

  it('too long', () => {
    const text = `mapping: acme.yaml\n# ${'x'.repeat(LONGEST_FILE)}\n`;
    const { suite, problems } = compileTests('a.test.yaml', text);
    expect(suite).to.equal(undefined);
    expect(problems.map(({ message }) => message)).to.deep.equal([
      `the file is longer than ${LONGEST_FILE} characters`,
    ]);
  });

  it('too many tests', () => {
    const tests = Array.from(
      { length: MOST_TESTS + 1 },
      (_, i) => `  - { name: t${i}, user: {}, expect: {} }\n`,
    );
    const { suite, problems } = compileTests('a.test.yaml', `mapping: acme.yaml\ntests:\n${tests.join('')}`);
    expect(suite).to.equal(undefined);
    expect(problems.map(({ message }) => message)).to.deep.equal([`more than ${MOST_TESTS} tests`]);
  });
});
