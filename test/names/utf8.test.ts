import { expect } from 'chai';
import { textOrOctets, utf8FileText, utf8Text } from '../../src/names/utf8.ts';

const MARK = [0xef, 0xbb, 0xbf];
/** A character cut short, one encoded too long, half of a pair, an octet of Latin-1. */
const BROKEN: readonly (readonly number[])[] = [[0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x4a, 0xf6]];

describe('octets as UTF-8', () => {
  it('are a value with every character of it', () => {
    expect(utf8Text(Buffer.from([...MARK, 0x4a]))).to.equal('\ufeffJ');
    expect(textOrOctets(Buffer.from([...MARK, 0x4a]))).to.equal('\ufeffJ');
    expect(utf8Text(Buffer.from('Jörg 🙂'))).to.equal('Jörg 🙂');
  });

  it('are a file without its byte order mark, the one at its start', () => {
    expect(utf8FileText(Buffer.from([...MARK, 0x4a, ...MARK]))).to.equal('J\ufeff');
  });

  for (const octets of BROKEN)
    it(`are none that are ${Buffer.from(octets).toString('hex')}, and never mended`, () => {
      const broken = Buffer.from(octets);
      expect(utf8Text(broken)).to.equal(undefined);
      expect(() => utf8FileText(broken)).to.throw(TypeError);
      const kept = textOrOctets(broken);
      expect(kept).to.deep.equal(Uint8Array.from(octets));
      broken.fill(0);
      expect(kept).to.deep.equal(Uint8Array.from(octets));
      // What was refused leaves nothing behind for the next.
      expect(utf8Text(Buffer.from('é'))).to.equal('é');
    });
});
