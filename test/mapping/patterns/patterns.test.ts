import { check, rule } from '../cases.ts';

const pair = rule(
  `when: { group: '<a>-<b>' }, where: { a: [A, A-B], b: [C, B-C] }, give: { groups: ['<a>/<b>'] }`,
);
const own = rule(`when: { group: <name> }, where: { name: any }, give: { groups: [<name>] }`);
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
    groups: ['a*b', 'a\u0001b', 'a\u007fb', 'ok'],
    gives: ['ok'],
    withholds: [
      'group a\u0001b: not allowed: it holds a * or a control character',
      'group a*b: not allowed: it holds a * or a control character',
      'group a\u007fb: not allowed: it holds a * or a control character',
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
