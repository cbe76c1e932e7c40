/**
 * Texts of a person that fit nothing in the mapping, but would with other accents, dashes, look-alikes, without an
 * invisible character, or in another case where an attribute is exact. For those who ask why; no answer needs it.
 */
import { compareByCodePoint } from '../../names/code-points.ts';
import { comparisonKey } from '../../names/insignificant-spaces.ts';
import type {
  AttributeCondition,
  AttributeTest,
  Condition,
  GroupCondition,
  GroupTest,
} from '../condition.ts';
import { attributeFact, type Fact, groupFact } from '../deciding/fact.ts';
import type { PersonFacts } from '../deciding/person-facts.ts';
import { type Bound, textsBound } from '../patterns/bound.ts';
import { compilePattern, type Pattern, readPattern } from '../patterns/pattern.ts';
import { type FoldedText, foldDn, foldText, keyOfText } from '../values/folded-text.ts';
import { oddities, plainLetters } from './look-alikes.ts';

/** A text and the test that it nearly meets. */
export interface AlmostMet {
  readonly fact: Fact;
  /** What would have to be otherwise: `fits FIN-All but for U+2013 (a dash) in place of "-"`. */
  readonly reason: string;
}

type Test = GroupTest | AttributeTest;

/**
 * What of the person nearly meets the condition; in the order of their texts.
 * @param named does not count: what other conditions write as it is, which therefore is as it should be
 */
export function almostMet(
  condition: Condition,
  person: PersonFacts,
  named: ReadonlySet<string> = new Set(),
): AlmostMet[] {
  if (condition.on === 'dn') return [];
  const found =
    condition.on === 'group' ? ofGroups(condition, person, named) : ofAttribute(condition, person, named);
  return found.sort((a, b) => compareByCodePoint(a.fact.text, b.fact.text));
}

/** Keys of all the texts that the conditions write as they are. */
export function namedBy(conditions: readonly Condition[]): ReadonlySet<string> {
  const named = new Set<string>();
  for (const condition of conditions) {
    if (condition.on === 'attribute' && condition.test.kind === 'texts')
      for (const key of condition.test.keys) named.add(`${condition.key} ${key}`);
    if (condition.on !== 'group') continue;
    for (const test of condition.tests) if (test.kind === 'name') named.add(` ${test.folded}`);
  }
  return named;
}

function ofGroups(
  { tests, written }: GroupCondition,
  person: PersonFacts,
  named: ReadonlySet<string>,
): AlmostMet[] {
  return person.groups.flatMap(({ membership }) => {
    const text = foldText(membership.name);
    if (named.has(` ${text.folded}`) || tests.some((test) => isMet(test, text))) return [];
    return tests.flatMap((test, i) => {
      const reason = difference(test, text, written[i] ?? '');
      return reason === undefined ? [] : [{ fact: groupFact(membership), reason }];
    });
  });
}

function ofAttribute(
  { declaration, name, key, test, written }: AttributeCondition,
  person: PersonFacts,
  named: ReadonlySet<string>,
): AlmostMet[] {
  return person.attribute(declaration).values.flatMap(({ text }): AlmostMet[] => {
    if (named.has(`${key} ${keyOfText(text)}`) || isMet(test, text)) return [];
    const reason = inAnotherCase(test, text, name, written) ?? difference(test, text, written);
    return reason === undefined ? [] : [{ fact: attributeFact(name, text.text), reason }];
  });
}

/** Whether the text is one that the test asks for, or could be. */
function isMet(test: Test, text: FoldedText): boolean {
  switch (test.kind) {
    case 'name':
      return test.folded === text.folded;
    case 'texts':
      return test.keys.has(keyOfText(text));
    case 'matches':
      return test.expression.matches(text);
    case 'pattern':
      return readPattern(test.pattern, text).kind !== 'none';
    default:
      return false;
  }
}

/** Undefined but for an exact attribute whose value fits in every other way. */
function inAnotherCase(test: Test, value: FoldedText, name: string, written: string) {
  if (!value.isExact) return undefined;
  const folded = foldAlike(value, value.text, false);
  const fits =
    test.kind === 'texts'
      ? [...test.keys].some((each) => comparisonKey(each) === keyOfText(folded))
      : test.kind === 'pattern'
        ? isMet({ kind: 'pattern', pattern: ignoringCase(test.pattern) }, folded)
        : isMet(test, folded);
  return fits ? `fits ${written} but for upper and lower case, which differ in ${name} (exact)` : undefined;
}

function ignoringCase({ template, holes }: Pattern): Pattern {
  const bounds = new Map(holes.map(({ placeholder, bound }) => [placeholder, bound]));
  return compilePattern(template, (placeholder) => bounds.get(placeholder) ?? { kind: 'open' });
}

/** Another text in place of a value, compared as that one is. */
function foldAlike({ dnKey }: FoldedText, text: string, isExact: boolean): FoldedText {
  return (dnKey === undefined ? foldText : foldDn)(text, isExact);
}

/** What keeps a text from meeting the test, which it would without; undefined where it is another text altogether. */
function difference(test: Test, value: FoldedText, written: string): string | undefined {
  const { text, isExact } = value;
  const plain = foldAlike(value, plainLetters(text), isExact);
  if (plain.text === '' || !isMet(inPlainLetters(test), plain)) return undefined;
  const literals = literalsOf(test, plain);
  const own = oddities(text, literals);
  const theirs = oddities(literals, text);
  const parts = [
    ...(own.length === 0 ? [] : [own.join(', ')]),
    ...(theirs.length === 0 ? [] : [`the mapping's ${theirs.join(', ')}`]),
  ];
  return `fits ${written} but for ${parts.length === 0 ? 'how a letter is written' : parts.join(' and ')}`;
}

function inPlainLetters(test: Test): Test {
  switch (test.kind) {
    case 'name':
      return { ...test, folded: comparisonKey(plainLetters(test.folded)) };
    case 'texts':
      // Keys of exact attributes keep their case; those of others are in one already.
      return {
        kind: 'texts',
        keys: new Set([...test.keys].flatMap((each) => keysOf(plainLetters(each)))),
      };
    case 'pattern':
      return { ...test, pattern: patternInPlainLetters(test.pattern) };
    default:
      return test;
  }
}

function keysOf(plain: string): string[] {
  return [foldText(plain).folded, foldText(plain, true).folded];
}

function patternInPlainLetters({ template, holes, isExact }: Pattern): Pattern {
  const segments = template.segments
    .map((segment) => (typeof segment === 'string' ? plainLetters(segment) : segment))
    .filter((segment) => segment !== '');
  const bounds = new Map(holes.map(({ placeholder, bound }) => [placeholder, boundInPlainLetters(bound)]));
  return compilePattern(
    { ...template, segments },
    (placeholder) => bounds.get(placeholder) ?? { kind: 'open' },
    isExact,
  );
}

function boundInPlainLetters(bound: Bound): Bound {
  if (bound.kind !== 'texts') return bound;
  return textsBound([...bound.exactTexts].map(([code, texts]) => [plainLetters(code), texts]));
}

/** What the test writes itself of a text in plain letters, to hold the characters of the text against. */
function literalsOf(test: Test, plain: FoldedText): string {
  switch (test.kind) {
    case 'name':
      return test.folded;
    case 'texts':
      return [...test.keys].filter((each) => keysOf(plainLetters(each)).includes(keyOfText(plain))).join('');
    case 'matches':
      return test.expression.source;
    case 'pattern': {
      const codes = test.pattern.holes.flatMap(({ bound }) =>
        bound.kind === 'texts' ? [...bound.exactTexts.keys()].filter((code) => isPartOf(code, plain)) : [],
      );
      const literals = test.pattern.template.segments.filter((segment) => typeof segment === 'string');
      return [...literals, ...codes].join('');
    }
    default:
      return '';
  }
}

function isPartOf(code: string, { folded, isExact }: FoldedText): boolean {
  return folded.includes(foldText(plainLetters(code), isExact).folded);
}
