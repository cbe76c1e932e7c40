import { expect } from 'chai';
import fc from 'fast-check';
import type { Answer } from '../../src/mapping/answer.ts';
import { formatAnswer } from '../../src/mapping/answer.ts';
import { translate } from '../../src/mapping/translate.ts';
import { foldCase } from '../../src/names/case-folding.ts';
import type { AttributeValue } from '../../src/person.ts';
import { mapping, NOW, person } from './people.ts';

const RUNS = { seed: 20261122, numRuns: 150 };

// Few texts, so that rules and people meet often; some differ only in case.
const TEXTS = ['A', 'a', 'B', 'EMEA', 'emea', 'Sales', 'A-B', 'B-C', '7', '42'] as const;
const text = fc.constantFrom(...TEXTS);
const group = fc.oneof(
  text.map((x) => `T-${x}`),
  fc.tuple(text, text).map(([x, y]) => `I_${x}_${y}`),
  fc.constantFrom('Plain', 'plain', 'T-a*b', 'T- x', 'I_A_B_C', 'O-A-B-C'),
);
const facts = fc.record({
  groups: fc.uniqueArray(group, { maxLength: 8 }),
  attributes: fc.dictionary(
    fc.constantFrom('dept', 'type'),
    fc.array(fc.oneof<fc.Arbitrary<string | Uint8Array>[]>(text, fc.constant(new Uint8Array([0xff]))), {
      maxLength: 3,
    }),
    { maxKeys: 2, noNullPrototype: true },
  ),
});

const bound = fc.oneof(
  fc.constantFrom('any', 'digits', 'codes', "{ matches: '[a-e]+', case: upper }"),
  fc.uniqueArray(text, { minLength: 1, maxLength: 3 }).map((texts) => `[${texts.join(', ')}]`),
);
const listed = fc.oneof(
  fc.constant('codes'),
  fc.uniqueArray(text, { minLength: 1, maxLength: 3 }).map((texts) => `[${texts.join(', ')}]`),
);
const unless = fc.constantFrom(
  '',
  ', unless: { group: Plain }',
  ', unless: { attribute: { type: A } }',
  ', unless: { group: T-<x> }',
);

/** A rule without its id. */
const rule = fc.oneof(
  fc
    .tuple(
      text,
      unless.filter((each) => !each.includes('<')),
    )
    .map(([give, not]) => `when: { group: Plain }${not}, give: { groups: [Given-${give}] }`),
  fc
    .tuple(bound, unless)
    .map(
      ([x, not]) => `when: { group: T-<x> }${not}, where: { x: ${x} }, give: { groups: [<x>, 'pre <x>'] }`,
    ),
  fc
    .tuple(bound, unless)
    .map(
      ([x, not]) =>
        `when: { attribute: { dept: <x> } }${not}, where: { x: ${x} }, give: { authorizations: { Dept: [<x>] } }`,
    ),
  fc
    .tuple(listed, bound, unless)
    .map(
      ([x, y, not]) =>
        `when: { group: [I_<x>_<y>, O-<x>-<y>] }${not}, where: { x: ${x}, y: ${y} }, give: { authorizations: { <x>: [<y>] } }`,
    ),
  fc
    .tuple(bound, unless)
    .map(
      ([x, not]) =>
        `when: { group: T-<x>, attribute: { type: <x>, dept: { present: yes } } }${not}, where: { x: ${x} }, give: { groups: [Both-<x>] }`,
    ),
);
/** A never entry without its id. */
const never = fc.oneof(
  text.map((x) => `when: { group: Plain }, take: { groups: [${x}], authorizations: { Dept: all } }`),
  bound.map(
    (x) =>
      `when: { attribute: { type: <x> } }, where: { x: ${x} }, take: { groups: [<x>], authorizations: { EMEA: [<x>] } }`,
  ),
  bound.map(
    (x) =>
      `when: { group: O-<x>-<y> }, unless: { attribute: { dept: <x> } }, where: { x: ${x} }, take: { authorizations: { <x>: all, Dept: [<y>] } }`,
  ),
);

interface File {
  readonly rules: readonly string[];
  readonly never: readonly string[];
}
const file: fc.Arbitrary<File> = fc.record({
  rules: fc.array(rule, { minLength: 1, maxLength: 5 }),
  never: fc.array(never, { maxLength: 3 }),
});

function compile({ rules, never: nevers }: File) {
  const list = (entries: readonly string[], id: string): string =>
    entries.map((entry, i) => `\n  - { id: ${id}${i}, ${entry} }`).join('');
  return mapping(`tables: { codes: { A: [Alpha, Ops], 42: Answer, emea: EMEA } }
rules:${list(rules, 'r')}${nevers.length === 0 ? '' : `\nnever:${list(nevers, 'n')}`}`);
}

/** Everything in an answer, regardless of case. */
function entitlements({ groups, authorizations }: Answer): Set<string> {
  const values = [...authorizations].flatMap(([name, each]) => each.map((value) => `${name}: ${value}`));
  return new Set([...groups, ...values].map(foldCase));
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, i) => ({ item, at: Math.sin(seed + i * 7.3) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

describe('mapping: for any file and any person', () => {
  it('the order of rules, memberships and values changes nothing', () => {
    fc.assert(
      fc.property(file, facts, fc.integer({ min: 1, max: 1000 }), (written, john, seed) => {
        const other = translate(
          compile({ rules: shuffled(written.rules, seed), never: shuffled(written.never, seed) }),
          person({
            groups: shuffled(john.groups, seed),
            attributes: Object.fromEntries(
              Object.entries(john.attributes).map(([name, values]) => [name, shuffled(values, seed)]),
            ),
          }),
          NOW,
        );
        const one = translate(compile(written), person(john), NOW);
        expect(formatAnswer(other.answer)).to.equal(formatAnswer(one.answer));
        expect(other.notCounted).to.deep.equal(one.notCounted);
      }),
      RUNS,
    );
  });

  it('a never entry more never adds', () => {
    fc.assert(
      fc.property(file, never, facts, (written, more, john) => {
        const before = entitlements(translate(compile(written), person(john), NOW).answer);
        const after = entitlements(
          translate(compile({ ...written, never: [...written.never, more] }), person(john), NOW).answer,
        );
        for (const each of after) expect(before).to.include(each);
      }),
      RUNS,
    );
  });

  it('a rule more never removes', () => {
    fc.assert(
      fc.property(file, rule, facts, (written, more, john) => {
        const before = entitlements(translate(compile(written), person(john), NOW).answer);
        const after = entitlements(
          translate(compile({ ...written, rules: [...written.rules, more] }), person(john), NOW).answer,
        );
        for (const each of before) expect(after).to.include(each);
      }),
      RUNS,
    );
  });

  it('an attribute less gives nothing more', () => {
    fc.assert(
      fc.property(file, facts, fc.constantFrom('dept', 'type'), (written, john, gone) => {
        const compiled = compile(written);
        const all: Record<string, readonly AttributeValue[]> = { dept: ['A'], ...john.attributes };
        const whole = entitlements(translate(compiled, person({ ...john, attributes: all }), NOW).answer);
        const rest = Object.fromEntries(Object.entries(all).filter(([name]) => name !== gone));
        const without = entitlements(translate(compiled, person({ ...john, attributes: rest }), NOW).answer);
        for (const each of without) expect(whole).to.include(each);
      }),
      RUNS,
    );
  });

  it('nothing comes out that the bounds do not allow', () => {
    fc.assert(
      fc.property(
        bound,
        fc.array(fc.string({ unit: 'grapheme', maxLength: 6 }), { maxLength: 5 }),
        (x, values) => {
          const rules = compile({
            rules: [`when: { group: T-<x> }, where: { x: ${x} }, give: { groups: [<x>] }`],
            never: [],
          });
          const { answer } = translate(rules, person({ groups: values.map((value) => `T-${value}`) }), NOW);
          for (const name of answer.groups) {
            if (x === 'digits') expect(name).to.match(/^[0-9]+$/);
            else if (x === 'any') expect(name).to.match(/^[^*\p{Cc}-]+$/u);
            else if (x === 'codes') expect(['Alpha', 'Ops', 'Answer', 'EMEA']).to.include(name);
            else if (x.startsWith('[')) expect(x.slice(1, -1).split(', ')).to.include(name);
            else expect(name).to.match(/^[A-E]+$/);
            expect(name.trim()).to.equal(name).and.not.equal('');
          }
        },
      ),
      { ...RUNS, numRuns: 400 },
    );
  });

  it('each value of the answer is explained, and nothing else is', () => {
    fc.assert(
      fc.property(file, facts, (written, john) => {
        const { answer, given, removed } = translate(compile(written), person(john), NOW);
        const texts = (
          outputs: readonly { readonly output: { readonly name: string; readonly value?: string } }[],
        ): Set<string> =>
          new Set(
            outputs.map(({ output: { name, value } }) =>
              foldCase(value === undefined ? name : `${name}: ${value}`),
            ),
          );
        expect(texts(given)).to.deep.equal(entitlements(answer));
        for (const each of texts(removed)) expect(entitlements(answer)).to.not.include(each);
      }),
      RUNS,
    );
  });
});
