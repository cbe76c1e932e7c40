/**
 * How long translating takes: 500 rules on a person in 200 groups, as a ratio to a loop over native regular
 * expressions in the same run. `npm run bench:translating`; exits with 1 where a bound of the project is exceeded.
 */
import { compileMapping } from '../src/mapping/compile.ts';
import type { Mapping } from '../src/mapping/mapping.ts';
import { translate } from '../src/mapping/translate.ts';
import type { Membership, Person } from '../src/person.ts';
import { heapUsed, mb, medians, print, ratio } from './measuring.ts';

const RULES = 500;
const GROUPS = 200;
const ROUNDS = 15;
const PEOPLE = 300;
/** Of a person's groups the share that some rule names: most of a directory's groups are for other systems. */
const NAMED = 0.1;
const ROLES = ['Reader', 'Writer', 'Owner'];
const UNDER = 'OU=Immuta,OU=Groups,DC=acme,DC=com';
const NOW = Date.UTC(2026, 10, 22);

/** At most this much of the control, by the project's aim. */
const BOUNDS = { neverSeen: 1 / 25, seen: 1 / 1000, pathological: 1.25 };

/** A way in which groups are named, as a rule and as the native expression that reads the same. */
interface Convention {
  rule(i: number): { readonly group: string; readonly where: string };
  native(i: number): RegExp;
  /** A name that rule `i` matches. */
  name(i: number, team: string, role: string): string;
}

const role = `role: [${ROLES.join(', ')}]`;
const CONVENTIONS: readonly Convention[] = [
  {
    rule: (i) => ({ group: `APP${i}_<team>_<role>`, where: `team: any, ${role}` }),
    native: (i) => new RegExp(`^APP${i}_(?<team>.+)_(?<role>${ROLES.join('|')})$`, 'iu'),
    name: (i, team, each) => `APP${i}_${team}_${each}`,
  },
  {
    rule: (i) => ({ group: `<team>-app${i}-<role>`, where: `team: any, ${role}` }),
    native: (i) => new RegExp(`^(?<team>.+)-app${i}-(?<role>${ROLES.join('|')})$`, 'iu'),
    name: (i, team, each) => `${team}-app${i}-${each}`,
  },
  {
    rule: (i) => ({ group: `<team>-app${i}`, where: "team: { matches: '[a-z0-9]+(-[a-z0-9]+)*' }" }),
    native: (i) => new RegExp(`^(?<team>[a-z0-9]+(-[a-z0-9]+)*)-app${i}$`, 'iu'),
    name: (i, team) => `${team}x-app${i}`,
  },
];
const conventionOf = (i: number): Convention => CONVENTIONS[i % CONVENTIONS.length] as Convention;

function mappingOf(rules: readonly string[]): Mapping {
  const text = `version: 1\ngroups: { under: '${UNDER}' }\nrules:\n${rules.join('\n')}\n`;
  const { mapping, problems } = compileMapping('bench.yaml', text);
  if (mapping === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return mapping;
}

function personIn(names: readonly string[]): Person {
  const memberships = names.map(
    (name): Membership => ({ dn: fromWire(`CN=${name},${UNDER}`), name: fromWire(name), via: [] }),
  );
  return { directory: 'corp', dn: 'CN=John,DC=acme,DC=com', attributes: new Map(), memberships, readAt: 0 };
}

/** The text as a directory's answer has it: of one piece, and not of the pieces that it was made of here. */
function fromWire(text: string): string {
  return Buffer.from(text).toString();
}

let serial = 0;

function inLetters(number: number): string {
  return `team${number.toString().replace(/[0-9]/g, (digit) => 'abcdefghij'.charAt(Number(digit)))}`;
}

/** Names that were never used before, of which a share is named by rules. */
function freshNames(): string[] {
  return Array.from({ length: GROUPS }, (_, i) => {
    const team = inLetters(serial++);
    if (i >= GROUPS * NAMED) return `GRP-Finance-${team}-Controlling-EMEA-${i}`;
    const rule = (serial * 7) % RULES;
    return conventionOf(rule).name(rule, team, ROLES[i % ROLES.length] ?? '');
  });
}

function control(expressions: readonly RegExp[], names: readonly string[]): number {
  let given = 0;
  for (const name of names) for (const expression of expressions) if (expression.exec(name) !== null) given++;
  return given;
}

let failed = false;

function compare(
  title: string,
  value: number,
  against: number,
  bound: number,
  control = 'the control',
): void {
  const isWithin = value / against <= bound;
  failed ||= !isWithin;
  print(
    title,
    `${(value * 1000).toFixed(0)} µs, ${ratio(value, against)} of ${control} (at most ${ratio(bound, 1)})`,
    isWithin,
  );
}

const rules = Array.from({ length: RULES }, (_, i) => {
  const { group, where } = conventionOf(i).rule(i);
  return `  - id: r${i}\n    when: { group: '${group}' }\n    where: { ${where} }\n    give: { groups: ['R${i} <team>'] }`;
});
const expressions = Array.from({ length: RULES }, (_, i) => conventionOf(i).native(i));
const heapBefore = heapUsed();
const mapping = mappingOf(rules);
const heapCompiled = heapUsed();
const [compiling = 0] = medians(5, [() => mappingOf(rules)], 1);

for (let i = 0; i < 100; i++) translate(mapping, personIn(freshNames()), NOW);
const people = Array.from({ length: PEOPLE }, () => personIn(freshNames()));
const names = freshNames().map(fromWire);
const known = personIn(names);
let at = 0;
const [loop = 0, neverSeen = 0, seen = 0] = medians(ROUNDS, [
  () => control(expressions, names),
  () => translate(mapping, people[at++] ?? known, NOW),
  () => translate(mapping, known, NOW),
]);

print(
  'rules and groups',
  `${RULES} rules with patterns, ${GROUPS} groups of which rules name ${GROUPS * NAMED}`,
);
print('native RegExp in a loop', `${loop.toFixed(2)} ms (the control)`);
compare('names never seen', neverSeen, loop, BOUNDS.neverSeen);
compare('names seen', seen, loop, BOUNDS.seen);
print('compiling', `${compiling.toFixed(0)} ms`);
print(
  'memory',
  `${mb(heapCompiled - heapBefore)} compiled, ${mb(heapUsed() - heapBefore)} with the names of ${PEOPLE} people`,
);

const given = (expression: string): Mapping =>
  mappingOf([
    `  - id: r\n    when: { attribute: { a: { matches: '${expression}' } } }\n    give: { groups: [Yes] }`,
  ]);
const almost = `${'a'.repeat(28)}!`;
const ask = (asked: Mapping): void => {
  const attributes = new Map([['a', [`${almost}${serial++}`]]]);
  translate(asked, { ...personIn([]), attributes }, NOW);
};
const [plain, pathological] = [given('a+'), given('(a+)+')];
medians(ROUNDS, [() => ask(plain), () => ask(pathological)]);
const [onPlain = 0, onPathological = 0] = medians(ROUNDS, [() => ask(plain), () => ask(pathological)]);
compare('(a+)+, on what almost matches', onPathological, onPlain, BOUNDS.pathological, 'a+');
process.exitCode = failed ? 1 : 0;
