/** What nests too deep is told before the parser goes into it; what only looks as if it did is none of that. */
import { expect } from 'chai';
import { tooDeepAt } from '../../src/yaml/nesting.ts';
import { parseYaml } from '../../src/yaml/source.ts';

const SHAPES: Readonly<Record<string, (depth: number) => string>> = {
  'lists in brackets': (depth) => `a: ${'['.repeat(depth)}${']'.repeat(depth)}\n`,
  'brackets that are not closed': (depth) => `a: ${'['.repeat(depth)}\n`,
  'a bracket a line': (depth) => `a:\n${' [\n'.repeat(depth)}`,
  'keys in braces': (depth) => `a: ${'{a: '.repeat(depth)}x${'}'.repeat(depth)}\n`,
  'lists on one line': (depth) => `${'- '.repeat(depth)}b\n`,
  'keys that are keys': (depth) => `${'? '.repeat(depth)}b\n`,
  'keys below keys': (depth) =>
    `${Array.from({ length: depth }, (_, i) => `${' '.repeat(i)}a:\n`).join('')}${' '.repeat(depth)}b\n`,
  'lists below lists': (depth) =>
    Array.from({ length: Math.ceil(depth / 2) }, (_, i) => `${' '.repeat(i * 4)}- -\n`).join(''),
};

describe('yaml: nesting', () => {
  for (const [what, make] of Object.entries(SHAPES)) {
    it(`is refused where it is too deep, and only there: ${what}`, () => {
      expect(tooDeepAt(make(60))).to.equal(undefined);
      for (const depth of [150, 1500]) {
        const { data, isWhole, problems } = parseYaml('f.yaml', `version: 1\n${make(depth)}`, {
          strict: true,
        });
        expect([data, isWhole]).to.deep.equal([undefined, false]);
        expect(problems.map(({ message }) => message)).to.deep.equal(['nested more than 100 deep']);
        expect(problems[0]?.position?.line).to.be.greaterThan(1);
        expect(problems[0]?.excerpt?.text).to.not.equal('');
      }
    });
  }

  it('is told at the bracket that is one too many', () => {
    const text = `a: 1\nb: ${'['.repeat(200)}\nc: 1\n`;
    const { problems } = parseYaml('f.yaml', text, { strict: false });
    expect(problems.map(({ position }) => position)).to.deep.equal([{ line: 2, column: 104 }]);
    expect(problems[0]?.excerpt?.text).to.equal(`b: ${'['.repeat(200)}`);
  });

  for (const [what, text] of [
    ['brackets within quotes', `${"a: ['\\[', '[x', \"{\"]\n".repeat(300)}`],
    ['brackets in comments', '# [[[[ {{{{\na: b\n'.repeat(300)],
    ['as many lists beside each other', '- [a, [b], {c: d}]\n'.repeat(500)],
    ['as many keys beside each other', Array.from({ length: 500 }, (_, i) => `k${i}:\n  a: b\n`).join('')],
    ['a long text of many lines', `a: |\n${'  [ some: text\n'.repeat(500)}`],
  ] as const) {
    it(`is none: ${what}`, () => {
      expect(tooDeepAt(text)).to.equal(undefined);
    });
  }
});
