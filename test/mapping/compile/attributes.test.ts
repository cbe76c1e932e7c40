import { expect } from 'chai';
import {
  compileAttributes,
  type Declarations,
  declarationFor,
} from '../../../src/mapping/compile/attributes.ts';
import { keysOf } from '../../../src/mapping/compile/schema.ts';
import type { Finding } from '../../../src/yaml/finding.ts';
import { renderProblem } from '../../../src/yaml/problem.ts';
import { parseYaml } from '../../../src/yaml/source.ts';

function compile(attributes: string): { declarations: Declarations; problems: string[] } {
  const source = parseYaml('m.yaml', `attributes:\n  ${attributes}\n`, { strict: true });
  const findings: Finding[] = [];
  const declarations = compileAttributes(keysOf(source.data)['attributes'], (each) => findings.push(each));
  const problems = [...source.problems, ...findings.map((each) => source.problem(each))].map(renderProblem);
  return { declarations, problems };
}

describe('mapping: attributes are declared', () => {
  const declared: readonly [says: string, text: string, name: string, expected: object][] = [
    ['with nothing but a type', 'level: { type: integer }', 'level', { name: 'level', type: 'integer' }],
    ['and found in any case', 'Level: { type: integer }', 'lEVEL', { name: 'Level', type: 'integer' }],
    ['as text by default', 'dept: { split: ";" }', 'dept', { type: 'text', split: ';', case: 'keep' }],
    ['with a part', 'boss: { type: dn, part: ou.2 }', 'boss', { type: 'dn' }],
    [
      'with the well-known type, where none is written',
      'manager: { split: "|" }',
      'manager',
      { type: 'dn', split: '|' },
    ],
    ['with another type than the well-known', 'manager: { type: text }', 'manager', { type: 'text' }],
    ['as required', 'dept: { required: yes }', 'dept', { required: true }],
    ['as not required', 'dept: { required: no, default: x }', 'dept', { required: false, default: 'x' }],
    ['in another case', 'dept: { case: upper }', 'dept', { case: 'upper' }],
    ['with a default of the type', 'level: { type: integer, default: 0042 }', 'level', { default: '0042' }],
    ['by number', '2.16.840.1.113730.3.1.2: { case: lower }', '2.16.840.1.113730.3.1.2', { case: 'lower' }],
  ];
  for (const [says, text, name, expected] of declared) {
    it(says, () => {
      const { declarations, problems } = compile(text);
      expect(problems).to.deep.equal([]);
      expect(declarationFor(name, declarations)).to.deep.include(expected);
    });
  }

  it('with a format, that of the file before the well-known one', () => {
    const formats = (text: string, name: string): string | undefined =>
      declarationFor(name, compile(text).declarations).format?.written;
    expect(formats('end: { type: date, format: dd.MM.yyyy }', 'end')).to.equal('dd.MM.yyyy');
    expect(formats('accountExpires: { required: yes }', 'accountExpires')).to.equal('filetime');
    expect(formats('accountExpires: { type: date }', 'accountExpires')).to.equal('filetime');
    expect(formats('accountExpires: { format: yyyy-MM-dd }', 'accountExpires')).to.equal('yyyy-MM-dd');
    expect(formats('accountExpires: { type: text }', 'accountExpires')).to.equal(undefined);
  });

  it('or not at all: then they are well known, or plain text', () => {
    expect(declarationFor('WhenCreated', new Map())).to.deep.include({ name: 'WhenCreated', type: 'date' });
    expect(declarationFor('dept', new Map())).to.deep.equal({
      name: 'dept',
      type: 'text',
      case: 'keep',
      exact: false,
      required: false,
    });
  });

  it('by no part of the file where that is something else', () => {
    for (const part of [undefined, '', 'text', ['a']])
      expect(compileAttributes(part, () => expect.fail('reported')).size).to.equal(0);
  });
});

describe('mapping: attributes are refused', () => {
  const refused: readonly [says: string, text: string, problems: readonly string[]][] = [
    [
      'under options',
      'cn;lang-ja: { split: "," }',
      [
        'm.yaml:2:5: error: values under options are not values of the attribute',
        '    2 |   cn;lang-ja: { split: "," }',
        '      |     ^^^^^^^^ write cn',
      ],
    ],
    [
      'by a name that is none',
      'cost centre: { split: "," }',
      [
        'm.yaml:2:3: error: this is no attribute name',
        '    2 |   cost centre: { split: "," }',
        '      |   ^^^^^^^^^^^ write it as the directory does, for example departmentNumber',
      ],
    ],
    [
      'twice in another case',
      'dept: { split: "," }\n  Dept: { split: ";" }',
      [
        'm.yaml:3:3: error: "Dept" and "dept" differ only in case, and so are one attribute',
        '    3 |   Dept: { split: ";" }',
        '      |   ^^^^ keep one of them',
      ],
    ],
    [
      'with a format and no type',
      'end: { format: yyyy-MM-dd }',
      [
        'm.yaml:2:10: error: only an attribute of type date has a "format"',
        '    2 |   end: { format: yyyy-MM-dd }',
        '      |          ^^^^^^ add "type: date", or remove "format"',
      ],
    ],
    [
      'with the format of another type',
      'end: { type: integer, format: filetime }',
      [
        'm.yaml:2:25: error: only an attribute of type date has a "format"',
        '    2 |   end: { type: integer, format: filetime }',
        '      |                         ^^^^^^ write "type: date", or remove "format"',
      ],
    ],
    [
      'as a date without a format',
      'end: { type: date }',
      [
        'm.yaml:2:3: error: a date needs a format',
        '    2 |   end: { type: date }',
        '      |   ^^^ add "format": yyyy-MM-dd or the like, generalized-time, or filetime',
      ],
    ],
    [
      'with a format that is none',
      'end: { type: date, format: YYYY-MM-dd }',
      [
        'm.yaml:2:30: error: "YYYY" is not known in a pattern',
        '    2 |   end: { type: date, format: YYYY-MM-dd }',
        '      |                              ^^^^^^^^^^ did you mean yyyy-MM-dd?',
      ],
    ],
    [
      'with a part of what is no DN',
      'boss: { part: OU }',
      [
        'm.yaml:2:11: error: only an attribute of type dn has a "part"',
        '    2 |   boss: { part: OU }',
        '      |           ^^^^ add "type: dn", or remove "part"',
      ],
    ],
    [
      'with a part that is none',
      'manager: { part: OU.0 }',
      [
        'm.yaml:2:20: error: this is no part of a DN',
        '    2 |   manager: { part: OU.0 }',
        '      |                    ^^^^ write CN, OU or the like; OU.2 is the second nearest OU, counted from 1',
      ],
    ],
    [
      'with a default that is not of the type',
      'level: { type: integer, default: none }',
      [
        'm.yaml:2:36: error: the default cannot be read: not an integer',
        '    2 |   level: { type: integer, default: none }',
        '      |                                    ^^^^ write digits alone',
      ],
    ],
    [
      'with a default that lacks the part',
      'manager: { part: OU, default: CN=Nobody }',
      [
        'm.yaml:2:33: error: the default cannot be read: has no OU',
        '    2 |   manager: { part: OU, default: CN=Nobody }',
        '      |                                 ^^^^^^^^^ write a DN, as the directory would: CN=Jane Doe,OU=People,DC=acme,DC=com',
      ],
    ],
    [
      'with a default of which splitting leaves nothing',
      'dept: { split: ";", default: " ; " }',
      [
        'm.yaml:2:32: error: the default cannot be read: nothing is left of it when it is split',
        '    2 |   dept: { split: ";", default: " ; " }',
        '      |                                ^^^^^ write a text',
      ],
    ],
    [
      'as required beside a default',
      'dept: { default: x, required: yes }',
      [
        'm.yaml:2:23: error: "required" and "default" contradict each other: with a default there is always a value',
        '    2 |   dept: { default: x, required: yes }',
        '      |                       ^^^^^^^^ remove one of them',
      ],
    ],
    [
      'with an empty delimiter',
      'dept: { split: "" }',
      [
        'm.yaml:2:11: error: an empty value',
        '    2 |   dept: { split: "" }',
        '      |           ^^^^^ write a value, or remove the key',
      ],
    ],
    [
      'with a placeholder',
      'dept: { default: <dept> }',
      [
        'm.yaml:2:20: error: a placeholder cannot stand in "default"',
        '    2 |   dept: { default: <dept> }',
        '      |                    ^^^^^^ write the texts out in place of <dept>',
      ],
    ],
  ];
  for (const [says, text, problems] of refused) {
    it(says, () => expect(compile(text).problems.join('\n')).to.equal(problems.join('\n')));
  }

  it('all in one run', () => {
    const { problems } = compile('a b: { format: x, part: y, default: <z>, required: yes }');
    expect(problems).to.have.lengthOf(5);
  });

  it('by the schema alone where it does so, and keep the type that was meant', () => {
    const { declarations, problems } = compile(
      'a: { type: dat, format: x }\n  b: { type: integer, case: uper }\n  accountExpires: { case: 1 }\n  c: text',
    );
    expect(problems).to.deep.equal([]);
    const types = ['a', 'b', 'accountExpires', 'c'].map((name) => declarationFor(name, declarations).type);
    expect(types).to.deep.equal(['date', 'integer', 'date', 'text']);
  });
});
