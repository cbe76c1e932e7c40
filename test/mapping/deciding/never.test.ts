import { expect } from 'chai';
import { translate } from '../../../src/mapping/translate.ts';
import { ALL, check, GIVEN, OCTETS } from '../cases.ts';
import { mapping, NOW, person } from '../people.ts';

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
    says: 'takes every group, of other rules too',
    file: `${ALL.replace('rules: [', 'rules: [{ id: s, when: { group: S-<x> }, where: { x: any }, give: { groups: [Of <x>] } }, ')}[{ id: n, when: { attribute: { a: x } }, take: { groups: all } }]`,
    groups: ['G', 'S-1', 'S-*'],
    attributes: { a: ['x'] },
    ...GIVEN,
    gives: [],
    removes: ['4100 by n', 'Of 1 by n', 'One by n', 'Two by n'],
  },
  {
    says: 'takes every authorization',
    file: `${ALL}[{ id: n, take: { authorizations: all } }]`.replace('take', 'when: { group: G }, take'),
    groups: ['G'],
    ...GIVEN,
    authorizations: {},
    removes: ['Sales by n', 'Basic by n', 'Gold by n'],
  },
  {
    says: 'takes everything',
    file: `${ALL}[{ id: n, when: { group: G }, take: { groups: all, authorizations: all } }]`,
    groups: ['G'],
  },
  {
    says: 'takes all beside some',
    file: `${ALL}[{ id: n, when: { group: G }, take: { groups: all, authorizations: { Level: [Gold], EMEA: all } } }]`,
    groups: ['G'],
    authorizations: { Level: ['Basic'] },
  },
  {
    says: 'takes everything but where its exception holds',
    file: `${ALL}[{ id: n, when: { group: BARRED-<x> }, unless: { group: OK-<x> }, take: { groups: all, authorizations: all } }]`,
    groups: ['G', 'BARRED-1', 'OK-1'],
    ...GIVEN,
  },
  {
    says: 'takes everything where its exception holds for another',
    file: `${ALL}[{ id: n, when: { group: BARRED-<x> }, unless: { group: OK-<x> }, take: { groups: all, authorizations: all } }]`,
    groups: ['G', 'BARRED-1', 'BARRED-2', 'OK-1'],
  },
  {
    says: 'takes everything for what is missing',
    file: `${ALL}[{ id: n, when: { attribute: { a: x } }, take: { groups: all, authorizations: all } }]`,
    groups: ['G'],
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
    says: 'takes whatever an attribute that is missing could name, of what is named otherwise',
    file: `${ALL}[{ id: n, when: { group: BARRED-<r>, attribute: { a: <v> } }, where: { r: [EMEA, Level], v: any }, take: { authorizations: { <r>: [<v>] } } }]`,
    groups: ['G', 'BARRED-EMEA'],
    ...GIVEN,
    authorizations: { Level: ['Basic', 'Gold'] },
    removes: ['Sales by n'],
  },
  {
    says: 'takes one value alone, of whichever authorization an attribute that is missing could name',
    file: `${ALL}[{ id: n, when: { attribute: { a: <r> } }, where: { r: [EMEA, Level] }, take: { authorizations: { <r>: [Gold] } } }]`,
    groups: ['G'],
    ...GIVEN,
    authorizations: { EMEA: ['Sales'], Level: ['Basic'] },
    removes: ['Gold by n'],
  },
  {
    says: 'takes what a missing attribute could become in a list, and no more',
    file: `${ALL}[{ id: n, when: { attribute: { a: <x> } }, where: { x: [One, 4100] }, take: { groups: [<x>] } }]`,
    groups: ['G'],
    ...GIVEN,
    gives: ['Two'],
  },
  {
    says: 'takes nothing where what its placeholders stand for was not given',
    file: `${ALL}[{ id: n, when: { group: BARRED-<x> }, where: { x: any }, take: { groups: [<x>] } }]`,
    groups: ['G', 'BARRED-One', 'BARRED-Other'],
    ...GIVEN,
    gives: ['4100', 'Two'],
    removes: ['One by n'],
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

describe('mapping: what never entries took', () => {
  const entry = `tables: { t: { a: Two, b: Two, c: Two } }\n${ALL}[{ id: n, when: { group: BARRED-<x> }, where: { x: t }, take: { groups: [<x>] } }]`;

  it('is told with one reason, the first by its text, in whatever order the groups came', () => {
    for (const groups of [
      ['G', 'BARRED-a', 'BARRED-b', 'BARRED-c'],
      ['BARRED-c', 'BARRED-b', 'BARRED-a', 'G'],
      ['BARRED-b', 'BARRED-a', 'G', 'BARRED-c'],
    ]) {
      const { removed } = translate(mapping(entry), person({ groups }), NOW);
      const facts = removed.map((each) => each.facts);
      expect(facts).to.have.length(1);
      expect(facts.flat().join())
        .to.contain('BARRED-a')
        .and.not.match(/BARRED-[bc]/);
    }
  });

  it('is all that it could be where there are too many combinations to look at each', () => {
    const values = (letter: string) => Array.from({ length: 400 }, (_, i) => `${letter}${i}`);
    const of = `${ALL}[{ id: n, when: { attribute: { a: <x>, b: <y> } }, where: { x: any, y: any }, take: { authorizations: { <x>: [<y>] } } }]`;
    const few = person({ groups: ['G'], attributes: { a: ['a1'], b: ['b1'] } });
    expect(translate(mapping(of), few, NOW).removed).to.deep.equal([]);
    const many = person({ groups: ['G'], attributes: { a: values('a'), b: values('b') } });
    const { answer, removed } = translate(mapping(of), many, NOW);
    expect([answer.groups.length, answer.authorizations.size]).to.deep.equal([3, 0]);
    expect(removed.map(({ facts }) => facts)).to.deep.equal([[], [], []]);
  });
});
