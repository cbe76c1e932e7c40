import { expect } from 'chai';
import fc from 'fast-check';
import { keyOfDn, tryParseDn } from '../../src/names/dn.ts';
import { dnKeys } from '../../src/names/dn-texts.ts';

const part = fc.constantFrom(
  ...[
    'uid',
    'UID',
    'cn',
    '2.5.4.3',
    'OID.2.5.4.3',
    'commonName',
    'é',
    '=',
    '=',
    '=',
    ',',
    ',',
    ',',
    ' ',
    '  ',
  ],
  ...[
    'a',
    'A b',
    'ß',
    '#',
    '#41',
    '"',
    '\\,',
    '\\2C',
    '\\',
    '+',
    ';',
    '<',
    '\u00a0',
    '\ud800',
    '\0',
    '-1',
    '\t',
  ],
);
const dnLike = fc
  .array(fc.tuple(fc.constantFrom('uid', 'OU', 'dc', 'userid'), part, part), { minLength: 1, maxLength: 3 })
  .map((rdns) => rdns.map(([type, ...value]) => `${type}=${value.join('')}`).join(','));
const anything = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));

describe('names: keys of many DNs below the same few', () => {
  it('are those of the DNs parsed each by itself, and none where that is none', () => {
    const keyOf = dnKeys();
    let [dns, others] = [0, 0];
    fc.assert(
      fc.property(fc.oneof(dnLike, anything), (text) => {
        const dn = tryParseDn(text);
        if (dn === undefined) others++;
        else dns++;
        expect(keyOf(text)).to.equal(dn && keyOfDn(dn));
      }),
      { numRuns: 8000 },
    );
    expect(dns).to.be.greaterThan(500);
    expect(others).to.be.greaterThan(500);
  });

  it('stay right when more parents come than are kept', () => {
    const keyOf = dnKeys();
    for (let i = 0; i < 2500; i++)
      expect(keyOf(`UID=Ann  B,OU=${i},DC=x`)).to.equal(`uid=ann b,ou=${i},dc=x`);
    expect(keyOf('userid=Ann B, ou=7,dc=X')).to.equal('uid=ann b,ou=7,dc=x');
  });
});
