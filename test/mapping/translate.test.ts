import { expect } from 'chai';
import { EMPTY_ANSWER, formatAnswer } from '../../src/mapping/answer.ts';
import { translate } from '../../src/mapping/translate.ts';
import type { AttributeValue, Membership } from '../../src/person.ts';
import { mapping, membership, person, plain, UNDER } from './people.ts';

interface Case {
  readonly says: string;
  /** The rules, and what stands beside them. */
  readonly file: string;
  readonly under?: string;
  readonly groups?: readonly (string | Membership)[];
  readonly attributes?: Readonly<Record<string, readonly AttributeValue[]>>;
  readonly gives?: readonly string[];
  readonly authorizations?: Readonly<Record<string, readonly string[]>>;
  /** `what: reason` of everything withheld. */
  readonly withholds?: readonly string[];
  /** `output by id` of everything removed. */
  readonly removes?: readonly string[];
}

function check(title: string, cases: readonly Case[]): void {
  describe(`mapping: ${title}`, () => {
    for (const {
      says,
      file,
      under,
      groups = [],
      attributes = {},
      gives,
      authorizations,
      withholds,
      removes,
    } of cases) {
      it(says, () => {
        const { answer, withheld, removed } = translate(mapping(file, under), person({ groups, attributes }));
        expect(plain(answer)).to.deep.equal({ groups: gives ?? [], authorizations: authorizations ?? {} });
        if (withholds)
          expect(withheld.map(({ what, reason }) => `${what}: ${reason}`)).to.deep.equal(withholds);
        if (removes) {
          expect(
            removed.map(({ output: { name, value }, never }) => `${value ?? name} by ${never.id}`),
          ).to.deep.equal(removes);
        }
      });
    }
  });
}

const rule = (parts: string): string => `rules: [{ id: r, ${parts} }]`;
const test = (attributeTest: string): string =>
  rule(`when: { attribute: { a: ${attributeTest} } }, give: { groups: [Yes] }`);
const pair = rule(
  `when: { group: '<a>-<b>' }, where: { a: [A, A-B], b: [C, B-C] }, give: { groups: ['<a>/<b>'] }`,
);
const own = rule(`when: { group: <name> }, where: { name: any }, give: { groups: [<name>] }`);
const octets = new Uint8Array([0xff, 0xfe]);

check('scalars are text', [
  {
    says: 'NO, 00123, 1.10 and on stay what they look like',
    file: rule(
      `when: { attribute: { a: <x> } }, where: { x: [NO, 00123, 1.10, on, null, ~] }, give: { groups: [<x>] }`,
    ),
    attributes: { a: ['NO', '00123', '1.10', 'on', 'null', '~', '123', '1.1', 'false', 'true'] },
    gives: ['00123', '1.10', 'NO', 'null', 'on', '~'],
  },
  {
    says: 'a table code is compared as it is spelled',
    file: `tables: { t: { 0042: A, 42: B } }\n${rule(`when: { attribute: { a: <x> } }, where: { x: t }, give: { groups: [<x>] }`)}`,
    attributes: { a: ['0042'] },
    gives: ['A'],
  },
]);

check('patterns', [
  {
    says: 'cover the whole value',
    file: rule(`when: { group: TEAM-<x> }, where: { x: [A] }, give: { groups: [<x>] }`),
    groups: ['TEAM-A-old', 'my TEAM-A', 'TEAM-'],
  },
  {
    says: 'ignore case, and the spelling of the list wins',
    file: rule(`when: { group: TEAM-<x> }, where: { x: [Straße] }, give: { groups: [<x>] }`),
    groups: ['team-STRAßE'],
    gives: ['Straße'],
  },
  {
    says: 'fold simply: ß is not ss',
    file: rule(`when: { group: TEAM-<x> }, where: { x: [Straße] }, give: { groups: [<x>] }`),
    groups: ['TEAM-STRASSE'],
    withholds: ['STRASSE: x "STRASSE" is not in the list'],
  },
  {
    says: 'compare after NFC',
    file: rule(`when: { group: CAF\u00c9-<x> }, where: { x: [Ren\u00e9] }, give: { groups: [<x>] }`),
    groups: ['cafe\u0301-rene\u0301'],
    gives: ['Ren\u00e9'],
  },
  {
    says: 'under any do not go across the characters beside a placeholder',
    file: rule(`when: { group: IMM_<r>_<a> }, where: { r: [EMEA], a: any }, give: { groups: [<a>] }`),
    groups: ['IMM_EMEA_Sales', 'IMM_EMEA_Sales_Old'],
    gives: ['Sales'],
    withholds: [],
  },
  {
    says: 'under any exclude the character beside a placeholder in both cases',
    file: rule(`when: { group: GRP<x> }, where: { x: any }, give: { groups: [<x>] }`),
    groups: ['GRPabc', 'GRPapc'],
    gives: ['abc'],
  },
  { says: 'a lone placeholder is the whole value', file: own, groups: ['A_b-C d.e'], gives: ['A_b-C d.e'] },
  {
    says: 'under any hold no * and no control character',
    file: own,
    groups: ['a*b', 'a\tb', 'a\u2028b', 'ok'],
    gives: ['ok'],
    withholds: [
      'group a\tb: not allowed: it holds a * or a control character',
      'group a*b: not allowed: it holds a * or a control character',
      'group a\u2028b: not allowed: it holds a * or a control character',
    ],
  },
  {
    says: 'under digits take ASCII digits only',
    file: rule(`when: { attribute: { a: CC<x> } }, where: { x: digits }, give: { groups: [<x>] }`),
    attributes: { a: ['cc007', 'CC12a', 'CC\u0661\u0662', 'CC'] },
    gives: ['007'],
    withholds: ['12a: x "12a" is not digits', '\u0661\u0662: x "\u0661\u0662" is not digits'],
  },
  {
    says: 'under matches take exactly that expression, ignoring case, anchored at both ends',
    file: rule(`when: { group: P-<x> }, where: { x: { matches: 'ab|abc?' } }, give: { groups: [<x>] }`),
    groups: ['P-AB', 'P-abc', 'P-abcd', 'P-xab'],
    gives: ['AB', 'abc'],
  },
  {
    says: 'change the case of what an expression matched, if wanted',
    file: rule(
      `when: { group: '<x>:<y>' }, where: { x: { matches: '[a-z]+', case: upper }, y: { matches: '[a-z]+', case: lower } }, give: { groups: ['<x>/<y>'] }`,
    ),
    groups: ['abC:dEf'],
    gives: ['ABC/def'],
  },
  {
    says: 'do not bound by what stands beside a placeholder under a list',
    file: rule(`when: { group: IMM_<r>_<a> }, where: { r: [EMEA], a: [Sales_Old] }, give: { groups: [<a>] }`),
    groups: ['IMM_EMEA_Sales_Old'],
    gives: ['Sales_Old'],
  },
  {
    says: 'withhold a value that can be read in two ways',
    file: pair,
    groups: ['A-B-C', 'A-C'],
    gives: ['A/C'],
    withholds: ['group A-B-C: can be read in two ways as <a>-<b>'],
  },
  {
    says: 'take the one reading that the bounds leave',
    file: rule(`when: { group: '<a>-<b>' }, where: { a: [A, A-B], b: [C] }, give: { groups: ['<a>/<b>'] }`),
    groups: ['A-B-C'],
    gives: ['A-B/C'],
  },
  {
    says: 'take one text for a placeholder that stands twice',
    file: rule(`when: { group: '<a>.<b>.<a>' }, where: { a: any, b: any }, give: { groups: ['<a>/<b>'] }`),
    groups: ['x.y.X', 'x.y.z'],
    gives: ['x/y'],
  },
  {
    says: 'find the one reading in which a placeholder that stands twice has one text',
    file: rule(
      `when: { group: '<a>-<b>-<a>' }, where: { a: { matches: '.+' }, b: { matches: '.+' } }, give: { groups: ['<b>'] }`,
    ),
    groups: ['x-1-y-x'],
    gives: ['1-y'],
  },
  {
    says: 'withhold a value too long to be read with several placeholders',
    file: rule(`when: { attribute: { a: '<x>-<y>' } }, where: { x: any, y: any }, give: { groups: [<x>] }`),
    attributes: { a: [`${'a'.repeat(4096)}-b`] },
    withholds: [`a=${'a'.repeat(4096)}-b: is too long to be read as <x>-<y>`],
  },
]);

check('results', [
  {
    says: 'a rule that matches three groups gives three times',
    file: rule(`when: { group: IMM_<r> }, where: { r: any }, give: { groups: [<r>] }`),
    groups: ['IMM_a', 'IMM_b', 'IMM_c'],
    gives: ['a', 'b', 'c'],
  },
  {
    says: 'a code with several texts gives one result for each, name and value alike',
    file: `tables: { t: { 1: [A, B] } }\n${rule(`when: { attribute: { a: <x> } }, where: { x: t }, give: { groups: ['<x>+<x>'], authorizations: { <x>: [<x>] } }`)}`,
    attributes: { a: ['1'] },
    gives: ['A+A', 'B+B'],
    authorizations: { A: ['A'], B: ['B'] },
  },
  {
    says: 'several conditions give every combination',
    file: rule(
      `when: { group: G-<g>, attribute: { a: <a> } }, where: { g: [1, 2], a: [x, y] }, give: { groups: ["<g>/<a>"] }`,
    ),
    groups: ['G-1', 'G-2'],
    attributes: { a: ['x', 'y'] },
    gives: ['1/x', '1/y', '2/x', '2/y'],
  },
  {
    says: 'one placeholder in two conditions stands for one text, as read',
    file: `tables: { t: { 1: A, 2: A } }\n${rule(`when: { group: G-<g>, attribute: { a: <g> } }, where: { g: t }, give: { groups: [<g>] }`)}`,
    groups: ['G-1'],
    attributes: { a: ['2'] },
  },
  {
    says: 'also where nothing that is given needs it',
    file: rule(`when: { group: G-<g>, attribute: { a: <g> } }, give: { groups: [Yes] }`),
    groups: ['G-1'],
    attributes: { a: ['2'] },
  },
  {
    says: 'and so do two of them',
    file: rule(
      `when: { group: '<x>.<y>', attribute: { a: '<x>.<y>' } }, where: { x: any, y: any }, give: { groups: ['<x>/<y>'] }`,
    ),
    groups: ['a.b', 'a.c', 'd.b'],
    attributes: { a: ['a.c', 'd.d'] },
    gives: ['a/c'],
  },
  {
    says: 'and case does not matter to that',
    file: rule(`when: { group: G-<g>, attribute: { a: <g> } }, where: { g: any }, give: { groups: [<g>] }`),
    groups: ['G-abc', 'G-def'],
    attributes: { a: ['ABC'] },
    gives: ['ABC'],
  },
  {
    says: 'texts that differ only in case are one, the first by code point',
    file: `rules:
  - { id: a, when: { group: G }, give: { groups: [accountants], authorizations: { region: [x], Region: [X, y] } } }
  - { id: b, when: { group: G }, give: { groups: [ACCOUNTANTS] } }`,
    groups: ['g'],
    gives: ['ACCOUNTANTS'],
    authorizations: { Region: ['X', 'y'] },
  },
  {
    says: 'are sorted by code point',
    file: rule(`when: { group: G }, give: { groups: [b, a, B, '\u{1f600}', '\uffee', '10', '9'] }`),
    groups: ['G'],
    gives: ['10', '9', 'B', 'a', '\uffee', '\u{1f600}'],
  },
  {
    says: 'an authorization without values is left out',
    file: `${rule(`when: { group: G }, give: { authorizations: { Level: [Gold] } }`)}
never: [{ id: n, when: { group: N }, take: { authorizations: { Level: [gold] } } }]`,
    groups: ['G', 'N'],
    authorizations: {},
    removes: ['Gold by n'],
  },
  {
    says: 'a dotted name is literal',
    file: rule(`when: { group: G }, give: { authorizations: { AccessLevel.Gold: [Yes] } }`),
    groups: ['G'],
    authorizations: { 'AccessLevel.Gold': ['Yes'] },
  },
  {
    says: 'never hold controls, direction overrides or outer spaces',
    file: own,
    groups: ['a\u202eb', ' a', 'a\u00a0', 'ok'],
    gives: ['ok'],
    withholds: [
      ' a: the group name starts with a space',
      'a\u00a0: the group name ends with a space',
      'a\u202eb: the group name holds a character that changes the direction of writing',
    ],
  },
  {
    says: 'never hold half a character, or a control that an expression let through',
    file: rule(`when: { group: G-<x> }, where: { x: { matches: '.*' } }, give: { groups: ['v <x>'] }`),
    groups: ['G-\ud800', 'G-a\tb', 'G-x'],
    gives: ['v x'],
    withholds: [
      'v a\tb: the group name holds a control character',
      'v \ud800: the group name is no valid Unicode',
    ],
  },
  {
    says: 'never hold a * that an expression let through',
    file: rule(
      `when: { group: G-<x> }, where: { x: { matches: '.*' } }, give: { authorizations: { A: ['v <x>'] } }`,
    ),
    groups: ['G-*', 'G-x'],
    authorizations: { A: ['v x'] },
    withholds: ['A: v *: the value holds a *, which is a wildcard in Immuta'],
  },
]);

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

check('attribute tests', [
  {
    says: 'a text, ignoring case',
    file: test('Employee'),
    attributes: { A: ['x', 'EMPLOYEE'] },
    gives: ['Yes'],
  },
  { says: 'a text is the whole value', file: test('Employee'), attributes: { a: ['Employees'] } },
  { says: 'in a list', file: test('{ in: [B, C] }'), attributes: { a: ['c'] }, gives: ['Yes'] },
  { says: 'not in a list', file: test('{ in: [B, C] }'), attributes: { a: ['d'] } },
  {
    says: 'an expression, over the whole value',
    file: test(`{ matches: 'b.' }`),
    attributes: { a: ['xbc', 'bcd'] },
  },
  {
    says: 'an expression, ignoring case',
    file: test(`{ matches: 'b.' }`),
    attributes: { a: ['BX'] },
    gives: ['Yes'],
  },
  { says: 'present', file: test('{ present: yes }'), attributes: { a: [octets] }, gives: ['Yes'] },
  { says: 'present, absent', file: test('{ present: yes }') },
  { says: 'present, without values', file: test('{ present: true }'), attributes: { a: [] } },
  { says: 'missing', file: test('{ missing: yes }'), gives: ['Yes'] },
  { says: 'missing, present', file: test('{ missing: yes }'), attributes: { a: ['x'] } },
  { says: 'present: no is missing: yes', file: test('{ present: no }'), gives: ['Yes'] },
  {
    says: 'missing: no is present: yes',
    file: test('{ missing: no }'),
    attributes: { a: ['x'] },
    gives: ['Yes'],
  },
  {
    says: 'all of a block must hold',
    file: rule(`when: { group: G, attribute: { a: x, b: y } }, give: { groups: [Yes] }`),
    groups: ['G'],
    attributes: { a: ['x'], b: ['z'] },
  },
  {
    says: 'a value that is not text matches nothing',
    file: test(`{ matches: '.*' }`),
    attributes: { a: [octets] },
    withholds: ['a: not text'],
  },
]);

const unless = (block: string): string =>
  rule(`when: { group: G }, unless: { ${block} }, give: { groups: [Yes] }`);
const projects = rule(
  `when: { group: P-<x> }, unless: { group: 'P-<x>-guests' }, where: { x: [a, b] }, give: { groups: [<x>] }`,
);
const ALL = `rules: [{ id: r, when: { group: G }, give: { groups: [One, Two, 4100], authorizations: { Level: [Gold, Basic], EMEA: [Sales] } } }]
never: `;
const given = {
  gives: ['4100', 'One', 'Two'],
  authorizations: { EMEA: ['Sales'], Level: ['Basic', 'Gold'] },
} as const;

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
    attributes: { a: [octets] },
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
    ...given,
  },
  {
    says: "in never's when, not where another part fails",
    file: `${ALL}[{ id: n, when: { group: H, attribute: { a: x } }, take: { groups: [One] } }]`,
    groups: ['G'],
    ...given,
  },
  {
    says: "in never's unless",
    file: `${ALL}[{ id: n, unless: { attribute: { a: x } }, take: { groups: [Two] } }]`,
    groups: ['G'],
    ...given,
    gives: ['4100', 'One'],
  },
  {
    says: 'a placeholder of never then stands for all that it could',
    file: `tables: { t: { 1: One, 2: Two } }\n${ALL}[{ id: n, when: { attribute: { a: <x> } }, where: { x: t }, take: { groups: [<x>] } }]`,
    groups: ['G'],
    ...given,
    gives: ['4100'],
  },
  {
    says: 'also under digits',
    file: `${ALL}[{ id: n, when: { attribute: { a: <x> } }, where: { x: digits }, take: { groups: [<x>] } }]`,
    groups: ['G'],
    ...given,
    gives: ['One', 'Two'],
  },
  {
    says: 'also without a bound, and in the name of an authorization',
    file: `${ALL}[{ id: n, when: { attribute: { a: <x> } }, take: { authorizations: { <x>: all } } }]`,
    groups: ['G'],
    ...given,
    authorizations: {},
  },
  {
    says: 'unless the attribute is there',
    file: `tables: { t: { 1: One, 2: Two } }\n${ALL}[{ id: n, when: { attribute: { a: <x> } }, where: { x: t }, take: { groups: [<x>] } }]`,
    groups: ['G'],
    attributes: { a: ['1', '7'] },
    ...given,
    gives: ['4100', 'Two'],
  },
  {
    says: 'a placeholder that a group captured stays what it is',
    file: `${ALL}[{ id: n, when: { group: N-<x>, attribute: { a: <x> } }, take: { groups: [<x>] } }]`,
    groups: ['G', 'N-one'],
    ...given,
    gives: ['4100', 'Two'],
  },
  {
    says: 'an exception of never that turns on such a placeholder does not hold',
    file: `${ALL}[{ id: n, when: { attribute: { a: <x> } }, unless: { group: OK-<x> }, take: { groups: [<x>] } }]`,
    groups: ['G', 'OK-One'],
    ...given,
    gives: [],
  },
]);

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
    ...given,
    gives: ['4100', 'Two'],
  },
  {
    says: 'takes every value of an authorization',
    file: `${ALL}[{ id: n, take: { authorizations: { level: all } } }]`,
    groups: ['G'],
    ...given,
    authorizations: { EMEA: ['Sales'] },
  },
  {
    says: 'ignores case in values and names',
    file: `${ALL}[{ id: n, take: { authorizations: { LEVEL: [GOLD] } } }]`,
    groups: ['G'],
    ...given,
    authorizations: { EMEA: ['Sales'], Level: ['Basic'] },
  },
  {
    says: 'takes what its placeholders stand for',
    file: `${ALL}[{ id: n, when: { group: BARRED-<r> }, where: { r: [EMEA, APAC] }, take: { authorizations: { <r>: all } } }]`,
    groups: ['G', 'barred-emea'],
    ...given,
    authorizations: { Level: ['Basic', 'Gold'] },
  },
  {
    says: 'takes what a code becomes',
    file: `tables: { t: { 1: [One, Two] } }\n${ALL}[{ id: n, when: { attribute: { a: <x> } }, where: { x: t }, take: { groups: [<x>] } }]`,
    groups: ['G'],
    attributes: { a: ['1'] },
    ...given,
    gives: ['4100'],
  },
  {
    says: 'does not take where its exception holds',
    file: `${ALL}[{ id: n, unless: { group: H }, take: { groups: [Two] } }]`,
    groups: ['G', 'H'],
    ...given,
  },
  {
    says: 'takes both readings of a value that can be read in two ways',
    file: `${ALL}[{ id: n, when: { attribute: { a: '<x>-<y>' } }, where: { x: [One, One-b], y: [b-c, c] }, take: { groups: [<x>] } }]`,
    groups: ['G'],
    attributes: { a: ['One-b-c'] },
    ...given,
    gives: ['4100', 'Two'],
  },
  {
    says: 'an unbounded placeholder stands for any text',
    file: `${ALL}[{ id: n, when: { group: EXT-<x> }, take: { groups: [Two] } }]`,
    groups: ['G', 'EXT-a-*'],
    ...given,
    gives: ['4100', 'One'],
  },
  {
    says: 'takes for a value that is not text',
    file: `${ALL}[{ id: n, when: { attribute: { a: x } }, take: { groups: [Two] } }]`,
    groups: ['G'],
    attributes: { a: [octets] },
    ...given,
    gives: ['4100', 'One'],
  },
]);

describe('mapping: the answer as text', () => {
  it('has both keys where nothing is due', () => {
    expect(formatAnswer(EMPTY_ANSWER)).to.equal('{"groups":[],"authorizations":{}}');
  });

  it('keeps names that look like integers in the order of code points', () => {
    const rules = mapping(
      rule(
        `when: { group: G }, give: { groups: ['a"b'], authorizations: { b: [x], '9': [x], '10': [y, '"'] } }`,
      ),
    );
    expect(formatAnswer(translate(rules, person({ groups: ['G'] })).answer)).to.equal(
      String.raw`{"groups":[{"name":"a\"b"}],"authorizations":{"10":["\"","y"],"9":["x"],"b":["x"]}}`,
    );
  });
});

describe('mapping: what the directory must be asked for', () => {
  it('is every attribute that rules, exceptions and never entries read, once', () => {
    const rules = mapping(`
rules: [{ id: r, when: { attribute: { a: x, B: y } }, unless: { attribute: { c: z } }, give: { groups: [Yes] } }]
never: [{ id: n, when: { attribute: { b: x } }, unless: { attribute: { d: { missing: yes } } }, take: { groups: [Yes] } }]`);
    expect([...rules.attributes].sort()).to.have.lengthOf(4);
    expect(rules.attributes.map((name) => name.toLowerCase()).sort()).to.deep.equal(['a', 'b', 'c', 'd']);
  });
});
