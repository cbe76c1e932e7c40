import { expect } from 'chai';
import { hashPassword, parsePasswordHash, verifyPassword } from '../src/password-hash.ts';

describe('password hashes', () => {
  it('verify the password they were made of and no other', async () => {
    const text = await hashPassword('pä:ss wörd');
    expect(text).to.match(/^\$scrypt\$ln=15,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    const hash = parsePasswordHash(text);
    expect(await verifyPassword('pä:ss wörd', hash)).to.equal(true);
    expect(await verifyPassword('pä:ss wörd'.normalize('NFD'), hash)).to.equal(true);
    expect(await verifyPassword('pä:ss word', hash)).to.equal(false);
  });

  it('have a salt of their own each', async () => {
    expect(await hashPassword('same')).to.not.equal(await hashPassword('same'));
  });

  // RFC 7914 section 12: scrypt("pleaseletmein", "SodiumChloride", 16384, 8, 1).
  it('agree with the test vector of RFC 7914', async () => {
    const expected = '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2';
    const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const salt = encode(Buffer.from('SodiumChloride'));
    const hash = encode(Buffer.from(expected, 'hex'));
    const parsed = parsePasswordHash(`$scrypt$ln=14,r=8,p=1$${salt}$${hash}`);
    expect(await verifyPassword('pleaseletmein', parsed)).to.equal(true);
  });

  for (const [what, text] of [
    ['a plain password', 'secret'],
    ['bcrypt', '$2b$10$abcdefghijklmnopqrstuv'],
    ['no cost', '$scrypt$$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2g'],
    ['a cost that is too low', '$scrypt$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2g'],
    [
      'a cost that takes too much memory',
      '$scrypt$ln=24,r=8,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2g',
    ],
  ] as const) {
    it(`refuse ${what} without repeating it`, () => {
      expect(() => parsePasswordHash(text))
        .to.throw(Error)
        .with.property('message')
        .not.include(text);
    });
  }
});
