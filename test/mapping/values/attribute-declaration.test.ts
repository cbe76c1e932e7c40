import { expect } from 'chai';
import fc from 'fast-check';
import {
  type AttributeDeclaration,
  type AttributeReading,
  readValues,
} from '../../../src/mapping/values/attribute-declaration.ts';
import { FILE_TIME, GENERALIZED_TIME } from '../../../src/mapping/values/date-format.ts';
import { parseDnPart } from '../../../src/mapping/values/dn-part.ts';
import { NEVER, parseDateLiteral } from '../../../src/mapping/values/moment.ts';
import { comparisonKey } from '../../../src/names/insignificant-spaces.ts';
import type { AttributeValue } from '../../../src/person.ts';

const RUNS = { seed: 20261122, numRuns: 300 };
const NOT_UTF8 = new Uint8Array([0xff, 0xfe]);

function read(
  declared: Partial<AttributeDeclaration>,
  values: readonly AttributeValue[] | undefined,
  timezone = 'Europe/Paris',
): AttributeReading {
  return readValues(
    { name: 'attr', type: 'text', case: 'keep', exact: false, required: false, ...declared },
    values,
    timezone,
  );
}

const texts = ({ values }: AttributeReading): string[] => values.map(({ text }) => text.text);
const faults = ({ unreadable }: AttributeReading): string[] =>
  unreadable.map(({ shown, reason }) => `${shown} ${reason}`);

describe('mapping: values of type text', () => {
  it('are the directory’s own, each once, in its order', () => {
    const reading = read({}, ['b', 'a', 'b', ' c ', 'B']);
    expect(texts(reading)).to.deep.equal(['b', 'a', 'c', 'B']);
    expect(reading.values.map(({ text }) => text.folded)).to.deep.equal(['b', 'a', 'c', 'b']);
    expect(reading.values.map(({ raw }) => raw)).to.deep.equal(['b', 'a', ' c ', 'B']);
    expect(reading).to.include({ isPresent: true });
  });

  it('are split at the delimiter, trimmed, and empty parts dropped', () => {
    expect(texts(read({ split: ';' }, ['a; b ;;c', 'd', 'a']))).to.deep.equal(['a', 'b', 'c', 'd']);
    expect(texts(read({ split: '||' }, ['a|b||c']))).to.deep.equal(['a|b', 'c']);
    expect(texts(read({ split: '.' }, ['a.b']))).to.deep.equal(['a', 'b']);
    expect(texts(read({ split: '; ' }, ['a;\u00a0b;c;  d']))).to.deep.equal(['a', 'b;c', 'd']);
    expect(texts(read({ split: ' ' }, ['a\tb  c\u3000']))).to.deep.equal(['a', 'b', 'c']);
    expect(texts(read({ split: '\n' }, ['a b\n\n c\r\n']))).to.deep.equal(['a b', 'c']);
  });

  it('are none where they are spaces alone', () => {
    for (const nothing of ['', ' ', '\u00a0\t'])
      expect(read({}, [nothing])).to.deep.equal({ values: [], unreadable: [], isPresent: false });
    expect(texts(read({ default: ' none ' }, [' ']))).to.deep.equal(['none']);
  });

  it('keep their case to be compared where they are exact', () => {
    const [value] = read({ exact: true }, [' SMTP:a ']).values;
    expect(value?.text).to.deep.equal({ text: 'SMTP:a', folded: 'SMTP:a', isExact: true });
  });

  it('are given out in the case asked for, and explained as the directory spells them', () => {
    const [upper] = read({ case: 'upper' }, ['Finance']).values;
    expect(upper).to.deep.equal({
      text: { text: 'FINANCE', folded: 'finance', isExact: false },
      raw: 'Finance',
    });
    expect(texts(read({ case: 'lower' }, ['\u00c9T\u00c9']))).to.deep.equal(['\u00e9t\u00e9']);
    expect(texts(read({ case: 'lower' }, ['A', 'a']))).to.deep.equal(['a']);
  });

  it('keep letters that another case would make to others', () => {
    expect(texts(read({ case: 'upper' }, ['Stra\u00dfe']))).to.deep.equal(['STRA\u00dfE']);
    expect(texts(read({ case: 'lower' }, ['\u0130zmir']))).to.deep.equal(['\u0130zmir']);
  });

  it('match the same in every case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('upper', 'lower'), (text, to) => {
        const [value] = read({ case: to }, [text]).values;
        expect(value?.text.folded ?? '').to.equal(comparisonKey(text));
      }),
      RUNS,
    );
  });

  it('are unreadable where the octets are not text', () => {
    const reading = read({ split: ';' }, [NOT_UTF8, 'a', NOT_UTF8]);
    expect(texts(reading)).to.deep.equal(['a']);
    expect(faults(reading)).to.deep.equal(['attr=(2 octets) not text']);
  });
});

describe('mapping: absence of an attribute', () => {
  for (const [says, values] of [
    ['is not in the entry', undefined],
    ['has no values', []],
    ['has nothing left when it is split', [' ; ', ';']],
  ] as const) {
    it(`is told where it ${says}, and a default supplies a value`, () => {
      expect(read({ split: ';' }, values)).to.deep.equal({ values: [], unreadable: [], isPresent: false });
      const reading = read({ split: ';', default: 'a;b', case: 'upper' }, values);
      expect(texts(reading)).to.deep.equal(['A', 'B']);
      expect(reading.isPresent).to.equal(true);
    });
  }

  it('is not told where a value is unreadable, and the default does not hide that', () => {
    const reading = read({ type: 'integer', default: '1' }, ['many']);
    expect(reading.values).to.deep.equal([]);
    expect(faults(reading)).to.deep.equal(['attr=many not an integer']);
    expect(reading.isPresent).to.equal(true);
  });

  it('is not mended by the default where there are values', () => {
    expect(texts(read({ default: 'b' }, ['a']))).to.deep.equal(['a']);
  });

  it('makes the default a value of the type', () => {
    const [value] = read({ type: 'integer', default: '042' }, undefined).values;
    expect(value).to.deep.include({ number: 42n, raw: '042' });
    const dn = read({ type: 'dn', part: parseDnPart('OU'), default: 'CN=x,OU=Sales,DC=acme' }, undefined);
    expect(texts(dn)).to.deep.equal(['Sales']);
  });
});

describe('mapping: values of type dn', () => {
  const manager = 'CN=Doe\\, Jane,OU=a,OU=b+L=Paris,DC=acme,dc=com';
  const parts: readonly [part: string, text: string][] = [
    ['CN', 'Doe, Jane'],
    ['cn', 'Doe, Jane'],
    ['commonName', 'Doe, Jane'],
    ['OU', 'a'],
    ['OU.1', 'a'],
    ['OU.2', 'b'],
    ['l', 'Paris'],
    ['DC', 'acme'],
    ['DC.2', 'com'],
  ];
  for (const [part, text] of parts) {
    it(`give their ${part}`, () => {
      const reading = read({ type: 'dn', part: parseDnPart(part) }, [manager]);
      expect(texts(reading)).to.deep.equal([text]);
      expect(reading.values[0]?.raw).to.equal(manager);
    });
  }

  it('find a part by its number too', () => {
    expect(texts(read({ type: 'dn', part: parseDnPart('OU') }, ['2.5.4.11=x,DC=acme']))).to.deep.equal(['x']);
  });

  it('are the DN as the directory spells it where no part is asked for', () => {
    expect(texts(read({ type: 'dn' }, [manager]))).to.deep.equal([manager]);
  });

  it('are unreadable where they are no DN, or have no such part', () => {
    const reading = read({ type: 'dn', part: parseDnPart('OU.2') }, [
      'Jane Doe',
      'CN=x,OU=a,DC=acme',
      'OU=#0500,OU=#0500',
      NOT_UTF8,
    ]);
    expect(faults(reading)).to.deep.equal([
      'attr=Jane Doe not a DN',
      'attr=CN=x,OU=a,DC=acme has no OU.2',
      'attr=OU=#0500,OU=#0500 its OU.2 is not text',
      'attr=(2 octets) not text',
    ]);
  });

  it('of several people in one unit are one', () => {
    const reading = read({ type: 'dn', part: parseDnPart('OU') }, ['CN=x,OU=a', 'CN=y,OU=a']);
    expect(texts(reading)).to.deep.equal(['a']);
  });

  it('have no part without a type, or counted from 0', () => {
    for (const part of ['', 'OU.0', 'OU.x', 'OU.', '.1', 'OU.02', 'OU.100', '2.5.4.11', 'O U', 'OU=a'])
      expect(parseDnPart(part), part).to.equal(undefined);
  });
});

describe('mapping: values of type integer', () => {
  it('are numbers by value and texts by spelling', () => {
    const reading = read({ type: 'integer' }, ['0042', '42', '-7', '9223372036854775808']);
    expect(reading.values.map(({ number }) => number)).to.deep.equal([42n, 42n, -7n, 9223372036854775808n]);
    expect(texts(reading)).to.deep.equal(['0042', '42', '-7', '9223372036854775808']);
  });

  it('are unreadable as anything else', () => {
    const values = ['1.0', '+1', '--1', '1e3', '1 1', '- 1', '\u0661', '9'.repeat(101)];
    const reading = read({ type: 'integer' }, values);
    expect(reading.values).to.deep.equal([]);
    expect(reading.unreadable).to.have.lengthOf(values.length);
    expect(new Set(reading.unreadable.map(({ reason }) => reason))).to.deep.equal(
      new Set(['not an integer']),
    );
  });
});

describe('mapping: values of type date', () => {
  it('are moments in the timezone, and texts by spelling', () => {
    const format = { written: 'x', read: parseDateLiteral };
    const reading = read({ type: 'date', format }, ['2026-10-25']);
    expect(reading.values).to.deep.equal([
      {
        text: { text: '2026-10-25', folded: '2026-10-25', isExact: false },
        raw: '2026-10-25',
        moment: { from: Date.UTC(2026, 9, 24, 22), to: Date.UTC(2026, 9, 25, 23) },
      },
    ]);
  });

  it('may be split and never end', () => {
    const reading = read({ type: 'date', format: FILE_TIME, split: ',' }, ['0, 116444736000000000']);
    expect(reading.values.map(({ moment }) => moment)).to.deep.equal([NEVER, { from: 0, to: 0 }]);
  });

  it('are unreadable in another format, and where the format was refused', () => {
    expect(faults(read({ type: 'date', format: GENERALIZED_TIME }, ['2026-10-25']))).to.deep.equal([
      'attr=2026-10-25 not a date as generalized-time',
    ]);
    expect(read({ type: 'date' }, ['2026-10-25']).values).to.deep.equal([]);
  });
});

describe('mapping: values of type guid and sid', () => {
  const SID = new Uint8Array(Buffer.from('01020000000000052000000020020000', 'hex'));
  // Sixteen octets, all ASCII, two of them the delimiter.
  const ASCII_GUID = 'dc;afehgijkl;nop';

  it('are their one text form, from octets and from text', () => {
    expect(texts(read({ type: 'sid' }, [SID, 's-1-5-32-544']))).to.deep.equal(['S-1-5-32-544']);
    expect(
      texts(
        read({ type: 'guid' }, [
          ASCII_GUID,
          new Uint8Array(Buffer.from(ASCII_GUID)),
          '{613B6364-6566-6768-696A-6B6C3B6E6F70}',
        ]),
      ),
    ).to.deep.equal(['613b6364-6566-6768-696a-6b6c3b6e6f70']);
  });

  it('are not split inside of octets', () => {
    expect(texts(read({ type: 'guid', split: ';' }, [ASCII_GUID]))).to.deep.equal([
      '613b6364-6566-6768-696a-6b6c3b6e6f70',
    ]);
    expect(texts(read({ type: 'sid', split: ';' }, ['S-1-5-32-544;S-1-5-32-545']))).to.deep.equal([
      'S-1-5-32-544',
      'S-1-5-32-545',
    ]);
  });

  it('are unreadable as anything else', () => {
    expect(faults(read({ type: 'guid' }, ['Sales', NOT_UTF8]))).to.deep.equal([
      'attr=Sales not a GUID',
      'attr=(2 octets) not a GUID',
    ]);
    expect(faults(read({ type: 'sid' }, ['Sales']))).to.deep.equal(['attr=Sales not a SID']);
  });
});

describe('mapping: unreadable values', () => {
  it('are shown cut where they are long, between characters', () => {
    const [fault] = read({ type: 'integer' }, [`${'x'.repeat(99)}\u{1f600}${'y'.repeat(1000)}`]).unreadable;
    expect(fault?.shown).to.equal(`attr=${'x'.repeat(99)}…`);
  });
});
