import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type CompileOptions, compileMapping } from '../../../src/mapping/compile.ts';
import { renderProblem } from '../../../src/yaml/problem.ts';
import { NOW } from '../people.ts';
import { tableFilesBeside } from '../table-files.ts';

const WRITABLE = new Map(
  ['c', 'l', 'st', 'telephonenumber', 'info'].map((name) => [name, 'Active Directory'] as const),
);

/** Table files stand beside the mapping. */
function optionsFor(folder: string, file: string, text: string): CompileOptions {
  const writableByPeople = folder.endsWith('warned') ? WRITABLE : new Map();
  return { tableFiles: tableFilesBeside(folder, file, text), writableByPeople, now: NOW };
}

// Each file is named for its mistake and stands beside what is printed about it.
for (const [folder, isRefused] of [
  ['refused', true],
  ['warned', false],
] as const) {
  const path = fileURLToPath(new URL(folder, import.meta.url));
  const files = readdirSync(path).filter((file) => file.endsWith('.yaml'));

  describe(`mapping: ${folder}`, () => {
    for (const file of files) {
      it(file.replace('.yaml', '').replaceAll('-', ' '), () => {
        const text = readFileSync(`${path}/${file}`, 'utf8');
        const { mapping, problems } = compileMapping(file, text, optionsFor(path, file, text));
        const expected = readFileSync(`${path}/${file.replace('.yaml', '.txt')}`, 'utf8');
        expect(`${problems.map(renderProblem).join('\n')}\n`).to.equal(expected);
        expect(mapping === undefined).to.equal(isRefused);
        expect(problems).to.not.have.lengthOf(0);
      });
    }
  });
}

describe('mapping: no warning', () => {
  const silent: [says: string, rules: string][] = [
    [
      'where a separator keeps a placeholder from becoming a literal',
      `[{ id: a, when: { group: T-<x> }, where: { x: any }, give: { groups: [<x>] } }, { id: b, when: { group: G }, give: { groups: [DATA-Gold] } }]`,
    ],
    [
      'where the literal is of the same rule',
      `[{ id: a, when: { group: T-<x> }, where: { x: any }, give: { groups: [<x>, Gold] } }]`,
    ],
    [
      'where a list names the literal',
      `[{ id: a, when: { group: T-<x> }, where: { x: [Gold] }, give: { groups: [<x>] } }, { id: b, when: { group: G }, give: { groups: [Gold] } }]`,
    ],
    [
      'where the place of a group is wider than groups.under',
      `[{ id: a, when: { group: { name: A, under: 'DC=acme,DC=com' } }, give: { groups: [A] } }]`,
    ],
  ];
  const exceptions: readonly [says: string, conditions: string][] = [
    ['another group', 'when: { group: A }, unless: { group: B }'],
    ['one of the groups', 'when: { group: [A, B] }, unless: { group: A }'],
    ['more than the condition', 'when: { group: A }, unless: { group: A, attribute: { a: x } }'],
    [
      'the group in a place',
      "when: { group: A }, unless: { group: { name: A, under: 'OU=Immuta,DC=acme,DC=com' } }",
    ],
    ['the group by its DN', "when: { group: A }, unless: { group: 'CN=A,OU=Immuta,DC=acme,DC=com' }"],
    [
      'a higher number',
      'when: { attribute: { uidNumber: { at_least: 3 } } }, unless: { attribute: { uidNumber: { at_least: 5 } } }',
    ],
    [
      'a later date',
      'when: { attribute: { whenCreated: { after: 2026-01-01 } } }, unless: { attribute: { whenCreated: { after: 2026-02-01 } } }',
    ],
    ['one of the values', 'when: { attribute: { a: { in: [x, y] } } }, unless: { attribute: { a: x } }'],
    ['another attribute', 'when: { attribute: { a: x } }, unless: { attribute: { b: x } }'],
    ['one of the branches', 'any_of: [{ group: A }, { group: B }], unless: { group: A }'],
    ['some of everybody', 'everyone: yes, unless: { group: A }'],
    ['a deeper place', "when: { dn_under: 'DC=acme,DC=com' }, unless: { dn_under: 'OU=A,DC=acme,DC=com' }"],
  ];
  silent.push(
    ...exceptions.map(([says, conditions]): [string, string] => [
      `where unless excepts ${says}`,
      `[{ id: a, ${conditions}, give: { groups: [A] } }]`,
    ]),
  );
  for (const [says, rules] of silent) {
    it(says, () => {
      const text = `version: 1\ngroups: { under: 'OU=Immuta,DC=acme,DC=com' }\nrules: ${rules}\n`;
      expect(compileMapping('m.yaml', text).problems.map(renderProblem)).to.deep.equal([]);
    });
  }
});

describe('mapping: the files that come with the service', () => {
  const path = fileURLToPath(new URL('../../../mappings', import.meta.url));
  for (const file of readdirSync(path).filter((name) => /(?<!\.test)\.yaml$/.test(name))) {
    it(`${file} compiles without a word`, () => {
      const text = readFileSync(`${path}/${file}`, 'utf8');
      const { mapping, problems } = compileMapping(file, text, optionsFor(path, file, text));
      expect(problems.map(renderProblem)).to.deep.equal([]);
      expect(mapping).to.not.equal(undefined);
    });
  }
});
