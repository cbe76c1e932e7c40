import { expect } from 'chai';
import { parseLdif } from '../../../src/directory/ldif/known-ldif.ts';
import { problemsIn } from '../../../src/directory/ldif/ldif-concerns.ts';
import { savedPeopleSettings } from '../../../src/directory/ldif/saved-people.ts';

/** Of a file in which everything may be somebody. */
function problemsOf(text: string): string[] {
  const problems = problemsIn(parseLdif(text), savedPeopleSettings('people.ldif', text));
  return problems.map(({ line, message, more }) => `${line}: ${message}${more > 0 ? ` +${more}` : ''}`);
}

describe('LDIF', () => {
  it('has entries with values in text, base64 and octets, folded lines, comments and options', () => {
    const text = [
      'version: 1',
      '# a comment',
      '  that is folded',
      'dn: uid=ann,dc=x',
      'objectClass: person',
      'cn:Ann',
      'cn;lang-ja:: 5YGl5LqM',
      'description:   folded',
      '  over',
      ' lines ',
      '# between',
      'photo:: /9j/',
      'empty:',
      'CN: Other',
      '',
      '',
      'dn:: dWlkPcWBdWthc3osZGM9eA==',
      'sn: Żółw',
    ];
    for (const newline of ['\n', '\r\n']) {
      const { entries } = parseLdif(`\uFEFF${text.join(newline)}${newline}`);
      expect(entries.map(({ dn, line, forms }) => ({ dn, line, forms }))).to.deep.equal([
        {
          dn: 'uid=ann,dc=x',
          line: 4,
          forms: [
            { type: 'objectclass', options: [], values: ['person'] },
            { type: 'cn', options: [], values: ['Ann', 'Other'] },
            { type: 'cn', options: ['lang-ja'], values: ['健二'] },
            { type: 'description', options: [], values: ['folded overlines '] },
            { type: 'photo', options: [], values: [Uint8Array.of(0xff, 0xd8, 0xff)] },
            { type: 'empty', options: [], values: [''] },
          ],
        },
        { dn: 'uid=Łukasz,dc=x', line: 17, forms: [{ type: 'sn', options: [], values: ['Żółw'] }] },
      ]);
    }
  });

  it('may hold nothing but a comment', () => {
    expect(problemsOf('version: 1\n# nothing\n')).to.deep.equal([]);
    expect(parseLdif('version: 1\n# nothing\n').entries).to.deep.equal([]);
  });

  it('may have an entry without values, as ldapsearch prints one of which it shows none', () => {
    expect(
      parseLdif('dn: cn=a\n\ndn: cn=b\no: 1\n').entries.map(({ dn, forms }) => [dn, forms.length]),
    ).to.deep.equal([
      ['cn=a', 0],
      ['cn=b', 1],
    ]);
  });

  it('may have an entry twice where both are the same, as two searches find it', () => {
    const twice = 'dn: cn=a,dc=x\no: 1\no: 2\n\ndn: CN=A, DC=x\nO: 2\nO: 1\n';
    expect(problemsOf(twice)).to.deep.equal([]);
    expect(parseLdif(twice).entries).to.have.lengthOf(1);
  });

  const A = 'dn: uid=a,dc=x\nuid: a\nmail: a@x\n';
  const B = 'dn: uid=b,dc=x\nuid: b\nmail: b@x\n';
  const SECOND =
    'a second "dn:" in the entry that begins at line 1: between two entries stands an empty line, without spaces';
  const RUN_ON = (what: string) =>
    `"${what}" goes on at the end of this line: a newline is missing before it, and of two entries came one`;
  const SPACE =
    'the space before "dn:" makes this line a part of the one above, and of two entries one: remove the space';
  const AFTER_COMMENT =
    'this belongs to the "dn:" in the comment at line 4, or to the entry above it: an empty line is missing';
  for (const [what, text, problems] of [
    ['no empty line', `${A}${B}`, [`4: ${SECOND}`]],
    ['a line of one space', `${A} \n${B}`, [`5: ${SECOND}`]],
    ['a line of spaces', `${A}   \n${B}`, [`5: ${SECOND}`]],
    ['a line of a space and carriage returns', `${A} \r\r\n${B}`, [`5: ${SECOND}`]],
    ['a comment alone', `${A}# b\n${B}`, [`5: ${SECOND}`]],
    ['a comment behind a space', `${A} \n# b\n${B}`, [`6: ${SECOND}`]],
    ['a byte order mark alone', `${A}\uFEFF${B}`, [`4: ${SECOND}`]],
    ['a base64 dn', `${A}dn:: ${Buffer.from('uid=b,dc=x').toString('base64')}\nuid: b\n`, [`4: ${SECOND}`]],
    ['a dn in capitals', `${A}DN: uid=b,dc=x\nuid: b\n`, [`4: ${SECOND}`]],
    ['a space before the colon', `${A}dn : uid=b,dc=x\nuid: b\n`, [`4: ${SECOND}`]],
    ['a space before the dn', `${A} ${B}`, [`4: ${SPACE}`]],
    ['a space before a base64 dn', `${A} dn:: dWlkPWI=\nuid: b\n`, [`4: ${SPACE}`]],
    ['a space before the dn below a comment', `${A}# next\n ${B}`, [`5: ${SPACE}`]],
    ['no newline before the dn', `${A.trimEnd()}${B}`, [`3: ${RUN_ON('dn:')}`]],
    ['no newline before a base64 dn', `${A.trimEnd()}dn:: dWlkPWI=\nuid: b\n`, [`3: ${RUN_ON('dn:')}`]],
    ['no newline between two dns', `dn: uid=a,dc=x${B}`, [`1: ${RUN_ON('dn:')}`]],
    ['no newline before another file', `${A.trimEnd()}version: 1\n\n${B}`, [`3: ${RUN_ON('version: 1')}`]],
    [
      'no newline before another search',
      `${A.trimEnd()}# extended LDIF\n\n${B}`,
      [`3: ${RUN_ON('# extended LDIF')}`],
    ],
    [
      'no empty line before another file',
      `${A}version: 1\n\n${B}`,
      ['4: another LDIF file begins inside of this entry: an empty line is missing'],
    ],
    ['the dn in a comment', `${A}#dn: uid=b,dc=x\nuid: b\nmail: b@x\n`, [`5: ${AFTER_COMMENT}`]],
    [
      'carriage returns for newlines',
      `${A}\r${B.replaceAll('\n', '\r')}\n`,
      ['4: a NUL or a lone carriage return stands in the line: no LDIF has such lines'],
    ],
  ] as const) {
    it(`never makes one entry of two: ${what}`, () => {
      expect(problemsOf(text).slice(0, 1)).to.deep.equal(problems);
    });
  }

  it('may have comments, empty lines of spaces and whole entries in comments between entries', () => {
    const b = B.replaceAll(/^/gm, '#').replace(/#$/, '');
    for (const between of [
      '\n',
      '\r\n',
      '\n \n',
      '\n# b\n',
      `\n${b}`,
      `${b}\n`,
      `\n${b}\n`,
      '\nversion: 1\n',
      '\nversion: 1\n\n',
      '\n\uFEFF',
    ])
      expect(problemsOf(`${A}${between}${B.replaceAll('b', 'c')}`), JSON.stringify(between)).to.deep.equal(
        [],
      );
  });

  for (const [what, text, problems] of [
    [
      'a DN twice, and not the same',
      'dn: cn=a,dc=x\ncn: 1\n\ndn: CN=A, dc=X\ncn: 2\n',
      ['4: "CN=A, dc=X" is there already, at line 1, and not the same'],
    ],
    ['a bad DN', 'dn: nonsense\ncn: 1\n', ['1: "nonsense" is no DN: "=" is expected after "nonsense"']],
    ['no dn', 'cn: a\no: b\n', ['1: a record begins with "dn:"']],
    ['a value by URL', 'dn: cn=a\ncn:< file:///x\n', ['2: values by URL (":<") are not possible here']],
    [
      'a change',
      'dn: cn=a\nchangetype: modify\nreplace: o\no: 1\n',
      ['2: changetype "modify" is a change, and no entry: only "add" is one'],
    ],
    [
      'a control',
      'dn: cn=a\ncontrol: 1.2.3 true\no: 1\n',
      ['2: a control belongs to a change, and no entry has one'],
    ],
    ['bad base64', 'dn: cn=a\ncn:: %%%\n', ['2: the value is no base64']],
    ['half of base64', 'dn: cn=a\ncn:: YWJj\ncn:: YWJjZA\n', ['3: the value is no base64']],
    [
      'a line without colon',
      'dn: cn=a\no 1\n',
      ['2: a line is "name: value", "name:: base64", a comment or empty'],
    ],
    ['a bad name', 'dn: cn=a\ncn: a\n@x: 1\n', ['3: "@x" is no attribute name']],
    ['another version', 'version: 2\ndn: cn=a\no: 1\n', ['1: only version 1 is known']],
    ['a continuation of nothing', ' x\ndn: cn=a\no: 1\n', ['1: a continuation has no line before it']],
    ['a DN that is no UTF-8', 'dn:: /w==\ncn: 1\n', ['1: the DN is not UTF-8']],
    [
      'a NUL',
      'dn: cn=a\no: \0\n',
      ['2: a NUL or a lone carriage return stands in the line: no LDIF has such lines'],
    ],
    [
      'no newline at its end',
      'dn: cn=a\no: 1',
      ['2: the last line does not end with a newline: the file may be cut off, or still be written'],
    ],
    ['nothing in it', '', ['1: the file is empty: it may have been cut off, or still be written']],
    [
      'several problems',
      'dn: x\ncn: 1\n\ndn: cn=a\ncn:: %\n',
      ['1: "x" is no DN: "=" is expected after "x"', '5: the value is no base64'],
    ],
  ] as const) {
    it(`is refused with ${what}`, () => {
      expect(problemsOf(text)).to.have.members([...problems]);
    });
  }

  it('of a mistake that is made again and again tells the first places and the number', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `dn: cn=${i}\ncn:: ${i}!\n\n`).join('');
    expect(problemsOf(`${many}dn: cn=x\no 1\n`)).to.deep.equal([
      '2: the value is no base64',
      '5: the value is no base64',
      '8: the value is no base64 +99997',
      '300002: a line is "name: value", "name:: base64", a comment or empty',
    ]);
  });

  it('tells problems in the order of lines', () => {
    const lines = problemsOf('dn: x\ncn: 1\n\ndn: cn=a\ncn:: %').map((problem) =>
      Number.parseInt(problem, 10),
    );
    expect(lines).to.deep.equal([...lines].sort((a, b) => a - b));
  });
});
