import { expect } from 'chai';
import { translate } from '../../../src/mapping/translate.ts';
import { check, OCTETS, rule } from '../cases.ts';
import { mapping, NOW, person } from '../people.ts';

const dated = (dates: string): string =>
  `timezone: Europe/Paris\n${rule(`when: { group: G }, ${dates}, give: { groups: [Yes] }`)}`;
const until = dated('valid_until: 2026-12-31');
const from = dated('valid_from: 2026-07-01');
const span = dated('valid_from: 2026-07-01, valid_until: 2026-12-31');
const instants = dated("valid_from: '2026-07-01T08:00:00+02:00', valid_until: '2026-07-01T18:00:00+02:00'");

check('dates of a rule', [
  {
    says: 'an end includes that whole day in the timezone',
    file: until,
    groups: ['G'],
    now: '2026-12-31T22:59:59.999Z',
    gives: ['Yes'],
    changes: '2026-12-31T23:00:00Z',
  },
  {
    says: 'and then it is over, for good',
    file: until,
    groups: ['G'],
    now: '2026-12-31T23:00:00Z',
    withholds: ['Yes: it ended on 2026-12-31T23:00:00Z'],
    changes: 'never',
  },
  {
    says: 'a start begins with that day in the timezone',
    file: from,
    groups: ['G'],
    now: '2026-06-30T22:00:00Z',
    gives: ['Yes'],
    changes: 'never',
  },
  {
    says: 'and not before',
    file: from,
    groups: ['G'],
    now: '2026-06-30T21:59:59.999Z',
    withholds: ['Yes: it begins on 2026-06-30T22:00:00Z'],
    changes: '2026-06-30T22:00:00Z',
  },
  {
    says: 'both: before, the start is next',
    file: span,
    groups: ['G'],
    now: '2026-01-01T00:00:00Z',
    changes: '2026-06-30T22:00:00Z',
  },
  {
    says: 'both: between, the end is next',
    file: span,
    groups: ['G'],
    now: '2026-09-01T00:00:00Z',
    gives: ['Yes'],
    changes: '2026-12-31T23:00:00Z',
  },
  {
    says: 'both: after, nothing is next',
    file: span,
    groups: ['G'],
    now: '2027-01-01T00:00:00Z',
    changes: 'never',
  },
  {
    says: 'one day is start and end',
    file: dated('valid_from: 2026-11-22, valid_until: 2026-11-22'),
    groups: ['G'],
    gives: ['Yes'],
    changes: '2026-11-22T23:00:00Z',
  },
  {
    says: 'an instant as a start',
    file: instants,
    groups: ['G'],
    now: '2026-07-01T06:00:00Z',
    gives: ['Yes'],
    changes: '2026-07-01T16:00:00Z',
  },
  {
    says: 'an instant as an end is no longer within',
    file: instants,
    groups: ['G'],
    now: '2026-07-01T16:00:00Z',
    changes: 'never',
  },
  {
    says: 'without a timezone days are those of UTC',
    file: rule('when: { group: G }, valid_until: 2026-12-31, give: { groups: [Yes] }'),
    groups: ['G'],
    now: '2026-12-31T23:59:59Z',
    gives: ['Yes'],
    changes: '2027-01-01T00:00:00Z',
  },
  {
    says: 'a day on which clocks go back has 25 hours',
    file: dated('valid_from: 2026-10-25, valid_until: 2026-10-25'),
    groups: ['G'],
    now: '2026-10-24T22:00:00Z',
    gives: ['Yes'],
    changes: '2026-10-25T23:00:00Z',
  },
  {
    says: 'a rule whose conditions do not hold changes nothing',
    file: until,
    groups: ['H'],
    changes: 'never',
    withholds: [],
  },
  {
    says: 'nor one whose exception holds',
    file: dated('unless: { group: H }, valid_until: 2026-12-31'),
    groups: ['G', 'H'],
    changes: 'never',
    withholds: [],
  },
  {
    says: 'of several rules the next change counts',
    file: `rules:
  - { id: a, when: { group: G }, valid_until: 2026-12-31, give: { groups: [A] } }
  - { id: b, when: { group: G }, valid_from: 2026-12-01, give: { groups: [B] } }
  - { id: c, when: { group: H }, valid_until: 2026-11-30, give: { groups: [C] } }
  - { id: d, when: { group: G }, valid_until: 2026-01-01, give: { groups: [D] } }`,
    groups: ['G'],
    gives: ['A'],
    withholds: ['B: it begins on 2026-12-01T00:00:00Z', 'D: it ended on 2026-01-02T00:00:00Z'],
    changes: '2026-12-01T00:00:00Z',
  },
  {
    says: 'none: the rule counts always',
    file: rule('when: { attribute: { a: <x> } }, where: { x: any }, give: { groups: [<x>] }'),
    attributes: { a: ['Yes'] },
    gives: ['Yes'],
    changes: 'never',
  },
  {
    says: 'what another rule gives is not reported as withheld',
    file: `rules:
  - { id: a, when: { group: G }, valid_until: 2026-01-01, give: { groups: [A] } }
  - { id: b, when: { group: G }, give: { groups: [a] } }`,
    groups: ['G'],
    gives: ['a'],
    withholds: [],
  },
]);

const byAttribute = (declaration: string, dates: string): string =>
  `timezone: Europe/Paris\nattributes: { end: ${declaration} }\n${rule(`when: { group: G }, ${dates}, give: { groups: [Yes] }`)}`;
const byDay = byAttribute('{ type: date, format: yyyy-MM-dd }', 'valid_until: end');
const startByDay = byAttribute('{ type: date, format: yyyy-MM-dd }', 'valid_from: end');
const byFileTime = rule('when: { group: G }, valid_until: accountExpires, give: { groups: [Yes] }');

check("dates of a rule in the person's attributes", [
  {
    says: 'a day, as an end',
    file: byDay,
    groups: ['G'],
    attributes: { end: ['2026-11-22'] },
    gives: ['Yes'],
    changes: '2026-11-22T23:00:00Z',
  },
  {
    says: 'a day that is over',
    file: byDay,
    groups: ['G'],
    attributes: { end: ['2026-11-21'] },
    withholds: ['Yes: it ended on 2026-11-21T23:00:00Z'],
    changes: 'never',
  },
  {
    says: 'of several values the earliest ends',
    file: byDay,
    groups: ['G'],
    attributes: { end: ['2027-01-01', '2026-11-30', '2026-12-31'] },
    gives: ['Yes'],
    changes: '2026-11-30T23:00:00Z',
  },
  {
    says: 'of several values the latest begins',
    file: startByDay,
    groups: ['G'],
    attributes: { end: ['2026-01-01', '2026-11-30'] },
    withholds: ['Yes: it begins on 2026-11-29T23:00:00Z'],
    changes: '2026-11-29T23:00:00Z',
  },
  {
    says: 'missing: the rule is off, and reported',
    file: byDay,
    groups: ['G'],
    withholds: ['Yes: valid_until: end is missing'],
    changes: 'never',
  },
  {
    says: 'missing at the start: the rule is off, and reported',
    file: startByDay,
    groups: ['G'],
    withholds: ['Yes: valid_from: end is missing'],
    changes: 'never',
  },
  {
    says: 'unreadable: the rule is off, and reported',
    file: byDay,
    groups: ['G'],
    attributes: { end: ['31.12.2026'] },
    withholds: ['Yes: valid_until: end=31.12.2026: not a date as yyyy-MM-dd'],
    changes: 'never',
  },
  {
    says: 'one of several unreadable: the rule is off, and reported',
    file: byDay,
    groups: ['G'],
    attributes: { end: ['2026-12-31', OCTETS] },
    withholds: ['Yes: valid_until: end=(2 octets): not text'],
    changes: 'never',
  },
  {
    says: 'several unreadable: the first by its text is told, in whatever order they came',
    file: byDay,
    groups: ['G'],
    attributes: { end: ['tomorrow', '31.12.2026', 'soon'] },
    withholds: ['Yes: valid_until: end=31.12.2026: not a date as yyyy-MM-dd'],
  },
  {
    says: 'a start that is the end never comes',
    file: byAttribute('{ type: date, format: generalized-time }', 'valid_from: end, valid_until: end'),
    groups: ['G'],
    attributes: { end: ['20261123120000Z'] },
    withholds: ['Yes: it begins on 2026-11-23T12:00:00Z'],
    changes: 'never',
  },
  {
    says: 'a default supplies one',
    file: byAttribute('{ type: date, format: yyyy-MM-dd, default: 2026-11-30 }', 'valid_until: end'),
    groups: ['G'],
    gives: ['Yes'],
    changes: '2026-11-30T23:00:00Z',
  },
  {
    says: 'a generalized time is an instant',
    file: byAttribute('{ type: date, format: generalized-time }', 'valid_until: end'),
    groups: ['G'],
    attributes: { end: ['20261122120001Z'] },
    gives: ['Yes'],
    changes: '2026-11-22T12:00:01Z',
  },
  {
    says: 'a generalized time that is now is no longer within',
    file: byAttribute('{ type: date, format: generalized-time }', 'valid_until: end'),
    groups: ['G'],
    attributes: { end: ['20261122130000+0100'] },
    withholds: ['Yes: it ended on 2026-11-22T12:00:00Z'],
  },
  {
    says: 'a pattern with a time is an instant in the timezone',
    file: byAttribute("{ type: date, format: 'dd.MM.yyyy HH:mm' }", 'valid_until: end'),
    groups: ['G'],
    attributes: { end: ['22.11.2026 13:01'] },
    gives: ['Yes'],
    changes: '2026-11-22T12:01:00Z',
  },
  {
    says: 'a file time of 0 never ends',
    file: byFileTime,
    groups: ['G'],
    attributes: { accountExpires: ['0'] },
    gives: ['Yes'],
    changes: 'never',
  },
  {
    says: 'the greatest file time never ends',
    file: byFileTime,
    groups: ['G'],
    attributes: { accountExpires: ['9223372036854775807'] },
    gives: ['Yes'],
    changes: 'never',
  },
  {
    says: 'never as a start: it never begins',
    file: rule('when: { group: G }, valid_from: accountExpires, give: { groups: [Yes] }'),
    groups: ['G'],
    attributes: { accountExpires: ['0'] },
    withholds: ['Yes: it never begins'],
    changes: 'never',
  },
  {
    says: 'a start in an attribute behind the end of the file never comes',
    file: byAttribute('{ type: date, format: yyyy-MM-dd }', 'valid_from: end, valid_until: 2026-12-31'),
    groups: ['G'],
    attributes: { end: ['2027-02-01'] },
    withholds: ['Yes: it begins on 2027-01-31T23:00:00Z'],
    changes: 'never',
  },
]);

describe('mapping: the next change', () => {
  it('is the first moment at which the same facts make another answer', () => {
    const rules = mapping(`timezone: Asia/Tokyo
attributes: { end: { type: date, format: yyyy-MM-dd } }
rules:
  - { id: a, when: { group: G }, valid_until: 2027-01-01, give: { groups: [A] } }
  - { id: b, when: { group: T-<x> }, where: { x: any }, valid_from: 2026-12-24, give: { groups: [<x>] } }
  - { id: c, everyone: yes, valid_until: end, give: { groups: [C] } }`);
    const john = person({ groups: ['G', 'T-1'], attributes: { end: ['2026-11-30'] } });
    const answers: string[][] = [];
    for (let now: number | undefined = NOW; now !== undefined; ) {
      const { answer, changesAt }: ReturnType<typeof translate> = translate(rules, john, now);
      answers.push([...answer.groups]);
      if (changesAt !== undefined) {
        expect(changesAt).to.be.greaterThan(now);
        expect(translate(rules, john, changesAt - 1).answer).to.deep.equal(answer);
        expect(translate(rules, john, changesAt).answer).to.not.deep.equal(answer);
      }
      now = changesAt;
    }
    expect(answers).to.deep.equal([['A', 'C'], ['A'], ['1', 'A'], ['1']]);
  });

  it('makes the directory be asked for the attributes that hold dates', () => {
    const rules = mapping(
      rule(
        'when: { group: G }, valid_from: whenCreated, valid_until: accountExpires, give: { groups: [Yes] }',
      ),
    );
    expect([...rules.attributes].sort()).to.deep.equal(['accountExpires', 'whenCreated']);
  });
});
