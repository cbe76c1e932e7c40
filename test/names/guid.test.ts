import { expect } from 'chai';
import fc from 'fast-check';
import { guidFromText, guidOf } from '../../src/names/guid.ts';

const RUNS = { seed: 20261122, numRuns: 500 };

/** The octets by MS-DTYP 2.3.4.2, by another way than the code's: a struct of integers in the machine's order. */
function octetsOf(guid: string): Uint8Array {
  const [first = '', second = '', third = '', ...rest] = guid.split('-');
  const view = new DataView(new ArrayBuffer(16));
  view.setUint32(0, Number.parseInt(first, 16), true);
  view.setUint16(4, Number.parseInt(second, 16), true);
  view.setUint16(6, Number.parseInt(third, 16), true);
  const tail = rest.join('');
  for (let i = 0; i < 8; i++) view.setUint8(8 + i, Number.parseInt(tail.slice(2 * i, 2 * i + 2), 16));
  return new Uint8Array(view.buffer);
}

describe('names: GUIDs', () => {
  it('are read from the octets of objectGUID, the first three parts backwards', () => {
    const octets = Buffer.from('67452301ab89efcd0123456789abcdef', 'hex');
    expect(guidOf(new Uint8Array(octets))).to.equal('01234567-89ab-cdef-0123-456789abcdef');
  });

  it('are read from octets that are ASCII and so arrive as a text', () => {
    expect(guidOf('dcbafehgijklmnop')).to.equal('61626364-6566-6768-696a-6b6c6d6e6f70');
  });

  it('are read from octets that are UTF-8 of fewer characters', () => {
    const text = '\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9';
    expect(guidOf(text)).to.equal(guidOf(new Uint8Array(Buffer.from(text))));
    expect(guidOf(text)).to.equal('a9c3a9c3-a9c3-a9c3-c3a9-c3a9c3a9c3a9');
  });

  const forms: readonly [says: string, text: string][] = [
    ['an entryUUID', '01234567-89ab-cdef-0123-456789abcdef'],
    ['upper case', '01234567-89AB-CDEF-0123-456789ABCDEF'],
    ['braces', '{01234567-89AB-cdef-0123-456789abcdef}'],
    ['an nsUniqueId', '01234567-89abcdef-01234567-89abcdef'],
  ];
  for (const [says, text] of forms) {
    it(`have one text form: ${says}`, () => {
      expect(guidFromText(text)).to.equal('01234567-89ab-cdef-0123-456789abcdef');
      expect(guidOf(text)).to.equal('01234567-89ab-cdef-0123-456789abcdef');
    });
  }

  it('are no other text', () => {
    const texts = [
      '',
      '01234567-89ab-cdef-0123-456789abcde',
      '01234567-89ab-cdef-0123-456789abcdeg',
      '{01234567-89ab-cdef-0123-456789abcdef',
      '01234567-89ab-cdef-0123-456789abcdef}',
      '{01234567-89abcdef-01234567-89abcdef}',
      '0123456789abcdef0123456789abcdef',
      ' 01234567-89ab-cdef-0123-456789abcdef',
      '01234567-89ab-cdef-0123-456789abcdef\n',
      'FIN-Accounting-All',
    ];
    for (const text of texts) {
      expect(guidFromText(text), text).to.equal(undefined);
      expect(guidOf(text), text).to.equal(undefined);
    }
  });

  it('are sixteen octets, neither fewer nor more', () => {
    for (const length of [0, 15, 17]) expect(guidOf(new Uint8Array(length))).to.equal(undefined);
  });

  it('come back from their octets', () => {
    fc.assert(
      fc.property(fc.uuid(), (guid) => {
        expect(guidFromText(guid)).to.equal(guid);
        expect(guidOf(octetsOf(guid))).to.equal(guid);
      }),
      RUNS,
    );
  });

  it('do not change the octets that they are read from', () => {
    const octets = octetsOf('01234567-89ab-cdef-0123-456789abcdef');
    guidOf(octets);
    expect(octets).to.deep.equal(octetsOf('01234567-89ab-cdef-0123-456789abcdef'));
  });
});
