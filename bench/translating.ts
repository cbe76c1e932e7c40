/**
 * How long translating takes: 500 rules on a person in 200 groups, as a ratio to a loop over native regular
 * expressions in the same run. `npm run bench`; exits with 1 where a bound of the project is exceeded.
 */
import { compileMapping } from '../src/mapping/compile.ts';
import type { Mapping } from '../src/mapping/mapping.ts';
import { translate } from '../src/mapping/translate.ts';
import { heapUsed, mb, medians, print, ratio } from './measuring.ts';
import { another, exactNames, freshNames, mappingText, patterns, personIn } from './naming.ts';

const RULES = 500;
const GROUPS = 200;
const ROUNDS = 15;
/** The control runs on so many names at a time, so that it is as short as what it is compared with. */
const PIECE = 10;
const NOW = Date.UTC(2026, 10, 22);

/** At most this much of the control, by the project's aim. */
const BOUNDS = { neverSeen: 1 / 25, seen: 1 / 1000, pathological: 1.25 };

let failed = false;

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

function compare(title: string, value: number, against: number, bound: number, control: string): void {
  const isWithin = value / against <= bound;
  failed ||= !isWithin;
  const limit = bound === Infinity ? '' : ` (at most ${ratio(bound, 1)})`;
  print(title, `${(value * 1000).toFixed(1)} µs, ${ratio(value, against)} of ${control}${limit}`, isWithin);
}

/** @param bounds what must be kept; only told, where absent */
function compareWithLoop(what: string, convention: typeof patterns, bounds?: typeof BOUNDS): void {
  const mapping = compile(mappingText(RULES, convention));
  const expressions = Array.from({ length: RULES }, (_, i) => convention.native(i));
  const fresh = (): string[] => freshNames(GROUPS, RULES, convention);
  for (let i = 0; i < 100; i++) translate(mapping, personIn(fresh()), NOW);
  const names = fresh();
  const known = personIn(names);
  let piece = 0;
  const [nativePiece = 0, neverSeen = 0, seen = 0, readAgain = 0] = medians(ROUNDS, [
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
  print(what, `${RULES} rules, ${GROUPS} groups of which rules name ${GROUPS / 10}`);
  print('  native RegExp in a loop', `${native.toFixed(2)} ms (the control)`);
  compare('  names never seen', neverSeen, native, bounds?.neverSeen ?? Infinity, 'the control');
  compare('  names seen', seen, native, bounds?.seen ?? Infinity, 'the control');
  compare('  names seen, but texts read anew', readAgain, native, Infinity, 'the control');
}

/** To be asked first, as what other work leaves behind would go in between. */
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

function millisecondsToCompile(): number {
  const text = mappingText(RULES, patterns);
  return medians(5, [() => () => compile(text)], 1)[0] ?? Number.NaN;
}

/** Every value is new, and all of it must be read to know that it does not match. */
function comparePathological(): void {
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
  let serial = 0;
  const works = [asking('a+'), asking('(a+)+')];
  medians(ROUNDS, works);
  const [plain = 0, pathological = 0] = medians(ROUNDS, works);
  print('an expression on 100 values', `that almost match`);
  compare('  (a+)+', pathological, plain, BOUNDS.pathological, 'a+');
}

const memory = await memoryText();
compareWithLoop('patterns', patterns, BOUNDS);
compareWithLoop('exact names', exactNames);
comparePathological();
print(`compiling ${RULES} rules`, `${millisecondsToCompile().toFixed(0)} ms`);
print('memory', memory);
process.exitCode = failed ? 1 : 0;
