import { ALL, check, GIVEN, OCTETS } from './cases.ts';

check('never', [
  {
    says: 'takes all that a placeholder without a text could become, separators too',
    file: `rules: [{ id: r, when: { group: G }, give: { groups: [P-a-b, Q] } }]
never: [{ id: n, when: { attribute: { a: <x> } }, where: { x: any }, take: { groups: [P-<x>] } }]`,
    groups: ['G'],
    gives: ['Q'],
  },
  {
    says: 'without conditions always takes',
    file: `${ALL}[{ id: n, take: { groups: [one] } }]`,
    groups: ['G'],
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: 'takes every value of an authorization',
    file: `${ALL}[{ id: n, take: { authorizations: { level: all } } }]`,
    groups: ['G'],
    ...GIVEN,
    authorizations: { EMEA: ['Sales'] },
  },
  {
    says: 'ignores case in values and names',
    file: `${ALL}[{ id: n, take: { authorizations: { LEVEL: [GOLD] } } }]`,
    groups: ['G'],
    ...GIVEN,
    authorizations: { EMEA: ['Sales'], Level: ['Basic'] },
  },
  {
    says: 'takes what its placeholders stand for',
    file: `${ALL}[{ id: n, when: { group: BARRED-<r> }, where: { r: [EMEA, APAC] }, take: { authorizations: { <r>: all } } }]`,
    groups: ['G', 'barred-emea'],
    ...GIVEN,
    authorizations: { Level: ['Basic', 'Gold'] },
  },
  {
    says: 'takes what a code becomes',
    file: `tables: { t: { 1: [One, Two] } }\n${ALL}[{ id: n, when: { attribute: { a: <x> } }, where: { x: t }, take: { groups: [<x>] } }]`,
    groups: ['G'],
    attributes: { a: ['1'] },
    ...GIVEN,
    gives: ['4100'],
  },
  {
    says: 'does not take where its exception holds',
    file: `${ALL}[{ id: n, unless: { group: H }, take: { groups: [Two] } }]`,
    groups: ['G', 'H'],
    ...GIVEN,
  },
  {
    says: 'takes both readings of a value that can be read in two ways',
    file: `${ALL}[{ id: n, when: { attribute: { a: '<x>-<y>' } }, where: { x: [One, One-b], y: [b-c, c] }, take: { groups: [<x>] } }]`,
    groups: ['G'],
    attributes: { a: ['One-b-c'] },
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: 'an unbounded placeholder stands for any text',
    file: `${ALL}[{ id: n, when: { group: EXT-<x> }, take: { groups: [Two] } }]`,
    groups: ['G', 'EXT-a-*'],
    ...GIVEN,
    gives: ['4100', 'One'],
  },
  {
    says: 'takes for a value that is not text',
    file: `${ALL}[{ id: n, when: { attribute: { a: x } }, take: { groups: [Two] } }]`,
    groups: ['G'],
    attributes: { a: [OCTETS] },
    ...GIVEN,
    gives: ['4100', 'One'],
  },
]);
