import { type Case, check, rule, unless } from '../cases.ts';
import { membership, UNDER } from '../people.ts';

const projects = rule(
  `when: { group: P-<x> }, unless: { group: 'P-<x>-guests' }, where: { x: [a, b] }, give: { groups: [<x>] }`,
);
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
  {
    says: 'turns on a number',
    file: unless('attribute: { uidNumber: { at_most: 999 } }'),
    groups: ['G'],
    attributes: { uidNumber: ['0999'] },
  },
  {
    says: 'turns on a number that is another',
    file: unless('attribute: { uidNumber: { at_most: 999 } }'),
    groups: ['G'],
    attributes: { uidNumber: ['1000'] },
    gives: ['Yes'],
  },
  {
    says: 'turns on a date',
    file: unless('attribute: { whenCreated: { after: 2026-10-31 } }'),
    groups: ['G'],
    attributes: { whenCreated: ['20261101000000Z'] },
  },
  {
    says: 'turns on a date that is another',
    file: unless('attribute: { whenCreated: { after: 2026-10-31 } }'),
    groups: ['G'],
    attributes: { whenCreated: ['20261031235959Z'] },
    gives: ['Yes'],
  },
  {
    says: 'turns on an expression and a list',
    file: unless(`attribute: { a: { matches: 'x.' }, b: { in: [y, z] } }`),
    groups: ['G'],
    attributes: { a: ['XX'], b: ['Z'] },
  },
  {
    says: 'turns on what a part of a DN is',
    file: `attributes: { manager: { part: OU } }\n${unless('attribute: { manager: Board }')}`,
    groups: ['G'],
    attributes: { manager: ['CN=Eve,OU=Board,O=acme'] },
  },
  {
    says: 'turns on a group by its place, with the text of when',
    file: rule(
      `when: { group: P-<x> }, unless: { group: { name: '<x>', under: 'OU=Barred,OU=Immuta,OU=Groups,DC=acme,DC=com' } }, where: { x: any }, give: { groups: [<x>] }`,
    ),
    groups: ['P-a', 'P-b', 'a', membership('B', `OU=Barred,${UNDER}`)],
    gives: ['a'],
  },
  {
    says: 'uses the text as read, and not what a table makes of it',
    file: `tables: { t: { 1: One, 2: Two } }\n${rule(
      `when: { group: P-<x> }, unless: { group: NOT-<x> }, where: { x: t }, give: { groups: [<x>] }`,
    )}`,
    groups: ['P-1', 'P-2', 'NOT-One', 'NOT-2'],
    gives: ['One'],
  },
  {
    says: 'is judged for each combination',
    file: rule(
      `when: { group: P-<x>, attribute: { a: <y> } }, unless: { attribute: { banned: '<x>.<y>' } }, where: { x: any, y: any }, give: { groups: ['<x>/<y>'] }`,
    ),
    groups: ['P-1', 'P-2'],
    attributes: { a: ['a', 'b'], banned: ['1.b', '2.A'] },
    gives: ['1/a', '2/b'],
  },
  {
    says: 'is judged for each combination also where its placeholder is not given out',
    file: rule(
      `when: { group: P-<x>, attribute: { a: <y> } }, unless: { group: NOT-<y> }, where: { x: any }, give: { groups: [<x>] }`,
    ),
    groups: ['P-1', 'NOT-a'],
    attributes: { a: ['a', 'b'] },
    gives: ['1'],
  },
  ...[' ', '\u2003', ' \u3000 ', '\t'].flatMap((space): Case[] => {
    const groups = ['SEE-e', `BARRED-${space}e`];
    const seen = (where: string) =>
      rule(
        `when: { group: SEE-<r> }, unless: { group: BARRED-<r> }, where: { r: ${where} }, give: { groups: [<r>] }`,
      );
    const code = [...space].map((character) => character.charCodeAt(0).toString(16)).join(' ');
    return [
      ...['any', '[e]', "{ matches: '[a-z]' }"].map((where) => ({
        says: `reads a name as when does, the space ${code} in it, under ${where}`,
        file: seen(where),
        groups,
      })),
      {
        says: `reads a name as when does, the space ${code} on the other side`,
        file: seen('any'),
        groups: [`SEE-${space}e`, 'BARRED-e'],
      },
      {
        says: `reads a value as when does, the space ${code} in it`,
        file: rule(
          "when: { group: SEE-<r> }, unless: { attribute: { a: 'no <r>-<r>' } }, where: { r: any }, give: { groups: [<r>] }",
        ),
        groups,
        attributes: { a: [`No e${space}-${space}E`] },
      },
      {
        says: `of an entry reads a name as when does, the space ${code} in it`,
        file: `rules: [{ id: r, when: { group: SEE-<r> }, where: { r: any }, give: { groups: [<r>] } }]
never: [{ id: n, when: { group: SEE-<r> }, unless: { group: 'OK-<r>-' }, take: { groups: [<r>] } }]`,
        groups: ['SEE-e', 'SEE-f', `OK-${space}e${space}-`],
        gives: ['e'],
      },
      {
        says: `of an entry reads a value as when does, the space ${code} in it`,
        file: `rules: [{ id: r, when: { group: SEE-<r> }, where: { r: any }, give: { groups: [<r>] } }]
never: [{ id: n, when: { group: SEE-<r> }, unless: { attribute: { a: 'OK-<r>' } }, take: { groups: [<r>] } }]`,
        groups: ['SEE-e', 'SEE-f'],
        attributes: { a: [`ok-${space}e`] },
        gives: ['e'],
      },
      {
        says: `reads an exact value as when does, the space ${code} in it`,
        file: `attributes: { a: { exact: yes } }
${rule("when: { group: SEE-<r> }, unless: { attribute: { a: 'no-<r>' } }, where: { r: any }, give: { groups: [<r>] }")}`,
        groups: ['SEE-e', 'SEE-F', 'SEE-g'],
        attributes: { a: [`no-${space}e`, `no-${space}f`, `No-${space}g`] },
        gives: ['F', 'g'],
      },
    ];
  }),
  {
    says: 'minds the spaces that stand elsewhere',
    file: rule(
      `when: { group: SEE-<r> }, unless: { group: 'BARRED <r>' }, where: { r: any }, give: { groups: [<r>] }`,
    ),
    groups: ['SEE-e f', 'SEE-ef', 'SEE-g', 'BARREDg', 'BARRED e f'],
    gives: ['ef', 'g'],
  },
]);
