import { check, rule } from '../cases.ts';
import { membership, UNDER } from '../people.ts';

const own = rule(`when: { group: <name> }, where: { name: any }, give: { groups: [<name>] }`);
check('groups', [
  {
    says: 'by name, ignoring case',
    file: rule(`when: { group: fin-all }, give: { groups: [F] }`),
    groups: ['FIN-All'],
    gives: ['F'],
  },
  {
    says: 'a list, of which one is enough',
    file: rule(`when: { group: [A, B] }, give: { groups: [F] }`),
    groups: ['B'],
    gives: ['F'],
  },
  {
    says: 'by DN, compared by meaning',
    file: rule(
      `when: { group: 'cn=Sales\\2C EMEA, ou=immuta,OU=Groups,dc=ACME,dc=com' }, give: { groups: [F] }`,
    ),
    groups: [{ dn: `CN=SALES\\, EMEA,${UNDER}`, name: 'whatever', via: [] }],
    gives: ['F'],
  },
  {
    says: 'by DN, no other of that name',
    file: rule(`when: { group: 'CN=A,OU=X,${UNDER}' }, give: { groups: [F] }`),
    groups: ['A', membership('A', `OU=Y,${UNDER}`)],
  },
  {
    says: 'by name and place',
    file: rule(
      `when: { group: { name: T-<x>, under: 'OU=X,${UNDER}' } }, where: { x: any }, give: { groups: [<x>] }`,
    ),
    groups: ['T-a', membership('T-b', `OU=X,${UNDER}`), membership('T-c', `OU=Y,OU=X,${UNDER}`)],
    gives: ['b', 'c'],
  },
  {
    says: 'a text with one = is a name',
    file: rule(`when: { group: a=b }, give: { groups: [F] }`),
    groups: ['A=B'],
    gives: ['F'],
  },
  {
    says: 'a name that looks like a DN, in its own key',
    file: rule(`when: { group: { name: 'CN=Accounting' } }, give: { groups: [F] }`),
    groups: ['cn=accounting'],
    gives: ['F'],
  },
  {
    says: 'count only under groups.under, by whole parts of the DN',
    file: own,
    groups: [
      membership('A', `XOU=Immuta,OU=Groups,DC=acme,DC=com`),
      membership('B', 'OU=Groups,DC=acme,DC=com'),
      { dn: UNDER, name: 'C', via: [] },
      { dn: 'no dn', name: 'D', via: [] },
      membership('E', `OU=sub,${UNDER.toLowerCase()}`),
    ],
    gives: ['E'],
  },
  {
    says: 'count everywhere where the file says so',
    file: own,
    under: 'everywhere',
    groups: [membership('A', 'O=elsewhere'), { dn: 'no dn', name: 'D', via: [] }],
    gives: ['A', 'D'],
  },
]);
