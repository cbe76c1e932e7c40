import { expect } from 'chai';
import { EMPTY_ANSWER, formatAnswer } from '../../../src/mapping/answer.ts';
import { translate } from '../../../src/mapping/translate.ts';
import { check, rule } from '../cases.ts';
import { mapping, NOW, person } from '../people.ts';

const own = rule(`when: { group: <name> }, where: { name: any }, give: { groups: [<name>] }`);
check('results', [
  {
    says: 'a rule that matches three groups gives three times',
    file: rule(`when: { group: IMM_<r> }, where: { r: any }, give: { groups: [<r>] }`),
    groups: ['IMM_a', 'IMM_b', 'IMM_c'],
    gives: ['a', 'b', 'c'],
  },
  {
    says: 'a code with several texts gives one result for each, name and value alike',
    file: `tables: { t: { 1: [A, B] } }\n${rule(`when: { attribute: { a: <x> } }, where: { x: t }, give: { groups: ['<x>+<x>'], authorizations: { <x>: [<x>] } }`)}`,
    attributes: { a: ['1'] },
    gives: ['A+A', 'B+B'],
    authorizations: { A: ['A'], B: ['B'] },
  },
  {
    says: 'several conditions give every combination',
    file: rule(
      `when: { group: G-<g>, attribute: { a: <a> } }, where: { g: [1, 2], a: [x, y] }, give: { groups: ["<g>/<a>"] }`,
    ),
    groups: ['G-1', 'G-2'],
    attributes: { a: ['x', 'y'] },
    gives: ['1/x', '1/y', '2/x', '2/y'],
  },
  {
    says: 'one placeholder in two conditions stands for one text, as read',
    file: `tables: { t: { 1: A, 2: A } }\n${rule(`when: { group: G-<g>, attribute: { a: <g> } }, where: { g: t }, give: { groups: [<g>] }`)}`,
    groups: ['G-1'],
    attributes: { a: ['2'] },
  },
  {
    says: 'also where nothing that is given needs it',
    file: rule(`when: { group: G-<g>, attribute: { a: <g> } }, give: { groups: [Yes] }`),
    groups: ['G-1'],
    attributes: { a: ['2'] },
  },
  {
    says: 'and so do two of them',
    file: rule(
      `when: { group: '<x>.<y>', attribute: { a: '<x>.<y>' } }, where: { x: any, y: any }, give: { groups: ['<x>/<y>'] }`,
    ),
    groups: ['a.b', 'a.c', 'd.b'],
    attributes: { a: ['a.c', 'd.d'] },
    gives: ['a/c'],
  },
  {
    says: 'and so does one in three conditions, of groups and attributes alike',
    file: rule(
      `when: { group: G-<g>, all_groups: [OK-<g>], attribute: { a: <g>, b: '<g>:<n>' } }, where: { g: any, n: digits }, give: { groups: ['<g>/<n>'] }`,
    ),
    groups: ['G-a', 'G-b', 'G-c', 'OK-a', 'OK-b', 'OK-d'],
    attributes: { a: ['a', 'b', 'd'], b: ['b:1', 'b:2', 'c:3', 'd:4'] },
    gives: ['b/1', 'b/2'],
  },
  {
    says: 'and is compared before translation, though the texts given are one',
    file: `tables: { t: { 1: A, 2: A } }\n${rule(
      `when: { all_groups: [G-<g>, H-<g>] }, where: { g: t }, give: { groups: [<g>] }`,
    )}`,
    groups: ['G-1', 'H-2'],
  },
  {
    says: 'a placeholder that was split from a value goes with each part',
    file: `attributes: { a: { split: ',' } }\n${rule(
      `when: { group: G-<g>, attribute: { a: <g> } }, where: { g: any }, give: { groups: [<g>] }`,
    )}`,
    groups: ['G-a', 'G-b', 'G-c'],
    attributes: { a: ['a, c,d'] },
    gives: ['a', 'c'],
  },
  {
    says: 'and case does not matter to that',
    file: rule(`when: { group: G-<g>, attribute: { a: <g> } }, where: { g: any }, give: { groups: [<g>] }`),
    groups: ['G-abc', 'G-def'],
    attributes: { a: ['ABC'] },
    gives: ['ABC'],
  },
  {
    says: 'texts that differ only in case are one, the first by code point',
    file: `rules:
  - { id: a, when: { group: G }, give: { groups: [accountants], authorizations: { region: [x], Region: [X, y] } } }
  - { id: b, when: { group: G }, give: { groups: [ACCOUNTANTS] } }`,
    groups: ['g'],
    gives: ['ACCOUNTANTS'],
    authorizations: { Region: ['X', 'y'] },
  },
  {
    says: 'are sorted by code point',
    file: rule(`when: { group: G }, give: { groups: [b, a, B, '\u{1f600}', '\uffee', '10', '9'] }`),
    groups: ['G'],
    gives: ['10', '9', 'B', 'a', '\uffee', '\u{1f600}'],
  },
  {
    says: 'an authorization without values is left out',
    file: `${rule(`when: { group: G }, give: { authorizations: { Level: [Gold] } }`)}
never: [{ id: n, when: { group: N }, take: { authorizations: { Level: [gold] } } }]`,
    groups: ['G', 'N'],
    authorizations: {},
    removes: ['Gold by n'],
  },
  {
    says: 'a dotted name is literal',
    file: rule(`when: { group: G }, give: { authorizations: { AccessLevel.Gold: [Yes] } }`),
    groups: ['G'],
    authorizations: { 'AccessLevel.Gold': ['Yes'] },
  },
  {
    says: 'never hold controls, direction overrides or invisible characters, nor spaces that mean nothing',
    file: own,
    groups: ['a\u202eb', ' a', 'b\u00a0', 'c\t d', 'x\u200by', '\ufeffz', 's\u00adh', 'ok'],
    gives: ['a', 'b', 'c d', 'ok'],
    withholds: [
      'a\u202eb: the group name holds a character that changes the direction of writing',
      's\u00adh: the group name holds an invisible character',
      'x\u200by: the group name holds an invisible character',
      '\ufeffz: the group name holds an invisible character',
    ],
  },
  {
    says: 'never hold half a character, or a control that an expression let through',
    file: rule(`when: { group: G-<x> }, where: { x: { matches: '.*' } }, give: { groups: ['v <x>'] }`),
    groups: ['G-\ud800', 'G-a\u0001b', 'G-x'],
    gives: ['v x'],
    withholds: [
      'v a\u0001b: the group name holds a control character',
      'v \ud800: the group name is no valid Unicode',
    ],
  },
  {
    says: 'never hold a * that an expression let through',
    file: rule(
      `when: { group: G-<x> }, where: { x: { matches: '.*' } }, give: { authorizations: { A: ['v <x>'] } }`,
    ),
    groups: ['G-*', 'G-x'],
    authorizations: { A: ['v x'] },
    withholds: ['A: v *: the value holds a *, which is a wildcard in Immuta'],
  },
]);

describe('mapping: the answer as text', () => {
  it('has both keys where nothing is due', () => {
    expect(formatAnswer(EMPTY_ANSWER)).to.equal('{"groups":[],"authorizations":{}}');
  });

  it('keeps names that look like integers in the order of code points', () => {
    const rules = mapping(
      rule(
        `when: { group: G }, give: { groups: ['a"b'], authorizations: { b: [x], '9': [x], '10': [y, '"'] } }`,
      ),
    );
    expect(formatAnswer(translate(rules, person({ groups: ['G'] }), NOW).answer)).to.equal(
      String.raw`{"groups":[{"name":"a\"b"}],"authorizations":{"10":["\"","y"],"9":["x"],"b":["x"]}}`,
    );
  });
});
