import { expect } from 'chai';
import { GroupPlaces } from '../../../src/mapping/recognising/group-place.ts';
import { isUnder, parseDn, tryParseDn } from '../../../src/names/dn.ts';

const under = parseDn('OU=Immuta,DC=acme,DC=com');
const elsewhere = parseDn('OU=Other,DC=acme,DC=com');

/** DNs in all the spellings that a short way to the parent could take for something else. */
const SPELLINGS = [
  'CN=A,OU=Immuta,DC=acme,DC=com',
  'cn=a, ou=immuta , dc=ACME,DC=com',
  ' CN=A,OU=Immuta,DC=acme,DC=com',
  '2.5.4.3=A,OU=Immuta,DC=acme,DC=com',
  'OID.2.5.4.3=A,OU=Immuta,DC=acme,DC=com',
  'CN=A,CN=B,OU=Immuta,DC=acme,DC=com',
  'CN=A\\,OU=Immuta,DC=acme,DC=com',
  'CN=A\\2COU=Immuta,DC=acme,DC=com',
  'CN=A\\\\,OU=Immuta,DC=acme,DC=com',
  'CN=A+OU=B,OU=Immuta,DC=acme,DC=com',
  'CN=A+OU=Immuta,DC=acme,DC=com',
  'CN="A,OU=Immuta,DC=acme,DC=com',
  'CN=#0401,OU=Immuta,DC=acme,DC=com',
  'CN=#zz,OU=Immuta,DC=acme,DC=com',
  'CN=A=B,OU=Immuta,DC=acme,DC=com',
  'CN=A;OU=B,OU=Immuta,DC=acme,DC=com',
  'CN=A\ud800,OU=Immuta,DC=acme,DC=com',
  'CN=A\u{1f600},OU=Immuta,DC=acme,DC=com',
  'CN=,OU=Immuta,DC=acme,DC=com',
  'C N=A,OU=Immuta,DC=acme,DC=com',
  '1N=A,OU=Immuta,DC=acme,DC=com',
  'CN=A,OU=Immuta,DC=acme,DC=com,',
  'CN=A,,OU=Immuta,DC=acme,DC=com',
  'CN=A,OU=Immuta\\2CDC=acme,DC=com',
  'CN=A,OU=Other,DC=acme,DC=com',
  'CN=A,OU=NotImmuta,DC=acme,DC=com',
  'OU=Immuta,DC=acme,DC=com',
  'DC=acme,DC=com',
  'CN=A',
  'CN=A,',
  '',
  'no DN at all',
];

describe('mapping: where a group lies', () => {
  it('is told as by the whole DN, in every spelling, first or again', () => {
    const places = new GroupPlaces({ under: [under], written: [] });
    const told = (text: string) => {
      const place = places.of(text);
      return [text, place.counts, place.isUnder(under), place.isUnder(elsewhere)];
    };
    const expected = SPELLINGS.map((text) => {
      const dn = tryParseDn(text);
      const isBelow = (ancestor: typeof under): boolean => dn !== undefined && isUnder(dn, ancestor);
      return [text, isBelow(under), isBelow(under), isBelow(elsewhere)];
    });
    expect(SPELLINGS.map(told)).to.deep.equal(expected);
    expect(SPELLINGS.map(told)).to.deep.equal(expected);
    expect(expected.filter(([, counts]) => counts)).to.have.length.within(5, SPELLINGS.length - 10);
  });

  it('counts everywhere where no base is named, even what is no DN', () => {
    const places = new GroupPlaces({ under: [], written: [] });
    expect(SPELLINGS.map((text) => places.of(text).counts)).to.not.include(false);
  });

  it('counts below each of several bases', () => {
    const places = new GroupPlaces({ under: [elsewhere, under], written: [] });
    expect(places.of('CN=A,OU=Immuta,DC=acme,DC=com').counts).to.equal(true);
    expect(places.of('CN=A,OU=B,OU=Other,DC=acme,DC=com').counts).to.equal(true);
    expect(places.of('CN=A,DC=acme,DC=com').counts).to.equal(false);
  });
});
