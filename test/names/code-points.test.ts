import { expect } from 'chai';
import fc from 'fast-check';
import {
  BIDIRECTIONAL_OVERRIDE,
  CONTROL_CHARACTER,
  compareByCodePoint,
  hasLoneSurrogate,
} from '../../src/names/code-points.ts';

describe('names: code points', () => {
  it('order as UTF-8 bytes do', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('a', 'b', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
        fc.string({ unit: 'binary', maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareByCodePoint(a, b))).to.equal(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { seed: 20261122, numRuns: 1000 },
    );
  });

  it('order a text behind its beginning', () => {
    expect(compareByCodePoint('a', 'ab')).to.be.lessThan(0);
    expect(compareByCodePoint('', '')).to.equal(0);
  });

  it('tell control characters', () => {
    for (const each of ['\0', '\t', '\n', '\u007f', '\u0085', '\u009f', '\u2028', '\u2029'])
      expect(each).to.match(CONTROL_CHARACTER);
    for (const each of [' ', '~', '\u00a0', '\u2027', '\u202a']) expect(each).to.not.match(CONTROL_CHARACTER);
  });

  it('tell what changes the direction of writing', () => {
    for (const each of ['\u202a', '\u202e', '\u2066', '\u2069'])
      expect(each).to.match(BIDIRECTIONAL_OVERRIDE);
    for (const each of ['\u2029', '\u202f', '\u2065', '\u05d0'])
      expect(each).to.not.match(BIDIRECTIONAL_OVERRIDE);
  });

  it('tell a surrogate without its partner', () => {
    expect(hasLoneSurrogate('a\ud83d')).to.equal(true);
    expect(hasLoneSurrogate('\ude00a')).to.equal(true);
    expect(hasLoneSurrogate('\u{1f600}')).to.equal(false);
  });
});
