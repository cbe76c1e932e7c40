import { expect } from 'chai';
import fc from 'fast-check';
import { type Bound, textsBound } from '../../../src/mapping/patterns/bound.ts';
import { compilePattern, type Pattern, readPattern } from '../../../src/mapping/patterns/pattern.ts';
import {
  compileExpression,
  type Expression,
  isExpression,
} from '../../../src/mapping/patterns/regular-expression.ts';
import { parseTemplate } from '../../../src/mapping/patterns/template.ts';
import { TextIndex, type TextTest } from '../../../src/mapping/recognising/text-index.ts';
import { type FoldedText, foldText } from '../../../src/mapping/values/folded-text.ts';
import { foldCase } from '../../../src/names/case-folding.ts';

function pattern(text: string, bound: Bound = { kind: 'open' }): Pattern {
  return compilePattern(parseTemplate(text).template, () => bound);
}

function expression(source: string): Expression {
  const compiled = compileExpression(source);
  if (!isExpression(compiled)) throw new Error(`${source}: ${compiled.message}`);
  return compiled;
}

/** What an index of all the tests finds, by their numbers. */
function found(tests: readonly TextTest[], text: string): number[] {
  return [...indexOf(tests).find(foldText(text))].sort((a, b) => a - b);
}

function indexOf(tests: readonly TextTest[]): TextIndex<number> {
  const work = TextIndex.of(tests.map((test, i) => [test, i]));
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** The text with all its spaces, which index and expressions take as they are. */
function asItIs(chosen: string): FoldedText {
  return { text: chosen.normalize('NFC'), folded: foldCase(chosen), isExact: false };
}

/** The numbers of those that hold. */
function numbers<T>(items: readonly T[], holds: (item: T) => boolean): number[] {
  return items.flatMap((item, i) => (holds(item) ? [i] : []));
}

/** The shape of a template as a native expression, over folded text. */
function nativeShape(template: string): RegExp {
  const source = parseTemplate(template).template.segments.map((segment) =>
    typeof segment === 'string' ? foldCase(segment).replace(/[$()*+.?[\\\]^{|}]/g, '\\$&') : '.+',
  );
  return new RegExp(`^${source.join('')}$`, 'su');
}

const SEPARATORS = ['-', '_', '--', ' ', '.', '*', '(', '\n'];
const WORDS = [
  'a',
  'A',
  'ab',
  'aba',
  'App1',
  'app12',
  'é',
  'E\u0301',
  'ſ',
  'ß',
  'Σ',
  '\u{1f600}',
  '\u{10400}',
];
const piece = fc.constantFrom(...SEPARATORS, ...WORDS);
const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const literal = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(''));
const template = fc
  .tuple(fc.option(literal), fc.array(literal, { maxLength: 3 }), fc.option(literal))
  .map(([prefix, inner, suffix]) => {
    const names = ['<x>', ...inner.map((each, i) => `${each}<${'yzx'.charAt(i)}>`)];
    return `${prefix ?? ''}${names.join('')}${suffix ?? ''}`;
  });

/** Much that the bounds below allow. */
const filler = fc.oneof(text, fc.constantFrom('a', 'App1', 'é', '42', 'a-a', 'ab'));

/** Texts of any kind, and such as some template becomes with them in the places of its placeholders. */
function textsFor(templates: readonly string[]): fc.Arbitrary<string[]> {
  const filled = fc.tuple(fc.constantFrom(...templates), filler, filler).map(([each, first, other]) => {
    let i = 0;
    return each.replace(/<[a-z]>/g, () => (i++ % 2 === 0 ? first : other));
  });
  return fc.array(fc.oneof(text, filled, filled), { maxLength: 8 });
}

const templatesAndTexts = fc
  .array(template, { minLength: 1, maxLength: 12 })
  .chain((templates) => fc.tuple(fc.constant(templates), textsFor(templates)));

describe('mapping: the index of texts', () => {
  it('finds the patterns of which a text has the shape, and no other', () => {
    let matches = 0;
    fc.assert(
      fc.property(templatesAndTexts, ([templates, texts]) => {
        const index = indexOf(templates.map((each) => ({ kind: 'pattern', pattern: pattern(each) })));
        const shapes = templates.map(nativeShape);
        for (const each of texts) {
          const value = foldText(each);
          const expected = numbers(shapes, (shape) => shape.test(value.folded));
          expect(
            [...index.find(value)].sort((a, b) => a - b),
            each,
          ).to.deep.equal(expected);
          matches += expected.length;
        }
      }),
      { seed: 20261122, numRuns: 500 },
    );
    expect(matches).to.be.above(500);
  });

  it('finds every pattern that reads a text, whatever its bounds', () => {
    const bounds: Bound[] = [
      { kind: 'any' },
      { kind: 'digits' },
      textsBound([
        ['a-a', []],
        ['App1', []],
        ['é', []],
      ]),
      { kind: 'matches', expression: expression('[a-z_-]+'), case: 'keep' },
    ];
    let readings = 0;
    fc.assert(
      fc.property(
        templatesAndTexts,
        fc.array(fc.constantFrom(...bounds), { minLength: 12, maxLength: 12 }),
        ([templates, texts], chosen) => {
          const patterns = templates.map((each, i) => pattern(each, chosen[i]));
          const index = indexOf(patterns.map((each) => ({ kind: 'pattern', pattern: each })));
          for (const each of texts) {
            const value = foldText(each);
            const read = numbers(patterns, (one) => readPattern(one, value).kind !== 'none');
            expect(index.find(value), each).to.include.members(read);
            readings += read.length;
          }
        },
      ),
      { seed: 20261122, numRuns: 1000 },
    );
    expect(readings).to.be.above(200);
  });

  it('finds a pattern once where its literal stands in a text several times', () => {
    const tests: TextTest[] = [{ kind: 'pattern', pattern: pattern('<x>-<y>') }];
    expect(found(tests, 'a-b-c-d')).to.deep.equal([0]);
  });

  it('tells patterns apart that share all but one literal', () => {
    const templates = ['CORP_<x>_A1_<y>', 'CORP_<x>_A12_<y>', 'CORP_<x>_A2_<y>', 'CORP_<x>', '<x>_A1_<y>'];
    const tests = templates.map((each): TextTest => ({ kind: 'pattern', pattern: pattern(each) }));
    expect(found(tests, 'corp_team_a12_reader')).to.deep.equal([1, 3]);
    expect(found(tests, 'corp_team_a1_reader')).to.deep.equal([0, 3, 4]);
  });

  // An automaton of whole shapes makes a state for every such literal that a text has; this ends before mocha's patience.
  it('finds one of 2,000 patterns by what stands in the middle, in 20,000 texts', () => {
    const tests = Array.from({ length: 2000 }, (_, i): TextTest => {
      return { kind: 'pattern', pattern: pattern(`<x>-app${i}-<y>`) };
    });
    const index = indexOf(tests);
    for (let i = 0; i < 20_000; i++)
      expect(index.find(foldText(`team${i}-app${i % 2000}-reader${i % 3}`))).to.deep.equal([i % 2000]);
  });

  it('finds an exact text by its case folding, and all that ask for it', () => {
    const tests: TextTest[] = [
      { kind: 'texts', keys: [foldText('Straße').folded] },
      { kind: 'texts', keys: ['strasse', foldText('STRAßE').folded] },
    ];
    expect(found(tests, 'STRAßE')).to.deep.equal([0, 1]);
    expect(found(tests, 'Strasse')).to.deep.equal([1]);
    expect(found(tests, ' Straße ')).to.deep.equal([0, 1]);
    expect(found(tests, 'Straße.')).to.deep.equal([]);
  });

  describe('of expressions together', () => {
    // Each must mean in the company of others what it means alone.
    const SOURCES = [
      'a|b',
      '(a|b)b',
      'a|',
      '|a',
      '(|a)b',
      '',
      '\\Qa',
      '\\Qa|b\\E',
      '\\Qa.b',
      '(?s)a.b',
      'a.b',
      '(?i)AB',
      '(?-i)ab',
      'a(?-i:B)',
      '(?m)^a$',
      '^a$|b',
      '\\Aa\\z',
      '(?m)a$\\n^b',
      '(?U)a+b',
      '(a+)+',
      'a{2,3}',
      '\\p{L}+',
      '\\p{Greek}+',
      '\\P{L}+',
      '\\pL\\d*',
      '[[:alpha:]]+',
      '[^a]+',
      '[α-ω]+',
      '\\bab\\b.*',
      'é',
      'e\u0301',
      'k+',
      's+',
      'ß|ss',
      '\\x{1F600}',
      '.',
      '..',
      '\\W+',
      '(?P<name>a)b',
    ];
    const expressions = SOURCES.map(expression);
    const tests = expressions.map((each): TextTest => ({ kind: 'matches', expression: each }));

    it('agrees with asking each one alone', () => {
      const index = indexOf(tests);
      const letters = [...'aAbB kKsSßſ.|\nκΣςéÉ7_', '\u212a', 'e\u0301', '\u{1f600}'];
      const met = new Set<number>();
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...letters), { maxLength: 4 }), (chosen) => {
          const value = asItIs(chosen.join(''));
          const expected = numbers(expressions, (each) => each.matches(value));
          expect([...index.find(value)].sort((a, b) => a - b)).to.deep.equal(expected);
          for (const number of expected) met.add(number);
        }),
        {
          seed: 20261122,
          numRuns: 20_000,
          examples: [[['a', 'b']], [['a', '|', 'b']], [['a', '\n', 'b']], [['a', '.', 'b']]],
        },
      );
      expect(SOURCES.filter((_, i) => !met.has(i))).to.deep.equal([]);
    });

    it('splits a set that is too large for one automaton', () => {
      const large = Array.from({ length: 80 }, (_, i) => expression(`${i}-(?:abcdefghijklmnopqrst){1000}`));
      const index = indexOf(large.map((each): TextTest => ({ kind: 'matches', expression: each })));
      const rest = 'abcdefghijklmnopqrst'.repeat(1000);
      for (const i of [0, 39, 40, 79]) expect(index.find(foldText(`${i}-${rest}`))).to.deep.equal([i]);
      expect(index.find(foldText(`80-${rest}`))).to.deep.equal([]);
    });
  });
});
