import { expect } from 'chai';
import { LdifError, parseLdif } from '../../../src/directory/ldif/ldif.ts';

function problemsOf(text: string): string[] {
  try {
    parseLdif(text);
  } catch (error) {
    if (error instanceof LdifError) return error.problems.map(({ line, message }) => `${line}: ${message}`);
    throw error;
  }
  return [];
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
      const entries = parseLdif(`\uFEFF${text.join(newline)}`);
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

  it('may be empty', () => {
    expect(parseLdif('')).to.deep.equal([]);
    expect(parseLdif('version: 1\n# nothing\n')).to.deep.equal([]);
  });

  for (const [what, text, problems] of [
    [
      'a duplicate DN',
      'dn: cn=a,dc=x\no: 1\n\ndn: CN=A, dc=X\no: 1',
      ['4: CN=A, dc=X is there already, at line 1'],
    ],
    ['a bad DN', 'dn: nonsense\no: 1', ['1: "nonsense" is no DN: "=" is expected after "nonsense"']],
    ['no dn', 'cn: a\ndn: cn=a', ['1: a record begins with "dn:"']],
    ['a value by URL', 'dn: cn=a\nphoto:< file:///x', ['2: values by URL (":<") are not possible here']],
    [
      'a change record',
      'dn: cn=a\nchangetype: add\no: 1',
      ['2: change records are not possible here, only entries'],
    ],
    ['bad base64', 'dn: cn=a\no:: %%%', ['2: the value is no base64']],
    [
      'a line without colon',
      'dn: cn=a\no 1',
      ['2: a line is "name: value", "name:: base64", a comment or empty'],
    ],
    ['a bad name', 'dn: cn=a\no_x: 1', ['2: "o_x" is no attribute name']],
    ['an entry of nothing', 'dn: cn=a\n\ndn: cn=b\no: 1', ['1: cn=a has no attributes']],
    ['another version', 'version: 2\ndn: cn=a\no: 1', ['1: only version 1 is known']],
    ['a continuation of nothing', ' x\ndn: cn=a\no: 1', ['1: a continuation has no line before it']],
    ['a DN that is no UTF-8', 'dn:: /w==\no: 1', ['1: the DN is not UTF-8']],
    [
      'several problems',
      'dn: x\no: 1\n\ndn: cn=a\no:: %',
      ['1: "x" is no DN: "=" is expected after "x"', '5: the value is no base64'],
    ],
  ] as const) {
    it(`is refused with ${what}`, () => {
      expect(problemsOf(text)).to.have.members([...problems]);
    });
  }

  it('tells problems in the order of lines', () => {
    const lines = problemsOf('dn: x\no: 1\n\ndn: cn=a\no:: %').map((problem) => Number.parseInt(problem, 10));
    expect(lines).to.deep.equal([...lines].sort((a, b) => a - b));
  });
});
