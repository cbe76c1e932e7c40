/**
 * Why an answer is as it is, told from what the very evaluation that made the answer has left; put into words only
 * when somebody reads it.
 */
import { addUnder } from '../../multimap.ts';
import { compareByCodePoint } from '../../names/code-points.ts';
import type { Answer } from '../answer.ts';
import type { Condition } from '../condition.ts';
import { anyFact, type Fact } from '../deciding/fact.ts';
import { type GivenBy, type HeldBack, type RuleResult, unsafe } from '../deciding/giving.ts';
import type { Outranked } from '../deciding/keeping.ts';
import type { GroupFact, PersonFacts } from '../deciding/person-facts.ts';
import type { TakenBy } from '../deciding/taking.ts';
import type { Mapping } from '../mapping.ts';
import { type Expansion, keyOfOutput } from '../outputs/expansion.ts';
import type { OutputUnion } from '../outputs/union.ts';
import type { Clause, Rule } from '../rule.ts';
import {
  type CountableTranslation,
  type Given,
  type NearText,
  type NotCounted,
  type Origin,
  type Output,
  outputText,
  type Removed,
  type RemovedBy,
  type Translation,
  type Withheld,
} from '../translation.ts';
import { almostMet, namedBy } from './near-texts.ts';

/** What an evaluation leaves. */
export interface Evaluation {
  readonly mapping: Mapping;
  readonly facts: PersonFacts;
  /** Groups that placeholders of `unless` turned out to name. */
  readonly named: ReadonlySet<GroupFact>;
  readonly union: OutputUnion;
  readonly results: readonly RuleResult[];
  /** What each `never` entry took, by key. */
  readonly taken: readonly ReadonlyMap<string, TakenBy>[];
  /** By key. */
  readonly outranked: ReadonlyMap<string, Outranked>;
  readonly answer: Answer;
}

export class Trace implements Translation, CountableTranslation {
  readonly answer: Answer;
  readonly changesAt: number | undefined;
  readonly #evaluation: Evaluation;
  #all: readonly GivenBy[] | undefined;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
    this.answer = evaluation.answer;
    const moments = evaluation.results.flatMap(({ changesAt }) => changesAt ?? []);
    this.changesAt = moments.length === 0 ? undefined : Math.min(...moments);
  }

  get given(): readonly Given[] {
    const { union, outranked } = this.#evaluation;
    const taken = this.#takenKeys();
    const stays = this.#safe().filter(({ key }) => !taken.has(key) && !outranked.has(key));
    return distinct(
      stays.map(({ output, key, rule, facts }): Given => {
        return { output: union.spelled(output, key), rule: rule.origin, facts: texts(facts) };
      }),
      ({ output, rule, facts }) => [...orderOfOutput(output), ...orderOfOrigin(rule), ...facts],
    );
  }

  get withheld(): readonly Withheld[] {
    const { union, results, outranked } = this.#evaluation;
    const heldBack = [
      ...this.#given().flatMap(unsafe),
      ...results.flatMap((result) => result.heldBack()),
      ...[...outranked.entries()].flatMap(([key, each]) => this.#unranked(key, each)),
    ];
    return distinct(
      heldBack
        .filter(
          ({ wouldBe }) => wouldBe.length === 0 || !wouldBe.every((each) => union.has(keyOfOutput(each))),
        )
        .map(({ what, rule, reason }): Withheld => ({ what, rule, reason })),
      ({ what, rule, reason }) => [...orderOfOrigin(rule), what, reason],
    );
  }

  get removed(): readonly Removed[] {
    const { taken, outranked } = this.#evaluation;
    const byNever = taken.flatMap((each) =>
      [...each].map(([key, { never, output, facts }]): Removed => {
        const by = { kind: 'never', never: never.origin } as const;
        return { output, by, facts: texts(facts), rules: this.#rulesOf(key) };
      }),
    );
    const byKeep = [...outranked].flatMap(([key, { output, keep, kept }]): Removed[] =>
      kept === undefined
        ? []
        : [{ output, by: { kind: 'keep', keep, kept }, facts: [], rules: this.#rulesOf(key) }],
    );
    return distinct([...byNever, ...byKeep], ({ output, by }) => [
      ...orderOfOutput(output),
      ...(by.kind === 'never' ? orderOfOrigin(by.never) : [by.keep]),
    ]);
  }

  get notCounted(): readonly NotCounted[] {
    const { mapping, facts, named } = this.#evaluation;
    const outside = facts.outside.map(({ dn, name }): NotCounted => {
      return { dn, name, cause: 'outside', reason: `not under ${mapping.scope.written.join(' or ')}` };
    });
    const unnamed = facts.groups
      .filter((group) => group.known.hits.length === 0 && !named.has(group))
      .map(({ membership: { dn, name } }): NotCounted => {
        return { dn, name, cause: 'unnamed', reason: 'no rule names it' };
      });
    const uncounted = facts.uncounted.map((group): NotCounted => ({ ...group, cause: 'uncounted' }));
    return distinct([...outside, ...uncounted, ...unnamed], ({ cause, dn, name }) => [cause, dn, name]);
  }

  get nearTexts(): readonly NearText[] {
    const { mapping, facts } = this.#evaluation;
    const named = namedBy([...mapping.rules, ...mapping.never].flatMap(conditionsOf));
    const ofClause = (kind: 'rule' | 'never', clause: Clause): NearText[] =>
      conditionsOf(clause)
        .flatMap((condition) => almostMet(condition, facts, named))
        .map(({ fact, reason }) => ({ what: fact.text, by: { kind, origin: clause.origin }, reason }));
    return distinct(
      [
        ...mapping.rules.flatMap((rule) => ofClause('rule', rule)),
        ...mapping.never.flatMap((never) => ofClause('never', never)),
      ],
      ({ what, by, reason }) => [what, by.kind, ...orderOfOrigin(by.origin), reason],
    );
  }

  get reached(): readonly Origin[] {
    return distinct([...this.reaching()], orderOfOrigin);
  }

  reaching(): ReadonlySet<Origin> {
    const reached = new Set<Origin>();
    this.#expanded((_, rule) => reached.add(rule.origin));
    for (const taken of this.#evaluation.taken)
      for (const { never } of taken.values()) reached.add(never.origin);
    return reached;
  }

  givers(take: (output: Output, rule: Origin) => void): void {
    const { union, outranked } = this.#evaluation;
    const taken = this.#takenKeys();
    const isAllLeft = taken.size + outranked.size === 0;
    this.#expanded(({ output, key }, rule) => {
      if (isAllLeft || !(taken.has(key) || outranked.has(key))) take(union.spelled(output, key), rule.origin);
    });
  }

  removals(): ReadonlyMap<string, readonly RemovedBy[]> {
    const { taken, outranked } = this.#evaluation;
    const removals = new Map<string, RemovedBy[]>();
    for (const each of taken)
      for (const [key, { never }] of each) addUnder(removals, key, { kind: 'never', never: never.origin });
    for (const [key, { keep, kept }] of outranked)
      if (kept !== undefined) addUnder(removals, key, { kind: 'keep', keep, kept });
    return removals;
  }

  /** Takes what may leave of all that rules gave, without the facts, which cost the most; some of it more than once. */
  #expanded(take: (expansion: Expansion, rule: Rule) => void): void {
    const { results, facts } = this.#evaluation;
    for (const { given } of results)
      for (const each of given) if (each.fault === undefined) take(each, each.rule);
    for (const { hit } of facts.sole) {
      const { clause, expansions } = hit;
      if (!('gives' in clause) || expansions === undefined) continue;
      for (const each of expansions) if (each.fault === undefined) take(each, clause);
    }
  }

  #takenKeys(): ReadonlySet<string> {
    return new Set(this.#evaluation.taken.flatMap((each) => [...each.keys()]));
  }

  /** All that rules gave, in the order of the rules. */
  #given(): readonly GivenBy[] {
    this.#all ??= [
      ...this.#evaluation.results.flatMap(({ given }) => given),
      ...soleGiven(this.#evaluation.facts),
    ];
    return this.#all;
  }

  #safe(): readonly GivenBy[] {
    return this.#given().filter(({ fault }) => fault === undefined);
  }

  #rulesOf(key: string): readonly Origin[] {
    const rules = this.#safe().flatMap((each) => (each.key === key ? [each.rule.origin] : []));
    return distinct(rules, orderOfOrigin);
  }

  #unranked(key: string, { output, kept }: Outranked): HeldBack[] {
    if (kept !== undefined || this.#takenKeys().has(key)) return [];
    const reason = `not in the order of ${output.name}`;
    return this.#rulesOf(key).map((rule) => ({ what: outputText(output), rule, reason, wouldBe: [] }));
  }
}

/** What rules gave of which one condition decides, once for each rule and output. */
function soleGiven({ sole }: PersonFacts): GivenBy[] {
  const byRule = new Map<string, GivenBy & { readonly facts: Fact[] }>();
  for (const sighting of sole) {
    const { hit } = sighting;
    const { clause, recognised } = hit;
    if (!('gives' in clause)) continue;
    const table = recognised.kind === 'match' ? recognised.table : undefined;
    for (const expansion of hit.expansions ?? []) {
      const key = JSON.stringify([clause.origin.id, expansion.key, expansion.output]);
      const known = byRule.get(key);
      if (known === undefined) byRule.set(key, { ...expansion, rule: clause, facts: [sighting.fact(table)] });
      else known.facts.push(sighting.fact(table));
    }
  }
  return [...byRule.values()].map((each) => ({ ...each, facts: [anyFact(each.facts)] }));
}

function texts(facts: readonly Fact[]): string[] {
  return facts.map(({ text }) => text);
}

function orderOfOutput(output: Output): string[] {
  return [output.kind === 'group' ? '1' : '2', outputText(output)];
}

function conditionsOf({ ways, unless }: Clause): Condition[] {
  return [...new Set([...ways.flat(), ...unless])];
}

function orderOfOrigin({ line, id }: Origin): string[] {
  return [String(line).padStart(9, '0'), id];
}

/** Each once, in an order that does not depend on that in which they were found. */
function distinct<T>(items: readonly T[], orderOf: (item: T) => readonly string[]): T[] {
  const byKey = new Map(
    items.map((item) => {
      const order = orderOf(item);
      return [JSON.stringify(order), { order, item }] as const;
    }),
  );
  return [...byKey.values()].sort((a, b) => compareInTurn(a.order, b.order)).map(({ item }) => item);
}

function compareInTurn(a: readonly string[], b: readonly string[]): number {
  for (const [i, text] of a.entries()) {
    const order = compareByCodePoint(text, b[i] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
