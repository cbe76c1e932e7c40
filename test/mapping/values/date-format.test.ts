import { expect } from 'chai';
import fc from 'fast-check';
import { compileDateFormat, isDateFormat } from '../../../src/mapping/values/date-format.ts';
import { type DateFormat, type Moment, NEVER, parseDateLiteral } from '../../../src/mapping/values/moment.ts';

const RUNS = { seed: 20261122, numRuns: 300 };

function format(written: string): DateFormat {
  const result = compileDateFormat(written);
  if (!isDateFormat(result)) throw new Error(result.message);
  return result;
}

function read(written: string, text: string, timezone = 'Europe/Paris'): Moment | undefined {
  return format(written).read(text, timezone);
}

function instant(moment: Moment | undefined): string | undefined {
  if (moment === undefined) return undefined;
  expect(moment.from).to.equal(moment.to);
  return new Date(moment.from).toISOString();
}

describe('mapping: dates by a pattern', () => {
  const days: readonly [pattern: string, text: string][] = [
    ['yyyy-MM-dd', '2026-10-25'],
    ['dd.MM.yyyy', '25.10.2026'],
    ['d.M.yyyy', '25.10.2026'],
    ['MM/dd/yyyy', '10/25/2026'],
    ['yyyyMMdd', '20261025'],
    ['yyyy\u5e74MM\u6708dd\u65e5', '2026\u5e7410\u670825\u65e5'],
    ['[dd] (MM) {yyyy}?', '[25] (10) {2026}?'],
  ];
  for (const [pattern, text] of days) {
    it(`without a time are whole days: ${pattern}`, () => {
      expect(read(pattern, text)).to.deep.equal(parseDateLiteral('2026-10-25', 'Europe/Paris'));
    });
  }

  it('have one digit or two where the letter stands alone', () => {
    for (const text of ['1.2.2026', '01.02.2026', '1.02.2026'])
      expect(read('d.M.yyyy', text), text).to.deep.equal(parseDateLiteral('2026-02-01', 'Europe/Paris'));
    expect(read('dd.MM.yyyy', '1.2.2026')).to.equal(undefined);
  });

  const instants: readonly [pattern: string, text: string, at: string][] = [
    ['yyyy-MM-dd HH:mm:ss', '2026-07-01 12:30:15', '2026-07-01T10:30:15.000Z'],
    ['yyyy-MM-ddTHH:mm', '2026-07-01T12:30', '2026-07-01T10:30:00.000Z'],
    ['yyyyMMddHH', '2026070112', '2026-07-01T10:00:00.000Z'],
    ['dd/MM/yyyy HH:mm', '01/01/2026 00:00', '2025-12-31T23:00:00.000Z'],
  ];
  for (const [pattern, text, at] of instants) {
    it(`with a time are instants in the timezone: ${pattern}`, () => {
      expect(instant(read(pattern, text))).to.equal(at);
    });
  }

  const unread: readonly [pattern: string, text: string][] = [
    ['yyyy-MM-dd', '2026-02-30'],
    ['yyyy-MM-dd', '2026-1-01'],
    ['yyyy-MM-dd', '2026-01-01 '],
    ['yyyy-MM-dd', '2026-01-01\n'],
    ['yyyy-MM-dd', '2026.01.01'],
    ['dd.MM.yyyy', '01x02x2026'],
    ['yyyy-MM-dd', '\u0662\u0660\u0662\u0666-01-01'],
    ['yyyy-MM-dd HH:mm', '2026-01-01 24:00'],
    ['yyyy-MM-dd HH:mm:ss', '2026-01-01 00:00:60'],
    ['yyyy-MM-dd', ''],
  ];
  for (const [pattern, text] of unread) {
    it(`are not read where the value is another: ${JSON.stringify(text)} by ${pattern}`, () => {
      expect(read(pattern, text)).to.equal(undefined);
    });
  }
});

describe('mapping: generalized times', () => {
  const instants: readonly [says: string, text: string, at: string][] = [
    ['to the hour', '2026123123Z', '2026-12-31T23:00:00.000Z'],
    ['to the minute', '202612312359Z', '2026-12-31T23:59:00.000Z'],
    ['to the second', '20261231235958Z', '2026-12-31T23:59:58.000Z'],
    ['as Active Directory writes them', '20261231235958.0Z', '2026-12-31T23:59:58.000Z'],
    ['with a part of a second', '20261231235958.1239Z', '2026-12-31T23:59:58.123Z'],
    ['with a part of a minute', '202612312359,5Z', '2026-12-31T23:59:30.000Z'],
    ['with a part of an hour', '2026123123.29Z', '2026-12-31T23:17:24.000Z'],
    ['east of UTC', '20261231235958+0130', '2026-12-31T22:29:58.000Z'],
    ['west of UTC, into the next year', '20261231235958-05', '2027-01-01T04:59:58.000Z'],
    ['with a leap second', '20161231235960Z', '2017-01-01T00:00:00.000Z'],
    ['on a leap day', '2028022900Z', '2028-02-29T00:00:00.000Z'],
    ['of the year 0', '000001010000Z', '0000-01-01T00:00:00.000Z'],
  ];
  for (const [says, text, at] of instants) {
    it(`are read ${says}`, () => expect(instant(read('generalized-time', text))).to.equal(at));
  }

  const unread = [
    '',
    '20261231Z',
    '2026123123',
    '20261231235958',
    '20261231245958Z',
    '20261231236058Z',
    '20261231235961Z',
    '20260230000000Z',
    '20261331000000Z',
    '20261231235958.Z',
    '20261231235958+24',
    '20261231235958+0160',
    '20261231235958+1',
    '20261231235958z',
    ' 20261231235958Z',
    '20261231235958Z\n',
    '2026-12-31T23:59:58Z',
  ];
  for (const text of unread) {
    it(`are not ${JSON.stringify(text)}`, () => expect(read('generalized-time', text)).to.equal(undefined));
  }

  it('are every second from 1601 to 9999', () => {
    const seconds = fc.integer({ min: Date.UTC(1601, 0) / 1000, max: Date.UTC(9999, 11, 31) / 1000 });
    fc.assert(
      fc.property(seconds, (second) => {
        const text = new Date(second * 1000).toISOString().replace(/[-:T]|\.000/g, '');
        expect(read('generalized-time', text)?.from).to.equal(second * 1000);
      }),
      RUNS,
    );
  });

  it('take no longer for a fraction without end', () => {
    expect(instant(read('generalized-time', `20261231235958.${'9'.repeat(100_000)}Z`))).to.equal(
      '2026-12-31T23:59:58.999Z',
    );
  });
});

describe('mapping: file times', () => {
  const instants: readonly [text: string, at: string][] = [
    ['1', '1601-01-01T00:00:00.000Z'],
    ['116444736000000000', '1970-01-01T00:00:00.000Z'],
    ['132223104005000000', '2020-01-01T00:00:00.500Z'],
    ['9223372036854775806', '+030828-09-14T02:48:05.477Z'],
  ];
  for (const [text, at] of instants) {
    it(`${text} is ${at}`, () => expect(instant(read('filetime', text))).to.equal(at));
  }

  it('of 0 and the greatest number are never', () => {
    expect(read('filetime', '0')).to.equal(NEVER);
    expect(read('filetime', '9223372036854775807')).to.equal(NEVER);
  });

  for (const text of [
    '',
    '-1',
    '9223372036854775808',
    '99999999999999999999',
    '1.5',
    '0x1',
    ' 1',
    '20261231000000Z',
  ])
    it(`are not ${JSON.stringify(text)}`, () => expect(read('filetime', text)).to.equal(undefined));
});

describe('mapping: formats of dates are refused', () => {
  const refused: readonly [format: string, message: string, hint: string][] = [
    ['generalised-time', '"generalised-time" is no format of a date', 'did you mean "generalized-time"?'],
    ['FileTime', '"FileTime" is no format of a date', 'did you mean "filetime"?'],
    [
      'ISO',
      'this is no format of a date',
      'known are generalized-time, filetime, or a pattern of yyyy MM M dd d HH mm ss',
    ],
    [
      'dd.MM.yy',
      '"yy" leaves the century open',
      'write yyyy; dates with two digits for the year cannot be read',
    ],
    ['YYYY-MM-DD', '"YYYY" and "DD" are not known in a pattern', 'did you mean yyyy-MM-dd?'],
    ['dd MMM yyyy', '"MMM" is not known in a pattern', 'known are yyyy MM M dd d HH mm ss'],
    ['yyyy-MM-dd HH:mm:ssZ', '"Z" is not known in a pattern', 'known are yyyy MM M dd d HH mm ss'],
    ["yyyy-MM-dd'T'HH:mm", 'a quote stands in the pattern', 'write what is between the quotes without them'],
    ['yyyy-mm-dd', 'the pattern has no month', 'months are MM, minutes are mm'],
    ['yyyy-MM', 'the pattern has no day', 'a date needs yyyy, MM and dd'],
    ['HH:mm', 'the pattern has no year and no month and no day', 'months are MM, minutes are mm'],
    ['yyyy-MM-dd HH:MM', 'the month stands twice', 'months are MM, minutes are mm'],
    ['yyyy-MM-dd yyyy', 'the year stands twice', 'write it once'],
    ['yyyy-MM-dd mm', '"mm" needs "HH" beside it', 'months are MM, hours are HH'],
    ['yyyy-MM-dd HH ss', '"ss" needs "mm" beside it', 'months are MM, hours are HH'],
    [
      'dMyyyy',
      '"d" may be one digit or two, so nothing says where it ends',
      'write dd, or a separator behind it',
    ],
    [
      'yyyyM1dd',
      '"M" may be one digit or two, so nothing says where it ends',
      'write MM, or a separator behind it',
    ],
  ];
  for (const [written, message, hint] of refused) {
    it(written, () => expect(compileDateFormat(written)).to.deep.equal({ message, hint }));
  }

  it('and no text makes the compiler throw, or a reader that takes what it was not asked for', () => {
    const piece = fc.constantFrom(
      'yyyy',
      'MM',
      'M',
      'dd',
      'd',
      'HH',
      'mm',
      'ss',
      'yy',
      '-',
      '.',
      ' ',
      'T',
      '[',
      '\\',
      '1',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.string({ maxLength: 12 }), (pieces, text) => {
        const result = compileDateFormat(pieces.join(''));
        if (isDateFormat(result)) expect(result.read(text, 'UTC')).to.equal(undefined);
        else expect(result.message).to.not.equal('');
      }),
      RUNS,
    );
  });
});
