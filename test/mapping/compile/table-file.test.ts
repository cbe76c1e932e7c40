import { expect } from 'chai';
import fc from 'fast-check';
import { parseTableFile } from '../../../src/mapping/compile/table-file.ts';
import { renderProblem } from '../../../src/yaml/problem.ts';

const RUNS = { seed: 20261122, numRuns: 300 };
const FINANCE = [
  ['4100', ['Finance']],
  ['4200', ['Human Resources', 'Payroll']],
];

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

describe('mapping: a table file', () => {
  const read: readonly [says: string, text: string][] = [
    ['with line feeds', 'code,text\n4100,Finance\n4200,Human Resources\n4200,Payroll\n'],
    ['with carriage returns', 'code,text\r\n4100,Finance\r\n4200,Human Resources\r\n4200,Payroll\r\n'],
    ['with both', 'code,text\r\n4100,Finance\n4200,Human Resources\r\n4200,Payroll'],
    ['with a byte order mark', '\ufeffcode,text\n4100,Finance\n4200,Human Resources\n4200,Payroll'],
    ['with quotes', '"code","text"\n"4100",Finance\n4200,"Human Resources"\n4200,Payroll\n'],
    ['with blank lines', '\n\ncode,text\n4100,Finance\n   \n4200,Human Resources\n4200,Payroll\n\n'],
    ['with the columns exchanged', 'text,code\nFinance,4100\nHuman Resources,4200\nPayroll,4200\n'],
  ];
  for (const [says, text] of read) {
    it(`is read ${says}`, () => {
      expect(parseTableFile('t.csv', text)).to.deep.equal({ entries: FINANCE, problems: [] });
    });
  }

  it('keeps what quotes protect, and how codes are spelled', () => {
    const text = 'code,text\n"a,b","say ""hi"", please"\n007,\u00c9t\u00e9\nNO,"\u{1f600}, yes"\n';
    expect(parseTableFile('t.csv', text)).to.deep.equal({
      entries: [
        ['a,b', ['say "hi", please']],
        ['007', ['\u00c9t\u00e9']],
        ['NO', ['\u{1f600}, yes']],
      ],
      problems: [],
    });
  });

  it('gives back what was written, whatever its characters', () => {
    const cell = fc
      .string({ unit: fc.constantFrom('a', 'B', '"', ',', ';', ' ', '\u00e9', '\u{1f600}', "'", '0') })
      .map((text) => `x${text}x`);
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }), (rows) => {
        const expected = new Map<string, string[]>();
        for (const [code, text] of rows) expected.set(code, [...(expected.get(code) ?? []), text]);
        const csv = ['code,text', ...rows.map((row) => row.map(quoted).join(','))].join('\r\n');
        const { entries, problems } = parseTableFile('t.csv', csv);
        expect(problems.filter(({ severity }) => severity === 'error')).to.deep.equal([]);
        expect(new Map(entries)).to.deep.equal(expected);
      }),
      RUNS,
    );
  });

  it('of anything at all never throws, and every problem has its line', () => {
    const unit = fc.constantFrom(
      'code,text\n',
      'a',
      ',',
      '"',
      '\n',
      '\r',
      ' ',
      '<x>',
      '*',
      '\0',
      '\u{1f600}',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
        for (const { position, excerpt, message } of parseTableFile('t.csv', text).problems) {
          if (message === 'the table is empty') continue;
          const line = text.split(/\r?\n/)[(position?.line ?? 0) - 1];
          expect(line).to.equal(excerpt?.text);
          expect(position?.column).to.be.within(1, (line?.length ?? 0) + 1);
        }
      }),
      RUNS,
    );
  });
});

describe('mapping: a table file is refused', () => {
  const refused: readonly [says: string, text: string, problems: readonly string[]][] = [
    [
      'without a header',
      '4100,Finance\n',
      [
        't.csv:1:1: error: the first line must be code,text',
        '    1 | 4100,Finance',
        '      | ^^^^^^^^^^^^ write "code,text" above the codes',
      ],
    ],
    [
      'with another delimiter',
      'code;text\n4100;Finance\n',
      [
        't.csv:1:1: error: the first line must be code,text',
        '    1 | code;text',
        '      | ^^^^^^^^^ separate the columns by a comma',
      ],
    ],
    [
      'with a header in capitals',
      'code,Text\n4100,Finance\n',
      [
        't.csv:1:6: error: a table has no column "Text"',
        '    1 | code,Text',
        '      |      ^^^^ did you mean "text"?',
      ],
    ],
    [
      'with another column, but not for the lines below',
      'code,text,owner\n4100,Finance,me\n',
      [
        't.csv:1:11: error: a table has no column "owner"',
        '    1 | code,text,owner',
        '      |           ^^^^^ the columns are code and text',
      ],
    ],
    [
      'with a column twice',
      'code,text,code\n4100,Finance,4100\n',
      [
        't.csv:1:11: error: the column "code" stands twice',
        '    1 | code,text,code',
        '      |           ^^^^ the columns are code and text',
      ],
    ],
    [
      'with one column',
      'code\n4100\n',
      ['t.csv:1:1: error: a column is missing', '    1 | code', '      | ^^^^ write "code,text"'],
    ],
    [
      'with a line without a text',
      'code,text\n4100\n4200,\n',
      [
        't.csv:2:1: error: 2 columns are expected, found 1',
        '    2 | 4100',
        '      | ^^^^ write the code, a comma, and the text',
        't.csv:3:6: error: the text is empty',
        '    3 | 4200,',
        '      |      ^ write what the code stands for',
      ],
    ],
    [
      'with an empty code',
      'code,text\n,Finance\n"",Sales\n',
      [
        't.csv:2:1: error: the code is empty',
        '    2 | ,Finance',
        '      | ^ write what the directory holds',
        't.csv:3:1: error: the code is empty',
        '    3 | "",Sales',
        '      | ^^ write what the directory holds',
      ],
    ],
    [
      'with a comma too many',
      'code,text\n4100,Finance, Paris\n',
      [
        't.csv:2:1: error: 2 columns are expected, found 3',
        '    2 | 4100,Finance, Paris',
        '      | ^^^^^^^^^^^^^^^^^^^ put a text that holds a comma in quotes',
      ],
    ],
    [
      'with a quote that is not closed, which hides no other line',
      'code,text\n4100,"Finance\n4200,a*b\n',
      [
        't.csv:2:6: error: a quote is not closed on its line',
        '    2 | 4100,"Finance',
        '      |      ^^^^^^^^ a quote inside of quotes is written ""',
        't.csv:3:6: error: this text can never be given out: it holds a *, which is a wildcard in Immuta',
        '    3 | 4200,a*b',
        '      |      ^^^ write it without',
      ],
    ],
    [
      'with a quote beside other text',
      'code,text\n4100,"Finance" x\n4200,5" disk\n',
      [
        't.csv:2:6: error: a quote stands beside other text',
        '    2 | 4100,"Finance" x',
        '      |      ^^^^^^^^^^^ put the whole cell in quotes; a quote inside of quotes is written ""',
        't.csv:3:6: error: a quote stands beside other text',
        '    3 | 4200,5" disk',
        '      |      ^^^^^^^ put the whole cell in quotes; a quote inside of quotes is written ""',
      ],
    ],
    [
      'with a text that may never leave',
      'code,text\n4100,Fin*ance\n',
      [
        't.csv:2:6: error: this text can never be given out: it holds a *, which is a wildcard in Immuta',
        '    2 | 4100,Fin*ance',
        '      |      ^^^^^^^^ write it without',
      ],
    ],
    [
      'with placeholders',
      'code,text\n<x>,Finance\n4200,"\u{1f600},<y>"\n',
      [
        't.csv:2:1: error: a placeholder cannot stand in a table',
        '    2 | <x>,Finance',
        '      | ^^^ write the texts out in place of <x>',
        't.csv:3:6: error: a placeholder cannot stand in a table',
        '    3 | 4200,"\u{1f600},<y>"',
        '      |      ^^^^^^^^ write the texts out in place of <y>',
      ],
    ],
    [
      'with nothing in it',
      '',
      ['t.csv: error: the table is empty (write "code,text", and below it a line for each code)'],
    ],
    [
      'with nothing below the header',
      'code,text\r\n\r\n',
      ['t.csv: error: the table is empty (write "code,text", and below it a line for each code)'],
    ],
  ];
  for (const [says, text, problems] of refused) {
    it(says, () => {
      const rendered = parseTableFile('t.csv', text).problems.map(renderProblem);
      expect(rendered.join('\n')).to.equal(problems.join('\n'));
    });
  }

  it('but what is right in it is there all the same', () => {
    const { entries } = parseTableFile('t.csv', 'code,text\n4100,Finance\n4200\n4300,a*b\n4400,Sales\n');
    expect(entries).to.deep.equal([
      ['4100', ['Finance']],
      ['4400', ['Sales']],
    ]);
  });
});

describe('mapping: a table file that is wrong in every line', () => {
  it('is told of the first of a kind, and of how many there are, and of every other kind', () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `A${i},T${i}\na${i},T${i}\n`).join('');
    const { problems } = parseTableFile('t.csv', `code,text\n${lines}lost\n`);
    const texts = problems.map(renderProblem);
    expect(texts.map((text) => text.split('\n', 1)[0])).to.deep.equal([
      't.csv:3:1: warning: "a0" and "A0" differ only in case, and so are one',
      't.csv:5:1: warning: "a1" and "A1" differ only in case, and so are one',
      't.csv:7:1: warning: "a2" and "A2" differ only in case, and so are one; and 9997 more like it',
      't.csv:20002:1: error: 2 columns are expected, found 1',
    ]);
  });
});

describe('mapping: a table file is warned of', () => {
  it('where codes or texts differ only in case, or in spaces', () => {
    const { entries, problems } = parseTableFile(
      't.csv',
      'code,text\nfr,France\nFR,france\nde,Germany\n de,Germany \n',
    );
    expect(problems.map(renderProblem).join('\n')).to.equal(
      [
        't.csv:3:1: warning: "FR" and "fr" differ only in case, and so are one',
        '    3 | FR,france',
        '      | ^^ write them alike',
        't.csv:3:4: warning: "france" and "France" differ only in case, and so are one',
        '    3 | FR,france',
        '      |    ^^^^^^ write them alike',
        't.csv:5:1: warning: " de" and "de" differ only in spaces, and so are one',
        '    5 |  de,Germany ',
        '      | ^^^ write them alike',
        't.csv:5:5: warning: "Germany " and "Germany" differ only in spaces, and so are one',
        '    5 |  de,Germany ',
        '      |     ^^^^^^^^ write them alike',
      ].join('\n'),
    );
    expect(entries).to.have.lengthOf(4);
  });
});
