/**
 * Whether a person meets a condition, and what its placeholders then stand for. What is not certain (an absent
 * attribute, a value that can be read in two ways) is told apart from "no": each side decides against giving.
 */
import { foldCase } from '../names/case-folding.ts';
import { isUnder } from '../names/dn.ts';
import { type Bound, isWithin } from './bound.ts';
import type { AttributeCondition, AttributeTest, Condition, GroupCondition, GroupTest } from './condition.ts';
import { type Pattern, readPattern, readShape } from './pattern.ts';
import type { GroupFact, PersonFacts } from './person-facts.ts';
import { type FoldedText, fillTemplate, foldText } from './template.ts';

/** What placeholders stand for, as read. In a `never` entry one without a text stands for everything it could. */
export type Captures = ReadonlyMap<string, string>;

/** One result of a condition, with the facts that each alone have it. */
export interface Match {
  readonly captures: Captures;
  readonly facts: readonly string[];
}

/** A value that has the shape of a pattern, but a placeholder would stand for what its bound does not allow. */
export interface NearMiss {
  readonly fact: string;
  readonly placeholder: string;
  readonly bound: Bound;
  readonly captures: Captures;
  /** Whether the pattern is nothing but this placeholder. */
  readonly alone: boolean;
}

export interface Outcome {
  readonly matches: readonly Match[];
  /** Facts that leave it open whether the condition is met. */
  readonly open: readonly string[];
  readonly nearMisses: readonly NearMiss[];
  /** Values that could not be read for certain. */
  readonly unread: readonly { readonly fact: string; readonly reason: string }[];
}

export const NO_CAPTURES: Captures = new Map();

/** Judges a condition of `when`. Groups that a test names are added to `named`. */
export function judge(condition: Condition, person: PersonFacts, named: Set<GroupFact>): Outcome {
  return condition.on === 'group' ? judgeGroups(condition, person, named) : judgeAttribute(condition, person);
}

class OutcomeBuilder implements Outcome {
  readonly matches: Match[] = [];
  readonly open: string[] = [];
  readonly unread: { fact: string; reason: string }[] = [];
  readonly #nearMisses: NearMiss[] = [];
  readonly #matched = new Set<string>();

  /** Those whose value no other test of the condition reads. */
  get nearMisses(): readonly NearMiss[] {
    return this.#nearMisses.filter(({ fact }) => !this.#matched.has(fact));
  }

  match(captures: Captures, fact: (table?: string) => string, table?: string): void {
    this.#matched.add(fact());
    this.matches.push({ captures, facts: [fact(table)] });
  }

  /** True where the value is named by the pattern, whatever came of it. */
  read(pattern: Pattern, value: FoldedText, fact: (table?: string) => string): boolean {
    const reading = readPattern(pattern, value);
    switch (reading.kind) {
      case 'one':
        this.match(reading.read, fact, translatingTable(pattern));
        return true;
      case 'several':
      case 'too long':
        this.open.push(`${fact()} ${uncertainty(reading.kind, pattern)}`);
        this.unread.push({ fact: fact(), reason: uncertainty(reading.kind, pattern) });
        return true;
      case 'none':
        return this.#readShape(pattern, value, fact());
    }
  }

  #readShape(pattern: Pattern, value: FoldedText, fact: string): boolean {
    const shape = readShape(pattern, value);
    if (shape.kind !== 'one') return false;
    for (const { placeholder, bound } of pattern.holes) {
      const text = shape.read.get(placeholder) ?? '';
      if (isWithin(bound, foldText(text))) continue;
      const alone = pattern.template.segments.length === 1;
      this.#nearMisses.push({ fact, placeholder, bound, captures: shape.read, alone });
      return true;
    }
    return false;
  }
}

function uncertainty(kind: 'several' | 'too long', pattern: Pattern): string {
  return kind === 'several'
    ? `can be read in two ways as ${pattern.template.text}`
    : `is too long to be read as ${pattern.template.text}`;
}

function translatingTable(pattern: Pattern): string | undefined {
  for (const { bound } of pattern.holes) {
    if (bound.kind === 'texts' && bound.translates && bound.table !== undefined) return bound.table;
  }
  return undefined;
}

function judgeGroups(condition: GroupCondition, person: PersonFacts, named: Set<GroupFact>): Outcome {
  const outcome = new OutcomeBuilder();
  for (const test of condition.tests) {
    if (test.kind === 'pattern') {
      for (const group of person.groups) {
        if (test.under !== undefined && !isGroupUnder(group, test)) continue;
        const isNamed = outcome.read(test.pattern, group.name, (table) => groupFact(group, table));
        if (isNamed) named.add(group);
      }
    } else {
      for (const group of groupsNamed(test, person, NO_CAPTURES)) {
        named.add(group);
        outcome.match(NO_CAPTURES, () => groupFact(group));
      }
    }
  }
  return outcome;
}

/** The groups of the person that a test names; those of a pattern are found by reading. */
export function groupsNamed(test: GroupTest, person: PersonFacts, captures: Captures): readonly GroupFact[] {
  switch (test.kind) {
    case 'dn': {
      const group = person.groupByDn.get(test.key);
      return group === undefined ? [] : [group];
    }
    case 'name':
    case 'filled': {
      const folded = test.kind === 'name' ? test.folded : foldCase(filled(test, captures));
      const namesakes = person.groupsByName.get(folded) ?? [];
      return test.under === undefined ? namesakes : namesakes.filter((group) => isGroupUnder(group, test));
    }
    case 'pattern':
      return [];
  }
}

function isGroupUnder(group: GroupFact, { under }: Exclude<GroupTest, { kind: 'dn' }>): boolean {
  return under === undefined || (group.dn !== undefined && isUnder(group.dn, under));
}

function judgeAttribute(condition: AttributeCondition, person: PersonFacts): Outcome {
  const outcome = new OutcomeBuilder();
  const { name, key, test } = condition;
  const values = person.attribute(key);
  const met = (fact: string): void => outcome.match(NO_CAPTURES, () => fact);
  if (test.kind === 'present' || test.kind === 'missing') {
    if ((values !== undefined) === (test.kind === 'present')) met(`${name} is ${test.kind}`);
    return outcome;
  }
  if (values === undefined) {
    outcome.open.push(`${name} is missing`);
    return outcome;
  }
  for (const value of values) {
    if (value === undefined) {
      outcome.unread.push({ fact: name, reason: 'not text' });
      outcome.open.push(`${name} is not text`);
    } else if (test.kind === 'pattern') {
      outcome.read(test.pattern, value, (table) => attributeFact(name, value.text, table));
    } else if (isTextMet(test, value, NO_CAPTURES)) {
      met(attributeFact(name, value.text));
    }
  }
  return outcome;
}

/** Whether a value is a text that the test asks for. */
export function isTextMet(test: AttributeTest, value: FoldedText, captures: Captures): boolean {
  switch (test.kind) {
    case 'texts':
      return test.folded.has(value.folded);
    case 'matches':
      return test.expression.matches(value.text);
    case 'filled':
      return foldCase(filled(test, captures)) === value.folded;
    default:
      return false;
  }
}

function filled(test: Extract<GroupTest | AttributeTest, { kind: 'filled' }>, captures: Captures): string {
  return fillTemplate(test.template, (placeholder) => captures.get(placeholder) ?? '');
}

function groupFact({ membership: { name, via } }: GroupFact, table?: string): string {
  return [`group ${name}`, ...(via.length > 0 ? [`via ${via.join(' > ')}`] : []), ...ofTable(table)].join(
    ', ',
  );
}

function attributeFact(name: string, value: string, table?: string): string {
  return [`${name}=${value}`, ...ofTable(table)].join(', ');
}

function ofTable(table: string | undefined): string[] {
  return table === undefined ? [] : [`table ${table}`];
}
