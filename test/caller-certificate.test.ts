/** Demands on certificates against what Node says that certificates show; the odd ones were made with OpenSSL. */
import { expect } from 'chai';
import { type CertificateDemand, certificateTest, readShown } from '../src/caller-certificate.ts';

const FINGERPRINT = `${'AB:'.repeat(31)}AB`;

const shown = (subject: string, subjectAltName?: string) =>
  readShown({
    subject,
    subjectAltName,
    fingerprint256: FINGERPRINT,
    validFrom: 'Nov 22 14:14:23 2026 GMT',
    validTo: 'Nov 22 15:14:23 2026 GMT',
  });

const passes = (demand: CertificateDemand, ...certificate: Parameters<typeof shown>) =>
  certificateTest(demand).passes(shown(...certificate));

describe('what a certificate must show', () => {
  it('reads the dates, and no date as no validity', () => {
    expect(shown('CN=x')).to.include({ validFrom: 1795356863000, validTo: 1795360463000 });
    expect(
      readShown({ subject: '', subjectAltName: undefined, fingerprint256: '', validFrom: 'x', validTo: '' })
        .validTo,
    ).to.be.NaN;
  });

  const subject = 'C=DE\nO=Acme\\, Inc. \\"x\\"\nOU=a/b\nCN=immuta + UID=im1\nemailAddress=a@b.c';
  for (const [written, expected] of [
    ['emailAddress=a@b.c,CN=immuta+UID=im1,OU=a/b,O=Acme\\, Inc. \\"x\\",C=DE', true],
    ['E=A@b.c, uid=im1+cn=IMMUTA, ou=A/B, o=Acme\\2C Inc.  \\22x\\22, c=de', true],
    ['1.2.840.113549.1.9.1=a@b.c,2.5.4.3=immuta+UID=im1,OU=a/b,O=Acme\\, Inc. \\"x\\",C=DE', true],
    ['C=DE,O=Acme\\, Inc. \\"x\\",OU=a/b,CN=immuta+UID=im1,emailAddress=a@b.c', false],
    ['emailAddress=a@b.c,CN=immuta,OU=a/b,O=Acme\\, Inc. \\"x\\",C=DE', false],
    ['emailAddress=a@b.c,CN=immuta,UID=im1,OU=a/b,O=Acme\\, Inc. \\"x\\",C=DE', false],
    ['CN=immuta+UID=im1,OU=a/b,O=Acme\\, Inc. \\"x\\",C=DE', false],
    ['emailAddress=a@b.c', false],
  ] as const) {
    it(`${expected ? 'takes' : 'refuses'} the subject as ${written}`, () => {
      expect(passes({ subject: written }, subject)).to.equal(expected);
    });
  }

  it('is not taken in by separators within a value', () => {
    expect(passes({ subject: 'CN=immuta' }, 'CN=x\\0ACN=immuta')).to.equal(false);
    expect(passes({ subject: 'CN=immuta' }, 'CN=x\\,CN=immuta')).to.equal(false);
    expect(passes({ subject: 'CN=immuta,O=x' }, 'O=x\\0ACN=immuta')).to.equal(false);
    expect(passes({ subject: 'CN=a+UID=b' }, 'CN=a \\+ UID=b')).to.equal(false);
    expect(passes({ subject: 'CN=x\\0Ay' }, 'CN=x\\0Ay')).to.equal(true);
  });

  it('finds no subject in an empty or unreadable one', () => {
    for (const none of ['', 'CN', 'CN=a\n\nCN=b', 'CN="a"'])
      expect(shown(none).subject, none).to.equal(undefined);
  });

  const names =
    'DNS:Immuta.acme.example, email:Ops@Acme.example, URI:spiffe://acme/immuta, ' +
    'IP Address:2001:DB8:0:0:0:0:0:1, IP Address:10.0.0.1, DNS:"a\\u002c DNS:evil.example", ' +
    'othername:"UPN:im@x\\u002c DNS:evil2.example", DNS:*.wild.example, URI:"http://x/\\"\\u002c DNS:evil3.example"';
  for (const [san, expected] of [
    ['immuta.acme.example', true],
    ['IMMUTA.ACME.EXAMPLE', true],
    ['acme.example', false],
    ['x.wild.example', false],
    ['evil.example', false],
    ['evil2.example', false],
    ['evil3.example', false],
    ['Ops@acme.EXAMPLE', true],
    ['ops@acme.example', false],
    ['im@x', false],
    ['spiffe://acme/immuta', true],
    ['spiffe://acme/Immuta', false],
    ['2001:db8::1', true],
    ['2001:0db8:0::0001', true],
    ['2001:db8::2', false],
    ['10.0.0.1', true],
    ['10.0.0.10', false],
  ] as const) {
    it(`${expected ? 'has' : 'does not have'} the name ${san}`, () => {
      expect(passes({ san }, 'CN=x', names)).to.equal(expected);
    });
  }

  it('takes no name of another kind, nor the common name', () => {
    expect(passes({ san: 'immuta' }, 'CN=immuta', 'URI:immuta, email:immuta, Registered ID:immuta')).to.equal(
      false,
    );
    expect(passes({ san: '10.0.0.1' }, 'CN=x', 'DNS:10.0.0.1')).to.equal(false);
    expect(passes({ san: 'a@b.c' }, 'CN=x', 'DNS:a@b.c, URI:a@b.c')).to.equal(false);
  });

  it('finds no names at all where one cannot be read', () => {
    for (const broken of [
      'DNS:a.example, "',
      'DNS:a.example, DNS:"x',
      'DNS:a.example,DNS:b',
      'DNS:a.example, ',
      'DNS:a.example, DNS:"\\x"',
      '"DNS:x", DNS:a.example',
    ])
      expect(passes({ san: 'a.example' }, 'CN=x', broken), broken).to.equal(false);
  });

  it('compares fingerprints without colons and case', () => {
    for (const fingerprint of [FINGERPRINT, 'ab'.repeat(32), 'AB'.repeat(32)])
      expect(passes({ fingerprint }, 'CN=x')).to.equal(true);
    expect(passes({ fingerprint: `${'ab'.repeat(31)}ac` }, 'CN=x')).to.equal(false);
    expect(passes({ fingerprint: 'ab' }, 'CN=x')).to.equal(false);
  });

  for (const demand of [
    { subject: ' ' },
    { subject: 'immuta' },
    { subject: 'CN=a,,CN=b' },
    { san: 'DNS:immuta.acme.example' },
    { san: 'IP Address:10.0.0.1' },
    { san: '*.acme.example' },
    { san: 'zażółć.example' },
    { san: 'a b' },
    { san: 'http:' },
    { san: 'a@b@c d' },
  ]) {
    it(`cannot be ${JSON.stringify(demand)}`, () => {
      expect(() => certificateTest(demand)).to.throw();
    });
  }
});
