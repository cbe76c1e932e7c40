/**
 * A condition is judged: the matches by which a person meets it, each with its captures. What is not certain (an absent
 * attribute, a value that can be read in two ways) is told apart from "no": each side decides against giving. How the
 * matches of several conditions go together is combination.ts.
 */
import { type Dn, isUnder } from '../../names/dn.ts';
import type {
  AttributeCondition,
  AttributeTest,
  Condition,
  DnCondition,
  GroupCondition,
  GroupTest,
} from '../condition.ts';
import { isFilledBy } from '../patterns/filling.ts';
import { type Captures, fillTemplate, NO_CAPTURES } from '../patterns/template.ts';
import type { NearMiss } from '../recognising/recognised.ts';
import { canBeLookedUp } from '../recognising/recognition.ts';
import type { TypedValue } from '../values/attribute-declaration.ts';
import { foldText, keyOfText } from '../values/folded-text.ts';
import type { Moment } from '../values/moment.ts';
import { attributeFact, type Fact, groupFact, plainFact } from './fact.ts';
import type { GroupFact, PersonFacts, Sighting } from './person-facts.ts';

/** One way in which a condition is met, with the facts of which each alone meets it so. */
export interface Match {
  readonly captures: Captures;
  readonly facts: readonly Fact[];
}

/** What a condition makes of a person; met where there is a match. */
export interface Judgement {
  readonly matches: readonly Match[];
  /** Facts that leave it open whether the condition is met. */
  readonly open: readonly Fact[];
  readonly nearMisses: readonly { readonly fact: Fact; readonly miss: NearMiss }[];
  /** Values that could not be read for certain. */
  readonly unread: readonly { readonly fact: Fact; readonly reason: string }[];
}

/** Judges a condition of `when`. */
export function judge(condition: Condition, person: PersonFacts): Judgement {
  switch (condition.on) {
    case 'group':
      return judgeGroups(condition, person);
    case 'attribute':
      return judgeAttribute(condition, person);
    case 'dn':
      return judgeDn(condition, person);
  }
}

/**
 * Whether the condition may turn out to be met or open, told without judging it: most conditions of most mappings
 * have nothing to do with a person.
 */
export function isPossible(condition: Condition, person: PersonFacts): boolean {
  if (person.sightings(condition).length > 0) return true;
  if (condition.on === 'group') return groupsWithoutIdentity(condition, person).length > 0;
  if (!canBeLookedUp(condition)) return true;
  const { isPresent, unreadable } = person.attribute(condition.declaration);
  return !isPresent || unreadable.length > 0;
}

interface JudgementParts {
  readonly matches: Match[];
  readonly open: Fact[];
  readonly nearMisses: { fact: Fact; miss: NearMiss }[];
  readonly unread: { fact: Fact; reason: string }[];
}

function nothingFound(): JudgementParts {
  return { matches: [], open: [], nearMisses: [], unread: [] };
}

function addSightings(judgement: JudgementParts, sightings: readonly Sighting[]): void {
  for (const sighting of sightings) {
    const { recognised } = sighting.hit;
    switch (recognised.kind) {
      case 'match':
        judgement.matches.push({ captures: recognised.captures, facts: [sighting.fact(recognised.table)] });
        break;
      case 'near miss':
        judgement.nearMisses.push({ fact: sighting.fact(), miss: recognised.miss });
        break;
      case 'uncertain':
        judgement.open.push(joined(sighting.fact(), recognised.reason));
        judgement.unread.push({ fact: sighting.fact(), reason: recognised.reason });
        break;
    }
  }
}

function judgeGroups(condition: GroupCondition, person: PersonFacts): Judgement {
  const judgement = nothingFound();
  addSightings(judgement, person.sightings(condition));
  for (const { membership } of groupsWithoutIdentity(condition, person))
    judgement.open.push(joined(groupFact(membership), 'has no identity that can be read'));
  return judgement;
}

/** Groups that may be the one meant by a SID or GUID, as nothing is known of theirs. */
export function groupsWithoutIdentity({ tests }: GroupCondition, person: PersonFacts): readonly GroupFact[] {
  const kinds = tests.flatMap(({ kind }) => (kind === 'sid' || kind === 'guid' ? [kind] : []));
  if (kinds.length === 0) return [];
  return person.groups.filter(({ membership }) => kinds.some((kind) => membership[kind] === undefined));
}

function judgeAttribute(condition: AttributeCondition, person: PersonFacts): Judgement {
  const judgement = nothingFound();
  const { name, declaration, test } = condition;
  const { values, unreadable, isPresent } = person.attribute(declaration);
  if (test.kind === 'present' || test.kind === 'missing') {
    if (isPresent === (test.kind === 'present'))
      judgement.matches.push({ captures: NO_CAPTURES, facts: [plainFact(`${name} is ${test.kind}`)] });
    return judgement;
  }
  if (!isPresent) {
    judgement.open.push(plainFact(`${name} is missing`));
    return judgement;
  }
  for (const { shown, reason } of unreadable) {
    judgement.unread.push({ fact: plainFact(shown), reason });
    judgement.open.push(plainFact(`${shown}: ${reason}`));
  }
  if (canBeLookedUp(condition)) {
    addSightings(judgement, person.sightings(condition));
    return judgement;
  }
  for (const value of values) {
    if (isValueMet(test, value, NO_CAPTURES))
      judgement.matches.push({ captures: NO_CAPTURES, facts: [attributeFact(name, value.text.text)] });
  }
  return judgement;
}

function judgeDn({ under, written }: DnCondition, { dn }: PersonFacts): Judgement {
  const judgement = nothingFound();
  if (dn === undefined) {
    judgement.open.push(plainFact('the own DN cannot be read'));
    return judgement;
  }
  const index = under.findIndex((ancestor) => isUnder(dn, ancestor));
  if (index >= 0)
    judgement.matches.push({ captures: NO_CAPTURES, facts: [plainFact(`own DN under ${written[index]}`)] });
  return judgement;
}

/** The groups of the person that a test of an `unless` block names, its placeholders filled in. */
export function groupsFilled(
  test: Extract<GroupTest, { kind: 'filled' }>,
  person: PersonFacts,
  captures: Captures,
): readonly GroupFact[] {
  const text = fillTemplate(test.template, (placeholder) => captures.get(placeholder) ?? '');
  return person
    .groupsLike(text)
    .filter(
      (group) =>
        isFilledBy(test.template, captures, foldText(group.membership.name)) &&
        isWhereMeant(test, group, person),
    );
}

/** Groups of which the name is not certain, but may be the one that the test names, its placeholders filled in. */
export function groupsPerhapsFilled(
  test: Extract<GroupTest, { kind: 'filled' }>,
  person: PersonFacts,
  captures: Captures,
): readonly GroupFact[] {
  return person.groupsOfUncertainName.filter(
    (group) =>
      group.membership.names?.some((name) => isFilledBy(test.template, captures, foldText(name))) === true &&
      isWhereMeant(test, group, person),
  );
}

function isWhereMeant({ under }: { under?: Dn | undefined }, group: GroupFact, person: PersonFacts): boolean {
  return under === undefined || person.isGroupUnder(group, under);
}

/** Whether a value is one that the test asks for. */
export function isValueMet(test: AttributeTest, value: TypedValue, captures: Captures): boolean {
  switch (test.kind) {
    case 'texts':
      return test.keys.has(keyOfText(value.text));
    case 'matches':
      return test.expression.matches(value.text);
    case 'filled':
      return isFilledBy(test.template, captures, value.text);
    case 'at_least':
      return value.number !== undefined && value.number >= test.number;
    case 'at_most':
      return value.number !== undefined && value.number <= test.number;
    case 'before':
      return value.moment !== undefined && isBefore(value.moment, test.moment);
    case 'after':
      return value.moment !== undefined && isBefore(test.moment, value.moment);
    default:
      return false;
  }
}

/** Whether all of the first moment is over when the second begins: of two days not on the same one. */
function isBefore(first: Moment, second: Moment): boolean {
  return first.from === first.to ? first.from < second.from : first.to <= second.from;
}

function joined(fact: Fact, reason: string): Fact {
  return {
    get text() {
      return `${fact.text} ${reason}`;
    },
  };
}
