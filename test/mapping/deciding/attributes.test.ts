import { expect } from 'chai';
import { check, OCTETS, rule, test } from '../cases.ts';
import { mapping } from '../people.ts';

check('attribute tests', [
  {
    says: 'a text, ignoring case',
    file: test('Employee'),
    attributes: { A: ['x', 'EMPLOYEE'] },
    gives: ['Yes'],
  },
  { says: 'a text is the whole value', file: test('Employee'), attributes: { a: ['Employees'] } },
  { says: 'in a list', file: test('{ in: [B, C] }'), attributes: { a: ['c'] }, gives: ['Yes'] },
  { says: 'not in a list', file: test('{ in: [B, C] }'), attributes: { a: ['d'] } },
  {
    says: 'an expression, over the whole value',
    file: test(`{ matches: 'b.' }`),
    attributes: { a: ['xbc', 'bcd'] },
  },
  {
    says: 'an expression, ignoring case',
    file: test(`{ matches: 'b.' }`),
    attributes: { a: ['BX'] },
    gives: ['Yes'],
  },
  { says: 'present', file: test('{ present: yes }'), attributes: { a: [OCTETS] }, gives: ['Yes'] },
  { says: 'present, absent', file: test('{ present: yes }') },
  { says: 'present, without values', file: test('{ present: true }'), attributes: { a: [] } },
  { says: 'missing', file: test('{ missing: yes }'), gives: ['Yes'] },
  { says: 'missing, present', file: test('{ missing: yes }'), attributes: { a: ['x'] } },
  { says: 'present: no is missing: yes', file: test('{ present: no }'), gives: ['Yes'] },
  {
    says: 'missing: no is present: yes',
    file: test('{ missing: no }'),
    attributes: { a: ['x'] },
    gives: ['Yes'],
  },
  {
    says: 'all of a block must hold',
    file: rule(`when: { group: G, attribute: { a: x, b: y } }, give: { groups: [Yes] }`),
    groups: ['G'],
    attributes: { a: ['x'], b: ['z'] },
  },
  {
    says: 'a value that is not text matches nothing',
    file: test(`{ matches: '.*' }`),
    attributes: { a: [OCTETS] },
    withholds: ['a=(2 octets): not text'],
  },
]);

describe('mapping: what the directory must be asked for', () => {
  it('is every attribute that rules, exceptions and never entries read, once', () => {
    const rules = mapping(`
rules: [{ id: r, when: { attribute: { a: x, B: y } }, unless: { attribute: { c: z } }, give: { groups: [Yes] } }]
never: [{ id: n, when: { attribute: { b: x } }, unless: { attribute: { d: { missing: yes } } }, take: { groups: [Yes] } }]`);
    expect([...rules.attributes].sort()).to.have.lengthOf(4);
    expect(rules.attributes.map((name) => name.toLowerCase()).sort()).to.deep.equal(['a', 'b', 'c', 'd']);
  });
});
