import { expect } from 'chai';
import fc from 'fast-check';
import type { Answer } from '../../src/mapping/answer.ts';
import { translate } from '../../src/mapping/translate.ts';
import type { Output, Translation } from '../../src/mapping/translation.ts';
import { foldCase } from '../../src/names/case-folding.ts';
import {
  bound,
  CODES,
  compile,
  type File,
  facts,
  file,
  fileWithoutMissing,
  never,
  personOf,
  REGIONS,
  RUNS,
  rule,
  shuffled,
} from './generated.ts';
import { mapping, NOW, person } from './people.ts';

/** Everything in an answer, regardless of case. */
function entitlements({ groups, authorizations }: Answer): Set<string> {
  const values = [...authorizations].flatMap(([name, each]) => each.map((value) => `${name}: ${value}`));
  return new Set([...groups, ...values].map(foldCase));
}

function textOf({ name, value }: Output): string {
  return value === undefined ? name : `${name}: ${value}`;
}

/** A translation without the ids and lines of its rules, which say in which order they stand. */
function traceOf(translation: Translation, texts: ReadonlyMap<string, string>): object {
  const { answer, given, withheld, removed, notCounted, reached, changesAt } = translation;
  const ruleOf = ({ id }: { readonly id: string }): string => texts.get(id) ?? '';
  const sorted = (items: readonly unknown[]): string[] =>
    [...new Set(items.map((item) => JSON.stringify(item)))].sort();
  return {
    answer: { groups: answer.groups, authorizations: [...answer.authorizations] },
    given: sorted(given.map((each) => [textOf(each.output), ruleOf(each.rule), each.facts])),
    withheld: sorted(withheld.map((each) => [each.what, ruleOf(each.rule), each.reason])),
    removed: sorted(
      removed.map(({ output, by, facts: each, rules }) => [
        textOf(output),
        by.kind === 'never' ? ruleOf(by.never) : by,
        each,
        sorted(rules.map(ruleOf)),
      ]),
    ),
    notCounted,
    reached: sorted(reached.map(ruleOf)),
    changesAt,
  };
}

function textsById({ rules, never: nevers }: File): Map<string, string> {
  return new Map([
    ...rules.map(({ text }, i) => [`r${i}`, text] as const),
    ...nevers.map(({ text }, i) => [`n${i}`, text] as const),
  ]);
}

/** What a template of a rule can become, of which an answer holds nothing else. */
function expressionOf(output: string, bounds: Readonly<Record<string, string>>): RegExp {
  const parts = output.split(/<([xy])>/).map((part, i) => {
    if (i % 2 === 0) return part.replace(/[+/]/g, '\\$&');
    const where = bounds[part] ?? '';
    if (where === 'codes') return `(?:${Object.values(CODES).flat().join('|')})`;
    if (where === 'regions') return `(?:${REGIONS.join('|')})`;
    if (where === 'digits') return '[0-9]+';
    if (where.startsWith('[')) return `(?:${where.slice(1, -1).split(', ').join('|')})`;
    return where.includes('[a-e]+') ? '[A-E]+' : '.+';
  });
  return new RegExp(`^${parts.join('')}$`, 'i');
}

describe('mapping: for any file and any person', () => {
  // Many files are compiled, on machines that do other things too.

  it('the order of rules, never entries, memberships and values changes nothing, and no reason', () => {
    fc.assert(
      fc.property(file, facts, fc.integer({ min: 1, max: 1000 }), (written, john, seed) => {
        const reordered = {
          ...written,
          rules: shuffled(written.rules, seed),
          never: shuffled(written.never, seed),
        };
        const other = translate(
          compile(reordered),
          personOf({
            ...john,
            groups: shuffled(john.groups, seed),
            attributes: Object.fromEntries(
              Object.entries(john.attributes).map(([name, each]) => [name, shuffled(each, seed)]),
            ),
          }),
          NOW,
        );
        const one = translate(compile(written), personOf(john), NOW);
        expect(traceOf(other, textsById(reordered))).to.deep.equal(traceOf(one, textsById(written)));
      }),
      { ...RUNS, numRuns: 400 },
    );
  });

  it('a never entry more never adds, where nothing outranks', () => {
    fc.assert(
      fc.property(file, never, facts, (any, more, john) => {
        const written = { ...any, keeps: false };
        const before = entitlements(translate(compile(written), personOf(john), NOW).answer);
        const after = entitlements(
          translate(compile({ ...written, never: [...written.never, more] }), personOf(john), NOW).answer,
        );
        for (const each of after) expect(before).to.include(each);
      }),
      RUNS,
    );
  });

  it('what a never entry adds where it takes the value that outranked is such a value alone', () => {
    fc.assert(
      fc.property(file, never, facts, (any, more, john) => {
        const written = { ...any, keeps: true };
        const before = entitlements(translate(compile(written), personOf(john), NOW).answer);
        const after = entitlements(
          translate(compile({ ...written, never: [...written.never, more] }), personOf(john), NOW).answer,
        );
        for (const each of after) if (!each.startsWith('level: ')) expect(before).to.include(each);
        expect([...after].filter((each) => each.startsWith('level: '))).to.have.lengthOf.at.most(1);
      }),
      RUNS,
    );
  });

  it('a rule more never removes, where nothing outranks', () => {
    fc.assert(
      fc.property(file, rule, facts, (any, more, john) => {
        const written = { ...any, keeps: false };
        const before = entitlements(translate(compile(written), personOf(john), NOW).answer);
        const after = entitlements(
          translate(compile({ ...written, rules: [...written.rules, more] }), personOf(john), NOW).answer,
        );
        for (const each of before) expect(after).to.include(each);
      }),
      RUNS,
    );
  });

  it('an attribute less gives nothing more, where none is asked to be missing or present', () => {
    const names = ['dept', 'type', 'list', 'upper', 'number', 'day', 'boss', 'accountexpires'] as const;
    fc.assert(
      fc.property(fileWithoutMissing, facts, fc.constantFrom(...names), (written, john, gone) => {
        const compiled = compile(written);
        const whole = entitlements(translate(compiled, personOf(john), NOW).answer);
        const rest = Object.fromEntries(Object.entries(john.attributes).filter(([name]) => name !== gone));
        const without = entitlements(
          translate(compiled, personOf({ ...john, attributes: rest }), NOW).answer,
        );
        for (const each of without) expect(whole).to.include(each);
      }),
      { ...RUNS, numRuns: 400 },
    );
  });

  it("nothing comes out that the rules' literals and bounds do not allow", () => {
    let outputs = 0;
    fc.assert(
      fc.property(file, facts, (written, john) => {
        const allowed = written.rules.flatMap((each) =>
          each.outputs.map((output) => expressionOf(output, each.bounds)),
        );
        const { groups, authorizations } = translate(compile(written), personOf(john), NOW).answer;
        const all = [
          ...groups,
          ...[...authorizations].flatMap(([name, each]) => each.map((v) => `${name}: ${v}`)),
        ];
        for (const output of all) {
          outputs++;
          expect(
            allowed.some((expression) => expression.test(output)),
            output,
          ).to.equal(true);
          expect(output).to.match(/^[^\s*\p{Cc}][^*\p{Cc}]*(?<! )$/u);
        }
      }),
      { ...RUNS, numRuns: 400 },
    );
    expect(outputs).to.be.greaterThan(200);
  });

  it('nothing comes out of any text that its bound does not allow', () => {
    const head = `tables: { codes: { A: [Alpha, Ops], b: [alpha], 42: [Answer], emea: [EMEA] }, regions: [EMEA, Sales] }`;
    fc.assert(
      fc.property(
        bound,
        fc.array(fc.string({ unit: 'grapheme', maxLength: 6 }), { maxLength: 5 }),
        (x, each) => {
          const rules = mapping(
            `${head}\nrules: [{ id: r, when: { group: T-<x> }, where: { x: ${x} }, give: { groups: [<x>] } }]`,
          );
          const { answer } = translate(rules, person({ groups: each.map((name) => `T-${name}`) }), NOW);
          for (const name of answer.groups) {
            expect(name).to.match(expressionOf('<x>', { x }));
            expect(name).to.match(/^[^*\p{Cc}]+$/u);
            if (x === 'any') expect(name).to.not.include('-');
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
        const { answer, given, removed, reached } = translate(compile(written), personOf(john), NOW);
        const texts = (outputs: readonly { readonly output: Output }[]): Set<string> =>
          new Set(outputs.map(({ output }) => foldCase(textOf(output))));
        expect(texts(given)).to.deep.equal(entitlements(answer));
        for (const each of texts(removed)) expect(entitlements(answer)).to.not.include(each);
        for (const each of given) expect(reached).to.deep.include(each.rule);
        for (const { rules } of removed) expect(rules).to.not.have.lengthOf(0);
      }),
      RUNS,
    );
  });

  it('what is remembered of groups and values changes nothing, whoever came before', () => {
    fc.assert(
      fc.property(file, fc.array(facts, { minLength: 2, maxLength: 5 }), (written, people) => {
        const remembering = compile(written);
        const texts = textsById(written);
        for (const each of [...people, ...people].map(personOf)) {
          const fresh = translate(compile(written), each, NOW);
          expect(traceOf(translate(remembering, each, NOW), texts)).to.deep.equal(traceOf(fresh, texts));
        }
      }),
      { ...RUNS, numRuns: 80 },
    );
  });
});
