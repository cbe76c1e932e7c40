/** Why a person does not have something: the rules that could give it, and the first condition of each that fails. */
import { expect } from 'chai';
import { canBeGiven, parseOutput, renderWhyNot, whyNot } from '../../../src/mapping/explaining/why-not.ts';
import { mapping, membership, NOW, person } from '../people.ts';

const FILE = `authorizations: { Level: { order: [Basic, Gold], keep: highest } }
tables: { regions: { EU: EMEA, JP: APAC } }
rules:
  - { id: plain, when: { group: Staff }, give: { groups: [Staff] } }
  - { id: two, when: { group: Boss, attribute: { title: Chief } }, give: { groups: [Chiefs] } }
  - { id: dated, when: { group: Staff }, valid_until: 2026-01-31, give: { groups: [Winter] } }
  - { id: region, when: { group: R_<region> }, where: { region: regions }, give: { authorizations: { Region: [<region>] } } }
  - { id: excepted, when: { group: Staff }, unless: { attribute: { kind: Guest } }, give: { groups: [Inner] } }
  - { id: level, when: { group: L_<level> }, where: { level: { matches: '[a-z]+' } }, give: { authorizations: { Level: [<level>] } } }
  - { id: pair, when: { group: P/<a>/<b> }, where: { a: any, b: any }, give: { groups: [<a>-<b>] } }
never:
  - { id: no-staff, when: { group: Banned }, take: { groups: [Staff] } }
`;

describe('mapping: why not', () => {
  const compiled = mapping(FILE);
  const cases: readonly [says: string, wanted: string, who: Parameters<typeof person>[0], lines: string[]][] =
    [
      ['tells that it is given', 'staff', { groups: ['Staff'] }, ['staff is given']],
      [
        'tells the condition that fails',
        'Staff',
        { groups: ['Other'] },
        ['why not Staff', '  rule plain (m.yaml:6)  group Staff: not met'],
      ],
      [
        'tells that a group of that name does not count',
        'Staff',
        { groups: [membership('Staff', 'OU=Old,DC=acme,DC=com')] },
        [
          'why not Staff',
          '  rule plain (m.yaml:6)  group Staff: not met; CN=Staff,OU=Old,DC=acme,DC=com does not count, as it is not under groups.under',
        ],
      ],
      [
        'tells the first of several, and what the person has in its place',
        'Chiefs',
        { groups: ['Boss'], attributes: { title: ['Clerk'] } },
        ['why not Chiefs', '  rule two (m.yaml:7)  attribute title: Chief: not met; the person has Clerk'],
      ],
      [
        'tells that an attribute is missing',
        'Chiefs',
        { groups: ['Boss'] },
        ['why not Chiefs', '  rule two (m.yaml:7)  attribute title: Chief: title is missing'],
      ],
      [
        'tells a date that has passed',
        'Winter',
        { groups: ['Staff'] },
        ['why not Winter', '  rule dated (m.yaml:8)  it ended on 2026-02-01T00:00:00Z'],
      ],
      [
        'tells that a pattern is met with another text than the table needs',
        'Region: EMEA',
        { groups: ['R_JP'] },
        [
          'why not Region: EMEA',
          '  rule region (m.yaml:9)  group R_<region>: met, but not with <region> as EMEA',
        ],
      ],
      [
        'tells an exception that turns on what is missing',
        'Inner',
        { groups: ['Staff'] },
        ['why not Inner', '  rule excepted (m.yaml:10)  its "unless" holds, or turns on what is missing'],
      ],
      [
        'tells what took it',
        'Staff',
        { groups: ['Staff', 'Banned'] },
        ['why not Staff', '  rule plain (m.yaml:6)  gives it', '  removed by never no-staff (m.yaml:14)'],
      ],
      [
        'tells what stays in its place',
        'Level: Basic',
        { groups: ['L_Basic', 'L_Gold'] },
        [
          'why not Level: Basic',
          '  rule level (m.yaml:11)  gives it',
          '  removed by keep highest: Gold stays',
        ],
      ],
      [
        'tells why the value itself is held back',
        'Level: Diamond',
        { groups: ['L_Diamond'] },
        ['why not Level: Diamond', '  rule level (m.yaml:11)  not in the order of Level'],
      ],
      [
        'names a rule that could give it in more than one way',
        'A-B-C',
        { groups: ['Staff'] },
        ['why not A-B-C', '  rule pair (m.yaml:12)  group P/<a>/<b>: not met'],
      ],
      ['tells that no rule can give it', 'Nothing', { groups: ['Staff'] }, ['Nothing: no rule can give it']],
      [
        'tells how the value of an authorization is written',
        'Region:EMEA',
        {},
        ['Region:EMEA: no rule can give it; the value of an authorization is written "Region: EMEA"'],
      ],
    ];
  for (const [says, wanted, who, lines] of cases) {
    it(says, () => {
      const told = renderWhyNot(whyNot(compiled, person(who), parseOutput(wanted), NOW));
      expect(told).to.deep.equal(lines);
    });
  }

  it('knows what no rule can ever give to anybody', () => {
    const outputs = [
      'STAFF',
      'Region: APAC',
      'Level: whatever',
      'a-b',
      'Region: LATAM',
      'Level: 7',
      'ab',
      'Level',
    ];
    expect(outputs.map((text) => canBeGiven(compiled, parseOutput(text)))).to.deep.equal([
      ...[true, true, true, true],
      ...[false, false, false, false],
    ]);
  });
});
