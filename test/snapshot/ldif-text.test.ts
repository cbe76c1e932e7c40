/** LDIF as it is written, read again by the parser of the LDIF directory. */
import { expect } from 'chai';
import fc from 'fast-check';
import { plainValues } from '../../src/directory/entries/entry.ts';
import { parseLdif } from '../../src/directory/ldif/known-ldif.ts';
import type { AttributeValue } from '../../src/person.ts';
import { ldifRecord } from '../../src/snapshot/ldif-text.ts';

const DN = 'cn=a,dc=x';

function readBack(values: readonly AttributeValue[]): readonly AttributeValue[] {
  const { entries } = parseLdif(ldifRecord(DN, [['cn', values]]));
  const [entry] = entries;
  if (entry === undefined) throw new Error('no record');
  return plainValues(entry, 'cn');
}

describe('LDIF as it is written', () => {
  for (const [what, value, line] of [
    ['plain text', 'Ann Smith', 'cn: Ann Smith'],
    ['a text that begins with a space', ' a', 'cn:: IGE='],
    ['a text that ends with a space', 'a ', 'cn:: YSA='],
    ['a text that begins with a colon', ':a', 'cn:: OmE='],
    ['a text that looks like a URL', '<file:///etc/passwd', 'cn:: PGZpbGU6Ly8vZXRjL3Bhc3N3ZA=='],
    ['a line break', 'a\nb', 'cn:: YQpi'],
    ['an escape sequence', '\u001b[31m', 'cn:: G1szMW0='],
    ['anything beyond ASCII', 'ü', 'cn:: w7w='],
    ['octets', new Uint8Array([0, 255]), 'cn:: AP8='],
    ['nothing', '', 'cn: '],
    ['what reads like another entry', 'adn: cn=b', 'cn:: YWRuOiBjbj1i'],
  ] as const) {
    it(`has ${what} as RFC 2849 wants it`, () => {
      expect(ldifRecord(DN, [['cn', [value]]])).to.equal(`dn: ${DN}\n${line}\n\n`);
    });
  }

  it('has no line of more than 76 characters', () => {
    const text = ldifRecord(`cn=${'ü'.repeat(200)},dc=x`, [['cn', ['a'.repeat(500)]]]);
    expect(Math.max(...text.split('\n').map((line) => line.length))).to.equal(76);
    expect(readBack(['a'.repeat(500)])).to.deep.equal(['a'.repeat(500)]);
  });

  it('comes back as it was, whatever it is', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (values) => {
        expect(readBack(values)).to.deep.equal(values);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        const [back = ''] = readBack([octets]);
        expect(Buffer.from(back).toString('hex')).to.equal(Buffer.from(octets).toString('hex'));
      }),
    );
  });
});
