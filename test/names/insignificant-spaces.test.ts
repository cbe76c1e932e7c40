/** Spaces as RFC 4518 sections 2.2 and 2.6.1 have them. */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  comparisonKey,
  equalText,
  exactComparisonKey,
  withoutInsignificantSpaces,
} from '../../src/names/insignificant-spaces.ts';

/** All that section 2.2 maps to SPACE. */
const SPACES = [
  ...[0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x85, 0x20, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
  ...Array.from({ length: 11 }, (_, i) => 0x2000 + i),
].map((codePoint) => String.fromCodePoint(codePoint));

describe('insignificant spaces', () => {
  for (const space of SPACES) {
    const code = space.codePointAt(0)?.toString(16).padStart(4, '0');
    it(`U+${code} is one: gone at the ends, a plain one inside`, () => {
      expect(withoutInsignificantSpaces(`${space}Human${space}Resources${space}${space}`)).to.equal(
        'Human Resources',
      );
      expect(withoutInsignificantSpaces(`a${space}b`)).to.equal('a b');
      expect(withoutInsignificantSpaces(space)).to.equal('');
      expect(equalText(`Contractor${space}`, 'contractor')).to.equal(true);
    });
  }

  it('are no zero-width characters, hyphens, and nothing that has a width of its own', () => {
    for (const other of ['\u200b', '\u200d', '\ufeff', '\u2060', '\u00ad', '-', '_', '\u2800']) {
      expect(equalText(`a${other}`, 'a'), escape(other)).to.equal(false);
      expect(withoutInsignificantSpaces(`a${other}`)).to.equal(`a${other}`);
    }
  });

  it('leave other texts as they are', () => {
    for (const text of ['', 'a', 'Human Resources', 'Žofie Nováková', 'straße', '日本 語']) {
      expect(withoutInsignificantSpaces(text)).to.equal(text);
    }
  });

  it('and case are what a key does not tell', () => {
    expect(comparisonKey(' Human  RESOURCES ')).to.equal(comparisonKey('human resources'));
    expect(exactComparisonKey(' SMTP: ')).to.equal('SMTP:');
    expect(exactComparisonKey('SMTP:')).not.to.equal(exactComparisonKey('smtp:'));
    expect(exactComparisonKey('e\u0301')).to.equal('\u00e9');
  });

  it('equal texts have equal keys, and one more space anywhere beside another changes nothing', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 6 });
    const space = fc.constantFrom(...SPACES);
    fc.assert(
      fc.property(word, word, space, space, (a, b, one, other) => {
        expect(comparisonKey(`${a}${one}${b}`)).to.equal(comparisonKey(`${other}${a} ${other}${b}${one}`));
        expect(equalText(a, b)).to.equal(comparisonKey(a) === comparisonKey(b));
        expect(withoutInsignificantSpaces(withoutInsignificantSpaces(a))).to.equal(
          withoutInsignificantSpaces(a),
        );
      }),
    );
  });
});
