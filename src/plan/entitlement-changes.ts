/**
 * Entitlements gained and lost, added up over people: how many, who for example, and which rules are behind it. Holds
 * one record an entitlement, however many people there are.
 */
import type { Answer } from '../mapping/answer.ts';
import { keyOfOutput } from '../mapping/outputs/expansion.ts';
import {
  type CountableTranslation,
  compareOutputs,
  type Origin,
  type Output,
  outputsIn,
  type RemovedBy,
} from '../mapping/translation.ts';
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
}

/** One side of an entitlement's change, while it is added up. */
interface Side {
  readonly who: Examples;
  readonly rules: Map<Origin, Counted<Origin>>;
  readonly removals: Map<Origin | string, Counted<RemovedBy>>;
  respelled: number;
  unanswered: number;
}

/** What Immuta sees as one: the exact text. */
interface Entitlement {
  readonly output: Output;
  /** That of {@link keyOfOutput}, once somebody needs it. */
  folded: string | undefined;
  before: number;
  after: number;
  readonly gained: Side;
  readonly lost: Side;
}

const NOTHING: readonly Entitlement[] = [];

export class EntitlementChanges {
  readonly #groups = new Map<string, Entitlement>();
  readonly #authorizations = new Map<string, Map<string, Entitlement>>();

  add(userid: string, before: Outcome, after: Outcome): EntitlementCounts {
    const had = this.#entitlementsOf(before);
    // Most people's answers stay as they are: that is seen by their texts, at the least cost.
    const isSame = isSameAnswer(before, after);
    const has = isSame ? had : this.#entitlementsOf(after);
    for (const each of had) each.before++;
    for (const each of has) each.after++;
    if (isSame) return { had: had.length, has: has.length, isChanged: false };
    const lost = without(had, has);
    const gained = without(has, had);
    if (lost.length > 0) this.#note('lost', userid, lost, gained, before, after);
    if (gained.length > 0) this.#note('gained', userid, gained, lost, after, before);
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
   * @param opposite what changes for the person on the other side
   * @param giving the outcome that holds the entitlements
   * @param other the one that does not
   */
  #note(
    side: 'gained' | 'lost',
    userid: string,
    changed: readonly Entitlement[],
    opposite: readonly Entitlement[],
    giving: Outcome,
    other: Outcome,
  ): void {
    const alike = new Set(opposite.map(foldedOf));
    const rules = giving.kind === 'answer' ? this.#rulesBehind(giving.translation) : undefined;
    const removals = other.kind === 'answer' ? other.translation.removals() : undefined;
    for (const entitlement of changed) {
      const counted = entitlement[side];
      counted.who.add(userid);
      if (alike.size > 0 && alike.has(foldedOf(entitlement))) counted.respelled++;
      if (other.kind === 'none') counted.unanswered++;
      for (const rule of rules?.get(entitlement) ?? []) count(counted.rules, rule, rule);
      if (removals === undefined || removals.size === 0) continue;
      const removed = removals.get(foldedOf(entitlement)) ?? [];
      for (const [key, by] of new Map(removed.map((by) => [keyOfRemoval(by), by])))
        count(counted.removals, key, by);
    }
  }

  #rulesBehind(translation: CountableTranslation): ReadonlyMap<Entitlement, ReadonlySet<Origin>> {
    const rules = new Map<Entitlement, Set<Origin>>();
    for (const { output, rule } of translation.givers()) {
      const entitlement = this.#entitlement(output);
      const known = rules.get(entitlement);
      if (known === undefined) rules.set(entitlement, new Set([rule]));
      else known.add(rule);
    }
    return rules;
  }

  #entitlementsOf(outcome: Outcome): readonly Entitlement[] {
    if (outcome.kind !== 'answer') return NOTHING;
    return outputsIn(outcome.translation.answer).map((output) => this.#entitlement(output));
  }

  #entitlement(output: Output): Entitlement {
    const known = this.#known(output);
    const entitlement = known.get(output.value ?? output.name);
    if (entitlement !== undefined) return entitlement;
    const fresh = { output, folded: undefined, before: 0, after: 0, gained: newSide(), lost: newSide() };
    known.set(output.value ?? output.name, fresh);
    return fresh;
  }

  #known({ kind, name }: Output): Map<string, Entitlement> {
    if (kind === 'group') return this.#groups;
    const values = this.#authorizations.get(name) ?? new Map<string, Entitlement>();
    this.#authorizations.set(name, values);
    return values;
  }
}

function foldedOf(entitlement: Entitlement): string {
  entitlement.folded ??= keyOfOutput(entitlement.output);
  return entitlement.folded;
}

function count<Key, T>(counts: Map<Key, Counted<T>>, key: Key, what: T): void {
  const known = counts.get(key);
  if (known === undefined) counts.set(key, { what, people: 1 });
  else known.people++;
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

function without(these: readonly Entitlement[], those: readonly Entitlement[]): Entitlement[] {
  const others = new Set(those);
  return these.filter((each) => !others.has(each));
}

function newSide(): Side {
  return { who: new Examples(), rules: new Map(), removals: new Map(), respelled: 0, unanswered: 0 };
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
