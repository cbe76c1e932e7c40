import { expect } from 'chai';
import fc from 'fast-check';
import { PossibleIndex } from '../../../../src/mapping/compile/concerns/possible-index.ts';
import { PossibleOutput } from '../../../../src/mapping/compile/concerns/possible-output.ts';
import { type Bound, textsBound } from '../../../../src/mapping/patterns/bound.ts';
import { parseTemplate } from '../../../../src/mapping/patterns/template.ts';

const literals = ['R', 'r-', ' x', '-1', 'é', 'e', '\u0301', 'Straße', 'STRASSE', 'a b', '  ', 'R 1'];
const text = fc
  .array(fc.constantFrom(...literals, ...literals, '<t>', '<u>'), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''))
  .map((written) => parseTemplate(written))
  .filter(({ faults, template }) => faults.length === 0 && template.text !== '')
  .map(({ template }) => template);
const manyTexts = Array.from({ length: 20 }, (_, i) => `R ${i}`);
const bound: fc.Arbitrary<Bound> = fc.oneof(
  fc.constantFrom<Bound>({ kind: 'any' }, { kind: 'open' }, { kind: 'digits' }),
  fc
    .oneof(fc.constant(manyTexts), fc.array(fc.constantFrom(...literals, '1', 'B'), { maxLength: 3 }))
    .map((texts) => textsBound(texts.map((each) => [each, [each]]))),
);
const output = fc
  .record({ kind: fc.constantFrom('group', 'authorization'), name: text, value: text, t: bound, u: bound })
  .chain(({ kind, name, value, t, u }) =>
    fc.boolean().map((hasValue) => {
      const template = kind === 'group' || !hasValue ? { kind, name } : { kind, name, value };
      return new PossibleOutput(template, (placeholder) => (placeholder === 't' ? t : u));
    }),
  );

describe('mapping: outputs that can meet', () => {
  it('are all among the candidates of the index, in their order', () => {
    let met = 0;
    let spared = 0;
    fc.assert(
      fc.property(fc.array(output, { maxLength: 12 }), output, (all, other) => {
        const entries = all.map((possible) => ({ possible }));
        const index = new PossibleIndex(entries);
        const candidates = index.candidates(other);
        const meeting = (those: readonly { readonly possible: PossibleOutput }[]) =>
          those.filter(({ possible }) => possible.meets(other));
        expect(meeting(candidates)).to.deep.equal(meeting(entries));
        const isNamed = ({ possible }: { readonly possible: PossibleOutput }) =>
          possible.name.meets(other.name);
        const alike = entries.filter(({ possible }) => possible.template.kind === other.template.kind);
        expect(index.candidatesByName(other).filter(isNamed)).to.deep.equal(alike.filter(isNamed));
        met += meeting(entries).length;
        spared += entries.length - candidates.length;
      }),
      { numRuns: 3000 },
    );
    expect(met).to.be.greaterThan(60);
    expect(spared).to.be.greaterThan(1000);
  });
});
