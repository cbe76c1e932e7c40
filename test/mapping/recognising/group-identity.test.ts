import { expect } from 'chai';
import { translate } from '../../../src/mapping/translate.ts';
import type { Membership } from '../../../src/person.ts';
import { ALL, check, GIVEN, rule } from '../cases.ts';
import { mapping, membership, NOW, person } from '../people.ts';

const SID = 'S-1-5-21-1004336348-1177238915-682003330-1104';
const GUID = '6f9619ff-8b86-d011-b42d-00cf4fc964ff';
const named = { ...membership('Finance'), sid: SID, guid: GUID };
const other = {
  ...membership('Other'),
  sid: 'S-1-5-21-1-2-3-9',
  guid: '00000000-0000-0000-0000-000000000001',
};
const unknown = membership('Unknown');
const bySid = rule(`when: { group: 'sid:${SID}' }, give: { groups: [Yes] }`);
const byGuid = rule(`when: { group: 'guid:{${GUID.toUpperCase()}}' }, give: { groups: [Yes] }`);
const neverBySid = `${ALL}[{ id: n, when: { group: 'sid:${SID}' }, take: { groups: [One] } }]`;
const unlessBySid = rule(`when: { group: G }, unless: { group: 'sid:${SID}' }, give: { groups: [Yes] }`);
const known = { ...membership('G'), sid: 'S-1-5-21-1-2-3-4', guid: '00000000-0000-0000-0000-000000000002' };

check('groups by SID and GUID', [
  {
    says: 'a SID, whatever the group is called',
    file: bySid,
    groups: [{ ...named, name: 'New' }],
    gives: ['Yes'],
  },
  { says: 'a SID in any case', file: bySid.replace('sid:S', 'SID:s'), groups: [named], gives: ['Yes'] },
  { says: 'no other SID', file: bySid, groups: [other] },
  { says: 'a GUID, in braces or capitals', file: byGuid, groups: [named], gives: ['Yes'] },
  { says: 'no other GUID', file: byGuid, groups: [other] },
  {
    says: 'a group really named so is named by its name',
    file: rule(`when: { group: { name: 'sid:${SID}' } }, give: { groups: [Yes] }`),
    groups: [{ ...membership(`sid:${SID}`), sid: 'S-1-5-21-1' }],
    gives: ['Yes'],
  },
  {
    says: 'only groups under groups.under count',
    file: bySid,
    groups: [{ ...named, dn: 'CN=Finance,OU=Branch,DC=acme,DC=com' }],
  },
  {
    says: 'beside names in a list',
    file: rule(`when: { group: [A, 'sid:${SID}'] }, give: { groups: [Yes] }`),
    groups: ['A'],
    gives: ['Yes'],
  },
  { says: 'a group without a SID gives nothing', file: bySid, groups: [unknown] },
  { says: 'a group without a GUID gives nothing', file: byGuid, groups: [{ ...unknown, sid: SID }] },
  {
    says: 'a never entry takes',
    file: neverBySid,
    groups: [known, named],
    ...GIVEN,
    gives: ['4100', 'Two'],
    removes: ['One by n'],
  },
  { says: 'a never entry takes from nobody else', file: neverBySid, groups: [known, other], ...GIVEN },
  {
    says: 'a never entry takes where a group without a SID could be the one',
    file: neverBySid,
    groups: [known, unknown],
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: 'but not for a group that does not count',
    file: neverBySid,
    groups: [known, membership('Unknown', 'OU=Branch,DC=acme,DC=com')],
    ...GIVEN,
  },
  {
    says: "a never entry's exception does not hold for a group without a SID",
    file: `${ALL}[{ id: n, unless: { group: 'sid:${SID}' }, take: { groups: [One] } }]`,
    groups: [known, unknown],
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: "a never entry's exception holds for the group",
    file: `${ALL}[{ id: n, unless: { group: 'sid:${SID}' }, take: { groups: [One] } }]`,
    groups: [known, named],
    ...GIVEN,
  },
  { says: 'an exception holds', file: unlessBySid, groups: [known, named] },
  { says: 'an exception does not hold', file: unlessBySid, groups: [known, other], gives: ['Yes'] },
  {
    says: 'an exception counts as met for a group without a SID',
    file: unlessBySid,
    groups: [known, unknown],
  },
]);

describe('mapping: what is remembered of a group', () => {
  const rules = mapping(`rules:
  - { id: name, when: { group: T-<x> }, where: { x: any }, give: { groups: [<x>] } }
  - { id: sid, when: { group: 'sid:${SID}' }, give: { groups: [By SID] } }`);
  const given = (group: Membership): readonly string[] =>
    translate(rules, person({ groups: [group] }), NOW).answer.groups;

  it('is not used for a group of another name or identity in its place', () => {
    const dn = membership('T-a').dn;
    expect(given({ dn, name: 'T-a', via: [] })).to.deep.equal(['a']);
    expect(given({ dn, name: 'T-b', via: [] })).to.deep.equal(['b']);
    expect(given({ dn, name: 'T-b', via: [], sid: SID })).to.deep.equal(['By SID', 'b']);
    expect(given({ dn, name: 'T-b', via: [], sid: 'S-1-5-21-9' })).to.deep.equal(['b']);
  });

  it('is nothing of the person who was first in it', () => {
    const factsOf = (via: readonly string[]) =>
      translate(rules, person({ groups: [membership('T-c', undefined, via)] }), NOW).given.flatMap(
        ({ facts }) => facts,
      );
    expect(factsOf(['One'])).to.deep.equal(['group T-c, via One']);
    expect(factsOf([])).to.deep.equal(['group T-c']);
  });
});
