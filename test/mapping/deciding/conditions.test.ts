import { ALL, check, GIVEN, OCTETS, rule } from '../cases.ts';
import { membership, UNDER } from '../people.ts';

const branches = rule(
  `when: { group: G }, any_of: [{ group: A }, { attribute: { a: x } }], give: { groups: [Yes] }`,
);

check('any_of', [
  { says: 'the first is enough', file: branches, groups: ['G', 'A'], gives: ['Yes'] },
  { says: 'the last is enough', file: branches, groups: ['G'], attributes: { a: ['x'] }, gives: ['Yes'] },
  { says: 'none is not', file: branches, groups: ['G'], attributes: { a: ['y'] } },
  { says: 'stands besides when, which must hold too', file: branches, groups: ['A'] },
  {
    says: 'stands without when',
    file: rule('any_of: [{ group: A }, { group: B }], give: { groups: [Yes] }'),
    groups: ['B'],
    gives: ['Yes'],
  },
  {
    says: 'all parts of a branch must hold',
    file: rule('any_of: [{ group: A, attribute: { a: x } }, { group: B }], give: { groups: [Yes] }'),
    groups: ['A'],
    attributes: { a: ['y'] },
  },
  {
    says: 'each branch gives its own results',
    file: rule(
      `any_of: [{ group: IMM_<r> }, { attribute: { region: <r> } }], where: { r: [EMEA, APAC, LATAM] }, give: { groups: [<r>] }`,
    ),
    groups: ['IMM_emea'],
    attributes: { region: ['APAC'] },
    gives: ['APAC', 'EMEA'],
  },
  {
    says: 'a placeholder of when goes with each branch, and with those of the branch',
    file: rule(
      `when: { group: T-<t> }, any_of: [{ attribute: { a: <x> } }, { attribute: { b: <x> } }], where: { t: any, x: [1, 2] }, give: { groups: ['<t>/<x>'] }`,
    ),
    groups: ['T-a', 'T-b'],
    attributes: { a: ['1'], b: ['2'] },
    gives: ['a/1', 'a/2', 'b/1', 'b/2'],
  },
  {
    says: 'a placeholder in when and in a branch stands for one text',
    file: rule(
      `when: { group: T-<t> }, any_of: [{ attribute: { a: <t> } }, { group: ALL }], where: { t: any }, give: { groups: [<t>] }`,
    ),
    groups: ['T-a', 'T-b'],
    attributes: { a: ['B', 'c'] },
    gives: ['B'],
  },
  {
    says: 'of one branch does not meet that of another',
    file: rule(
      `any_of: [{ group: A-<x>, attribute: { a: <x> } }, { group: B-<x>, attribute: { b: <x> } }], where: { x: any }, give: { groups: [<x>] }`,
    ),
    groups: ['A-1', 'B-2'],
    attributes: { a: ['2'], b: ['1'] },
  },
  {
    says: 'a branch that cannot be read does not hinder another',
    file: rule('any_of: [{ attribute: { a: x } }, { group: B }], give: { groups: [Yes] }'),
    groups: ['B'],
    attributes: { a: [OCTETS] },
    gives: ['Yes'],
  },
  {
    says: 'unless is judged for the results of every branch',
    file: rule(
      `any_of: [{ group: A-<x> }, { attribute: { a: <x> } }], unless: { group: NOT-<x> }, where: { x: any }, give: { groups: [<x>] }`,
    ),
    groups: ['A-1', 'A-2', 'NOT-1', 'NOT-3'],
    attributes: { a: ['3', '4'] },
    gives: ['2', '4'],
  },
  {
    says: 'in never: one branch is enough to take',
    file: `${ALL}[{ id: n, any_of: [{ group: A }, { attribute: { a: x } }], take: { groups: [One] } }]`,
    groups: ['G', 'A'],
    attributes: { a: ['y'] },
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: 'in never: none takes nothing',
    file: `${ALL}[{ id: n, any_of: [{ group: A }, { attribute: { a: x } }], take: { groups: [One] } }]`,
    groups: ['G'],
    attributes: { a: ['y'] },
    ...GIVEN,
  },
  {
    says: 'in never: one branch that turns on an absent attribute is enough',
    file: `${ALL}[{ id: n, any_of: [{ group: A }, { attribute: { a: x } }], take: { groups: [One] } }]`,
    groups: ['G'],
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
]);

const both = rule('when: { all_groups: [A, B] }, give: { groups: [Yes] }');

check('all_groups', [
  { says: 'all are needed', file: both, groups: ['a', 'B'], gives: ['Yes'] },
  { says: 'one is not enough', file: both, groups: ['A'] },
  {
    says: 'names, DNs and places may stand in it',
    file: rule(
      `when: { all_groups: ['CN=A,${UNDER}', { name: B, under: 'OU=X,${UNDER}' }, 'sid:S-1-5-21-1'] }, give: { groups: [Yes] }`,
    ),
    groups: ['A', membership('B', `OU=X,${UNDER}`), { ...membership('C'), sid: 'S-1-5-21-1' }],
    gives: ['Yes'],
  },
  {
    says: 'placeholders give every combination',
    file: rule(
      `when: { all_groups: [R-<r>, A-<a>] }, where: { r: any, a: any }, give: { groups: ['<r>/<a>'] }`,
    ),
    groups: ['R-1', 'R-2', 'A-x'],
    gives: ['1/x', '2/x'],
  },
  {
    says: 'one placeholder in two of them stands for one text',
    file: rule(`when: { all_groups: [R-<r>, OK-<r>] }, where: { r: any }, give: { groups: [<r>] }`),
    groups: ['R-1', 'R-2', 'OK-2', 'OK-3'],
    gives: ['2'],
  },
  {
    says: 'stands beside group, of which one is enough',
    file: rule('when: { group: [C, D], all_groups: [A, B] }, give: { groups: [Yes] }'),
    groups: ['A', 'B'],
  },
  {
    says: 'in unless: only all of them make the exception',
    file: rule('when: { group: G }, unless: { all_groups: [A, B] }, give: { groups: [Yes] }'),
    groups: ['G', 'A'],
    gives: ['Yes'],
  },
  {
    says: 'in unless: all of them do',
    file: rule('when: { group: G }, unless: { all_groups: [A, B] }, give: { groups: [Yes] }'),
    groups: ['G', 'A', 'B'],
  },
  {
    says: 'in unless: with the texts of when',
    file: rule(
      `when: { group: P-<x> }, unless: { all_groups: ['P-<x>-guests', Guests] }, where: { x: [a, b] }, give: { groups: [<x>] }`,
    ),
    groups: ['P-a', 'P-b', 'P-a-guests', 'Guests'],
    gives: ['b'],
  },
]);

const place = rule(`when: { dn_under: 'OU=People,DC=acme,DC=com' }, give: { groups: [Yes] }`);

check('dn_under', [
  { says: 'directly', file: place, dn: 'CN=John,OU=People,DC=acme,DC=com', gives: ['Yes'] },
  { says: 'deeper', file: place, dn: 'CN=John,OU=Paris,ou=PEOPLE, dc=acme,dc=com', gives: ['Yes'] },
  { says: 'not the entry itself', file: place, dn: 'OU=People,DC=acme,DC=com' },
  { says: 'not a longer name', file: place, dn: 'CN=John,OU=XPeople,DC=acme,DC=com' },
  { says: 'not an escaped comma', file: place, dn: 'CN=John\\,OU=People,DC=acme,DC=com' },
  { says: 'not elsewhere', file: place, dn: 'CN=John,OU=Services,DC=acme,DC=com' },
  {
    says: 'a list, of which one is enough',
    file: rule(
      `when: { dn_under: ['OU=Staff,DC=acme,DC=com', 'OU=People,DC=acme,DC=com'] }, give: { groups: [Yes] }`,
    ),
    gives: ['Yes'],
  },
  {
    says: 'is the DN of the person, and not of a group',
    file: rule(`when: { dn_under: '${UNDER}' }, give: { groups: [Yes] }`),
    groups: ['A'],
  },
  { says: 'a DN that cannot be read gives nothing', file: place, dn: 'no dn' },
  {
    says: 'in unless it then counts as met',
    file: rule(
      `when: { group: G }, unless: { dn_under: 'OU=Externals,DC=acme,DC=com' }, give: { groups: [Yes] }`,
    ),
    groups: ['G'],
    dn: 'no dn',
  },
  {
    says: 'in unless',
    file: rule(
      `when: { group: G }, unless: { dn_under: 'OU=Externals,DC=acme,DC=com' }, give: { groups: [Yes] }`,
    ),
    groups: ['G'],
    gives: ['Yes'],
  },
  {
    says: 'in never it then takes',
    file: `${ALL}[{ id: n, when: { dn_under: 'OU=Externals,DC=acme,DC=com' }, take: { groups: [One] } }]`,
    groups: ['G'],
    dn: 'no dn',
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: 'in never it takes from those who are there',
    file: `${ALL}[{ id: n, when: { dn_under: 'OU=Externals,DC=acme,DC=com' }, take: { groups: [One] } }]`,
    groups: ['G'],
    dn: 'CN=Eve,OU=Externals,DC=acme,DC=com',
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: 'in never it takes from nobody else',
    file: `${ALL}[{ id: n, when: { dn_under: 'OU=Externals,DC=acme,DC=com' }, take: { groups: [One] } }]`,
    groups: ['G'],
    ...GIVEN,
  },
]);

const everyone = rule('everyone: yes, unless: { group: Externals }, give: { groups: [All] }');

check('everyone', [
  {
    says: 'gives to a person without anything',
    file: rule('everyone: yes, give: { groups: [All] }'),
    gives: ['All'],
  },
  { says: 'true is yes', file: rule('everyone: true, give: { groups: [All] }'), gives: ['All'] },
  {
    says: 'no is as if it were not there',
    file: rule('everyone: no, when: { group: G }, give: { groups: [All] }'),
  },
  { says: 'goes with unless', file: everyone, groups: ['externals'] },
  {
    says: 'goes with unless, for those whom it does not hold for',
    file: everyone,
    groups: ['A'],
    gives: ['All'],
  },
  {
    says: 'goes with dates',
    file: rule('everyone: yes, valid_until: 2026-11-21, give: { groups: [All] }'),
    withholds: ['All: it ended on 2026-11-22T00:00:00Z'],
  },
]);
