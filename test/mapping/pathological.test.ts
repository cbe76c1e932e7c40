import { expect } from 'chai';
import { compileMapping } from '../../src/mapping/compile.ts';
import { translate } from '../../src/mapping/translate.ts';
import { mapping, NOW, person } from './people.ts';

// What takes exponential time does not end before mocha's patience does; how fast the rest is, bench/ measures.
describe('mapping: input made to be slow', () => {
  const long = 'a'.repeat(10_000);

  it('an expression that backtracks elsewhere', () => {
    const rules = mapping(
      `rules: [{ id: r, when: { attribute: { a: { matches: '^(a+)+$' } } }, give: { groups: [Yes] } }]`,
    );
    expect(translate(rules, person({ attributes: { a: [`${long}!`] } }), NOW).answer.groups).to.deep.equal(
      [],
    );
    expect(translate(rules, person({ attributes: { a: [long] } }), NOW).answer.groups).to.deep.equal(['Yes']);
  });

  it('many placeholders over one repeated separator', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const rules = mapping(`
rules:
  - id: r
    when: { attribute: { a: '${names.map((name) => `<${name}>`).join('-')}!' } }
    where: { ${names.map((name) => `${name}: { matches: '[a-]+' }`).join(', ')} }
    give: { groups: [<a>] }`);
    const { answer, withheld } = translate(
      rules,
      person({ attributes: { a: ['a-'.repeat(1500), `${'a-'.repeat(1500)}a!`] } }),
      NOW,
    );
    expect(answer.groups).to.deep.equal([]);
    expect(withheld).to.have.lengthOf(1);
  });

  it('one placeholder three times', () => {
    const rules = mapping(`
rules: [{ id: r, when: { attribute: { a: '<x>a<y>a<x>a<x>' } }, where: { x: { matches: '.+' }, y: { matches: '.+' } }, give: { groups: [<x>] } }]`);
    const { answer, withheld } = translate(rules, person({ attributes: { a: ['a'.repeat(4000)] } }), NOW);
    expect(answer.groups).to.deep.equal([]);
    expect(withheld).to.have.lengthOf(1);
  });

  it('2,000 groups against 500 patterns', () => {
    const rules = mapping(
      `rules:${Array.from({ length: 500 }, (_, i) => `\n  - { id: r${i}, when: { group: 'P${i}_<a>_<b>' }, where: { a: [x, y], b: any }, give: { groups: ['<a>/${i}/<b>'] } }`).join('')}`,
    );
    const groups = Array.from({ length: 2000 }, (_, i) => `P${i % 700}_x_${i}`);
    expect(translate(rules, person({ groups }), NOW).answer.groups).to.have.lengthOf(1500);
  });

  it('combinations that no output needs are not made', () => {
    const rules = mapping(`
rules:
  - id: r
    when: { group: T-<g>, attribute: { a: '<x>', b: '<y>' } }
    where: { g: any, x: any }
    give: { groups: [T-<g>, 'X-<x>', Yes] }`);
    const values = Array.from({ length: 2000 }, (_, i) => String(i));
    const { answer } = translate(
      rules,
      person({ groups: values.map((value) => `T-${value}`), attributes: { a: values, b: values } }),
      NOW,
    );
    expect(answer.groups).to.have.lengthOf(4001);
  });

  it('more combinations than any policy has are withheld, and said so', () => {
    const rules = mapping(`
rules: [{ id: r, when: { group: T-<g>, attribute: { a: '<x>' } }, where: { g: any, x: any }, give: { groups: ['<g>/<x>'] } }]`);
    const values = Array.from({ length: 2000 }, (_, i) => String(i));
    const { answer, withheld } = translate(
      rules,
      person({ groups: values.map((value) => `T-${value}`), attributes: { a: values } }),
      NOW,
    );
    expect(answer.groups).to.deep.equal([]);
    expect(withheld.map(({ reason }) => reason)).to.deep.equal(['more than 100000 combinations']);
  });

  it('more combinations than any policy has take all that they could', () => {
    const rules = mapping(`
rules: [{ id: r, when: { group: G }, give: { groups: ['5/7', Q] } }]
never: [{ id: n, when: { group: T-<g>, attribute: { a: '<x>' } }, take: { groups: ['<g>/<x>'] } }]`);
    const values = Array.from({ length: 2000 }, (_, i) => `v${i}`);
    const { answer } = translate(
      rules,
      person({ groups: ['G', ...values.map((value) => `T-${value}`)], attributes: { a: values } }),
      NOW,
    );
    expect(answer.groups).to.deep.equal(['Q']);
  });

  it('a table of 50,000 codes', () => {
    const codes = Array.from({ length: 50_000 }, (_, i) => `\n    ${i}: Text ${i}`).join('');
    const rules = mapping(
      `tables:\n  t:${codes}\nrules: [{ id: r, when: { attribute: { a: <x> } }, where: { x: t }, give: { groups: [<x>] } }]`,
    );
    expect(translate(rules, person({ attributes: { a: ['49999'] } }), NOW).answer.groups).to.deep.equal([
      'Text 49999',
    ]);
  });

  it('a file that is nothing but brackets', () => {
    expect(compileMapping('m.yaml', '['.repeat(5000)).mapping).to.equal(undefined);
    expect(compileMapping('m.yaml', `a: ${'{b: '.repeat(1000)}`).mapping).to.equal(undefined);
  });

  it('an expression that would repeat without end', () => {
    const { mapping: compiled } = compileMapping(
      'm.yaml',
      `version: 1\ngroups: { under: everywhere }\nrules: [{ id: r, when: { attribute: { a: { matches: '(((a{900}){900}){900})' } } }, give: { groups: [Yes] } }]`,
    );
    expect(compiled).to.equal(undefined);
  });
});
