/**
 * As what the conditions of a mapping recognise one group or one attribute value, looked up once and remembered: the
 * same groups come again with every person. What a person as a whole gets is deciding/'s.
 */
import { groupedBy } from '../../multimap.ts';
import { compareByCodePoint } from '../../names/code-points.ts';
import { type Dn, keyOfDn, tryParseDn } from '../../names/dn.ts';
import type { Membership } from '../../person.ts';
import {
  type AttributeCondition,
  type AttributeTest,
  type Condition,
  comparisonsIn,
  type GroupCondition,
  type GroupTest,
} from '../condition.ts';
import { type Expansion, expandRule } from '../outputs/expansion.ts';
import { NO_CAPTURES } from '../patterns/template.ts';
import type { Clause, NeverEntry, Rule } from '../rule.ts';
import type { AttributeDeclaration, TypedValue } from '../values/attribute-declaration.ts';
import { type FoldedText, foldText } from '../values/folded-text.ts';
import { type GroupPlace, GroupPlaces, type Scope } from './group-place.ts';
import { Memory } from './memory.ts';
import { type Recognised, recogniseBy } from './recognised.ts';
import { TextIndex, type TextTest } from './text-index.ts';

/** What one test of a condition makes of one value. */
export interface Hit {
  readonly clause: Clause;
  readonly condition: GroupCondition | AttributeCondition;
  readonly recognised: Recognised;
  /** What the rule gives for this value, where nothing but this one condition decides about it. */
  readonly expansions: readonly Expansion[] | undefined;
}

/** A group of the directory as the mapping sees it, whoever is in it. */
export interface RecognisedGroup {
  /** Whether it lies under `groups.under`. */
  readonly counts: boolean;
  /** Empty where no rule names it. */
  readonly hits: readonly Hit[];
  /** Of what it was made, besides its DN. */
  readonly name: string;
  readonly names: readonly string[] | undefined;
  readonly sid: string | undefined;
  readonly guid: string | undefined;
}

/** The conditions on one attribute. */
interface AttributeIndex {
  readonly declaration: AttributeDeclaration;
  readonly index: TextIndex<PlacedTest>;
  readonly known: Memory<readonly Hit[]>;
  /** The rules and entries that have a condition on it. */
  readonly clauses: readonly Clause[];
}

/** A test with where it stands. */
interface PlacedTest {
  readonly clause: Clause;
  readonly condition: GroupCondition | AttributeCondition;
  readonly test: GroupTest | AttributeTest;
  readonly isSole: boolean;
}

// Enough for the groups of a large directory; a value beyond them is only looked up again.
const MOST_GROUPS = 20_000;
const MOST_VALUES = 4000;
const NO_HITS: readonly Hit[] = [];
/** What a test without placeholders makes of a value that it asks for. */
const MATCH: Recognised = { kind: 'match', captures: NO_CAPTURES, table: undefined };

export class Recognition {
  readonly attributes: ReadonlyMap<string, AttributeIndex>;
  /** Rules with a way to be met that no group or value has to be recognised for. */
  readonly alwaysJudged: readonly Rule[];
  readonly #places: GroupPlaces;
  readonly #names: TextIndex<PlacedTest>;
  readonly #byDn: ReadonlyMap<string, readonly PlacedTest[]>;
  readonly #byIdentity: ReadonlyMap<string, readonly PlacedTest[]>;
  readonly #groups = new Memory<RecognisedGroup>(MOST_GROUPS);

  private constructor(
    scope: Scope,
    rules: readonly Rule[],
    groupPlaces: readonly PlacedTest[],
    names: TextIndex<PlacedTest>,
    attributes: ReadonlyMap<string, AttributeIndex>,
  ) {
    this.#places = new GroupPlaces(scope);
    this.#names = names;
    this.#byDn = groupedBy(groupPlaces, ({ test }) => (test.kind === 'dn' ? test.key : undefined));
    this.#byIdentity = groupedBy(groupPlaces, ({ test }) =>
      test.kind === 'sid' || test.kind === 'guid' ? test.identity : undefined,
    );
    this.attributes = attributes;
    this.alwaysJudged = rules.filter(({ ways }) => ways.some((way) => !way.some(canBeLookedUp)));
  }

  /** Yields wherever it can be interrupted. */
  static *of(
    scope: Scope,
    rules: readonly Rule[],
    never: readonly NeverEntry[],
  ): Generator<void, Recognition> {
    const places: PlacedTest[] = [];
    for (const clause of [...rules, ...never]) {
      for (const place of placesIn(clause)) places.push(place);
      yield;
    }
    const groupPlaces = places.filter(({ condition }) => condition.on === 'group');
    const names = yield* indexOf(groupPlaces);
    return new Recognition(scope, rules, groupPlaces, names, yield* attributeIndexes(places));
  }

  /** The group; what was made of it before is taken where it still has the same name and identity. */
  group(membership: Membership): RecognisedGroup {
    const { dn, name, names, sid, guid } = membership;
    const known = this.#groups.get(dn);
    if (
      known !== undefined &&
      known.name === name &&
      known.names === names &&
      known.sid === sid &&
      known.guid === guid
    )
      return known;
    const made = this.#recognise(membership);
    this.#groups.set(dn, made);
    return made;
  }

  /** What the conditions on the attribute make of one of its values. */
  value({ index, known }: AttributeIndex, { text }: TypedValue): readonly Hit[] {
    const remembered = known.get(text.text);
    if (remembered !== undefined) return remembered;
    const hits: Hit[] = [];
    for (const place of index.find(text)) addHit(hits, place, text);
    const made = decided(hits);
    known.set(text.text, made);
    return made;
  }

  /** Whether the group lies below the DN. */
  isUnder({ dn }: Pick<Membership, 'dn'>, ancestor: Dn): boolean {
    return this.#places.of(dn).isUnder(ancestor);
  }

  #recognise(membership: Membership): RecognisedGroup {
    const { dn, name, names, sid, guid } = membership;
    const place = this.#places.of(dn);
    const { counts } = place;
    return { counts, hits: counts ? this.#hits(membership, place) : NO_HITS, name, names, sid, guid };
  }

  #hits({ dn, name, names, sid, guid }: Membership, place: GroupPlace): readonly Hit[] {
    const hits: Hit[] = names === undefined ? this.#named(name, place) : this.#perhapsNamed(names, place);
    if (this.#byDn.size > 0) {
      const parsed = tryParseDn(dn);
      for (const test of (parsed && this.#byDn.get(keyOfDn(parsed))) ?? []) hits.push(hit(test, MATCH));
    }
    for (const identity of [sid, guid]) {
      if (identity === undefined) continue;
      for (const test of this.#byIdentity.get(identity) ?? []) hits.push(hit(test, MATCH));
    }
    return decided(hits);
  }

  #named(name: string, place: GroupPlace): Hit[] {
    const hits: Hit[] = [];
    const text = foldText(name);
    for (const test of this.#names.find(text)) if (isThere(test, place)) addHit(hits, test, text);
    return hits;
  }

  /** Whatever any of the names would be is open, once for each condition. */
  #perhapsNamed(names: readonly string[], place: GroupPlace): Hit[] {
    const places = new Map(
      names
        .flatMap((name) => this.#named(name, place))
        .filter(({ recognised }) => recognised.kind !== 'near miss')
        .map((each) => [each.condition, each] as const),
    );
    const reason = `may be named ${[...names].sort(compareByCodePoint).join(' or ')}, which is not certain`;
    return [...places.values()].map(({ clause, condition }) => ({
      clause,
      condition,
      recognised: { kind: 'uncertain', reason },
      expansions: undefined,
    }));
  }
}

function placesIn(clause: Clause): PlacedTest[] {
  const sole = soleCondition(clause);
  return [...new Set([...clause.ways.flat(), ...clause.unless])].flatMap((condition): PlacedTest[] => {
    if (condition.on === 'dn') return [];
    const tests: readonly (GroupTest | AttributeTest)[] =
      condition.on === 'group' ? condition.tests : [condition.test];
    return tests.map((test) => ({ clause, condition, test, isSole: condition === sole }));
  });
}

/** The condition that alone decides what a rule gives, and for each value apart; undefined where more has a part. */
function soleCondition(clause: Clause): Condition | undefined {
  const [way, ...others] = clause.ways;
  const [condition, ...more] = way ?? [];
  const isSole =
    'gives' in clause &&
    clause.validity === undefined &&
    clause.unless.length === 0 &&
    others.length === 0 &&
    more.length === 0;
  return isSole && condition !== undefined && canBeLookedUp(condition) ? condition : undefined;
}

/** Whether every test of the condition is one of {@link Recognition}'s. */
export function canBeLookedUp(condition: Condition): condition is GroupCondition | AttributeCondition {
  if (condition.on === 'dn') return false;
  if (condition.on === 'group') return condition.tests.every(({ kind }) => kind !== 'filled');
  return textTestOf(condition.test) !== undefined;
}

function textTestOf(test: GroupTest | AttributeTest): TextTest | undefined {
  switch (test.kind) {
    case 'name':
      return { kind: 'texts', keys: [test.folded] };
    case 'texts':
    case 'pattern':
    case 'matches':
      return test;
    default:
      return undefined;
  }
}

function indexOf(places: readonly PlacedTest[], isExact = false): Generator<void, TextIndex<PlacedTest>> {
  return TextIndex.of(
    places.flatMap((place): [TextTest, PlacedTest][] => {
      const test = textTestOf(place.test);
      return test === undefined ? [] : [[test, place]];
    }),
    isExact,
  );
}

function* attributeIndexes(
  places: readonly PlacedTest[],
): Generator<void, ReadonlyMap<string, AttributeIndex>> {
  const byKey = groupedBy(places, ({ condition }) =>
    condition.on === 'attribute' ? condition.key : undefined,
  );
  const indexes = new Map<string, AttributeIndex>();
  for (const [key, here] of byKey) {
    const [declaration] = here
      .flatMap(({ condition }) => (condition.on === 'attribute' ? [condition.declaration] : []))
      // Where rules spell its name in several ways, explanations show one, whatever their order.
      .sort((a, b) => compareByCodePoint(a.name, b.name));
    if (declaration === undefined) continue;
    indexes.set(key, {
      declaration,
      index: yield* indexOf(here, declaration.exact),
      known: new Memory(MOST_VALUES),
      clauses: [...new Set(here.map(({ clause }) => clause))],
    });
  }
  return indexes;
}

function isThere({ test }: PlacedTest, place: GroupPlace): boolean {
  return !('under' in test) || test.under === undefined || place.isUnder(test.under);
}

function addHit(hits: Hit[], place: PlacedTest, text: FoldedText): void {
  const recognised = place.test.kind === 'pattern' ? recogniseBy(place.test.pattern, text) : MATCH;
  if (recognised !== undefined) hits.push(hit(place, recognised));
}

/** Without the near misses of conditions that another of their tests makes a match of. */
function decided(hits: readonly Hit[]): readonly Hit[] {
  if (hits.length === 0) return NO_HITS;
  if (hits.every(({ recognised }) => recognised.kind !== 'near miss')) return hits;
  const matched = new Set(hits.flatMap((each) => (each.recognised.kind === 'match' ? [each.condition] : [])));
  return hits.filter(
    ({ recognised, condition }) => recognised.kind !== 'near miss' || !matched.has(condition),
  );
}

function hit({ clause, condition, isSole }: PlacedTest, recognised: Recognised): Hit {
  const expansions =
    isSole && recognised.kind === 'match' && 'gives' in clause
      ? expandRule(clause, recognised.captures, comparisonsIn([condition]))
      : undefined;
  return { clause, condition, recognised, expansions };
}
