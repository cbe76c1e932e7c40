/**
 * Entitlements gained and lost, added up over people: how many, who for example, and which rules are behind it. Holds
 * one record an entitlement, however many people there are.
 */
import type { Answer } from '../mapping/answer.ts';
import { keyOfOutput } from '../mapping/outputs/expansion.ts';
import { compareOutputs, type Origin, type Output, type RemovedBy } from '../mapping/translation.ts';
import { compareByCodePoint } from '../names/code-points.ts';
import { Examples } from './examples.ts';
import type { Outcome } from './outcome.ts';
import type { AffectedPeople, EntitlementChange } from './report.ts';

/** How one person's entitlements differ. */
export interface EntitlementCounts {
  readonly had: number;
  readonly has: number;
  readonly isChanged: boolean;
}

interface Counted<T> {
  readonly what: T;
  people: number;
  /** The last one of them. */
  last: number;
}

/** One side of an entitlement's change, while it is added up. */
interface Side {
  readonly who: Examples;
  readonly rules: Map<Origin, Counted<Origin>>;
  readonly removals: Map<Origin | string, Counted<RemovedBy>>;
  /** The last person whom it concerned. */
  last: number;
  respelled: number;
  unanswered: number;
}

/** The entitlements that differ in case alone, and who was the last to gain and to lose one of them. */
interface Spellings {
  /** That of {@link keyOfOutput}. */
  readonly key: string;
  gained: number;
  lost: number;
}

/** What Immuta sees as one: the exact text. */
interface Entitlement {
  readonly output: Output;
  /** Once somebody needs them. */
  spellings: Spellings | undefined;
  before: number;
  after: number;
  /** The last person who has it under the new mapping, and under the old one. */
  has: number;
  had: number;
  readonly gained: Side;
  readonly lost: Side;
}

const NOTHING: readonly Entitlement[] = [];

/**
 * Each person has a number, by which what was met with them is marked: for hundreds of thousands of people with dozens of
 * entitlements a set of marks each would cost more than all the rest.
 */
export class EntitlementChanges {
  readonly #groups = new Map<string, Entitlement>();
  readonly #authorizations = new Map<string, Map<string, Entitlement>>();
  readonly #spellings = new Map<string, Spellings>();
  #person = 0;

  add(userid: string, before: Outcome, after: Outcome): EntitlementCounts {
    this.#person++;
    const had = this.#entitlementsOf(before);
    // Most people's answers stay as they are: that is seen by their texts, at the least cost.
    const isSame = isSameAnswer(before, after);
    const has = isSame ? had : this.#entitlementsOf(after);
    for (const each of had) each.before++;
    for (const each of has) each.after++;
    if (isSame) return { had: had.length, has: has.length, isChanged: false };
    for (const each of had) each.had = this.#person;
    for (const each of has) each.has = this.#person;
    const lost = had.filter((each) => each.has !== this.#person);
    const gained = has.filter((each) => each.had !== this.#person);
    for (const each of lost) this.#spellingsOf(each).lost = this.#person;
    for (const each of gained) this.#spellingsOf(each).gained = this.#person;
    if (lost.length > 0) this.#note('lost', userid, lost, before, after);
    if (gained.length > 0) this.#note('gained', userid, gained, after, before);
    return { had: had.length, has: has.length, isChanged: lost.length + gained.length > 0 };
  }

  /** Those that somebody gains or loses, groups first, by code point. */
  changes(): EntitlementChange[] {
    const all = [this.#groups, ...this.#authorizations.values()].flatMap((each) => [...each.values()]);
    return all
      .filter(({ gained, lost }) => gained.who.count + lost.who.count > 0)
      .sort((a, b) => compareOutputs(a.output, b.output))
      .map(({ output, before, after, gained, lost }) => ({
        output,
        before,
        after,
        gained: affectedPeople(gained),
        lost: affectedPeople(lost),
      }));
  }

  /**
   * Notes a person on one side of what changes.
   * @param giving the outcome that holds the entitlements
   * @param other the one that does not
   */
  #note(
    side: 'gained' | 'lost',
    userid: string,
    changed: readonly Entitlement[],
    giving: Outcome,
    other: Outcome,
  ): void {
    const person = this.#person;
    const opposite = side === 'gained' ? 'lost' : 'gained';
    for (const entitlement of changed) {
      const counted = entitlement[side];
      counted.last = person;
      counted.who.add(userid);
      if (this.#spellingsOf(entitlement)[opposite] === person) counted.respelled++;
      if (other.kind === 'none') counted.unanswered++;
    }
    if (giving.kind === 'answer')
      giving.translation.givers((output, rule) => {
        const { last, rules } = this.#entitlement(output)[side];
        if (last === person) count(rules, rule, rule, person);
      });
    const removals = other.kind === 'answer' ? other.translation.removals() : undefined;
    if (removals === undefined || removals.size === 0) return;
    for (const entitlement of changed)
      for (const by of removals.get(this.#spellingsOf(entitlement).key) ?? [])
        count(entitlement[side].removals, keyOfRemoval(by), by, person);
  }

  #entitlementsOf(outcome: Outcome): readonly Entitlement[] {
    if (outcome.kind !== 'answer') return NOTHING;
    const { groups, authorizations } = outcome.translation.answer;
    const all = groups.map((name) => this.#groups.get(name) ?? this.#entitlement({ kind: 'group', name }));
    for (const [name, values] of authorizations)
      for (const value of values) all.push(this.#entitlement({ kind: 'authorization', name, value }));
    return all;
  }

  #entitlement(output: Output): Entitlement {
    const known = this.#known(output);
    const text = output.value ?? output.name;
    const entitlement = known.get(text);
    if (entitlement !== undefined) return entitlement;
    const fresh = {
      output,
      spellings: undefined,
      before: 0,
      after: 0,
      has: 0,
      had: 0,
      gained: newSide(),
      lost: newSide(),
    };
    known.set(text, fresh);
    return fresh;
  }

  #spellingsOf(entitlement: Entitlement): Spellings {
    if (entitlement.spellings !== undefined) return entitlement.spellings;
    const key = keyOfOutput(entitlement.output);
    const spellings = this.#spellings.get(key) ?? { key, gained: 0, lost: 0 };
    this.#spellings.set(key, spellings);
    entitlement.spellings = spellings;
    return spellings;
  }

  #known({ kind, name }: Output): Map<string, Entitlement> {
    if (kind === 'group') return this.#groups;
    const values = this.#authorizations.get(name) ?? new Map<string, Entitlement>();
    this.#authorizations.set(name, values);
    return values;
  }
}

/** Once for a person. */
function count<Key, T>(counts: Map<Key, Counted<T>>, key: Key, what: T, person: number): void {
  const known = counts.get(key);
  if (known === undefined) counts.set(key, { what, people: 1, last: person });
  else if (known.last !== person) {
    known.people++;
    known.last = person;
  }
}

// Of one mapping each rule and entry has one origin.
function keyOfRemoval(by: RemovedBy): Origin | string {
  return by.kind === 'never' ? by.never : JSON.stringify([by.keep, by.kept]);
}

function isSameAnswer(before: Outcome, after: Outcome): boolean {
  if (before.kind !== 'answer' || after.kind !== 'answer') return false;
  return isEqualAnswer(before.translation.answer, after.translation.answer);
}

function isEqualAnswer(a: Answer, b: Answer): boolean {
  if (a.authorizations.size !== b.authorizations.size || !isEqualList(a.groups, b.groups)) return false;
  for (const [name, values] of a.authorizations)
    if (!isEqualList(values, b.authorizations.get(name) ?? [])) return false;
  return true;
}

function isEqualList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

function newSide(): Side {
  return { who: new Examples(), rules: new Map(), removals: new Map(), last: 0, respelled: 0, unanswered: 0 };
}

function affectedPeople({ who, rules, removals, respelled, unanswered }: Side): AffectedPeople {
  return {
    ...who.sample(),
    rules: mostFirst(rules, textOfOrigin).map(({ what, people }) => ({ rule: what, people })),
    removals: mostFirst(removals, (key) => (typeof key === 'string' ? key : textOfOrigin(key))).map(
      ({ what, people }) => ({ by: what, people }),
    ),
    respelled,
    unanswered,
  };
}

function textOfOrigin({ file, line, id }: Origin): string {
  return JSON.stringify([file, line, id]);
}

function mostFirst<Key, T>(counts: ReadonlyMap<Key, Counted<T>>, textOf: (key: Key) => string): Counted<T>[] {
  return [...counts]
    .map(([key, counted]) => ({ text: textOf(key), counted }))
    .sort((a, b) => b.counted.people - a.counted.people || compareByCodePoint(a.text, b.text))
    .map(({ counted }) => counted);
}
