/**
 * How long translating takes: 500 rules on a person in 200 groups, against a loop over native regular expressions; an
 * expression made to backtrack against a plain one; and what a mapping keeps in memory.
 */
import { compileMapping } from '../../src/mapping/compile.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import { translate } from '../../src/mapping/translate.ts';
import { heapUsed, mb, medians } from '../measuring/work.ts';
import type { Path, Row } from '../path.ts';
import { another, exactNames, freshNames, mappingText, patterns, personIn } from '../worlds/naming.ts';

const RULES = 500;
const GROUPS = 200;
/** The control runs on so many names at a time, so that it is as short as what it is compared with. */
const PIECE = 10;
const NOW = Date.UTC(2026, 10, 22);

export const translating: Path = {
  name: 'translating',
  measure: async ({ quick }) => {
    const rounds = quick ? 5 : 15;
    // To be asked first, as what other work leaves behind would go in between.
    const memory = await memoryText();
    const [neverSeen, seen] = compareWithLoop('patterns', patterns, rounds);
    return [
      { ...neverSeen, must: 1 / 25, aim: 1 / 80, told: `${neverSeen.told}; ${compilingText()}; ${memory}` },
      { ...seen, must: 1 / 1000, aim: 1 / 3000 },
      ...compareWithLoop('exact names', exactNames, rounds),
      comparePathological(rounds),
    ];
  },
};

function compile(text: string): Mapping {
  const { mapping, problems } = compileMapping('bench.yaml', text);
  if (mapping === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return mapping;
}

/** What a service does that tries every rule on every name. */
function loop(expressions: readonly RegExp[], names: readonly string[]): number {
  let given = 0;
  for (const name of names) for (const expression of expressions) if (expression.exec(name) !== null) given++;
  return given;
}

/** Names never seen, and names seen before; without bounds. */
function compareWithLoop(what: string, convention: typeof patterns, rounds: number): readonly [Row, Row] {
  const mapping = compile(mappingText(RULES, convention));
  const expressions = Array.from({ length: RULES }, (_, i) => convention.native(i));
  const fresh = (): string[] => freshNames(GROUPS, RULES, convention);
  for (let i = 0; i < 100; i++) translate(mapping, personIn(fresh()), NOW);
  const names = fresh();
  const known = personIn(names);
  let piece = 0;
  const [nativePiece = 0, neverSeen = 0, seen = 0, readAgain = 0] = medians(rounds, [
    () => {
      piece = (piece + PIECE) % GROUPS;
      const some = names.slice(piece, piece + PIECE);
      return () => loop(expressions, some);
    },
    () => {
      const person = personIn(fresh());
      return () => translate(mapping, person, NOW);
    },
    () => {
      const person = another(known);
      return () => translate(mapping, person, NOW);
    },
    () => {
      const person = personIn(names);
      return () => translate(mapping, person, NOW);
    },
  ]);
  const native = (nativePiece * GROUPS) / PIECE;
  const against = `against ${native.toFixed(2)} ms of native RegExp in a loop`;
  const row = (kind: string, value: number): Row => ({
    name: `translating ${RULES} rules × ${GROUPS} groups, ${what}, ${kind}`,
    measured: value / native,
    unit: '×',
    better: 'less',
    must: Infinity,
    aim: Infinity,
    told: `${microseconds(value)} ${against}`,
  });
  const seenRow = row('seen', seen);
  return [
    row('new', neverSeen),
    { ...seenRow, told: `${seenRow.told}; where the texts are read anew ${microseconds(readAgain)}` },
  ];
}

async function memoryText(): Promise<string> {
  compile(mappingText(RULES, patterns));
  const before = await heapUsed();
  const mapping = compile(mappingText(RULES, patterns));
  const compiled = (await heapUsed()) - before;
  const people = 99; // of whom no name is forgotten yet
  for (let i = 0; i < people; i++) translate(mapping, personIn(freshNames(GROUPS, RULES, patterns)), NOW);
  const filled = (await heapUsed()) - before;
  return `${mb(compiled)} compiled, ${mb(filled)} with ${people * GROUPS} names remembered`;
}

function compilingText(): string {
  const text = mappingText(RULES, patterns);
  const milliseconds = medians(5, [() => () => compile(text)], 1)[0] ?? Number.NaN;
  return `compiled in ${milliseconds.toFixed(0)} ms`;
}

/** Every value is new, and all of it must be read to know that it does not match. */
function comparePathological(rounds: number): Row {
  let serial = 0;
  const asking = (expression: string) => {
    const test = `{ attribute: { a: { matches: '${expression}' } } }`;
    const mapping = compile(
      `version: 1\ngroups: { under: everywhere }\nrules: [{ id: r, when: ${test}, give: { groups: [Yes] } }]`,
    );
    return () => {
      const values = Array.from({ length: 100 }, () => `${'a'.repeat(28)}!${serial++}`);
      const person = { ...personIn([]), attributes: new Map([['a', values]]) };
      return () => translate(mapping, person, NOW);
    };
  };
  const works = [asking('a+'), asking('(a+)+')];
  medians(rounds, works);
  const [plain = 0, pathological = 0] = medians(rounds, works);
  return {
    name: '(a+)+ against a+ on 100 values that almost match',
    measured: pathological / plain,
    unit: '×',
    better: 'less',
    must: 1.25,
    aim: 1,
    told: `${microseconds(pathological)} against ${microseconds(plain)}`,
  };
}

function microseconds(milliseconds: number): string {
  return `${(milliseconds * 1000).toFixed(1)} µs`;
}
