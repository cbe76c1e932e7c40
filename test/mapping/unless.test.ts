import { check, rule, unless } from './cases.ts';

const projects = rule(
  `when: { group: P-<x> }, unless: { group: 'P-<x>-guests' }, where: { x: [a, b] }, give: { groups: [<x>] }`,
);
check('unless', [
  { says: 'holds', file: unless('group: H'), groups: ['G', 'H'] },
  { says: 'does not hold', file: unless('group: H'), groups: ['G'], gives: ['Yes'] },
  {
    says: 'holds only as a whole',
    file: unless('group: H, attribute: { a: x }'),
    groups: ['G', 'H'],
    attributes: { a: ['y'] },
    gives: ['Yes'],
  },
  { says: 'is judged for each result', file: projects, groups: ['P-a', 'P-b', 'p-B-guests'], gives: ['a'] },
  {
    says: 'uses the texts of when in attributes too',
    file: rule(
      `when: { group: P-<x> }, unless: { attribute: { banned: 'P <x>' } }, where: { x: any }, give: { groups: [<x>] }`,
    ),
    groups: ['P-a', 'P-b'],
    attributes: { banned: ['p B'] },
    gives: ['a'],
  },
]);
