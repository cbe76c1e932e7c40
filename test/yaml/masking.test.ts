import { expect } from 'chai';
import { renderProblem } from '../../src/yaml/problem.ts';
import { parseYaml } from '../../src/yaml/source.ts';

const SECRET = 'hunter2';
const parse = (text: string) =>
  parseYaml('f.yaml', text, { strict: false, isSecret: (key) => /^passwords?$/.test(key) });

describe('yaml: secrets in excerpts', () => {
  it('are hidden by asterisks of the same width', () => {
    const source = parse(`a: { password: ${SECRET}, user: x }\n`);
    expect(renderProblem(source.problem({ path: ['a', 'user'], message: 'wrong' }))).to.equal(
      'f.yaml:1:31: error: wrong\n    1 | a: { password: *******, user: x }\n      |                               ^',
    );
  });

  it('are hidden in lists and under any key that was found to hold one', () => {
    const source = parse(`passwords: [${SECRET}, other]\nb: ${SECRET}\n`);
    source.mask(['b']);
    for (const path of [['passwords', 1], ['b']]) {
      expect(renderProblem(source.problem({ path, message: 'wrong' }))).to.not.contain(SECRET);
    }
  });

  it('are shown where they only refer to one', () => {
    const source = parse('password: "${' + 'file:/run/secret}"\n');
    expect(renderProblem(source.problem({ path: ['password'], message: 'wrong' }))).to.contain(
      'file:/run/secret',
    );
  });

  for (const text of [
    `password: "${SECRET}\nb: 1\n`,
    `a: { password: ${SECRET}\nb: 1\n`,
    `password: ${SECRET}: x\n`,
    `password: [${SECRET}\n`,
  ]) {
    it(`are hidden with a syntax error: ${JSON.stringify(text)}`, () => {
      const source = parse(text);
      expect(source.problems).to.not.have.lengthOf(0);
      for (const problem of source.problems) expect(renderProblem(problem)).to.not.contain(SECRET);
    });
  }

  it('are never part of a message', () => {
    for (const text of [`password: &${SECRET} x\n`, `password: *${SECRET}\n`, `password: !${SECRET} x\n`]) {
      for (const { message, hint } of parse(text).problems)
        expect(`${message} ${hint}`).to.not.contain(SECRET);
    }
  });
});
