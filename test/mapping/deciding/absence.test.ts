import { expect } from 'chai';
import { Failure } from '../../../src/failure.ts';
import { translate } from '../../../src/mapping/translate.ts';
import { ALL, check, GIVEN, OCTETS, rule, test, unless } from '../cases.ts';
import { mapping, NOW, person } from '../people.ts';

check('absence decides against giving', [
  { says: 'in when', file: test('x') },
  { says: 'in unless', file: unless('attribute: { a: x }'), groups: ['G'] },
  {
    says: 'in unless, beside another part that holds',
    file: unless('group: H, attribute: { a: x }'),
    groups: ['G', 'H'],
  },
  {
    says: 'in unless, not where another part fails',
    file: unless('group: H, attribute: { a: x }'),
    groups: ['G'],
    gives: ['Yes'],
  },
  {
    says: 'in unless, a value that is not text',
    file: unless('attribute: { a: x }'),
    groups: ['G'],
    attributes: { a: [OCTETS] },
  },
  {
    says: 'in unless, missing asks about absence itself',
    file: unless('attribute: { a: { present: yes } }'),
    groups: ['G'],
    gives: ['Yes'],
  },
  {
    says: "in never's when",
    file: `${ALL}[{ id: n, when: { attribute: { a: x } }, take: { groups: [One], authorizations: { Level: all } } }]`,
    groups: ['G'],
    gives: ['4100', 'Two'],
    authorizations: { EMEA: ['Sales'] },
    removes: ['One by n', 'Basic by n', 'Gold by n'],
  },
  {
    says: "in never's when, present asks about absence itself",
    file: `${ALL}[{ id: n, when: { attribute: { a: { present: yes } } }, take: { groups: [One] } }]`,
    groups: ['G'],
    ...GIVEN,
  },
  {
    says: "in never's when, not where another part fails",
    file: `${ALL}[{ id: n, when: { group: H, attribute: { a: x } }, take: { groups: [One] } }]`,
    groups: ['G'],
    ...GIVEN,
  },
  {
    says: "in never's unless",
    file: `${ALL}[{ id: n, unless: { attribute: { a: x } }, take: { groups: [Two] } }]`,
    groups: ['G'],
    ...GIVEN,
    gives: ['4100', 'One'],
  },
  {
    says: 'a placeholder of never then stands for all that it could',
    file: `tables: { t: { 1: One, 2: Two } }\n${ALL}[{ id: n, when: { attribute: { a: <x> } }, where: { x: t }, take: { groups: [<x>] } }]`,
    groups: ['G'],
    ...GIVEN,
    gives: ['4100'],
  },
  {
    says: 'also under digits',
    file: `${ALL}[{ id: n, when: { attribute: { a: <x> } }, where: { x: digits }, take: { groups: [<x>] } }]`,
    groups: ['G'],
    ...GIVEN,
    gives: ['One', 'Two'],
  },
  {
    says: 'also without a bound, and in the name of an authorization',
    file: `${ALL}[{ id: n, when: { attribute: { a: <x> } }, take: { authorizations: { <x>: all } } }]`,
    groups: ['G'],
    ...GIVEN,
    authorizations: {},
  },
  {
    says: 'unless the attribute is there',
    file: `tables: { t: { 1: One, 2: Two } }\n${ALL}[{ id: n, when: { attribute: { a: <x> } }, where: { x: t }, take: { groups: [<x>] } }]`,
    groups: ['G'],
    attributes: { a: ['1', '7'] },
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: 'a placeholder that a group captured stays what it is',
    file: `${ALL}[{ id: n, when: { group: N-<x>, attribute: { a: <x> } }, take: { groups: [<x>] } }]`,
    groups: ['G', 'N-one'],
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: 'an exception of never that turns on such a placeholder does not hold',
    file: `${ALL}[{ id: n, when: { attribute: { a: <x> } }, unless: { group: OK-<x> }, take: { groups: [<x>] } }]`,
    groups: ['G', 'OK-One'],
    ...GIVEN,
    gives: [],
  },
  {
    says: "in never's when, a number that is missing takes",
    file: `attributes: { a: { type: integer }, d: { type: date, format: yyyy-MM-dd }, m: { type: dn, part: OU } }\n${ALL}[{ id: n, when: { attribute: { a: { at_least: 5 } } }, take: { groups: [One] } }]`,
    groups: ['G'],
    attributes: {},
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: "in never's when, a number that cannot be read takes",
    file: `attributes: { a: { type: integer }, d: { type: date, format: yyyy-MM-dd }, m: { type: dn, part: OU } }\n${ALL}[{ id: n, when: { attribute: { a: { at_least: 5 } } }, take: { groups: [One] } }]`,
    groups: ['G'],
    attributes: { a: ['five'] },
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: "in never's when, a number that can be read does not",
    file: `attributes: { a: { type: integer }, d: { type: date, format: yyyy-MM-dd }, m: { type: dn, part: OU } }\n${ALL}[{ id: n, when: { attribute: { a: { at_least: 5 } } }, take: { groups: [One] } }]`,
    groups: ['G'],
    attributes: { a: ['4'] },
    ...GIVEN,
  },
  {
    says: "in never's when, a date that is missing takes",
    file: `attributes: { a: { type: integer }, d: { type: date, format: yyyy-MM-dd }, m: { type: dn, part: OU } }\n${ALL}[{ id: n, when: { attribute: { d: { before: 2026-01-01 } } }, take: { groups: [One] } }]`,
    groups: ['G'],
    attributes: {},
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: "in never's when, a date that cannot be read takes",
    file: `attributes: { a: { type: integer }, d: { type: date, format: yyyy-MM-dd }, m: { type: dn, part: OU } }\n${ALL}[{ id: n, when: { attribute: { d: { before: 2026-01-01 } } }, take: { groups: [One] } }]`,
    groups: ['G'],
    attributes: { d: ['1.1.2025', '2027-01-01'] },
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: "in never's when, a date that can be read does not",
    file: `attributes: { a: { type: integer }, d: { type: date, format: yyyy-MM-dd }, m: { type: dn, part: OU } }\n${ALL}[{ id: n, when: { attribute: { d: { before: 2026-01-01 } } }, take: { groups: [One] } }]`,
    groups: ['G'],
    attributes: { d: ['2027-01-01'] },
    ...GIVEN,
  },
  {
    says: "in never's when, a DN without the part takes",
    file: `attributes: { a: { type: integer }, d: { type: date, format: yyyy-MM-dd }, m: { type: dn, part: OU } }\n${ALL}[{ id: n, when: { attribute: { m: Board } }, take: { groups: [One] } }]`,
    groups: ['G'],
    attributes: { m: ['CN=Eve,O=acme'] },
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: "in never's when, an expression and a list that are missing take",
    file: `${ALL}[{ id: n, when: { attribute: { x: { matches: 'y' }, z: { in: [a] } } }, take: { groups: [One] } }]`,
    groups: ['G'],
    attributes: {},
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: "in never's when, missing asks about absence itself",
    file: `${ALL}[{ id: n, when: { attribute: { x: { missing: yes } } }, take: { groups: [One] } }]`,
    groups: ['G'],
    attributes: { x: ['y'] },
    ...GIVEN,
  },
  {
    says: "in never's when, a default decides",
    file: `attributes: { x: { default: z } }\n${ALL}[{ id: n, when: { attribute: { x: y } }, take: { groups: [One] } }]`,
    groups: ['G'],
    attributes: {},
    ...GIVEN,
  },
  {
    says: "in never's unless, a number that cannot be read is no exception",
    file: `attributes: { a: { type: integer }, d: { type: date, format: yyyy-MM-dd }, m: { type: dn, part: OU } }\n${ALL}[{ id: n, unless: { attribute: { a: { at_least: 5 } } }, take: { groups: [One] } }]`,
    groups: ['G'],
    attributes: { a: ['many'] },
    ...GIVEN,
    gives: ['4100', 'Two'],
  },
  {
    says: "in never's unless, missing asks about absence itself",
    file: `${ALL}[{ id: n, unless: { attribute: { a: { missing: yes } } }, take: { groups: [One] } }]`,
    groups: ['G'],
    ...GIVEN,
  },
  {
    says: 'in when, a number and a date',
    file: `attributes: { a: { type: integer }, d: { type: date, format: yyyy-MM-dd }, m: { type: dn, part: OU } }\n${rule('when: { attribute: { a: { at_least: 5 }, d: { after: 2026-01-01 } } }, give: { groups: [Yes] }')}`,
    attributes: { d: ['2026-06-01'] },
  },
  {
    says: 'in unless, a number that cannot be read',
    file: `attributes: { a: { type: integer }, d: { type: date, format: yyyy-MM-dd }, m: { type: dn, part: OU } }\n${unless('attribute: { a: { at_least: 5 } }')}`,
    groups: ['G'],
    attributes: { a: ['four'] },
  },
  {
    says: 'in unless, a date that is missing',
    file: `attributes: { a: { type: integer }, d: { type: date, format: yyyy-MM-dd }, m: { type: dn, part: OU } }\n${unless('attribute: { d: { before: 2026-01-01 } }')}`,
    groups: ['G'],
  },
  {
    says: 'values under options are not values of the plain attribute',
    file: test('x'),
    attributes: { 'a;lang-ja': ['x'] },
  },
]);

describe('mapping: required attributes', () => {
  const rules =
    mapping(`attributes: { employeeType: { required: yes }, level: { type: integer, required: true } }
rules: [{ id: r, when: { group: G }, give: { groups: [Yes] } }]`);
  const withThese = (attributes: Record<string, string[]>) => () =>
    translate(rules, person({ groups: ['G'], attributes }), NOW);

  it('are answered where they are there', () => {
    expect(withThese({ employeeType: ['x'], level: ['1'] })().answer.groups).to.deep.equal(['Yes']);
  });

  const refused: readonly [says: string, attributes: Record<string, string[]>, message: string][] = [
    ['missing', { level: ['1'] }, 'has no employeeType, which m.yaml requires'],
    ['missing, of two', { employeeType: ['x'] }, 'has no level, which m.yaml requires'],
    ['without values', { employeeType: [], level: ['1'] }, 'has no employeeType'],
    ['unreadable', { employeeType: ['x'], level: ['one'] }, 'level=one: not an integer'],
    ['one of several unreadable', { employeeType: ['x'], level: ['1', 'one'] }, 'level=one: not an integer'],
  ];
  for (const [says, attributes, message] of refused) {
    it(`${says}, are no answer`, () => {
      expect(withThese(attributes))
        .to.throw(Failure, message)
        .with.property('code', 'required_attribute_missing');
    });
  }

  it('are asked of the directory although no rule reads them', () => {
    expect(rules.attributes).to.include.members(['employeeType', 'level']);
  });
});
