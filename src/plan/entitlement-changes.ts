/**
 * Entitlements gained and lost, added up over people: how many, who for example, and which rules are behind it. Holds
 * one record an entitlement, however many people there are.
 */
import { keyOfOutput } from '../mapping/outputs/expansion.ts';
import { compareOutputs, type Origin, type Output, type RemovedBy } from '../mapping/translation.ts';
import { compareByCodePoint } from '../names/code-points.ts';
import { Examples } from './examples.ts';
import { entitlementsOf, exactKeyOf, type Outcome } from './outcome.ts';
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
  readonly rules: Map<string, Counted<Origin>>;
  readonly removals: Map<string, Counted<RemovedBy>>;
  respelled: number;
  unanswered: number;
}

interface Entitlement {
  readonly output: Output;
  before: number;
  after: number;
  readonly gained: Side;
  readonly lost: Side;
}

export class EntitlementChanges {
  readonly #entitlements = new Map<string, Entitlement>();

  add(userid: string, before: Outcome, after: Outcome): EntitlementCounts {
    const had = entitlementsOf(before);
    const has = entitlementsOf(after);
    const lost = missingFrom(has, had);
    const gained = missingFrom(had, has);
    for (const [key, output] of had) this.#entitlement(key, output).before++;
    for (const [key, output] of has) this.#entitlement(key, output).after++;
    if (lost.length > 0 || gained.length > 0) {
      const gainedAlike = new Set(gained.map(([, output]) => keyOfOutput(output)));
      const lostAlike = new Set(lost.map(([, output]) => keyOfOutput(output)));
      for (const [key, output] of lost)
        note(this.#entitlement(key, output).lost, userid, output, before, after, gainedAlike);
      for (const [key, output] of gained)
        note(this.#entitlement(key, output).gained, userid, output, after, before, lostAlike);
    }
    return { had: had.size, has: has.size, isChanged: lost.length + gained.length > 0 };
  }

  /** Those that somebody gains or loses, groups first, by code point. */
  changes(): EntitlementChange[] {
    return [...this.#entitlements.values()]
      .filter(({ gained, lost }) => gained.who.count + lost.who.count > 0)
      .sort((a, b) => compareOutputs(a.output, b.output))
      .map(({ gained, lost, ...rest }) => ({
        ...rest,
        gained: affectedPeople(gained),
        lost: affectedPeople(lost),
      }));
  }

  #entitlement(key: string, output: Output): Entitlement {
    const known = this.#entitlements.get(key);
    if (known !== undefined) return known;
    const fresh = { output, before: 0, after: 0, gained: newSide(), lost: newSide() };
    this.#entitlements.set(key, fresh);
    return fresh;
  }
}

/** Notes a person on one side: `giving` is the outcome that holds the output, `other` the one that does not. */
function note(
  side: Side,
  userid: string,
  output: Output,
  giving: Outcome,
  other: Outcome,
  alike: ReadonlySet<string>,
): void {
  side.who.add(userid);
  const folded = keyOfOutput(output);
  if (alike.has(folded)) side.respelled++;
  if (other.kind === 'none') side.unanswered++;
  if (giving.kind === 'answer') {
    const exact = exactKeyOf(output);
    const rules = giving.translation.given.filter((given) => exactKeyOf(given.output) === exact);
    countOnce(
      side.rules,
      rules.map(({ rule }) => rule),
      keyOfOrigin,
    );
  }
  if (other.kind === 'answer') {
    const removed = other.translation.removed.filter((each) => keyOfOutput(each.output) === folded);
    countOnce(
      side.removals,
      removed.map(({ by }) => by),
      keyOfRemoval,
    );
  }
}

// A rule can give a person one thing for several reasons.
function countOnce<T>(
  counts: Map<string, Counted<T>>,
  items: readonly T[],
  keyOf: (item: T) => string,
): void {
  for (const [key, what] of new Map(items.map((item) => [keyOf(item), item]))) {
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { what, people: 1 });
    else known.people++;
  }
}

function keyOfOrigin({ file, line, id }: Origin): string {
  return JSON.stringify([file, line, id]);
}

function keyOfRemoval(by: RemovedBy): string {
  return by.kind === 'never' ? keyOfOrigin(by.never) : JSON.stringify([by.keep, by.kept]);
}

function newSide(): Side {
  return { who: new Examples(), rules: new Map(), removals: new Map(), respelled: 0, unanswered: 0 };
}

function affectedPeople({ who, rules, removals, respelled, unanswered }: Side): AffectedPeople {
  return {
    ...who.sample(),
    rules: mostFirst(rules).map(({ what, people }) => ({ rule: what, people })),
    removals: mostFirst(removals).map(({ what, people }) => ({ by: what, people })),
    respelled,
    unanswered,
  };
}

function mostFirst<T>(counts: ReadonlyMap<string, Counted<T>>): Counted<T>[] {
  return [...counts]
    .sort(([a, x], [b, y]) => y.people - x.people || compareByCodePoint(a, b))
    .map(([, counted]) => counted);
}

function missingFrom(
  those: ReadonlyMap<string, Output>,
  these: ReadonlyMap<string, Output>,
): [string, Output][] {
  return [...these].filter(([key]) => !those.has(key));
}
