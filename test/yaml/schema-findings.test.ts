import { expect } from 'chai';
import { z } from 'zod';
import { schemaFindings } from '../../src/yaml/schema-findings.ts';
import { didYouMean, suggest } from '../../src/yaml/suggestion.ts';

const Part = z.strictObject({ name: z.string(), under: z.string().optional() });
const Schema = z.strictObject({
  version: z.literal('1'),
  mode: z.enum(['fast', 'slow']).optional(),
  group: z
    .union([z.string(), z.array(z.union([z.string(), Part])).min(1, 'the list is empty'), Part])
    .optional(),
  table: z.record(z.string(), z.array(z.string())).optional(),
  only: z.union([z.literal('all'), z.array(z.string())]).optional(),
  someday: z.custom<never>(() => false, { error: 'not yet', params: { on: 'key' } }).optional(),
});

const found = (data: object): string[] =>
  schemaFindings(Schema, { version: '1', ...data }).map(
    ({ path, on, message, hint }) =>
      `${path.join('.')}${on === 'key' ? ' (key)' : ''}: ${message}${hint === undefined ? '' : ` / ${hint}`}`,
  );

describe("yaml: a schema's verdict in words", () => {
  const cases: readonly [says: string, data: object, found: readonly string[]][] = [
    ['what fits', { group: ['a', { name: 'b' }], mode: 'slow' }, []],
    [
      'an unknown key, with the nearest',
      { gruop: 'a' },
      ['gruop (key): unknown key "gruop" / did you mean "group"?'],
    ],
    [
      'an unknown key, with all that there are',
      { zzzzz: 'a' },
      ['zzzzz (key): unknown key "zzzzz" / known here: version, mode, group, table, only'],
    ],
    [
      'several unknown keys',
      { xx: '', yy: '' },
      [
        'xx (key): unknown key "xx" / known here: version, mode, group, table, only',
        'yy (key): unknown key "yy" / known here: version, mode, group, table, only',
      ],
    ],
    [
      'an unknown key in the option of a union that is meant',
      { group: { name: 'a', undr: 'b' } },
      ['group.undr (key): unknown key "undr" / did you mean "under"?'],
    ],
    [
      'and in a list in it',
      { group: ['a', { nam: 'a' }] },
      [
        'group.1 (key): the key "name" is missing',
        'group.1.nam (key): unknown key "nam" / did you mean "name"?',
      ],
    ],
    ['a missing key', { version: undefined }, [' (key): the key "version" is missing']],
    ['another value than the one', { version: '2' }, ['version: expected "1"']],
    [
      'another value than the known ones',
      { mode: 'fsat' },
      ['mode: expected one of fast, slow / did you mean "fast"?'],
    ],
    ['another kind', { mode: ['fast'] }, ['mode: expected one of fast, slow']],
    [
      'a text where a list belongs',
      { table: { a: 'x' } },
      ['table.a: expected a list, found a text / a list of one text is written [text]'],
    ],
    ['a list where keys belong', { table: [] }, ['table: expected keys with values, found a list']],
    ['nothing', { table: '' }, ['table: expected keys with values, found nothing']],
    [
      'a text beside lists, other than the one',
      { only: 'al' },
      ['only: expected "all" or a list / did you mean "all"?'],
    ],
    ['a message of its own', { group: [] }, ['group: the list is empty']],
    ['a key that is refused by itself', { someday: 'x' }, ['someday (key): not yet']],
  ];
  for (const [says, data, expected] of cases) it(says, () => expect(found(data)).to.deep.equal(expected));

  it('never repeats a value', () => {
    expect(found({ mode: 'hunter2', version: 'hunter2', group: [['hunter2']] }).join()).to.not.contain(
      'hunter2',
    );
  });

  it('puts findings where the part stands', () => {
    expect(schemaFindings(Part, {}, ['rules', 3])[0]?.path).to.deep.equal(['rules', 3]);
  });
});

describe('yaml: did you mean', () => {
  const known = ['id', 'why', 'when', 'unless', 'where', 'give', 'groups'];
  const cases: readonly [word: string, meant: string | undefined][] = [
    ['wehn', 'when'],
    ['WHEN', 'when'],
    ['gruops', 'groups'],
    ['group', 'groups'],
    ['unles', 'unless'],
    ['whi', 'why'],
    ['xx', undefined],
    ['comment', undefined],
  ];
  for (const [word, meant] of cases)
    it(`${word}: ${meant}`, () => expect(suggest(word, known)).to.equal(meant));

  it('asks, or says nothing', () => {
    expect(didYouMean('wehn', known)).to.equal('did you mean "when"?');
    expect(didYouMean('wehn', [])).to.equal(undefined);
  });
});
