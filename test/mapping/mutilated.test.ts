import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import fc from 'fast-check';
import { isFailure } from '../../src/failure.ts';
import {
  type CompileOptions,
  compileMapping,
  parseMapping,
  tableFilesIn,
} from '../../src/mapping/compile.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import { translate } from '../../src/mapping/translate.ts';
import { renderProblem } from '../../src/yaml/problem.ts';
import { membership, NOW, person } from './people.ts';
import { tableFilesBeside } from './table-files.ts';

const MAPPINGS = fileURLToPath(new URL('../../mappings', import.meta.url));
// One of them has every feature of the language.
const FILES = readdirSync(MAPPINGS)
  .filter((name) => /(?<!\.test)\.yaml$/.test(name))
  .map((name) => ({ name, whole: readFileSync(`${MAPPINGS}/${name}`, 'utf8') }));
const JOHN = person({
  groups: [
    'FIN-Accounting-All',
    'TEAM-Ops',
    'IMM_EMEA_Sales',
    'BARRED-APAC',
    'Lab-A',
    'SEE-APAC',
    'Contract',
    'Year-End',
    { ...membership('DATA-Gold'), sid: 'S-1-5-21-1-2-3-1104' },
  ],
  attributes: {
    departmentNumber: ['4100', '4200'],
    employeeType: ['Employee'],
    mail: ['j@acme.example'],
    contractEnd: ['31.12.2026'],
    manager: ['CN=Eve,OU=Board,OU=Berlin,O=acme'],
    countryCode2: ['DE'],
    costCentres: ['100; 200'],
    clearance: ['7'],
    whenCreated: ['20210101000000Z'],
  },
});

// To YAML these are one empty text, which must never be a mapping that gives nobody anything.
const EMPTY = ['', ' ', '---', '...', '!', '!!str', '|', '>', '""', "''", '# none'];

const PIECES = [
  ...['<', '>', '<x>', '<region>', '{', '}', '[', ']', ':', ': ', ',', '"', "'", '\\', '#', ' #', '-', '*'],
  ...['&a ', '*a', '!t ', '<<: ', '? ', '| ', '%', '\n', '\n\n  ', '\t', '\0', '\u202e', '\ud800', '\ufeff'],
  ...['__proto__: ', 'constructor: ', 'toString', 'all', 'any', 'digits', 'everywhere', 'yes', 'CN=a,DC=b'],
  ...[
    'sid:',
    'guid:',
    'sid:S-1-5-21-9',
    '(',
    ')+',
    '(?=a)',
    '\\1',
    '2026-02-30',
    '1e9',
    '99999999999999999999',
  ],
  ...['any_of: ', 'unless: ', 'file: ', 'everyone: yes', 'valid_until: ', 'split: ', 'keep: ', 'order: '],
];

/** Cuts, puts in, doubles and exchanges pieces of the text. */
function mutilated(text: string): fc.Arbitrary<string> {
  const lines = text.split('\n');
  const at = fc.nat(text.length);
  const line = fc.nat(lines.length - 1);
  const edit: fc.Arbitrary<(before: string) => string> = fc.oneof(
    fc.tuple(at, fc.nat(12)).map(
      ([i, n]) =>
        (before: string) =>
          before.slice(0, i) + before.slice(i + n),
    ),
    fc.tuple(at, fc.constantFrom(...PIECES)).map(
      ([i, piece]) =>
        (before: string) =>
          before.slice(0, i) + piece + before.slice(i),
    ),
    fc.tuple(at, fc.nat(8), fc.constantFrom(...PIECES)).map(
      ([i, n, piece]) =>
        (before: string) =>
          before.slice(0, i) + piece + before.slice(i + n),
    ),
    fc.tuple(line, line).map(([from, to]) => (before: string) => {
      const all = before.split('\n');
      return [...all.slice(0, to), lines[from] ?? '', ...all.slice(to)].join('\n');
    }),
    line.map((i) => (before: string) => {
      const all = before.split('\n');
      return [...all.slice(0, i), ...all.slice(i + 1)].join('\n');
    }),
    fc.tuple(line, fc.nat(6)).map(([i, n]) => (before: string) => {
      const all = before.split('\n');
      return [...all.slice(0, i), `${' '.repeat(n)}${(all[i] ?? '').trimStart()}`, ...all.slice(i + 1)].join(
        '\n',
      );
    }),
  );
  return fc
    .array(edit, { minLength: 1, maxLength: 3 })
    .map((edits) => edits.reduce((before, one) => one(before), text));
}

/** What the compiled file does with a person is bounded too, and never lets a wildcard out. */
function use(mapping: Mapping): void {
  try {
    const { answer } = translate(mapping, JOHN, NOW);
    for (const name of answer.groups) expect(name).to.not.contain('*');
  } catch (error) {
    if (!isFailure(error, 'required_attribute_missing')) throw error;
  }
}

describe('mapping: a mutilated file', () => {
  // Every file is compiled many times, on machines that do other things too.

  for (const { name, whole } of FILES) {
    const options: CompileOptions = { tableFiles: tableFilesBeside(MAPPINGS, name, whole) };

    it(`${name} is compiled or refused, with places and without an exception`, () => {
      let refused = 0;
      let compiled = 0;
      fc.assert(
        fc.property(mutilated(whole), (text) => {
          expect(tableFilesIn(parseMapping('m.yaml', text))).to.be.an('array');
          const { mapping, problems } = compileMapping('m.yaml', text, options);
          expect(mapping === undefined).to.equal(problems.some(({ severity }) => severity === 'error'));
          for (const problem of problems) {
            expect(renderProblem(problem)).to.match(/^m\.yaml:[1-9]\d*:[1-9]\d*: (?:error|warning): \S/);
            expect(problem.position?.line).to.be.at.most(text.split(/\r\n?|\n/).length);
          }
          if (mapping === undefined) refused++;
          else {
            compiled++;
            use(mapping);
          }
        }),
        { seed: 20261122, numRuns: 80 },
      );
      expect(refused).to.be.greaterThan(20);
      expect(compiled).to.be.greaterThan(5);
    });
  }

  it('whatever bytes it is made of, a refusal has its place', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 })),
        (text) => {
          const { mapping, problems } = compileMapping('m.yaml', text);
          expect(mapping).to.equal(undefined);
          expect(problems).to.not.have.lengthOf(0);
          for (const { position } of problems) expect(position).to.not.equal(undefined);
        },
      ),
      { seed: 20261122, numRuns: 500, examples: EMPTY.map((text): [string] => [text]) },
    );
  });
});
