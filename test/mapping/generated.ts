/** Random mapping files over the whole language, and people for whom they say something. */
import fc from 'fast-check';
import type { Mapping } from '../../src/mapping/mapping.ts';
import type { AttributeValue, Membership, Person } from '../../src/person.ts';
import { mapping, membership, person, UNDER } from './people.ts';

export const RUNS = { seed: 20261122, numRuns: 200 };

/** A rule or `never` entry without its id, with what a property must know of it. */
export interface Clause {
  readonly text: string;
  /** `Name`, or `Name: value`, placeholders and all. */
  readonly outputs: readonly string[];
  /** By placeholder, as `where` writes it. */
  readonly bounds: Readonly<Record<string, string>>;
}

export interface File {
  readonly rules: readonly Clause[];
  readonly never: readonly Clause[];
  /** Whether values of `Level` outrank each other. */
  readonly keeps: boolean;
}

/** The keys of a when-block, as YAML. */
interface Block {
  readonly group?: string;
  readonly all_groups?: string;
  readonly dn_under?: string;
  readonly attribute?: Readonly<Record<string, string>>;
}

// Few texts, so that rules and people meet often; some differ only in case.
const TEXTS = ['A', 'a', 'B', 'EMEA', 'emea', 'Sales', 'A-B', 'B-C', '7', '42'] as const;
export const text = fc.constantFrom(...TEXTS);
const SID = 'S-1-5-21-1-2-3-1104';
const GUID = '6f9619ff-8b86-d011-b42d-00cf4fc964ff';

const plain: fc.Arbitrary<Block> = fc.constantFrom<Block[]>(
  { group: 'Plain' },
  { group: '[Plain, T-A]' },
  { group: `'CN=Plain,${UNDER}'` },
  { group: `{ name: T-A, under: 'OU=X,${UNDER}' }` },
  { group: `'sid:${SID}'` },
  { group: `['guid:${GUID}', OK-B]` },
  { all_groups: '[Plain, OK-A]' },
  { dn_under: "'OU=People,DC=acme,DC=com'" },
  { dn_under: "['OU=Externals,DC=acme,DC=com', 'OU=None,DC=acme,DC=com']" },
  { attribute: { type: 'A' } },
  { attribute: { Type: '{ in: [B, EMEA] }' } },
  { attribute: { type: "{ matches: '[a-e].*' }" } },
  { attribute: { number: '{ at_least: 5 }' } },
  { attribute: { number: '{ at_most: 41 }' } },
  { attribute: { day: '{ before: 2026-11-22 }' } },
  { attribute: { day: "{ after: '2026-11-21T12:00:00Z' }" } },
  { attribute: { boss: 'Board' } },
);
/** Those that ask about absence itself, so that less of a person can be more of an answer. */
const missing: fc.Arbitrary<Block> = fc.constantFrom<Block[]>(
  { attribute: { dept: '{ missing: yes }' } },
  { attribute: { dept: '{ present: yes }' } },
  { attribute: { type: '{ present: no }' } },
);
const capturing = (x: string): fc.Arbitrary<Block> =>
  fc.constantFrom<Block[]>(
    { group: `T-<${x}>` },
    { group: `[T-<${x}>, { name: <${x}>.t, under: '${UNDER}' }]` },
    { all_groups: `[T-<${x}>, OK-<${x}>]` },
    { attribute: { dept: `<${x}>` } },
    { attribute: { DEPT: `<${x}>`, list: `<${x}>` } },
    { attribute: { list: `<${x}>` } },
    { attribute: { upper: `<${x}>` } },
    { attribute: { boss: `<${x}>` } },
    { group: `T-<${x}>`, attribute: { dept: `<${x}>` } },
  );
const capturingBoth: fc.Arbitrary<Block> = fc.constantFrom<Block[]>(
  { group: 'I_<x>_<y>' },
  { group: '[I_<x>_<y>, O-<x>-<y>]' },
  { group: 'T-<x>', attribute: { dept: '<y>' } },
  { all_groups: '[O-<x>-<y>, T-<x>]' },
);
const exception: fc.Arbitrary<Block> = fc.constantFrom<Block[]>(
  { group: 'OK-<x>' },
  { all_groups: '[OK-<x>, Plain]' },
  { attribute: { type: '<x>' } },
  { group: 'OK-<x>', attribute: { list: '<x>' } },
);

const listed = fc.oneof(
  fc.constant('codes'),
  fc.constant('regions'),
  fc.uniqueArray(text, { minLength: 1, maxLength: 3 }).map((texts) => `[${texts.join(', ')}]`),
);
export const bound = fc.oneof(
  listed,
  fc.constantFrom('any', 'digits', "{ matches: '[a-e]+', case: upper }", "{ matches: '.+' }"),
);

const dates = fc.constantFrom(
  '',
  '',
  '',
  ', valid_until: 2026-11-22',
  ', valid_until: 2026-11-21',
  ', valid_from: 2026-11-23',
  ", valid_from: '2026-11-22T11:00:00Z', valid_until: '2026-11-22T13:00:00Z'",
  ', valid_until: day',
  ', valid_from: day',
  ', valid_until: accountExpires',
);

/** The parts besides `where` and the outputs: when, any_of, unless. */
interface Conditions {
  readonly text: string;
  readonly captured: readonly ('x' | 'y')[];
}

function conditions(more: fc.Arbitrary<Block>): fc.Arbitrary<Conditions> {
  const extra = fc.array(more, { maxLength: 1 });
  const branches = fc.oneof(fc.constant([]), fc.array(more, { minLength: 2, maxLength: 2 }));
  const unless = fc.array(more, { maxLength: 1 });
  const unlessOfX = fc.array(fc.oneof(more, exception), { maxLength: 1 });
  const made = (
    captured: readonly ('x' | 'y')[],
    when: readonly Block[],
    anyOf: readonly Block[],
    not: readonly Block[],
  ): Conditions => {
    const parts = [
      ...(when.length === 0 ? [] : [`when: ${blockText(merged(when))}`]),
      ...(anyOf.length === 0 ? [] : [`any_of: [${anyOf.map(blockText).join(', ')}]`]),
      ...(not.length === 0 ? [] : [`unless: ${blockText(merged(not))}`]),
    ];
    return { text: parts.join(', '), captured };
  };
  return fc.oneof(
    fc.tuple(more, extra, branches, unless).map(([a, b, c, d]) => made([], [a, ...b], c, d)),
    fc.tuple(capturing('x'), extra, branches, unlessOfX).map(([a, b, c, d]) => made(['x'], [a, ...b], c, d)),
    fc
      .tuple(extra, capturing('x'), capturing('x'), unlessOfX)
      .map(([a, b, c, d]) => made(['x'], a, [b, c], d)),
    fc
      .tuple(capturingBoth, extra, branches, unlessOfX)
      .map(([a, b, c, d]) => made(['x', 'y'], [a, ...b], c, d)),
    fc
      .tuple(capturing('x'), capturing('y'), capturing('y'), unlessOfX)
      .map(([a, b, c, d]) => made(['x', 'y'], [a], [b, c], d)),
  );
}

/** Of two blocks with one key the first has it. */
function merged(blocks: readonly Block[]): Block {
  const attribute = Object.assign({}, ...blocks.map((block) => block.attribute ?? {}).reverse());
  const whole: Block = Object.assign({}, ...[...blocks].reverse());
  return Object.keys(attribute).length === 0 ? whole : { ...whole, attribute };
}

function blockText({ attribute, ...others }: Block): string {
  const parts = Object.entries(others).map(([key, value]) => `${key}: ${value}`);
  // Names that differ only in case are one attribute, and YAML does not know it.
  const tests = [
    ...new Map(Object.entries(attribute ?? {}).map((each) => [each[0].toLowerCase(), each])).values(),
  ];
  if (tests.length > 0)
    parts.push(`attribute: { ${tests.map(([name, test]) => `${name}: ${test}`).join(', ')} }`);
  return `{ ${parts.join(', ')} }`;
}

const LITERALS = [
  'Given',
  'given',
  'Level: Basic',
  'Level: Gold',
  'level: silver',
  'EMEA: Sales',
  'Dept: A',
] as const;
const OF_X = ['<x>', 'pre <x>', 'Dept: <x>', 'EMEA: <x>'] as const;
const OF_XY = ['<x>/<y>', 'Dept: <y>', 'EMEA: <x>+<y>'] as const;

/** `all` is every group, `all: all` every authorization. */
function outputsText(outputs: readonly string[]): string {
  const groups = outputs.filter((each) => !each.includes(': '));
  const every = { groups: groups.includes('all'), authorizations: outputs.includes('all: all') };
  const values = new Map<string, string[]>();
  for (const each of outputs) {
    const [name = '', value] = each.split(': ');
    if (value !== undefined) values.set(name, [...(values.get(name) ?? []), value]);
  }
  const authorizations = [...values].map(
    ([name, each]) =>
      `'${name}': ${each.includes('all') ? 'all' : `[${each.map((value) => `'${value}'`).join(', ')}]`}`,
  );
  const parts = [
    ...(every.groups
      ? ['groups: all']
      : groups.length === 0
        ? []
        : [`groups: [${groups.map((name) => `'${name}'`).join(', ')}]`]),
    ...(every.authorizations
      ? ['authorizations: all']
      : authorizations.length === 0
        ? []
        : [`authorizations: { ${authorizations.join(', ')} }`]),
  ];
  return `{ ${parts.join(', ')} }`;
}

function whereText(bounds: Readonly<Record<string, string>>): string {
  const parts = Object.entries(bounds).map(([name, each]) => `${name}: ${each}`);
  return parts.length === 0 ? '' : `, where: { ${parts.join(', ')} }`;
}

/** A rule; `more` are the conditions without placeholders that may stand in it. */
function ruleOf(more: fc.Arbitrary<Block>): fc.Arbitrary<Clause> {
  const conditional = fc
    .tuple(conditions(more), dates, fc.nat(), fc.boolean())
    .chain(([{ text: written, captured }, when, pick, isNamed]) => {
      // Only a list may stand in the name of an authorization.
      const named = isNamed && captured.length === 2;
      const bounds = fc.record(Object.fromEntries(captured.map((name) => [name, named ? listed : bound])));
      const pool: readonly string[] =
        captured.length === 0 ? LITERALS : captured.length === 1 ? OF_X : named ? ['<x>: <y>'] : OF_XY;
      const outputs = [...new Set([pool[pick % pool.length] ?? '', pool[(pick >> 3) % pool.length] ?? ''])];
      return bounds.map((where: Record<string, string>) => ({
        text: `${written}${whereText(where)}${when}, give: ${outputsText(outputs)}`,
        outputs,
        bounds: where,
      }));
    });
  const forEveryone = fc.tuple(fc.array(more, { maxLength: 1 }), dates, fc.constantFrom(...LITERALS)).map(
    ([not, when, output]): Clause => ({
      text: `everyone: yes${not.map((block) => `, unless: ${blockText(block)}`).join('')}${when}, give: ${outputsText([output])}`,
      outputs: [output],
      bounds: {},
    }),
  );
  return fc.oneof({ weight: 8, arbitrary: conditional }, { weight: 1, arbitrary: forEveryone });
}

function neverOf(more: fc.Arbitrary<Block>): fc.Arbitrary<Clause> {
  return fc
    .tuple(conditions(more), fc.nat(), fc.array(bound, { maxLength: 2 }))
    .map(([{ text: written, captured }, pick, bounds]) => {
      const pool = [
        ...LITERALS,
        'Level: all',
        'Dept: all',
        'all',
        'all: all',
        ...(captured.includes('x') ? [...OF_X, '<x>: all', 'EMEA: <x>'] : []),
        ...(captured.includes('y') ? [...OF_XY, '<x>: <y>'] : []),
      ];
      const outputs = [...new Set([pool[pick % pool.length] ?? '', pool[(pick >> 4) % pool.length] ?? ''])];
      const where = Object.fromEntries(
        captured.flatMap((name, i) => (bounds[i] === undefined ? [] : [[name, bounds[i]]])),
      );
      return { text: `${written}${whereText(where)}, take: ${outputsText(outputs)}`, outputs, bounds: where };
    });
}

export const rule = ruleOf(fc.oneof({ weight: 6, arbitrary: plain }, { weight: 1, arbitrary: missing }));
export const never = neverOf(fc.oneof({ weight: 6, arbitrary: plain }, { weight: 1, arbitrary: missing }));

/** Any file. */
export const file: fc.Arbitrary<File> = fc.record({
  rules: fc.array(rule, { minLength: 1, maxLength: 6 }),
  never: fc.array(never, { maxLength: 3 }),
  keeps: fc.boolean(),
});

/** A file that nowhere asks whether something is missing or present. */
export const fileWithoutMissing: fc.Arbitrary<File> = fc.record({
  rules: fc.array(ruleOf(plain), { minLength: 1, maxLength: 6 }),
  never: fc.array(neverOf(plain), { maxLength: 3 }),
  keeps: fc.constant(false),
});

export const CODES: Readonly<Record<string, readonly string[]>> = {
  A: ['Alpha', 'Ops'],
  b: ['alpha'],
  '42': ['Answer'],
  emea: ['EMEA'],
};
export const REGIONS = ['EMEA', 'Sales'] as const;

const names = [
  ...new Set(
    ['Level', 'EMEA', 'Dept', ...TEXTS, ...Object.values(CODES).flat()].map((name) => name.toUpperCase()),
  ),
];

/** The file as YAML, as it is: what its entries take may be what no rule gives, which is refused. */
export function textOfFile({ rules, never: nevers, keeps }: File): string {
  const list = (clauses: readonly Clause[], id: string): string =>
    clauses.map((clause, i) => `\n  - { id: ${id}${i}, ${clause.text} }`).join('');
  const codes = Object.entries(CODES).map(([code, texts]) => `${code}: [${texts.join(', ')}]`);
  return `timezone: Europe/Paris
attributes:
  number: { type: integer }
  day: { type: date, format: yyyy-MM-dd }
  list: { split: ';' }
  upper: { case: upper }
  boss: { type: dn, part: OU }
tables: { codes: { ${codes.join(', ')} }, regions: [${REGIONS.join(', ')}] }
authorizations: { Level: { order: [Basic, Silver, Gold], keep: ${keeps ? 'highest' : 'all'} } }
rules:${list(rules, 'r')}${nevers.length === 0 ? '' : `\nnever:${list(nevers, 'n')}`}`;
}

/** Gives all that an entry may take, to nobody. */
const ALL: Clause = {
  text: `when: { attribute: { nobody: <z>, none: <n> } }, where: { z: any, n: [${names.join(', ')}] }, give: { groups: [<z>], authorizations: { <n>: [<z>] } }`,
  outputs: [],
  bounds: {},
};

/** The file compiled, with a rule more that gives nothing to anybody. */
export function compile(written: File): Mapping {
  return mapping(textOfFile({ ...written, rules: [...written.rules, ALL] }));
}

/** What makes a person. */
export interface Facts {
  readonly groups: readonly Membership[];
  readonly attributes: Readonly<Record<string, readonly AttributeValue[]>>;
  readonly dn: string;
}

const groupName = fc.oneof(
  text.map((x) => `T-${x}`),
  text.map((x) => `OK-${x}`),
  text.map((x) => `${x}.t`),
  fc.tuple(text, text).map(([x, y]) => `I_${x}_${y}`),
  fc.tuple(text, text).map(([x, y]) => `O-${x}-${y}`),
  fc.constantFrom('Plain', 'plain', 'T-a*b', 'T- x', 'I_A_B_C', 'O-A-B-C'),
);
const group = fc
  .record({
    name: groupName,
    under: fc.constantFrom(UNDER, UNDER, UNDER, UNDER, `OU=X,${UNDER}`, 'OU=Branch,DC=acme,DC=com'),
    via: fc.constantFrom<(readonly string[])[]>([], ['Up'], ['One', 'Two']),
    sid: fc.constantFrom(undefined, SID, 'S-1-5-21-9', 'S-1-5-21-9', 'S-1-5-21-9'),
    guid: fc.constantFrom(undefined, GUID, '00000000-0000-0000-0000-000000000001'),
  })
  .map(({ name, under, via, sid, guid }) => ({ ...membership(name, under, via), sid, guid }));

const values = {
  dept: text,
  type: text,
  upper: text,
  list: fc.array(text, { maxLength: 3 }).map((parts) => parts.join('; ')),
  number: fc.constantFrom('4', '5', '0042', '-1', 'x'),
  day: fc.constantFrom('2026-11-21', '2026-11-22', '2026-11-23', 'soon'),
  boss: fc.constantFrom(
    'CN=Eve,OU=Board,O=a',
    'CN=Al,OU=A,O=a',
    'CN=Mo,OU=emea,OU=B,O=a',
    'CN=No,O=a',
    'none',
  ),
  accountexpires: fc.constantFrom('0', '134083584000000000', '133000000000000000'),
};
const octets = fc.constant<AttributeValue>(new Uint8Array([0xff]));

export const facts: fc.Arbitrary<Facts> = fc.record({
  // One DN, one group: a directory has no two of them.
  groups: fc.uniqueArray(group, { minLength: 3, maxLength: 16, selector: ({ dn }) => dn.toLowerCase() }),
  attributes: fc
    .record(
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          fc.array<AttributeValue>(
            fc.oneof<fc.WeightedArbitrary<AttributeValue>[]>(
              { weight: 9, arbitrary: value },
              { weight: 1, arbitrary: octets },
            ),
            { maxLength: 3 },
          ),
        ]),
      ),
      { requiredKeys: [], noNullPrototype: true },
    )
    .map((attributes) => attributes as Facts['attributes']),
  dn: fc.constantFrom(
    'CN=John,OU=People,DC=acme,DC=com',
    'CN=Eve,OU=Externals,DC=acme,DC=com',
    'OU=People,DC=acme,DC=com',
    'no dn',
  ),
});

export function personOf(each: Facts): Person {
  return person(each);
}

export function shuffled<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, i) => ({ item, at: Math.sin(seed + i * 7.3) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
