import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { compileMapping } from '../../src/mapping/compile.ts';
import { translate } from '../../src/mapping/translate.ts';
import { renderProblem } from '../../src/yaml/problem.ts';
import { NOW, person } from './people.ts';

const ACME = readFileSync(new URL('../../mappings/acme.yaml', import.meta.url), 'utf8');
const JOHN = person({
  groups: ['FIN-Accounting-All', 'TEAM-Ops', 'IMM_EMEA_Sales', 'BARRED-APAC', 'DATA-Gold'],
  attributes: { departmentNumber: ['4100', '4200'], employeeType: ['Employee'], mail: ['j@acme.example'] },
});

const cut = fc.tuple(fc.nat(ACME.length), fc.nat(12)).map(([at, length]) => ({ at, length, put: '' }));
const put = fc
  .tuple(
    fc.nat(ACME.length),
    fc.constantFrom(
      '<',
      '>',
      '<x>',
      '{',
      '}',
      '[',
      ']',
      ':',
      ': ',
      ',',
      '"',
      "'",
      '\\',
      '#',
      ' #',
      '&a ',
      '*a',
      '!t ',
      '\n',
      '\n\n  ',
      '\t',
      '-',
      '*',
      '\0',
      '\u202e',
      '\ud800',
      '__proto__: ',
      'all',
      'any',
      'CN=a,DC=b',
    ),
  )
  .map(([at, text]) => ({ at, length: 0, put: text }));
const mutilated = fc
  .array(fc.oneof(cut, put), { minLength: 1, maxLength: 3 })
  .map((edits) =>
    edits.reduce(
      (text, { at, length, put: more }) => text.slice(0, at) + more + text.slice(at + length),
      ACME,
    ),
  );

describe('mapping: a mutilated file', () => {
  it('is compiled or refused, with places and without an exception', () => {
    let refused = 0;
    let compiled = 0;
    fc.assert(
      fc.property(mutilated, (text) => {
        const { mapping, problems } = compileMapping('m.yaml', text);
        expect(mapping === undefined).to.equal(problems.some(({ severity }) => severity === 'error'));
        for (const problem of problems) {
          expect(problem.position).to.not.equal(undefined);
          expect(renderProblem(problem)).to.match(/^m\.yaml:\d+:\d+: (?:error|warning): /);
        }
        if (mapping === undefined) refused++;
        else {
          compiled++;
          for (const name of translate(mapping, JOHN, 0).answer.groups) expect(name).to.not.contain('*');
        }
      }),
      { seed: 20261122, numRuns: 600 },
    );
    expect(refused).to.be.greaterThan(100);
    expect(compiled).to.be.greaterThan(50);
  });
});
