/**
 * Case and insignificant spaces change no answer, wherever in the directory's data or the mapping's texts they stand:
 * every kind of comparison has a rule here, and each of these must have had its part.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { formatAnswer } from '../../../src/mapping/answer.ts';
import type { Mapping } from '../../../src/mapping/mapping.ts';
import { translate } from '../../../src/mapping/translate.ts';
import { comparisonKey } from '../../../src/names/insignificant-spaces.ts';
import type { Membership, Person } from '../../../src/person.ts';
import { mapping, NOW } from '../people.ts';

const SPACES = [' ', '  ', '\t', '\u00a0', '\u2003', '\u3000', '\u205f \t', '\u2028', '\u0085'];

/** Changes a text where it means nothing; the numbers decide how. */
type Change = (text: string) => string;

/** @param keepsCase whether only spaces change */
function changer(numbers: readonly number[], keepsCase: boolean, spaces: readonly string[]): Change {
  let at = 0;
  const next = (below: number): number => {
    at += 1;
    return Math.abs(Math.trunc(Math.sin((numbers[at % numbers.length] ?? 0) + at * 7.7) * 1e6)) % below;
  };
  const space = () => spaces[next(spaces.length)] ?? ' ';
  const end = () => (next(3) === 0 ? space() : '');
  const recase = (text: string) =>
    keepsCase ? text : Array.from(text, (c) => (next(2) === 0 ? c.toUpperCase() : c.toLowerCase())).join('');
  return (text) => {
    const parts = text
      .split(/(<\w+>)/)
      .map((part, i) => (i % 2 === 1 ? part : recase(part).replace(/ /g, () => space())));
    return `${end()}${parts.join('')}${end()}`;
  };
}

const plain: Change = (text) => text;

// What stands between « and » is a text that is compared or given out; between ‹ and › one of an exact
// attribute; between two ¿ a DN.
const HEAD = `
attributes:
  list: { split: ';' }
  level: { type: integer }
  day: { type: date, format: yyyy-MM-dd }
  unit: { type: dn, part: OU }
  upper: { case: upper }
  none: { default: «No Thing» }
  proxy: { exact: yes }
tables:
  codes: { «4 1»: «Fin Ance», «4 2»: [«H R», «Pay Roll»] }
  bosses: { ¿CN=Jane Doe+UID=7,OU=Deep Down,DC=a¿: «Jane», ¿CN=Max,DC=a¿: «Max» }
  kinds: { ‹SMTP a›: «Main», ‹smtp a›: «Other» }
authorizations:
  «Access Level»: { order: [«Ba sic», «Go ld»], keep: highest }`;

const RULES = [
  'when: { group: «Plain Group» }, give: { groups: [«Out Put»] }',
  'when: { group: [«No Such», «Other Group»] }, give: { authorizations: { «Access Level»: [«Ba sic»] } }',
  'when: { all_groups: [«Plain Group», «Other Group»] }, give: { authorizations: { «Access Level»: [«Go ld»] } }',
  "when: { group: { name: «Plain Group», under: 'OU=Deep  Down,DC=a' } }, give: { groups: [deep] }",
  "when: { group: 'CN=other  group,OU=Deep Down,DC=a' }, give: { groups: [by dn] }",
  'when: { group: «TEAM <n>» }, where: { n: [«Red Hot», «Blue»] }, give: { groups: [«T <n>»] }',
  'when: { group: «TEAM <n>» }, where: { n: any }, give: { groups: [«Any <n>»] }',
  'when: { group: «<n> t» }, where: { n: { matches: "[a-z ]+" } }, give: { groups: [«M <n>»] }',
  'when: { group: «I_<x>_<y>» }, where: { x: [«A A», «B»], y: digits }, give: { authorizations: { <x>: [«v <y>»] } }',
  'when: { group: «TEAM <n>», attribute: { dept: «<n>» } }, where: { n: any }, give: { groups: [«both <n>»] }',
  'when: { all_groups: [«TEAM <n>», «OK <n>»] }, where: { n: any }, give: { groups: [«ok <n>»] }',
  'when: { group: «TEAM <n>» }, unless: { group: «OK <n>» }, where: { n: any }, give: { groups: [«unless <n>»] }',
  'when: { group: «TEAM <n>» }, unless: { attribute: { dept: «<n>» } }, where: { n: any }, give: { groups: [«not <n>»] }',
  'when: { group: «Plain Group» }, unless: { attribute: { dept: { in: [«Red Hot»] } } }, give: { groups: [«not in»] }',
  'when: { attribute: { dept: «Red Hot» } }, give: { groups: [«literal»] }',
  'when: { attribute: { dept: { in: [«Red Hot», «Blue»] } } }, give: { groups: [«in»] }',
  'when: { attribute: { dept: { matches: "red hot|b.*" } } }, give: { groups: [«matches»] }',
  'when: { attribute: { code: «<c>» } }, where: { c: codes }, give: { authorizations: { «Depart Ment»: [«<c>»] } }',
  'when: { attribute: { list: «<c>» } }, where: { c: codes }, give: { groups: [«list <c>»] }',
  'when: { attribute: { list: «4 2» } }, give: { groups: [«in list»] }',
  'when: { attribute: { level: { at_least: 5 } } }, give: { groups: [«number»] }',
  'when: { attribute: { level: «7» } }, give: { groups: [«number text»] }',
  'when: { attribute: { day: { before: 2026-11-23 } } }, give: { groups: [«date»] }',
  'when: { attribute: { dept: «Red Hot» } }, valid_until: day, give: { groups: [«dated»] }',
  'when: { attribute: { unit: «Deep Down» } }, give: { groups: [«unit»] }',
  'when: { attribute: { unit: «<u>» } }, where: { u: any }, give: { groups: [«u <u>»] }',
  'when: { attribute: { upper: «<u>» } }, where: { u: any }, give: { groups: [«up <u>»] }',
  'when: { attribute: { none: «no thing» } }, give: { groups: [«default»] }',
  'when: { attribute: { blank: { missing: yes } } }, give: { groups: [«blank»] }',
  'when: { attribute: { proxy: ‹SMTP a› } }, give: { groups: [«exact»] }',
  'when: { attribute: { proxy: { in: [‹smtp a›] } } }, give: { groups: [«exact in»] }',
  'when: { attribute: { proxy: { matches: "SMTP .*" } } }, give: { groups: [«exact matches»] }',
  'when: { attribute: { proxy: ‹SMTP <x>› } }, where: { x: [‹a›, ‹b›] }, give: { groups: [«exact <x>»] }',
  'when: { attribute: { proxy: ‹<x>› } }, where: { x: kinds }, give: { groups: [«kind <x>»] }',
  'when: { attribute: { manager: ¿CN=Jane Doe+UID=7,OU=Deep Down,DC=a¿ } }, give: { groups: [«boss»] }',
  'when: { attribute: { secretary: { in: [¿CN=Jane Doe+UID=7,OU=Deep Down,DC=a¿] } } }, give: { groups: [«boss in»] }',
  'when: { attribute: { manager: <m> } }, where: { m: bosses }, give: { groups: [«boss <m>»] }',
  'when: { attribute: { manager: <m>, secretary: <m> } }, where: { m: bosses }, give: { groups: [«boss both <m>»] }',
  'when: { attribute: { manager: <m> } }, unless: { attribute: { secretary: <m> } }, where: { m: bosses }, give: { groups: [«boss unless <m>»] }',
  "when: { dn_under: 'OU=Deep  down,DC=a' }, give: { groups: [«own dn»] }",
  'when: { attribute: { dept: «Red Hot» } }, give: { groups: [«taken one», «taken two», «taken Red Hot», «taken gr»] }',
  'when: { attribute: { dept: «Red Hot» } }, give: { authorizations: { «Taken All»: [«x»], «Taken»: [«One Two»] } }',
] as const;

const NEVER = [
  'when: { attribute: { dept: «Red Hot» } }, take: { groups: [«Taken One»] }',
  'when: { group: «Plain Group» }, take: { groups: [«taken Two»] }',
  'when: { attribute: { dept: «<d>» } }, where: { d: any }, take: { groups: [«taken <d>»] }',
  'when: { attribute: { gone: «<d>» } }, take: { groups: [«taken g<d>»] }',
  'when: { attribute: { dept: «Red Hot» } }, take: { authorizations: { «taken all»: all } }',
  'when: { group: «TEAM <n>» }, unless: { group: «never so» }, take: { authorizations: { «taken»: [«one two»] } }',
  'when: { attribute: { dept: «Red Hot» } }, unless: { attribute: { proxy: ‹smtp a› } }, take: { groups: [«exact»] }',
] as const;

/** The rules that give what some entry takes: without them it could take nothing. */
const TAKEN = RULES.filter((rule) => /«taken|«Taken|«exact»/.test(rule));

function fileOf(rules: readonly string[], never: readonly string[], change: Change, exactly: Change): string {
  const text = [
    `${HEAD}\nrules:`,
    ...rules.map((rule) => `  - { id: r${RULES.indexOf(rule as never)}, ${rule} }`),
    ...(never.length === 0 ? [] : ['never:']),
    ...never.map((entry) => `  - { id: n${NEVER.indexOf(entry as never)}, ${entry} }`),
  ].join('\n');
  return text
    .replace(/«([^»]*)»/g, (_, each: string) => `'${change(each)}'`)
    .replace(/‹([^›]*)›/g, (_, each: string) => `'${exactly(each)}'`)
    .replace(/¿([^¿]*)¿/g, (_, each: string) => `'${spellDn(each, change)}'`);
}

/** A DN otherwise spelled: with its values changed, in the other order of an RDN, escaped or with spaces between. */
function spellDn(dn: string, change: Change): string {
  if (change === plain) return dn;
  const parts = dn.split(',').map((rdn) => {
    const values = rdn.split('+').map((each) => {
      const [type = '', value = ''] = each.split('=');
      const changed = change(value);
      // How a text happened to be changed says whether it is escaped.
      return `${change(type).trim()}= ${changed.length % 2 === 0 ? escaped(changed) : changed} `;
    });
    return (changedOrder(values) ? values.reverse() : values).join('+');
  });
  return parts.join(', ');
}

const changedOrder = ([first = '']: readonly string[]): boolean => first.length % 3 === 0;

interface Facts {
  readonly groups: readonly string[];
  readonly place: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

const some = (...texts: string[]) => fc.subarray(texts, { minLength: 1 });
const facts: fc.Arbitrary<Facts> = fc.record({
  groups: some(
    ...['Plain Group', 'Other Group', 'TEAM Red Hot', 'TEAM blue', 'TEAM x', 'ok Red Hot', 'OK x', 'no t'],
    ...['I_a a_7', 'I_B_8', 'I_B_x', 'Nobody names it'],
  ),
  place: fc.constantFrom('Deep Down', 'Deep Down', 'Elsewhere'),
  attributes: fc.record(
    {
      dept: some('Red Hot', 'blue', 'x', 'Green'),
      code: some('4 1', '4 2', '4 3'),
      list: some('4 1', '4 2', '4 3'),
      level: some('7', '4'),
      day: some('2026-11-22', '2026-11-24'),
      unit: some('Deep Down', 'Up'),
      upper: some('Red Hot', 'x'),
      none: some('a', 'b'),
      blank: fc.constant([' ']),
      manager: some('CN=Jane Doe+UID=7,OU=Deep Down,DC=a', 'CN=Max,DC=a', 'CN=Max,DC=b'),
      secretary: some('CN=Jane Doe+UID=7,OU=Deep Down,DC=a', 'CN=Max,DC=a'),
      proxy: some('SMTP a', 'smtp a', 'SMTP A', 'smtp b'),
    },
    { requiredKeys: ['blank'], noNullPrototype: true },
  ),
});

const escaped = (text: string) =>
  Array.from(Buffer.from(text), (octet) => `\\${octet.toString(16).padStart(2, '0')}`).join('');

function personOf({ groups, place, attributes }: Facts, change: Change, exactly: Change): Person {
  const under = () => `OU=${escaped(change(place))},DC=a`;
  const values = (name: string, each: readonly string[]): readonly string[] => {
    if (name === 'list') return [each.map(change).join(';')];
    if (name === 'unit') return each.map((text) => `CN=x ,OU=${escaped(change(text))}, DC=a`);
    if (name === 'manager' || name === 'secretary') return each.map((dn) => spellDn(dn, change));
    return each.map(name === 'proxy' ? exactly : change);
  };
  return {
    directory: 'corp',
    dn: `CN=John,${under()}`,
    attributes: new Map(Object.entries(attributes).map(([name, each]) => [name, values(name, each)])),
    memberships: groups.map((group): Membership => {
      const name = change(group);
      return { dn: `CN=${escaped(name)},${under()}`, name, via: [], sid: undefined, guid: undefined };
    }),
    readAt: 0,
  };
}

const compiled = (text: string): Mapping => mapping(text, { under: 'OU=Deep  down,DC=A' });

describe('mapping: case and spaces that mean nothing', () => {
  const numbers = fc.array(fc.nat(1000), { minLength: 5, maxLength: 20 });
  const parts = fc.record({
    rules: fc.subarray([...RULES], { minLength: 12 }).map((some) => [...new Set([...some, ...TAKEN])]),
    never: fc.subarray([...NEVER]),
  });
  // YAML takes a line break in a text for a space of its own, and some it refuses.
  const written = SPACES.filter((space) => !/[\u2028\u0085]/.test(space));

  for (const keepsCase of [true, false]) {
    it(`${keepsCase ? 'spaces' : 'spaces and case'}, anywhere in a file or in what a directory holds, change no answer`, () => {
      const reached = new Set<string>();
      const taken = new Set<string>();
      fc.assert(
        fc.property(
          parts,
          fc.array(facts, { minLength: 3, maxLength: 3 }),
          numbers,
          ({ rules, never }, people, seed) => {
            const once = compiled(fileOf(rules, never, plain, plain));
            const inFile = changer(seed, keepsCase, written);
            const again = compiled(fileOf(rules, never, inFile, changer(seed, true, written)));
            for (const john of people) {
              const clean = translate(once, personOf(john, plain, plain), NOW);
              const inDirectory = changer([...seed].reverse(), keepsCase, SPACES);
              const odd = personOf(john, inDirectory, changer(seed, true, SPACES));
              const one = formatAnswer(clean.answer);
              // Case is part of what goes out, spaces never are.
              const told = (text: string) => (keepsCase ? text : inOrder(text));
              expect(told(formatAnswer(translate(once, odd, NOW).answer))).to.equal(told(one));
              expect(told(formatAnswer(translate(again, personOf(john, plain, plain), NOW).answer))).to.equal(
                told(one),
              );
              expect(told(formatAnswer(translate(again, odd, NOW).answer))).to.equal(told(one));
              for (const { id } of clean.reached) reached.add(id);
              for (const { by } of clean.removed) if (by.kind === 'never') taken.add(by.never.id);
            }
          },
        ),
        { seed: 20261122, numRuns: 60 },
      );
      expect(RULES.filter((_, i) => !reached.has(`r${i}`))).to.deep.equal([]);
      expect([...taken]).to.have.members(NEVER.map((_, i) => `n${i}`));
    });
  }
});

/** The answer without regard to case, in an order of its own. */
function inOrder(text: string): string {
  const { groups, authorizations } = JSON.parse(text) as {
    groups: { name: string }[];
    authorizations: Record<string, string[]>;
  };
  return JSON.stringify([
    groups.map(({ name }) => comparisonKey(name)).sort(),
    Object.entries(authorizations)
      .map(([name, values]) => [comparisonKey(name), values.map(comparisonKey).sort()])
      .sort(),
  ]);
}
