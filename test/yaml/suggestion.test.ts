import { expect } from 'chai';
import fc from 'fast-check';
import { distance } from 'fastest-levenshtein';
import { suggest } from '../../src/yaml/suggestion.ts';

/** Every word compared with every other, and nothing passed over. */
function nearestOfAll(word: string, known: readonly string[]): string | undefined {
  const near = known
    .map((each) => ({
      each,
      edits: distance(word.toLowerCase(), each.toLowerCase()),
      lengths: Math.abs(each.length - word.length),
      reach: each.length < 3 ? 0 : each.length === 3 ? 1 : Math.max(2, Math.floor(each.length / 3)),
    }))
    .filter(({ edits, reach }) => edits <= reach)
    .sort((a, b) => a.edits - b.edits || a.lengths - b.lengths);
  return near[0]?.each;
}

describe('yaml: the known word nearest to a mistyped one', () => {
  it('is the nearest of all, whatever is passed over without a look', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'B', 'ä', '-', '1', 'İ', 'q'), maxLength: 9 });
    let found = 0;
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 8 }), (asked, known) => {
        const nearest = nearestOfAll(asked, known);
        if (nearest !== undefined) found++;
        expect(suggest(asked, known)).to.equal(nearest);
      }),
      { numRuns: 2000 },
    );
    expect(found).to.be.greaterThan(40);
  });
});
