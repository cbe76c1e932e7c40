import { check, OCTETS, rule } from '../cases.ts';

/** Gives `Yes` where `a`, declared so, meets the test. */
const typed = (declaration: string, attributeTest: string): string =>
  `attributes: { a: ${declaration} }\n${rule(`when: { attribute: { a: ${attributeTest} } }, give: { groups: [Yes] }`)}`;
/** Gives every value of `a`, declared so, by its own name. */
const own = (declaration: string, bound = 'any'): string =>
  `attributes: { a: ${declaration} }\n${rule(`when: { attribute: { a: <x> } }, where: { x: ${bound} }, give: { groups: [<x>] }`)}`;

check('typed values match by spelling', [
  {
    says: 'a text: 0042 is not 42',
    file: typed('{ type: integer }', '42'),
    attributes: { a: ['0042'] },
  },
  {
    says: 'a list',
    file: typed('{ type: integer }', '{ in: [0042, 43] }'),
    attributes: { a: ['0042'] },
    gives: ['Yes'],
  },
  {
    says: 'a table code',
    file: `tables: { t: { 42: Plain, 0042: Padded } }\n${own('{ type: integer }', 't')}`,
    attributes: { a: ['0042'] },
    gives: ['Padded'],
  },
  {
    says: 'a date, whatever day it is',
    file: own('{ type: date, format: d.M.yyyy }'),
    attributes: { a: ['01.02.2026', '1.2.2026'] },
    gives: ['01.02.2026', '1.2.2026'],
  },
  {
    says: 'a DN, as the directory writes it',
    file: own('{ type: dn }', "['CN=Ada,O=b']"),
    attributes: { a: ['cn=ada,o=b', 'CN=Ada, O=b'] },
    gives: ['CN=Ada,O=b'],
  },
  {
    says: 'and one that is not of its type is withheld and reported, whatever the test asks',
    file: typed('{ type: dn }', '{ matches: .* }'),
    attributes: { a: ['Ada'] },
    withholds: ['a=Ada: not a DN'],
  },
  {
    says: 'and one that is not of its type is nothing that could be given',
    file: own('{ type: integer }'),
    attributes: { a: ['7', 'seven', OCTETS] },
    gives: ['7'],
    withholds: ['a=(2 octets): not text', 'a=seven: not an integer'],
  },
]);

check('numbers', [
  {
    says: 'compare by value and not by spelling',
    file: typed('{ type: integer }', '{ at_least: 42 }'),
    attributes: { a: ['0042'] },
    gives: ['Yes'],
  },
  {
    says: 'at_least is met by the number itself',
    file: typed('{ type: integer }', '{ at_least: 9 }'),
    attributes: { a: ['9'] },
    gives: ['Yes'],
  },
  {
    says: 'at_least is not met by less, though it is more as text',
    file: typed('{ type: integer }', '{ at_least: 10 }'),
    attributes: { a: ['9'] },
  },
  {
    says: 'at_most is met by the number itself',
    file: typed('{ type: integer }', '{ at_most: 10 }'),
    attributes: { a: ['10'] },
    gives: ['Yes'],
  },
  {
    says: 'at_most is not met by more',
    file: typed('{ type: integer }', '{ at_most: 10 }'),
    attributes: { a: ['11'] },
  },
  {
    says: 'can be negative on both sides',
    file: typed('{ type: integer }', '{ at_most: -5 }'),
    attributes: { a: ['-6', '3'] },
    gives: ['Yes'],
  },
  {
    says: 'are exact beyond what floating point can hold',
    file: typed('{ type: integer }', '{ at_least: 9223372036854775807 }'),
    attributes: { a: ['9223372036854775806'] },
  },
  {
    says: 'of several values one is enough',
    file: typed('{ type: integer }', '{ at_least: 10 }'),
    attributes: { a: ['1', '12'] },
    gives: ['Yes'],
  },
  {
    says: 'a well-known attribute needs no declaration',
    file: rule('when: { attribute: { UIDNumber: { at_least: 1000 } } }, give: { groups: [Yes] }'),
    attributes: { uidNumber: ['1000'] },
    gives: ['Yes'],
  },
  {
    says: 'a value that is no number does not hide the others',
    file: typed('{ type: integer }', '{ at_least: 10 }'),
    attributes: { a: ['ten', '12'] },
    gives: ['Yes'],
    withholds: ['a=ten: not an integer'],
  },
]);

const dated = (attributeTest: string): string =>
  `timezone: Europe/Paris\n${typed('{ type: date, format: yyyy-MM-dd }', attributeTest)}`;
const created = (attributeTest: string): string =>
  `timezone: Europe/Paris\n${rule(`when: { attribute: { whenCreated: ${attributeTest} } }, give: { groups: [Yes] }`)}`;

check('dates', [
  {
    says: 'the day before is before',
    file: dated('{ before: 2026-06-02 }'),
    attributes: { a: ['2026-06-01'] },
    gives: ['Yes'],
  },
  {
    says: 'a day is not before itself',
    file: dated('{ before: 2026-06-02 }'),
    attributes: { a: ['2026-06-02'] },
  },
  {
    says: 'nor after itself',
    file: dated('{ after: 2026-06-02 }'),
    attributes: { a: ['2026-06-02'] },
  },
  {
    says: 'the day after is after',
    file: dated('{ after: 2026-06-02 }'),
    attributes: { a: ['2026-06-03'] },
    gives: ['Yes'],
  },
  {
    says: 'an instant is before a day that has not begun in the timezone',
    file: created('{ before: 2026-06-02 }'),
    attributes: { whenCreated: ['20260601215959.0Z'] },
    gives: ['Yes'],
  },
  {
    says: 'and not before one that has',
    file: created('{ before: 2026-06-02 }'),
    attributes: { whenCreated: ['20260601220000.0Z'] },
  },
  {
    says: 'an instant is after a day that is over in the timezone',
    file: created('{ after: 2026-06-02 }'),
    attributes: { whenCreated: ['20260602220000Z'] },
    gives: ['Yes'],
  },
  {
    says: 'and not after one that is not',
    file: created('{ after: 2026-06-02 }'),
    attributes: { whenCreated: ['20260602215959Z'] },
  },
  {
    says: 'are days in UTC where no timezone is named',
    file: rule('when: { attribute: { whenCreated: { before: 2026-06-02 } } }, give: { groups: [Yes] }'),
    attributes: { whenCreated: ['20260601235959Z'] },
    gives: ['Yes'],
  },
  {
    says: 'two instants compare as such',
    file: created("{ before: '2026-06-02T08:00:00+02:00' }"),
    attributes: { whenCreated: ['20260602055959Z'] },
    gives: ['Yes'],
  },
  {
    says: 'and an instant is not before itself',
    file: created("{ before: '2026-06-02T08:00:00+02:00' }"),
    attributes: { whenCreated: ['20260602060000Z'] },
  },
  {
    says: 'a day is after an instant before it',
    file: dated("{ after: '2026-06-01T21:59:00Z' }"),
    attributes: { a: ['2026-06-02'] },
    gives: ['Yes'],
  },
  {
    says: 'and not after an instant within it',
    file: dated("{ after: '2026-06-01T22:01:00Z' }"),
    attributes: { a: ['2026-06-02'] },
  },
  {
    says: 'a file time of 0 never comes, and so is after every date',
    file: rule('when: { attribute: { accountExpires: { after: 2099-12-31 } } }, give: { groups: [Yes] }'),
    attributes: { accountExpires: ['0'] },
    gives: ['Yes'],
  },
  {
    says: 'as is the greatest file time',
    file: rule('when: { attribute: { accountExpires: { before: 2099-12-31 } } }, give: { groups: [Yes] }'),
    attributes: { accountExpires: ['9223372036854775807'] },
  },
  {
    says: 'a file time is an instant',
    file: rule('when: { attribute: { pwdLastSet: { after: 2019-12-31 } } }, give: { groups: [Yes] }'),
    attributes: { pwdLastSet: ['132223104000000000'] },
    gives: ['Yes'],
  },
  {
    says: 'a value that is no date is withheld and reported',
    file: dated('{ before: 2026-06-02 }'),
    attributes: { a: ['1.6.2026', '2026-02-30'] },
    withholds: ['a=1.6.2026: not a date as yyyy-MM-dd', 'a=2026-02-30: not a date as yyyy-MM-dd'],
  },
]);

check('split', [
  {
    says: 'makes several values of one, trimmed, without the empty ones',
    file: own('{ split: ; }'.replace(';', "';'")),
    attributes: { a: ['100 ; 200;;  ;', '300'] },
    gives: ['100', '200', '300'],
  },
  {
    says: 'by a delimiter of several characters',
    file: own("{ split: ' | ' }"),
    attributes: { a: ['a|b | c'] },
    gives: ['a|b', 'c'],
  },
  {
    says: 'tests each part',
    file: typed("{ split: ',' }", 'b'),
    attributes: { a: ['a,B'] },
    gives: ['Yes'],
  },
  {
    says: 'types each part',
    file: typed("{ type: integer, split: ',' }", '{ at_least: 5 }'),
    attributes: { a: ['1,x,7'] },
    gives: ['Yes'],
    withholds: ['a=x: not an integer'],
  },
  {
    says: 'with nothing left is as if the attribute were missing',
    file: typed("{ split: ',' }", '{ missing: yes }'),
    attributes: { a: [' , '] },
    gives: ['Yes'],
  },
  {
    says: 'does not let through what may never leave',
    file: own("{ split: ';' }", "{ matches: '.*' }"),
    attributes: { a: ['ok;a*b;c\td;g\u0001h;e\u202ef'] },
    gives: ['c d', 'ok'],
    withholds: [
      'a*b: the group name holds a *, which is a wildcard in Immuta',
      'e\u202ef: the group name holds a character that changes the direction of writing',
      'g\u0001h: the group name holds a control character',
    ],
  },
]);

check('case', [
  {
    says: 'of what is given out, upper',
    file: own('{ case: upper }'),
    attributes: { a: ['emea', 'Apac'] },
    gives: ['APAC', 'EMEA'],
  },
  { says: 'lower', file: own('{ case: lower }'), attributes: { a: ['EMEA'] }, gives: ['emea'] },
  { says: 'kept', file: own('{ case: keep }'), attributes: { a: ['eMeA'] }, gives: ['eMeA'] },
  {
    says: 'leaves letters that would become others',
    file: own('{ case: upper }'),
    attributes: { a: ['straße'] },
    gives: ['STRAßE'],
  },
  {
    says: 'does not matter to what is matched, and the spelling of a list still wins',
    file: own('{ case: upper }', '[Emea]'),
    attributes: { a: ['emea'] },
    gives: ['Emea'],
  },
]);

const part = (written: string): string => own(`{ type: dn, part: ${written} }`);
const ADA = 'CN=Ada\\, Countess,OU=Maths,OU=London,DC=acme,DC=com';

check('parts of a DN', [
  { says: 'CN, unescaped', file: part('CN'), attributes: { a: [ADA] }, gives: ['Ada, Countess'] },
  { says: 'OU is the nearest', file: part('OU'), attributes: { a: [ADA] }, gives: ['Maths'] },
  { says: 'OU.2 is the second nearest', file: part('ou.2'), attributes: { a: [ADA] }, gives: ['London'] },
  {
    says: 'where there is none, the value is withheld and reported',
    file: part('OU.3'),
    attributes: { a: [ADA] },
    withholds: [`a=${ADA}: has no OU.3`],
  },
  {
    says: 'of a well-known attribute, without a type',
    file: `attributes: { manager: { part: OU } }\n${rule('when: { attribute: { manager: Maths } }, give: { groups: [Yes] }')}`,
    attributes: { manager: [ADA] },
    gives: ['Yes'],
  },
  {
    says: 'go through a table like any text',
    file: `tables: { t: { maths: Mathematics } }\n${own('{ type: dn, part: OU }', 't')}`,
    attributes: { a: [ADA] },
    gives: ['Mathematics'],
  },
  {
    says: 'are held back like any text that may never leave',
    file: own('{ type: dn, part: CN }', "{ matches: '.*' }"),
    attributes: { a: ['CN=All\\2A,O=a', 'CN=\\20b,O=a'] },
    gives: ['b'],
    withholds: ['All*: the group name holds a *, which is a wildcard in Immuta'],
  },
]);

check('identities', [
  {
    says: 'a GUID is its one text form, whatever the directory holds',
    file: own('{ type: guid }'),
    attributes: {
      a: [
        '{6F9619FF-8B86-D011-B42D-00CF4FC964FF}',
        new Uint8Array([
          0xff, 0x19, 0x96, 0x6f, 0x86, 0x8b, 0x11, 0xd0, 0xb4, 0x2d, 0, 0xcf, 0x4f, 0xc9, 0x64, 0xff,
        ]),
      ],
    },
    gives: ['6f9619ff-8b86-d011-b42d-00cf4fc964ff'],
  },
  {
    says: 'a SID in octets is matched as text',
    file: rule('when: { attribute: { objectSid: S-1-5-32-544 } }, give: { groups: [Yes] }'),
    attributes: { objectSid: [new Uint8Array([1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0])] },
    gives: ['Yes'],
  },
]);

check('default', [
  {
    says: 'supplies a value where there is none',
    file: own('{ default: EMEA }'),
    gives: ['EMEA'],
  },
  {
    says: 'stands back where there is one',
    file: own('{ default: EMEA }'),
    attributes: { a: ['APAC'] },
    gives: ['APAC'],
  },
  {
    says: 'does not replace a value that cannot be read',
    file: own('{ type: integer, default: 7 }'.replace('7', "'7'")),
    attributes: { a: ['x'] },
    withholds: ['a=x: not an integer'],
  },
  {
    says: 'is read like a value of the directory',
    file: own("{ default: 'a; b', split: ';', case: upper }"),
    gives: ['A', 'B'],
  },
  { says: 'makes the attribute present', file: typed('{ default: x }', '{ present: yes }'), gives: ['Yes'] },
  { says: 'and so not missing', file: typed('{ default: x }', '{ missing: yes }') },
  {
    says: 'in unless decides, so that absence does not',
    file: `attributes: { a: { default: x } }\n${rule('when: { group: G }, unless: { attribute: { a: y } }, give: { groups: [Yes] }')}`,
    groups: ['G'],
    gives: ['Yes'],
  },
]);
