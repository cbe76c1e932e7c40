import { check } from '../cases.ts';

const levels = (
  facts: string,
  never = '',
): string => `tables: { levels: { 1: Basic, 2: Silver, 3: Gold, 4: Platinum } }
authorizations: { AccessLevel: ${facts} }
rules:
  - { id: levels, when: { group: L-<level> }, where: { level: levels }, give: { authorizations: { AccessLevel: [<level>], Other: [<level>] } } }
  - { id: free, when: { group: F-<level> }, where: { level: any }, give: { authorizations: { accesslevel: [<level>] } } }
${never}`;
const highest = '{ order: [Basic, Silver, Gold], keep: highest }';
const lowest = '{ order: [Basic, Silver, Gold], keep: lowest }';

check('order and keep', [
  {
    says: 'the highest stays, of this authorization alone',
    file: levels(highest),
    groups: ['L-1', 'L-3', 'L-2'],
    authorizations: { AccessLevel: ['Gold'], Other: ['Basic', 'Gold', 'Silver'] },
    removes: ['Basic by highest', 'Silver by highest'],
  },
  {
    says: 'the lowest stays',
    file: levels(lowest),
    groups: ['L-3', 'L-2'],
    authorizations: { AccessLevel: ['Silver'], Other: ['Gold', 'Silver'] },
    removes: ['Gold by lowest'],
  },
  {
    says: 'all stay where the file says so',
    file: levels('{ order: [Basic, Silver, Gold], keep: all }'),
    groups: ['L-1', 'L-3'],
    authorizations: { AccessLevel: ['Basic', 'Gold'], Other: ['Basic', 'Gold'] },
  },
  {
    says: 'all stay where the file says nothing of it',
    file: levels('{ order: [Basic, Silver, Gold] }'),
    groups: ['L-1', 'L-3'],
    authorizations: { AccessLevel: ['Basic', 'Gold'], Other: ['Basic', 'Gold'] },
  },
  {
    says: 'the order is that of the file, and not of the alphabet or the rules',
    file: levels('{ order: [Gold, Basic, Silver], keep: highest }'),
    groups: ['L-3', 'L-2', 'L-1'],
    authorizations: { AccessLevel: ['Silver'], Other: ['Basic', 'Gold', 'Silver'] },
  },
  {
    says: 'one value alone stays',
    file: levels(highest),
    groups: ['L-1'],
    authorizations: { AccessLevel: ['Basic'], Other: ['Basic'] },
    removes: [],
  },
  {
    says: 'case is ignored, in names and values: spellings of one value are one before it is decided',
    file: levels(highest),
    groups: ['L-3', 'F-GOLD', 'F-basic'],
    authorizations: { AccessLevel: ['GOLD'], Other: ['Gold'] },
    removes: ['basic by highest'],
  },
  {
    says: 'never comes before: what it takes does not outrank what stays',
    file: levels(
      highest,
      'never: [{ id: n, when: { group: N }, take: { authorizations: { accesslevel: [gold] } } }]',
    ),
    groups: ['L-1', 'L-3', 'N'],
    authorizations: { AccessLevel: ['Basic'], Other: ['Basic', 'Gold'] },
    removes: ['Gold by n'],
  },
  {
    says: 'never comes before, where it takes all',
    file: levels(
      highest,
      'never: [{ id: n, when: { group: N }, take: { authorizations: { AccessLevel: all } } }]',
    ),
    groups: ['L-1', 'L-3', 'N'],
    authorizations: { Other: ['Basic', 'Gold'] },
    removes: ['Basic by n', 'Gold by n'],
  },
  {
    says: 'a value without a place in the order is withheld and reported',
    file: levels(highest),
    groups: ['L-4', 'L-1'],
    authorizations: { AccessLevel: ['Basic'], Other: ['Basic', 'Platinum'] },
    withholds: ['AccessLevel: Platinum: not in the order of AccessLevel'],
  },
  {
    says: 'a value without a place is withheld also where it is alone',
    file: levels(lowest),
    groups: ['F-Platinum'],
    withholds: ['accesslevel: Platinum: not in the order of accesslevel'],
  },
]);
