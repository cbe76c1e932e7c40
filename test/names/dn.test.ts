import { expect } from 'chai';
import fc from 'fast-check';
import {
  canonicalType,
  type Dn,
  DnSyntaxError,
  equalDn,
  exactKeyOfDn,
  firstRdnType,
  firstRdnValue,
  formatDn,
  formatValue,
  isAtOrUnder,
  isUnder,
  keyOfDn,
  parseDn,
  parseShownDn,
  tryParseDn,
  tryParseWrittenDn,
} from '../../src/names/dn.ts';

const values = (text: string): (string | Uint8Array)[][] =>
  parseDn(text).rdns.map((rdn) => rdn.map(({ value }) => value));
const same = (a: string, b: string): boolean => equalDn(parseDn(a), parseDn(b));

describe('names: DNs of RFC 4514, section 4', () => {
  const examples: readonly [text: string, read: (string | Uint8Array)[][]][] = [
    ['UID=jsmith,DC=example,DC=net', [['jsmith'], ['example'], ['net']]],
    ['OU=Sales+CN=J.  Smith,DC=example,DC=net', [['Sales', 'J.  Smith'], ['example'], ['net']]],
    ['CN=James \\"Jim\\" Smith\\, III,DC=example,DC=net', [['James "Jim" Smith, III'], ['example'], ['net']]],
    ['CN=Before\\0dAfter,DC=example,DC=net', [['Before\rAfter'], ['example'], ['net']]],
    ['1.3.6.1.4.1.1466.0=#04024869', [['Hi']]],
    ['CN=Lu\\C4\\8Di\\C4\\87', [['Lu\u010di\u0107']]],
  ];
  for (const [text, read] of examples) it(text, () => expect(values(text)).to.deep.equal(read));

  it('the empty DN is the root', () => {
    expect(parseDn('').rdns).to.deep.equal([]);
    expect(parseDn('  ').rdns).to.deep.equal([]);
  });
});

describe('names: DNs are read', () => {
  const cases: readonly [says: string, text: string, read: (string | Uint8Array)[][]][] = [
    ['with escaped separators', String.raw`CN=a\,b\+c\=d\;e\<f\>g\\h`, [['a,b+c=d;e<f>g\\h']]],
    ['with an escaped space at both ends', String.raw`CN=\ a \ ,O=b`, [[' a  '], ['b']]],
    ['with an escaped # in front', String.raw`CN=\#a`, [['#a']]],
    ['with a # elsewhere', 'CN=a#b', [['a#b']]],
    ['with spaces around separators', ' CN = a , O = b + OU = c ', [['a'], ['b', 'c']]],
    ['with an = in a value', 'CN=a=b', [['a=b']]],
    ['with an empty value', 'CN=,O=b', [[''], ['b']]],
    ['with hex of a UTF8String', 'CN=#0C036A6F65,O=b', [['joe'], ['b']]],
    ['with hex of a BMPString', 'CN=#1e0400e9010d', [['\u00e9\u010d']]],
    ['with hex of a Latin-1 TeletexString', 'CN=#1401e9', [['\u00e9']]],
    ['with hex that is no string as octets', 'CN=#30030201ff', [[new Uint8Array([0x30, 3, 2, 1, 0xff])]]],
    ['with octets that are no UTF-8', String.raw`CN=a\ff`, [[new Uint8Array([0x61, 0xff])]]],
    ['with a surrogate pair', 'CN=\u{1f600}', [['\u{1f600}']]],
    ['with an OID as type', 'OID.2.5.4.3=a', [['a']]],
    ['with an OID of long numbers', '12.34=a', [['a']]],
    ['with a lone surrogate, which is no character', 'CN=a\ud800b,O=c', [['a\ufffdb'], ['c']]],
    ['with spaces behind an escape', 'CN=a\\,b  ,O=c', [['a,b'], ['c']]],
    ['with spaces between words beside an escape', 'CN=a\\,  b', [['a,  b']]],
    ['with one space alone, escaped', 'CN=\\ ', [[' ']]],
    ['with a byte order mark', 'CN=\\EF\\BB\\BFa', [['\ufeffa']]],
  ];
  for (const [says, text, read] of cases) it(says, () => expect(values(text)).to.deep.equal(read));
});

describe('names: DNs are refused', () => {
  const cases: readonly [says: string, text: string, index: number][] = [
    ['without a type', '=a', 0],
    ['without =', 'Immuta', 6],
    ['with a type that starts with a digit', '1cn=a', 0],
    ['with a placeholder', 'CN=<a>', 3],
    ['with a bare quote', 'CN="a"', 3],
    ['with a bare semicolon', 'CN=a;O=b', 4],
    ['with a lone backslash', 'CN=a\\', 4],
    ['with an escape that is none', 'CN=a\\zb', 4],
    ['with half a hex pair', 'CN=a\\c,O=b', 4],
    ['with an odd number of hex digits', 'CN=#041', 3],
    ['with # and no hex', 'CN=#zz', 3],
    ['with hex and text', 'CN=#0401aa b', 3],
    ['with a comma at the end', 'CN=a,', 5],
    ['with two commas', 'CN=a,,O=b', 5],
    ['with a plus at the end', 'CN=a+', 5],
    ['with a null character', 'CN=a\0b', 4],
  ];
  for (const [says, text, index] of cases) {
    it(says, () => {
      expect(() => parseDn(text))
        .to.throw(DnSyntaxError)
        .with.property('index', index);
      expect(tryParseWrittenDn(text)).to.equal(undefined);
    });
  }
});

describe('names: what is wrong with a DN', () => {
  for (const [text, message] of [
    ['=a', 'an attribute type such as CN or OU is expected'],
    ['CN', '"=" is expected after "CN"'],
    ['CN=a;O=b', '";" must be escaped with a backslash'],
    ['CN=a\0', '"\\u0000" must be escaped with a backslash'],
    ['CN=a\\zb', 'after a backslash one of " + , ; < > # = \\ a space or two hex digits is expected'],
    ['CN=#zz', 'pairs of hex digits are expected after "#"'],
  ] as const)
    it(`is told: ${message}`, () => expect(() => parseDn(text)).to.throw(DnSyntaxError, message));

  for (const [text, message] of [
    ['CN="a', 'a quote is not closed'],
    ['CN="a"b', 'nothing may follow a quote but the next level'],
  ] as const)
    it(`is told: ${message}`, () => expect(() => parseShownDn(text)).to.throw(DnSyntaxError, message));
});

describe('names: DNs as older directories show them, RFC 2253 section 4', () => {
  const shown = (text: string) => parseShownDn(text).rdns.map((rdn) => rdn.map(({ value }) => value));
  for (const [text, read] of [
    ['CN="Smith, John",O=b', [['Smith, John'], ['b']]],
    ['CN=a;O=b ; C=c', [['a'], ['b'], ['c']]],
    ['CN = "a" + OU = "b;c" , O=d', [['a', 'b;c'], ['d']]],
    ['cn="dc=acme,dc=com",cn=mapping tree,cn=config', [['dc=acme,dc=com'], ['mapping tree'], ['config']]],
    [String.raw`CN="a \"b\" \\ \c3\a9 <c>"`, [['a "b" \\ \u00e9 <c>']]],
    ['CN="",O=b', [[''], ['b']]],
    ['CN="\u00e9\u{1f600}"', [['\u00e9\u{1f600}']]],
    [String.raw`CN="a\ff"`, [[new Uint8Array([0x61, 0xff])]]],
    ['CN=#04024869;O=b', [['Hi'], ['b']]],
    ['CN=a\\,b,O=c', [['a,b'], ['c']]],
  ] as const)
    it(text, () => expect(shown(text)).to.deep.equal(read));

  it('mean the same as in the newer form', () => {
    const key = (text: string) => keyOfDn(parseShownDn(text));
    expect(key('CN="Smith, John";OU=x')).to.equal(keyOfDn(parseDn('cn=smith\\, john,ou=X')));
    expect(tryParseDn('CN="a";O=b')).to.deep.equal(parseShownDn('CN="a";O=b'));
  });

  for (const [text, index] of [
    ['CN="a', 3],
    ['CN="a\\"', 3],
    ['CN="a"b', 6],
    ['CN="a""b"', 6],
    ['CN=a"b"', 4],
    ['CN=a;', 5],
    ['CN="a\0b"', 3],
    ['CN="a\\zb"', 5],
  ] as const)
    it(`are refused as ${JSON.stringify(text)}`, () => {
      expect(() => parseShownDn(text))
        .to.throw(DnSyntaxError)
        .with.property('index', index);
      expect(tryParseDn(text)).to.equal(undefined);
    });
});

describe('names: DNs are compared by meaning', () => {
  const equal: readonly [says: string, a: string, b: string][] = [
    ['case of types and values', 'CN=Sales,DC=Acme', 'cn=SALES,dc=acme'],
    ['case beyond ASCII', 'CN=\u00c9T\u00c9', 'CN=e\u0301t\u00e9'],
    ['spaces around separators', 'CN=a, O=b', 'CN=a,O=b'],
    ['inner spaces', 'CN=J.  Smith', 'CN=J. Smith'],
    ['spaces of other kinds', 'CN=J.\u00a0\tSmith\u3000,O=b', 'CN=J. Smith,O=b'],
    ['spaces at the ends, escaped too', 'CN=\\ a\\20\\C2\\A0,O=b', 'CN=a,O=b'],
    ['escapes', 'CN=a\\2Cb', 'CN=a\\,b'],
    ['hex', 'CN=#0C03616263', 'CN=abc'],
    ['the order in a multi-valued RDN', 'CN=a+OU=b,O=c', 'OU=b+CN=a,O=c'],
    ['types by another name', '2.5.4.3=a,OID.2.5.4.11=b', 'commonName=a,OU=b'],
    ['hex of what is no text', 'CN=#30030201FF', 'CN=#30030201ff'],
  ];
  for (const [says, a, b] of equal) it(`${says} do not matter`, () => expect(same(a, b)).to.equal(true));
  const different: readonly [says: string, a: string, b: string][] = [
    ['the order of RDNs', 'CN=a,OU=b', 'OU=b,CN=a'],
    ['a multi-valued RDN and two', 'CN=a+OU=b', 'CN=a,OU=b'],
    ['a comma in a value and two RDNs', 'CN=a\\,OU=b', 'CN=a,OU=b'],
    ['a plus in a value and two elements', 'CN=a\\+OU=b', 'CN=a+OU=b'],
    ['a # in a value and octets', 'CN=\\#ff', 'CN=\\ff'],
    ['an invisible character and none', 'CN=a\u200b', 'CN=a'],
    ['\u00df and ss', 'CN=stra\u00dfe', 'CN=strasse'],
    ['depths', 'CN=a,O=b', 'CN=a'],
    ['two elements and the second in the value of the first', 'CN=a+OU=b', 'CN=aOU\\=b'],
    ['a separator in a value and none', 'CN=a\\,b', 'CN=ab'],
    ['octets', 'CN=\\ff', 'CN=\\fe'],
  ];
  for (const [says, a, b] of different) it(`${says} are different`, () => expect(same(a, b)).to.equal(false));

  it('keys are equal for equal DNs alone', () => {
    for (const key of [keyOfDn, exactKeyOfDn]) {
      expect(key(parseDn('cn=a, 2.5.4.10=b'))).to.equal(key(parseDn('CN=a,O=b')));
      for (const other of ['CN=a', 'CN=aO=b', 'CN=ao=b', 'CN=b,O=a', 'CN=a,O=b,C=c', 'CN=a,O='])
        expect(key(parseDn(other)), other).to.not.equal(key(parseDn('CN=a,O=b')));
    }
    const [lower, upper] = [parseDn('cn=j.  smith'), parseDn('CN=J. Smith')];
    expect(keyOfDn(lower)).to.equal(keyOfDn(upper));
    expect(exactKeyOfDn(lower)).to.not.equal(exactKeyOfDn(upper));
    expect(exactKeyOfDn(parseDn('cn=J.  Smith'))).to.equal(exactKeyOfDn(upper));
  });

  for (const [short, ...others] of [
    ['cn', '2.5.4.3', 'OID.2.5.4.3', 'commonName'],
    ['l', '2.5.4.7', 'localityName'],
    ['st', '2.5.4.8', 'stateOrProvinceName'],
    ['o', '2.5.4.10', 'organizationName'],
    ['ou', '2.5.4.11', 'organizationalUnitName'],
    ['c', '2.5.4.6', 'countryName'],
    ['street', '2.5.4.9', 'streetAddress'],
    ['dc', '0.9.2342.19200300.100.1.25', 'domainComponent'],
    ['uid', '0.9.2342.19200300.100.1.1', 'userId'],
    ['sn', '2.5.4.4', 'surname'],
    ['serialnumber', '2.5.4.5', 'serialNumber'],
    ['title', '2.5.4.12'],
    ['givenname', '2.5.4.42', 'gn'],
    ['mail', '0.9.2342.19200300.100.1.3', 'rfc822Mailbox'],
    ['emailaddress', '1.2.840.113549.1.9.1', 'email', 'E'],
  ] as const)
    it(`${others.join(', ')} and ${short} are one type (RFC 4514 section 3, RFC 4519)`, () => {
      for (const other of [short, ...others]) expect(canonicalType(other)).to.equal(short);
    });

  it('a type that is unknown is itself, in lower case', () => {
    for (const type of ['employeeNumber', 'void.2.5.4.3', '2.5.4.99'])
      expect(canonicalType(type)).to.equal(type.toLowerCase());
  });

  it('at or under is also the DN itself', () => {
    const atOrUnder = (dn: string, ancestor: string) => isAtOrUnder(parseDn(dn), parseDn(ancestor));
    expect(atOrUnder('CN=a,DC=acme', 'dc=ACME')).to.equal(true);
    expect(atOrUnder('DC=acme', 'dc=ACME')).to.equal(true);
    expect(atOrUnder('DC=other', 'dc=ACME')).to.equal(false);
    expect(atOrUnder('DC=acme', 'CN=a,dc=ACME')).to.equal(false);
  });

  it('under compares whole RDNs, and a DN is not under itself', () => {
    const under = (dn: string, ancestor: string): boolean => isUnder(parseDn(dn), parseDn(ancestor));
    expect(under('CN=a,OU=x,DC=acme', 'ou=X, dc=acme')).to.equal(true);
    expect(under('CN=a,OU=y,OU=x,DC=acme', 'OU=x,DC=acme')).to.equal(true);
    expect(under('OU=x,DC=acme', 'OU=x,DC=acme')).to.equal(false);
    expect(under('CN=a,OU=ax,DC=acme', 'OU=x,DC=acme')).to.equal(false);
    expect(under('CN=a\\,OU=x,DC=acme', 'OU=x,DC=acme')).to.equal(false);
    expect(under('DC=acme', 'OU=x,DC=acme')).to.equal(false);
    expect(under('CN=a', '')).to.equal(true);
    expect(under('', '')).to.equal(false);
  });

  it("a group's name is the first value, whatever its type is called", () => {
    expect(firstRdnValue(parseDn('CN=Sales\\, EMEA+OU=x,DC=acme'))).to.equal('Sales, EMEA');
    expect(firstRdnValue(parseDn('CN=\\ff'))).to.equal('#ff');
    expect(firstRdnValue(parseDn(''))).to.equal(undefined);
    expect(firstRdnType(parseDn('2.5.4.3=a,OU=b'))).to.equal('cn');
    expect(firstRdnType(parseDn('OID.2.5.4.11=a'))).to.equal('ou');
    expect(firstRdnType(parseDn(''))).to.equal(undefined);
  });
});

describe('names: DNs are written', () => {
  for (const [value, written] of [
    ['Sales', 'Sales'],
    ['a  b', 'a  b'],
    ['', ''],
    [' ', '\\ '],
    ['  ', '\\ \\ '],
    [' a ', '\\ a\\ '],
    ['a ', 'a\\ '],
    ['#a#', '\\#a#'],
    ['a"+,;<>\\b', 'a\\"\\+\\,\\;\\<\\>\\\\b'],
    ['a\0\0b', 'a\\00\\00b'],
    [new Uint8Array([0x30, 0, 0xff]), '#3000ff'],
  ] as const)
    it(`${JSON.stringify(value)} as ${written}`, () => {
      expect(formatValue(value)).to.equal(written);
      expect(parseDn(`CN=${written},O=x`).rdns[0]?.[0]?.value).to.deep.equal(value);
    });

  it('level by level, as their types are spelled', () => {
    for (const text of ['Cn=a+2.5.4.11=b\\,c,O=d', '', 'CN=#30030201ff'])
      expect(formatDn(parseDn(text))).to.equal(text);
  });

  it('and read: what a config writes, and what a directory shows', () => {
    expect(tryParseWrittenDn('CN=a,O=b')).to.deep.equal(parseDn('CN=a,O=b'));
    expect(tryParseDn('CN=a,O=b')).to.deep.equal(parseDn('CN=a,O=b'));
  });
});

describe('names: for any DN', () => {
  const RUNS = { seed: 20261122, numRuns: 300 };
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.string({
      unit: fc.constantFrom(' ', '#', ',', '+', '"', '\\', ';', '<', '>', '=', 'a', 'A', '\0', '\u00e9'),
      maxLength: 5,
    }),
    fc.constantFrom('a', 'A', 'a  b', 'A b'),
  );
  const dn: fc.Arbitrary<Dn> = fc
    .array(
      fc.array(fc.record({ type: fc.constantFrom('CN', 'cn', '2.5.4.3', 'OU', 'x-y'), value }), {
        minLength: 1,
        maxLength: 2,
      }),
      { maxLength: 3 },
    )
    .map((rdns) => parseDn(formatDn({ rdns, keys: [] })));

  it('writing and reading again gives the same', () => {
    fc.assert(
      fc.property(dn, (each) => {
        expect(parseDn(formatDn(each)).rdns).to.deep.equal(each.rdns);
        expect(equalDn(parseDn(formatDn(each)), each)).to.equal(true);
      }),
      RUNS,
    );
  });

  it('escaping more of it changes nothing', () => {
    fc.assert(
      fc.property(dn, (each) => {
        const hex = each.rdns
          .map((rdn) =>
            rdn
              .map(
                ({ type, value: text }) =>
                  `${type}=${[...Buffer.from(text)].map((octet) => `\\${octet.toString(16).padStart(2, '0')}`).join('')}`,
              )
              .join('+'),
          )
          .join(' , ');
        expect(keyOfDn(parseDn(hex))).to.equal(keyOfDn(each));
      }),
      RUNS,
    );
  });

  it('equality is an equivalence', () => {
    fc.assert(
      fc.property(dn, dn, dn, (a, b, c) => {
        expect(equalDn(a, a)).to.equal(true);
        expect(equalDn(a, b)).to.equal(equalDn(b, a));
        if (equalDn(a, b) && equalDn(b, c)) expect(equalDn(a, c)).to.equal(true);
        expect(equalDn(a, b)).to.equal(keyOfDn(a) === keyOfDn(b));
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });

  it('what is under stays under, and never both ways', () => {
    fc.assert(
      fc.property(dn, dn, (a, b) => {
        const joined = parseDn([formatDn(a), formatDn(b)].filter((text) => text !== '').join(','));
        expect(isUnder(joined, b)).to.equal(a.rdns.length > 0);
        expect(isUnder(b, joined)).to.equal(false);
      }),
      RUNS,
    );
  });
});
