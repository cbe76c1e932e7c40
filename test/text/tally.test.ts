import { expect } from 'chai';
import { kindOfMessage, MOST_OF_A_KIND, Tally } from '../../src/text/tally.ts';
import { condensed, type Problem, renderProblem } from '../../src/yaml/problem.ts';

describe('findings by kind', () => {
  it('are told one by one where they are few, else by the first and the number of the others', () => {
    const tally = new Tally<number>();
    for (let i = 0; i < MOST_OF_A_KIND; i++) tally.add('few', i);
    for (let i = 0; i < 1_000_000; i++) tally.add('many', i);
    const told = tally.told();
    expect(
      told.slice(0, MOST_OF_A_KIND).every(({ more }, i) => more === 0 && told[i]?.finding === i),
    ).to.equal(true);
    expect(told.slice(MOST_OF_A_KIND)).to.deep.equal([
      { finding: 0, more: 0 },
      { finding: 1, more: 0 },
      { finding: 2, more: 999_997 },
    ]);
  });

  it('stay few where every one is of a kind of its own', () => {
    const tally = new Tally<number>();
    for (let i = 0; i < 100_000; i++) tally.add(`kind ${i}`, i);
    const told = tally.told();
    expect(told.length).to.be.below(300);
    expect(told.reduce((sum, { more }) => sum + 1 + more, 0)).to.equal(100_000);
  });

  it('are of one kind where they differ in what they quote, and in numbers', () => {
    expect(kindOfMessage('"a\\"b" stands at line 7')).to.equal(kindOfMessage('"c" stands at line 1234'));
    expect(kindOfMessage('"a" is one')).not.to.equal(kindOfMessage('"a" is two'));
  });
});

describe('problems of one kind', () => {
  const problem = (line: number, message: string): Problem => ({
    severity: 'error',
    file: 'a.yaml',
    position: { line, column: 1 },
    message,
  });

  it('are printed once with their number, beside all others', () => {
    const problems = Array.from({ length: 1000 }, (_, i) => problem(i + 1, `"key${i}" is none`));
    const others = [problem(1001, 'another'), { ...problem(1002, '"x" is none'), file: 'b.yaml' }];
    expect(condensed([...problems, ...others]).map(renderProblem)).to.deep.equal([
      'a.yaml:1:1: error: "key0" is none',
      'a.yaml:2:1: error: "key1" is none',
      'a.yaml:3:1: error: "key2" is none; and 997 more like it',
      'a.yaml:1001:1: error: another',
      'b.yaml:1002:1: error: "x" is none',
    ]);
  });
});
