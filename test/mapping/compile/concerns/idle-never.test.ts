import { expect } from 'chai';
import fc from 'fast-check';
import { compileMapping } from '../../../../src/mapping/compile.ts';
import { translate } from '../../../../src/mapping/translate.ts';
import { renderProblem } from '../../../../src/yaml/problem.ts';
import { compile, facts, file, never, personOf, RUNS, textOfFile } from '../../generated.ts';
import { NOW, UNDER } from '../../people.ts';

function problemsOf(text: string): string[] {
  const { problems } = compileMapping('m.yaml', `version: 1\ngroups: { under: '${UNDER}' }\n${text}`);
  return problems.map(renderProblem);
}

function refusals(text: string): string[] {
  return problemsOf(text).filter((problem) => problem.includes('this takes nothing'));
}

describe('mapping: never entries that can take nothing', () => {
  it('are refused only where they take nothing from anybody', () => {
    let idle = 0;
    fc.assert(
      fc.property(file, never, fc.array(facts, { maxLength: 4 }), (any, entry, people) => {
        const written = { ...any, never: [entry] };
        const refused = refusals(textOfFile(written));
        if (refused.length < entry.outputs.length) return;
        idle++;
        const mapping = compile(written);
        for (const john of people) {
          const { removed } = translate(mapping, personOf(john), NOW);
          expect(removed.filter(({ by }) => by.kind === 'never')).to.deep.equal([]);
        }
      }),
      { ...RUNS, numRuns: 400 },
    );
    expect(idle).to.be.greaterThan(30);
  });

  const given = (rule: string, take: string, more = '') =>
    `rules: [{ id: r, ${rule} }]\nnever: [{ id: n, when: { group: N-<n> }, ${more}take: ${take} }]`;
  const table = 'tables: { t: { 1: [Über Alles, Two], 2: Three } }\n';
  const fitting: readonly [says: string, text: string][] = [
    ['in another case', given('when: { group: G }, give: { groups: [Straße] }', '{ groups: [STRAßE] }')],
    [
      'with other spaces',
      given(
        'when: { group: G }, give: { groups: [Human Resources] }',
        "{ groups: ['HUMAN\u00a0 Resources'] }",
      ),
    ],
    [
      'where another case of a literal that is compared exactly is captured',
      `attributes: { a: { exact: yes } }\n${given("when: { attribute: { a: 'SMTP<x>' } }, where: { x: any }, give: { groups: [<x>] }", '{ groups: [ap] }')}`,
    ],
    [
      'that a list names',
      given(
        'when: { group: T-<x> }, where: { x: [A, B] }, give: { authorizations: { <x>: [<x> 1] } }',
        '{ authorizations: { b: [B 1] } }',
      ),
    ],
    [
      'that a table translates to',
      table +
        given(
          'when: { attribute: { a: <x> } }, where: { x: t }, give: { groups: [<x>] } ',
          '{ groups: [über alles] }',
        ),
    ],
    [
      'that "any" may stand for',
      given(
        'when: { group: T-<x> }, where: { x: any }, give: { groups: [TEAM-<x>] }',
        '{ groups: [team-anything at all] }',
      ),
    ],
    [
      'whose digits fit',
      given(
        'when: { attribute: { a: <x> } }, where: { x: digits }, give: { groups: [C<x>] }',
        '{ groups: [C0042] }',
      ),
    ],
    [
      'that an expression covers, in the case that it gives',
      given(
        "when: { attribute: { a: <x> } }, where: { x: { matches: '[a-z]{2}', case: upper } }, give: { groups: [C<x>] }",
        '{ groups: [CDE] }',
      ),
    ],
    [
      'that the part of a DN may be',
      `attributes: { manager: { part: CN } }\n${given('when: { attribute: { manager: <x> } }, where: { x: any }, give: { groups: [<x>] }', "{ groups: ['Doe, Jane'] }")}`,
    ],
    [
      'with placeholders that meet',
      given(
        'when: { group: T-<x> }, where: { x: digits }, give: { groups: [TEAM-<x>-EU] }',
        '{ groups: [TEAM-<n>] }',
      ),
    ],
    [
      'every value of a name that a list gives',
      given(
        'when: { group: T-<x> }, where: { x: [A, B] }, give: { authorizations: { <x>: [One] } }',
        '{ authorizations: { A: all } }',
      ),
    ],
    [
      'from what an expression and a list give to a bounded placeholder',
      given(
        "when: { group: T-<x> }, where: { x: { matches: '[0-9]+' } }, give: { groups: [<x>] }",
        '{ groups: [<n>] }',
        'where: { n: [7, 8] }, ',
      ),
    ],
    [
      'groups, all, although no rule gives one',
      given('when: { group: G }, give: { authorizations: { A: [B] } }', '{ groups: all }'),
    ],
    [
      'authorizations, all, although no rule gives one',
      given('when: { group: G }, give: { groups: [A] }', '{ authorizations: all }'),
    ],
  ];
  for (const [says, text] of fitting) {
    it(`are not those that take what is given ${says}`, () => {
      expect(problemsOf(text)).to.deep.equal([]);
    });
  }

  it('are not looked for where a rule was not understood', () => {
    const take = '{ groups: [A], authorizations: { L: [M] } }';
    for (const give of [
      'giv: { groups: [A] }',
      'give: { group: [A] }',
      'give: { groups: A }',
      "give: { groups: ['A*'] }",
    ])
      expect(refusals(given(`when: { group: G }, ${give}`, take))).to.deep.equal([]);
    expect(
      refusals(
        given('when: { group: G-<x> }, where: { x: none }, give: { groups: [<x>] }', '{ groups: [A] }'),
      ),
    ).to.deep.equal([]);
  });

  it('are all of them where no rule gives anything', () => {
    expect(
      refusals('rules: []\nnever: [{ id: n, when: { group: G }, take: { groups: [A, B] } }]'),
    ).to.have.lengthOf(2);
  });

  it('are found in time among many', () => {
    const texts = Array.from({ length: 2000 }, (_, i) => `Group number ${i}`);
    const rules = texts.map(
      (text, i) =>
        `  - { id: r${i}, when: { group: T-<x>-${i} }, where: { x: any }, give: { groups: [${text}, P${i}-<x>] } }`,
    );
    const nevers = texts.map(
      (text, i) =>
        `  - { id: n${i}, when: { group: G }, take: { groups: [${text}${i % 100 === 0 ? 's' : ''}] } }`,
    );
    expect(refusals(`rules:\n${rules.join('\n')}\nnever:\n${nevers.join('\n')}`)).to.have.lengthOf(20);
  });
});
