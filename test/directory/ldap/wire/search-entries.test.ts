/** Entries out of their messages: every octet of every value, whatever came before, and nothing out of what is broken. */
import { expect } from 'chai';
import fc from 'fast-check';
import { MalformedMessageError } from '../../../../src/directory/ldap/wire/ber.ts';
import { FrameReader } from '../../../../src/directory/ldap/wire/frames.ts';
import { entryMessage } from '../../../../src/directory/ldap/wire/search-entries.ts';
import { searchDone, searchEntry } from '../../../directories/fake-ldap-server.ts';

const DN = 'uid=ann,ou=people,dc=example,dc=test';

/** As it comes off the wire. */
function read(message: Buffer) {
  const [frame = Buffer.alloc(0)] = new FrameReader().push(message);
  return entryMessage(frame);
}

function valuesRead(values: readonly (string | Buffer)[]): readonly (string | Uint8Array)[] {
  return read(searchEntry(7, DN, { memberOf: values }))?.entry.forms[0]?.values ?? [];
}

describe('the entries of a search', () => {
  it('have the id, the DN and the attributes that were sent, options apart', () => {
    const sent = searchEntry(70_000, 'cn=Jürgen,dc=example', {
      CN: ['a', 'a'],
      'sn;lang-de': ['ß'],
      mail: [],
    });
    expect(read(sent)).to.deep.equal({
      messageId: 70_000,
      entry: {
        dn: 'cn=Jürgen,dc=example',
        forms: [
          { type: 'cn', options: [], values: ['a', 'a'] },
          { type: 'sn', options: ['lang-de'], values: ['ß'] },
        ],
      },
    });
  });

  it('have every value as it was sent, be it text or octets, short or long, new or known', () => {
    const stems = ['', 'cn=a,dc=x', 'x'.repeat(127), 'x'.repeat(128), 'x'.repeat(129), 'é'.repeat(64)];
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 140 }).map((octets) => Buffer.from(octets)),
      fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => Buffer.from(text)),
      // One octet apart from each other, at the beginning, in the middle, at the end.
      fc
        .tuple(fc.constantFrom(...stems), fc.nat(140), fc.constantFrom(0x00, 0x41, 0x7f, 0x80, 0xff))
        .map(([stem, at, octet]) => {
          const octets = Buffer.from(stem);
          if (octets.length > 0) octets[at % octets.length] = octet;
          return octets;
        }),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
        for (const [i, got] of valuesRead(values).entries())
          expect(Buffer.from(got).equals(values[i] ?? Buffer.alloc(0))).to.equal(true);
        expect(valuesRead(values)).to.have.length(values.length);
      }),
      { numRuns: 500 },
    );
  });

  it('have texts that are no UTF-8 as octets, and a byte order mark as what it is', () => {
    expect(valuesRead([Buffer.from([0xef, 0xbb, 0xbf, 0x61]), Buffer.from([0x61, 0xff])])).to.deep.equal([
      '\ufeffa',
      new Uint8Array([0x61, 0xff]),
    ]);
  });

  it('are right also where more texts came than are kept, in any order', () => {
    const texts = Array.from({ length: 50_000 }, (_, i) => `cn=group ${(i * 7919) % 50_000},dc=example`);
    for (let i = 0; i < texts.length; i += 500) {
      const some = texts.slice(i, i + 500);
      expect(valuesRead(some)).to.deep.equal(some);
      expect(valuesRead(texts.slice(0, 500))).to.deep.equal(texts.slice(0, 500));
    }
  });

  it('are left alone where the message holds something else', () => {
    expect(read(searchDone(7, 0))).to.equal(undefined);
  });

  describe('are refused', () => {
    const sent = searchEntry(7, DN, { cn: ['ann'] });
    const dn = sent.indexOf(DN) - 2;
    const list = dn + 2 + DN.length;
    for (const [what, at, tag] of [
      ['the DN is no text', dn, 0x02],
      ['the attributes are no list', list, 0x04],
      ['an attribute is no list', list + 2, 0x31],
      ['the name of an attribute is no text', list + 4, 0x30],
      ['the values are no set', list + 8, 0x30],
      ['a value is no text', list + 10, 0x02],
    ] as const) {
      it(`where ${what}`, () => {
        const broken = Buffer.from(sent);
        expect(broken[at]).to.not.equal(tag);
        broken[at] = tag;
        expect(() => read(broken)).to.throw(MalformedMessageError);
      });
    }

    it('where the attributes are missing', () => {
      const cut = Buffer.from(sent.subarray(0, list));
      cut[1] = list - 2;
      cut[6] = list - 7;
      expect(() => read(cut)).to.throw(MalformedMessageError, 'broken entry');
    });
  });
});
