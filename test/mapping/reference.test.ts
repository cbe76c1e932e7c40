import { expect } from 'chai';
import fc from 'fast-check';
import { translate } from '../../src/mapping/translate.ts';
import { mapping, NOW, person, plain } from './people.ts';
import {
  type Bound,
  type Clause,
  type Condition,
  type Facts,
  type Model,
  type Output,
  translatePlainly,
} from './reference.ts';

const text = fc.constantFrom(
  'A',
  'a',
  'B',
  'A-B',
  'B-C',
  'A_B',
  'x y',
  'X\u00a0 y',
  ' A\u3000',
  '7',
  '42 ',
  'b.c',
);
const bound: fc.Arbitrary<Bound> = fc.oneof(
  fc.constantFrom<Bound[]>('any', 'digits'),
  fc.uniqueArray(text, { minLength: 1, maxLength: 4 }),
);
const list = fc.uniqueArray(text, { minLength: 1, maxLength: 4 });

const block = (patterns: readonly string[], attributePatterns: readonly string[]): fc.Arbitrary<Condition> =>
  fc.oneof(
    fc
      .uniqueArray(fc.constantFrom(...patterns), { minLength: 1, maxLength: 2 })
      .map((each) => ({ on: 'group', patterns: each })),
    fc
      .tuple(fc.constantFrom('dept', 'type'), fc.constantFrom(...attributePatterns))
      .map(([on, each]) => ({ on, patterns: [each] })),
  );
const plainBlock = block(['Plain', 'T-A', 'no A'], ['A', 'B']);
const OF_X = block(['T-<x>', '<x>_t', 'I_<x>_<x>'], ['<x>', 'no <x>']);
const OF_XY = block(['I_<x>_<y>', 'O-<x>-<y>', '<y>-<x>'], ['<x>-<y>', '<y>_<x>']);
const ofY = block(['T-<y>'], ['<y>']);
const exception = fc.array(block(['Plain', 'T-<x>', 'no <x>'], ['<x>', 'A']), { maxLength: 2 });
const noPlaceholder = fc.array(plainBlock, { maxLength: 1 });

/** One condition on each group and attribute: a when-block has no more. */
const distinct = (conditions: readonly Condition[]): Condition[] => [
  ...new Map(conditions.map((each) => [each.on, each])).values(),
];

const LITERALS: readonly Output[] = [
  { text: 'One' },
  { text: 'one' },
  { authorization: 'Level', text: 'Basic' },
  { authorization: 'level', text: 'Gold' },
  { authorization: 'A', text: 'Sales' },
];
const GIVING_X: readonly Output[] = [
  { text: '<x>' },
  { text: 'pre <x>.<x>' },
  { authorization: 'Dept', text: '<x>' },
];
const GIVING_XY: readonly Output[] = [{ text: '<x>/<y>' }, { authorization: 'Dept', text: '<y>' }];
const NAMING_X: readonly Output[] = [
  { authorization: '<x>', text: '<y>' },
  { authorization: 'p.<x>', text: 'v' },
];
const EVERYTHING: readonly Output[] = [
  { text: '', every: 'groups' },
  { text: '', every: 'authorizations' },
];
const some = (outputs: readonly Output[]) =>
  fc.uniqueArray(fc.constantFrom(...outputs), { minLength: 1, maxLength: 2 });

const rule: fc.Arbitrary<Clause> = fc.oneof(
  fc.record({
    when: fc.tuple(plainBlock, noPlaceholder).map(([a, b]) => distinct([...b, a])),
    unless: fc.array(plainBlock, { maxLength: 2 }).map(distinct),
    where: fc.constant({}),
    outputs: some(LITERALS),
  }),
  fc.record({
    when: fc
      .tuple(OF_X, fc.oneof(noPlaceholder, fc.array(OF_X, { maxLength: 1 })))
      .map(([a, b]) => distinct([...b, a])),
    unless: exception.map(distinct),
    where: fc.record({ x: bound }),
    outputs: some(GIVING_X),
  }),
  fc.record({
    when: fc.tuple(OF_XY, noPlaceholder).map(([a, b]) => distinct([...b, a])),
    unless: exception.map(distinct),
    where: fc.record({ x: bound, y: bound }),
    outputs: some(GIVING_XY),
  }),
  fc.record({
    when: fc.tuple(OF_X, ofY).filter(([a, b]) => a.on !== b.on),
    unless: exception.map(distinct),
    where: fc.record({ x: list, y: bound }),
    outputs: some([...GIVING_XY, ...NAMING_X]),
  }),
);
const never: fc.Arbitrary<Clause> = fc.oneof(
  fc.record({
    when: fc.tuple(plainBlock, noPlaceholder).map(([a, b]) => distinct([...b, a])),
    unless: fc.array(plainBlock, { maxLength: 1 }),
    where: fc.constant({}),
    outputs: some([...LITERALS, { authorization: 'Dept', text: 'all' }, { text: 'A' }, ...EVERYTHING]),
  }),
  fc.record({
    when: fc.tuple(OF_X, noPlaceholder).map(([a, b]) => distinct([...b, a])),
    unless: exception.map(distinct),
    where: fc.oneof(fc.constant({}), fc.record({ x: bound })),
    outputs: some([
      ...GIVING_X,
      { authorization: '<x>', text: 'all' },
      { authorization: 'Dept', text: 'all' },
      ...EVERYTHING,
    ]),
  }),
  fc.record({
    when: fc.tuple(OF_XY, noPlaceholder).map(([a, b]) => distinct([...b, a])),
    unless: exception.map(distinct),
    where: fc.oneof(fc.constant({}), fc.record({ x: bound }), fc.record({ x: bound, y: bound })),
    outputs: some([...GIVING_XY, { authorization: '<x>', text: '<y>' }, { text: '<y>' }]),
  }),
);
const model: fc.Arbitrary<Model> = fc.record({
  rules: fc.array(rule, { minLength: 1, maxLength: 6 }),
  never: fc.array(never, { maxLength: 3 }),
  exact: fc.constantFrom(undefined, ['dept'], ['dept', 'type']),
  order: fc.constantFrom(undefined, { authorization: 'LEVEL', values: ['basic', 'Gold'] }),
});

const groupName = fc.oneof(
  text.map((x) => `T-${x}`),
  text.map((x) => `${x}_t`),
  text.map((x) => `no ${x}`),
  fc.tuple(text, text).map(([x, y]) => `I_${x}_${y}`),
  fc.tuple(text, text).map(([x, y]) => `o-${x}-${y}`),
  fc.tuple(text, text).map(([x, y]) => `${x}-${y}`),
  fc.constantFrom('Plain', 'PLAIN', 'T-a*', 'T- x', 'T-x ', 'no\u2003 A', '\u00a0Plain'),
);
const facts: fc.Arbitrary<Facts> = fc.record({
  groups: fc.uniqueArray(groupName, { minLength: 4, maxLength: 16, selector: (name) => name.toLowerCase() }),
  attributes: fc.record(
    {
      dept: fc.array(fc.oneof(text, groupName), { maxLength: 4 }),
      type: fc.array(text, { maxLength: 3 }),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
});

const quoted = (each: string): string => `'${each}'`;

function blockText(conditions: readonly Condition[]): string {
  const groups = conditions.filter(({ on }) => on === 'group');
  const attributes = conditions.filter(({ on }) => on !== 'group');
  const parts = [
    ...groups.map(({ patterns }) => `group: [${patterns.map(quoted).join(', ')}]`),
    ...(attributes.length === 0
      ? []
      : [
          `attribute: { ${attributes.map(({ on, patterns }) => `${on}: ${quoted(patterns[0] ?? '')}`).join(', ')} }`,
        ]),
  ];
  return `{ ${parts.join(', ')} }`;
}

function outputsText(all: readonly Output[]): string {
  const every = all.flatMap(({ every: kind }) => (kind === undefined ? [] : [kind]));
  const outputs = all.filter(({ authorization, every: kind }) => {
    const kindOf = authorization === undefined ? 'groups' : 'authorizations';
    return kind === undefined && !every.includes(kindOf);
  });
  const groups = outputs.flatMap(({ authorization, text: each }) =>
    authorization === undefined ? [quoted(each)] : [],
  );
  const names = [...new Set(outputs.flatMap(({ authorization }) => authorization ?? []))];
  const authorizations = names.map((name) => {
    const values = outputs.flatMap((each) => (each.authorization === name ? [each.text] : []));
    return `${quoted(name)}: ${values.includes('all') ? 'all' : `[${values.map(quoted).join(', ')}]`}`;
  });
  const parts = [
    ...every.map((kind) => `${kind}: all`),
    ...(groups.length === 0 ? [] : [`groups: [${groups.join(', ')}]`]),
    ...(authorizations.length === 0 ? [] : [`authorizations: { ${authorizations.join(', ')} }`]),
  ];
  return `{ ${parts.join(', ')} }`;
}

function clauseText(id: string, key: 'give' | 'take', { when, unless, where, outputs }: Clause): string {
  const bounds = Object.entries(where).map(
    ([name, each]) => `${name}: ${typeof each === 'string' ? each : `[${each.map(quoted).join(', ')}]`}`,
  );
  return `\n  - { id: ${id}, when: ${blockText(when)}${unless.length === 0 ? '' : `, unless: ${blockText(unless)}`}${bounds.length === 0 ? '' : `, where: { ${bounds.join(', ')} }`}, ${key}: ${outputsText(outputs)} }`;
}

// What no rule gives no entry may take; this one gives it all, to nobody.
const NAMES = ['Level', 'Dept', 'A', 'A-B', 'B', 'B-C', 'A_B', 'x y', '7', '42', 'b.c']
  .map(quoted)
  .join(', ');
const ALL = `\n  - { id: all, when: { attribute: { nobody: <z>, none: <n> } }, where: { z: any, n: [${NAMES}] }, give: { groups: [<z>], authorizations: { <n>: [<z>] } } }`;

function fileOf({ rules, never: nevers, order, exact = [] }: Model): string {
  return [
    ...(exact.length === 0
      ? []
      : [`attributes: { ${exact.map((name) => `${name}: { exact: yes }`).join(', ')} }`]),
    ...(order === undefined
      ? []
      : [
          `authorizations: { ${order.authorization}: { order: [${order.values.join(', ')}], keep: highest } }`,
        ]),
    `rules:${rules.map((each, i) => clauseText(`r${i}`, 'give', each)).join('')}${ALL}`,
    ...(nevers.length === 0
      ? []
      : [`never:${nevers.map((each, i) => clauseText(`n${i}`, 'take', each)).join('')}`]),
  ].join('\n');
}

describe('mapping: a plain translator, written a second time', () => {
  // Many files are compiled, on machines that do other things too.

  it('agrees on any file of names, patterns, unless, never and keep, and on any person', () => {
    let values = 0;
    let taken = 0;
    fc.assert(
      fc.property(model, fc.array(facts, { minLength: 3, maxLength: 6 }), (written, people) => {
        const compiled = mapping(fileOf(written));
        for (const each of people) {
          const { answer, removed } = translate(compiled, person(each), NOW);
          const expected = translatePlainly(written, each);
          expect(plain(answer), fileOf(written)).to.deep.equal(expected);
          values += answer.groups.length + answer.authorizations.size;
          taken += removed.length;
        }
      }),
      { seed: 20261122, numRuns: 300 },
    );
    expect(values).to.be.greaterThan(400);
    expect(taken).to.be.greaterThan(50);
  });
});
