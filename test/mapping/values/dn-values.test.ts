import { expect } from 'chai';
import { compileMapping } from '../../../src/mapping/compile.ts';
import { renderWhyNot, whyNot } from '../../../src/mapping/explaining/why-not.ts';
import { foldText } from '../../../src/mapping/values/folded-text.ts';
import { type Case, check, rule } from '../cases.ts';
import { mapping, NOW, person } from '../people.ts';

// One DN, as a directory and as people spell it.
const SPELLINGS: readonly [says: string, ofDirectory: string, ofMapping: string][] = [
  ['spaces behind the commas', 'uid=jane,ou=people,dc=x', 'uid=jane, ou=people, dc=x'],
  ['spaces around the signs', 'uid=jane+cn=J,dc=x', ' uid = jane + cn = J , dc = x '],
  [
    'an escape in hexadecimal',
    String.raw`CN=Smith\2C  john,OU=a b,DC=X`,
    String.raw`cn=Smith\, John,ou=a b,dc=x`,
  ],
  ['an escape that is not needed', String.raw`CN=a\20b,DC=x`, 'CN=a b,DC=x'],
  ['an escaped space at the end', 'DC=x,OU=a\\ ', 'DC=x,OU=a'],
  ['spaces inside', 'CN=Jane   Doe,DC=x', 'CN=Jane Doe,DC=x'],
  ['RDNs of several values', 'CN=Jane+UID=7,DC=x', 'uid=7+cn=jane,dc=x'],
  ['types by their numbers', '2.5.4.3=Jane,0.9.2342.19200300.100.1.25=x', 'CN=Jane,DC=x'],
  ['quotes, as LDAPv2 had them', 'CN="Smith, John";DC=x', String.raw`CN=Smith\, John,DC=x`],
  ['composed letters', 'CN=Jose\u0301,DC=x', 'cn=JOSÉ,dc=x'],
];
const OTHERS: readonly [says: string, ofDirectory: string, ofMapping: string][] = [
  ['another order of levels', 'OU=a,OU=b,DC=x', 'OU=b,OU=a,DC=x'],
  ['a level more', 'CN=Jane,OU=b,DC=x', 'CN=Jane,DC=x'],
  ['an escaped comma', String.raw`CN=Jane\,DC=x`, 'CN=Jane,DC=x'],
];

const quoted = (text: string) => `'${text}'`;
const FORMS: readonly [says: string, file: (dn: string) => string][] = [
  ['a text in when', (dn) => rule(`when: { attribute: { manager: ${dn} } }, give: { groups: [Yes] }`)],
  [
    'a list in when',
    (dn) => rule(`when: { attribute: { seeAlso: { in: ['cn=no,dc=no', ${dn}] } } }, give: { groups: [Yes] }`),
  ],
  [
    'a code of a table',
    (dn) =>
      `tables: { t: { ${dn}: Yes } }\n${rule('when: { attribute: { manager: <m> } }, where: { m: t }, give: { groups: [<m>] }')}`,
  ],
  [
    'a list in where',
    (dn) =>
      rule(
        `when: { attribute: { manager: <m>, seeAlso: <m> } }, where: { m: [${dn}] }, give: { groups: [Yes], authorizations: { A: [<m>] } }`,
      ),
  ],
  [
    'a declared attribute',
    (dn) =>
      `attributes: { boss: { type: dn } }\n${rule(`when: { attribute: { boss: ${dn} } }, give: { groups: [Yes] }`)}`,
  ],
];

const facts = (dn: string) => ({ groups: ['G'], attributes: { manager: [dn], seeAlso: [dn], boss: [dn] } });

check('a DN of a person is a DN of the mapping by its meaning', [
  ...SPELLINGS.flatMap(([says, directory, written]) =>
    FORMS.map(
      ([form, file]): Case => ({
        says: `${form}: ${says}`,
        file: file(quoted(written)),
        ...facts(directory),
        gives: ['Yes'],
        ...(form === 'a list in where' ? { authorizations: { A: [written.trim()] } } : {}),
      }),
    ),
  ),
  ...OTHERS.flatMap(([says, directory, written]) =>
    FORMS.map(
      ([form, file]): Case => ({
        says: `not ${form}: ${says}`,
        file: file(quoted(written)),
        ...facts(directory),
      }),
    ),
  ),
  ...SPELLINGS.flatMap(([says, directory, written]): Case[] => [
    {
      says: `unless: ${says}`,
      file: rule(
        `when: { group: G }, unless: { attribute: { manager: '${written}' } }, give: { groups: [Yes] }`,
      ),
      ...facts(directory),
    },
    {
      says: `never: ${says}`,
      file: `rules: [{ id: r, when: { group: G }, give: { groups: [Yes] } }]\nnever: [{ id: n, when: { attribute: { manager: '${written}' } }, take: { groups: all } }]`,
      ...facts(directory),
      removes: ['Yes by n'],
    },
    {
      says: `one placeholder in two attributes: ${says}`,
      file: rule(
        'when: { attribute: { manager: <m>, seeAlso: <m> } }, where: { m: any }, give: { groups: [Yes], authorizations: { A: ["<m>"] } }',
      ),
      attributes: { manager: [directory], seeAlso: [written] },
      gives: ['Yes'],
      authorizations: { A: [[directory, written].map((text) => foldText(text).text).sort()[0] ?? ''] },
    },
    {
      says: `a placeholder of when in unless: ${says}`,
      file: rule(
        'when: { attribute: { manager: <m> } }, unless: { attribute: { seeAlso: <m> } }, where: { m: any }, give: { groups: [Yes] }',
      ).replace('[Yes]', '[<m>]'),
      attributes: { manager: [directory], seeAlso: [written] },
    },
  ]),
  {
    says: 'what a placeholder stands for in part of a DN of unless, too',
    file: rule(
      `when: { group: <n> }, unless: { attribute: { manager: 'CN=<n>, OU=People, DC=x' } }, where: { n: any }, give: { groups: [<n>] }`,
    ),
    groups: ['Jane', 'John'],
    attributes: { manager: ['cn=JANE,ou=people,dc=x'] },
    gives: ['John'],
  },
  {
    says: 'in its own spelling to patterns and expressions',
    file: `rules:
  - { id: a, when: { attribute: { manager: 'uid=<u>,ou=People,dc=x' } }, where: { u: any }, give: { groups: [<u>] } }
  - { id: b, when: { attribute: { manager: 'uid=<u>, ou=People, dc=x' } }, where: { u: any }, give: { groups: ['b <u>'] } }
  - { id: c, when: { attribute: { manager: { matches: 'UID=[a-z]+, .*' } } }, give: { groups: [c] } }`,
    attributes: { manager: ['uid=jane,ou=people,dc=x', 'uid=john, ou=people, dc=x'] },
    gives: ['b john', 'c', 'jane'],
  },
  {
    says: 'in its own spelling where it goes out',
    file: rule('when: { attribute: { manager: <m> } }, where: { m: any }, give: { groups: [<m>] }'),
    attributes: { manager: ['uid=jane, ou=people'] },
    gives: ['uid=jane, ou=people'],
  },
  {
    says: 'with the texts of two codes that are one DN',
    file: `tables: { t: { 'uid=jane,dc=x': One, 'UID=Jane, DC=x': Two } }\n${rule('when: { attribute: { manager: <m> } }, where: { m: t }, give: { groups: [<m>] }')}`,
    attributes: { manager: ['uid=jane ,dc=x'] },
    gives: ['One', 'Two'],
  },
  {
    says: 'of an exact attribute in its own case, types aside',
    file: `attributes: { manager: { exact: yes } }\ntables: { t: { 'CN=Jane,DC=x': code } }
rules:
  - { id: a, when: { attribute: { manager: 'cn=Jane , dc=x' } }, give: { groups: [text] } }
  - { id: b, when: { attribute: { manager: 'CN=jane,DC=x' } }, give: { groups: [no] } }
  - { id: c, when: { attribute: { manager: { in: ['CN=Jane,DC=X', 'CN=J\\61ne,DC=x'] } } }, give: { groups: [in] } }
  - { id: d, when: { attribute: { manager: <m> } }, where: { m: t }, give: { groups: [<m>] } }`,
    attributes: { manager: ['CN=Jane, DC=x'] },
    gives: ['code', 'in', 'text'],
  },
  {
    says: 'no more than a text where the attribute is one',
    file: rule(`when: { attribute: { a: 'uid=jane, dc=x' } }, give: { groups: [Yes] }`),
    attributes: { a: ['uid=jane,dc=x'] },
  },
  {
    says: 'by the part that is declared',
    file: `attributes: { manager: { part: CN } }\n${rule(`when: { attribute: { manager: 'Smith, John' } }, give: { groups: [Yes] }`)}`,
    attributes: { manager: [String.raw`CN=smith\2c  john,DC=x`] },
    gives: ['Yes'],
  },
]);

describe('mapping: DNs in explanations', () => {
  it('tell the accent that keeps a DN from being the one that is meant', () => {
    const compiled = mapping(
      rule(`when: { attribute: { manager: 'CN=José, DC=x' } }, give: { groups: [Yes] }`),
    );
    const jose = person({ attributes: { manager: ['cn=Jose,dc=x'] } });
    expect(renderWhyNot(whyNot(compiled, jose, { kind: 'group', name: 'Yes' }, NOW)).join('\n')).to.contain(
      `manager=cn=Jose,dc=x fits CN=José, DC=x but for the mapping's U+00E9 (a letter with an accent) in place of "e"`,
    );
  });

  it('tell the case that keeps an exact one from it', () => {
    const file = `attributes: { manager: { exact: yes } }\n${rule(`when: { attribute: { manager: 'CN=Jane, DC=x' } }, give: { groups: [Yes] }`)}`;
    const jane = person({ attributes: { manager: ['CN=jane,DC=x'] } });
    expect(
      renderWhyNot(whyNot(mapping(file), jane, { kind: 'group', name: 'Yes' }, NOW)).join('\n'),
    ).to.contain(
      'manager=CN=jane,DC=x fits CN=Jane, DC=x but for upper and lower case, which differ in manager (exact)',
    );
  });
});

describe('mapping: texts that no DN can be', () => {
  const warnings = (text: string) =>
    compileMapping('m.yaml', `version: 1\ngroups: { under: everywhere }\n${text}`).problems.map(
      ({ message }) => message,
    );

  for (const test of ['jane', "{ in: ['uid=jane,dc=x', jane] }", "'cn=a b, c'"]) {
    it(`${test} is warned of`, () => {
      expect(
        warnings(rule(`when: { attribute: { manager: ${test} } }, give: { groups: [Yes] }`)),
      ).to.deep.equal(['no value of manager can be this: they are DNs, and this is none']);
    });
  }

  it('but not where a part is meant', () => {
    expect(
      warnings(
        `attributes: { manager: { part: CN } }\n${rule('when: { attribute: { manager: jane } }, give: { groups: [Yes] }')}`,
      ),
    ).to.deep.equal([]);
  });
});
