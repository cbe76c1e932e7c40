import { expect } from 'chai';
import fc from 'fast-check';
import type { Filter } from '../../../src/directory/filters/filter.ts';
import { FilterSyntaxError } from '../../../src/directory/filters/filter-parser.ts';
import {
  type FilterTemplate,
  loginComparisons,
  parseGroupFilterTemplate,
  parseUserFilterTemplate,
  substitute,
} from '../../../src/directory/filters/filter-template.ts';

/** A filter in a form that reads: octets that are not ASCII in hex. */
function show(filter: Filter | undefined): string {
  const text = (value: Uint8Array) =>
    [...value]
      .map((octet) => (octet > 32 && octet < 127 ? String.fromCharCode(octet) : `\\${octet.toString(16)}`))
      .join('');
  if (filter === undefined) return 'undefined';
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `${filter.kind}[${filter.filters.map(show).join(' ')}]`;
    case 'not':
      return `not[${show(filter.filter)}]`;
    case 'present':
      return `${filter.attribute} present`;
    case 'substrings': {
      const piece = (value: Uint8Array | undefined) => (value ? text(value) : '');
      return `${filter.attribute} like ${[piece(filter.initial), ...filter.any.map(text), piece(filter.final)].join('*')}`;
    }
    case 'extensible':
      return `${filter.attribute ?? ''} ${filter.dnAttributes ? 'dn ' : ''}${filter.rule ?? ''} := ${text(filter.value)}`;
    default:
      return `${filter.attribute} ${filter.kind} ${text(filter.value)}`;
  }
}

function problemOf(parse: () => unknown): { message: string; index: number } {
  try {
    parse();
  } catch (error) {
    if (error instanceof FilterSyntaxError) return { message: error.message, index: error.index };
    throw error;
  }
  throw new Error('it was taken');
}

describe('a filter template', () => {
  const texts = { name: ['ann'], userid: ['ann@x'] };
  for (const [text, expected] of [
    ['(uid=<name>)', 'uid equality ann'],
    ['(mail=<userid>)', 'mail equality ann@x'],
    ['(mail=<name>@acme)', 'mail equality ann@acme'],
    ['(&(objectClass=*)(uid=<name>))', 'and[objectClass present uid equality ann]'],
    [
      ' ( & (uid=<name>)\n  (!(a>=1)) (|(b<=2) (c~=3)) (&) (|) ) ',
      'and[uid equality ann not[a greaterOrEqual 1] or[b lessOrEqual 2 c approximate 3] and[] or[]]',
    ],
    ['(&(uid=<name>)(cn=a*b*c))', 'and[uid equality ann cn like a*b*c]'],
    ['(&(uid=<name>)(cn=*b*))', 'and[uid equality ann cn like *b*]'],
    ['(&(uid=<name>)(cn=\\c5\\81*))', 'and[uid equality ann cn like \\c5\\81*]'],
    ['(&(uid=<name>)(objectSid=\\01\\05\\ff))', 'and[uid equality ann objectSid equality \\1\\5\\ff]'],
    ['(&(uid=<name>)(cn=\\2a\\28\\29\\5c))', 'and[uid equality ann cn equality *()\\]'],
    ['(&(uid=<name>)(cn=Ł))', 'and[uid equality ann cn equality \\c5\\81]'],
    ['(0.9.2342.19200300.100.1.1=<name>)', '0.9.2342.19200300.100.1.1 equality ann'],
    ['(&(uid=<name>)(cn;lang-ja;x=a))', 'and[uid equality ann cn;lang-ja;x equality a]'],
    [
      '(&(uid=<name>)(memberOf:1.2.840.113556.1.4.1941:=cn=x))',
      'and[uid equality ann memberOf 1.2.840.113556.1.4.1941 := cn=x]',
    ],
    [
      '(&(uid=<name>)(ou:dn:=x)(:caseExactMatch:=y))',
      'and[uid equality ann ou dn  := x  caseExactMatch := y]',
    ],
    ['(&(uid=<name>)(cn=a<b)(cn=))', 'and[uid equality ann cn equality a<b cn equality ]'],
  ] as const) {
    it(`takes ${text}`, () => {
      expect(show(substitute(parseUserFilterTemplate(text), texts))).to.equal(expected);
    });
  }

  for (const [text, index, message] of [
    ['', 0, '"(" is expected'],
    ['uid=<name>', 0, '"(" is expected'],
    ['(uid=<name>', 11, '")" is expected'],
    ['(uid=<name>))', 12, 'nothing may follow'],
    ['(&(uid=<name>)', 14, '")" is expected'],
    ['(uid<name>)', 4, 'is expected after "uid"'],
    ['(=<name>)', 1, 'an attribute name'],
    ['(uid=<name>\\zz)', 11, 'two hex digits'],
    ['(uid=<name>()', 11, 'must be written \\28'],
    ['(uid=<name>\0)', 11, 'NUL'],
    ['(cn=a**<name>)', 4, '"**"'],
    ['(uid=<user>)', 5, 'unknown placeholder <user>; there are <name> and <userid>'],
    ['(uid=<dn>)', 5, 'unknown placeholder <dn>'],
    ['(uid=*)', 0, 'is missing'],
    ['(!(uid=<name>))', 0, 'is missing'],
    ['(uid=<name>*)', 0, 'is missing'],
    ['(uid>=<name>)', 0, 'is missing'],
    [`${'(!'.repeat(200)}(uid=<name>)${')'.repeat(200)}`, 202, 'levels'],
  ] as const) {
    it(`refuses ${JSON.stringify(text.slice(0, 30))}`, () => {
      const problem = problemOf(() => parseUserFilterTemplate(text));
      expect(problem.message).to.contain(message);
      expect(problem.index).to.equal(index);
    });
  }

  it('for groups knows <dn> and <uid> only, and needs one', () => {
    expect(problemOf(() => parseGroupFilterTemplate('(member=<name>)')).message).to.contain('<dn> and <uid>');
    expect(problemOf(() => parseGroupFilterTemplate('(member=*)')).message).to.contain('is missing');
  });

  it('leaves comparisons without text out of "or", and makes "and" and "not" undefined', () => {
    const group = (text: string, uid: readonly string[]) =>
      show(substitute(parseGroupFilterTemplate(text), { dn: ['D'], uid }));
    expect(group('(|(member=<dn>)(memberUid=<uid>))', [])).to.equal('or[member equality D]');
    expect(group('(&(member=<dn>)(memberUid=<uid>))', [])).to.equal('undefined');
    expect(group('(|(member=<dn>)(!(memberUid=<uid>)))', [])).to.equal('or[member equality D]');
    expect(group('(!(|(memberUid=<uid>)))', [])).to.equal('undefined');
    expect(group('(memberUid=<uid>)', ['a', 'b'])).to.equal('or[memberUid equality a memberUid equality b]');
    expect(group('(x=<uid>,<dn>)', ['a', 'b'])).to.equal('or[x equality a,D x equality b,D]');
    expect(group('(|(member=<dn>)(|))', [])).to.equal('or[member equality D or[]]');
  });

  it('compares logins by equalities that are not under "not"', () => {
    const template: FilterTemplate = parseUserFilterTemplate(
      '(|(uid=<name>)(mail=<userid>)(!(cn=<name>))(sn=<name>*)(o=x))',
    );
    expect(loginComparisons(template).map(({ attribute }) => attribute)).to.deep.equal(['uid', 'mail']);
  });

  it('keeps its structure whatever is put in', () => {
    const template = parseUserFilterTemplate('(&(objectClass=x)(uid=<name>))');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const filter = substitute(template, { name: [name], userid: [name] });
        expect(filter).to.deep.equal({
          kind: 'and',
          filters: [
            { kind: 'equality', attribute: 'objectClass', value: Buffer.from('x') },
            { kind: 'equality', attribute: 'uid', value: Buffer.from(name) },
          ],
        });
      }),
    );
  });
});
