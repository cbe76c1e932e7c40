import { expect } from 'chai';
import fc from 'fast-check';
import { domainOfSid, sidFromText, sidOf, sidToOctets } from '../../src/names/sid.ts';

const RUNS = { seed: 20261122, numRuns: 500 };
const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const sids = fc
  .record({
    authority: fc.oneof(
      fc.nat(0xffff_ffff),
      fc.maxSafeNat().map((n) => n % 2 ** 48),
    ),
    parts: fc.array(fc.nat(0xffff_ffff), { minLength: 1, maxLength: 15 }),
  })
  .map(({ authority, parts }) => {
    const first =
      authority < 2 ** 32 ? `${authority}` : `0x${authority.toString(16).toUpperCase().padStart(12, '0')}`;
    return `S-1-${first}-${parts.join('-')}`;
  });

describe('names: SIDs', () => {
  const read: readonly [says: string, hex: string, sid: string][] = [
    [
      'of a person in a domain',
      '01 05 000000000005 15000000 a065cf7e 784b9b5f e77c8770 091c0100',
      'S-1-5-21-2127521184-1604012920-1887927527-72713',
    ],
    ['of BUILTIN administrators', '01 02 000000000005 20000000 20020000', 'S-1-5-32-544'],
    ['of everyone', '01 01 000000000001 00000000', 'S-1-1-0'],
    [
      'with an authority of more than 32 bits',
      '01 01 123456789abc ffffffff',
      'S-1-0x123456789ABC-4294967295',
    ],
  ];
  for (const [says, hex, sid] of read) {
    it(`are read from octets and written as octets: ${says}`, () => {
      expect(sidOf(octets(hex))).to.equal(sid);
      expect(sidToOctets(sid)).to.deep.equal(octets(hex));
    });
  }

  const refused: readonly [says: string, hex: string][] = [
    ['nothing', ''],
    ['another revision', '02 01 000000000001 00000000'],
    ['no sub-authority', '01 00 000000000001'],
    ['sixteen sub-authorities', `01 10 000000000005 ${'00000000'.repeat(16)}`],
    ['an octet too few', '01 02 000000000005 20000000 200200'],
    ['an octet too many', '01 02 000000000005 20000000 20020000 00'],
  ];
  for (const [says, hex] of refused) {
    it(`are not ${says}`, () => expect(sidOf(octets(hex))).to.equal(undefined));
  }

  it('are read from octets that are UTF-8 and so arrive as a text', () => {
    const text = octets('01 02 000000000005 20000000 20020000');
    expect(sidOf(new TextDecoder('utf-8', { fatal: true }).decode(text))).to.equal('S-1-5-32-544');
  });

  it('have one text form', () => {
    for (const text of ['S-1-5-32-544', 's-1-5-32-544', 'S-1-05-032-0544', 'S-1-0x5-32-544'])
      expect(sidFromText(text), text).to.equal('S-1-5-32-544');
  });

  it('are no other text', () => {
    const texts = [
      '',
      'S-1-5',
      'S-2-5-32',
      'S-1-5-32-',
      'S-1-5-4294967296',
      'S-1-281474976710656-1',
      ' S-1-5-32-544',
      'S-1-5-32-544\n',
      `S-1-5${'-1'.repeat(16)}`,
      'FIN-Accounting-All',
    ];
    for (const text of texts) {
      expect(sidFromText(text), text).to.equal(undefined);
      expect(sidOf(text), text).to.equal(undefined);
      expect(() => sidToOctets(text), text).to.throw(RangeError);
    }
  });

  it('of one domain differ in their last part only', () => {
    expect(domainOfSid('S-1-5-21-1-2-3-1104')).to.equal('S-1-5-21-1-2-3');
    expect(domainOfSid('S-1-5-32-544')).to.equal('S-1-5-32');
  });

  it('come back from their octets', () => {
    fc.assert(
      fc.property(sids, (sid) => {
        expect(sidFromText(sid)).to.equal(sid);
        expect(sidOf(sidToOctets(sid))).to.equal(sid);
      }),
      RUNS,
    );
  });

  it('never come from octets that would not be written again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (value) => {
        const sid = sidOf(value);
        if (sid !== undefined) expect(sidToOctets(sid)).to.deep.equal(value);
      }),
      RUNS,
    );
  });
});
