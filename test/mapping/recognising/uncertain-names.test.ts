/** A group that may have one of several names: nothing is given for it, and whatever one of them would take is taken. */
import { expect } from 'chai';
import { groupsNamedIn } from '../../../src/mapping/named.ts';
import { ALL, check, GIVEN, rule, unless } from '../cases.ts';
import { mapping, membership, UNDER } from '../people.ts';

const dn = `OU=x,${UNDER}`;
const unsure = { ...membership(dn), dn, name: dn, names: ['A', 'B'], sid: 'S-1-5-21-1-2-3-4' };
const reason = `group ${dn}: may be named A or B, which is not certain`;
const never = (block: string, more = ''): string =>
  `${ALL}[{ id: n, when: { ${block} }, ${more}take: { groups: [One] } }]`;
const taken = { gives: ['4100', 'Two'], authorizations: GIVEN.authorizations, removes: ['One by n'] };

check('groups of which the name is not certain', [
  {
    says: 'give nothing by a name, and that is told',
    file: rule('when: { group: b }, give: { groups: [Yes] }'),
    groups: [unsure],
    withholds: [reason],
  },
  {
    says: 'give nothing by a pattern, not even under any',
    file: rule('when: { group: <g> }, where: { g: any }, give: { groups: [<g>] }'),
    groups: [unsure, 'C'],
    gives: ['C'],
    withholds: [reason],
  },
  {
    says: 'are named by a DN as ever',
    file: rule(`when: { group: '${dn}' }, give: { groups: [Yes] }`),
    groups: [unsure],
    gives: ['Yes'],
  },
  {
    says: 'are named by a SID as ever',
    file: rule(`when: { group: 'sid:S-1-5-21-1-2-3-4' }, give: { groups: [Yes] }`),
    groups: [unsure],
    gives: ['Yes'],
  },
  { says: 'make a never entry take', file: never('group: A'), groups: ['G', unsure], ...taken },
  {
    says: 'make a never entry take by a pattern all that it may stand for',
    file: `${ALL}[{ id: n, when: { group: <g> }, where: { g: [b, two] }, take: { groups: [<g>] } }]`,
    groups: ['G', unsure],
    gives: ['4100', 'One'],
    authorizations: GIVEN.authorizations,
    removes: ['Two by n'],
  },
  { says: 'make no other never entry take', file: never('group: C'), groups: ['G', unsure], ...GIVEN },
  {
    says: 'leave a rule without what unless could withhold',
    file: unless('group: B'),
    groups: ['G', unsure],
  },
  {
    says: 'leave a rule what unless does not turn on',
    file: unless('group: C'),
    groups: ['G', unsure],
    gives: ['Yes'],
  },
  {
    says: 'leave a rule without what a filled unless could withhold',
    file: rule(
      `when: { group: P-<x> }, unless: { group: '<x>' }, where: { x: [a, c] }, give: { groups: [<x>] }`,
    ),
    groups: ['P-a', 'P-c', unsure],
    gives: ['c'],
  },
  {
    says: 'do not except from a never entry',
    file: never('group: G', 'unless: { group: A }, '),
    groups: ['G', unsure],
    ...taken,
  },
]);

describe('groups of which the name is not certain', () => {
  it('are what a mapping names by any of their names', () => {
    const [a, c] = ['a', 'c'].map((name) => [
      ...groupsNamedIn(mapping(rule(`when: { group: ${name} }, give: { groups: [Yes] }`))),
    ]);
    expect(a?.[0]?.isMeant(unsure)).to.equal(true);
    expect(c?.[0]?.isMeant(unsure)).to.equal(false);
  });
});
