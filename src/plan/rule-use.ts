/** How many people each rule and `never` entry concerns, under one mapping. Matching both mappings by id is here too. */
import type { Mapping } from '../mapping/mapping.ts';
import type { Clause } from '../mapping/rule.ts';
import type { Outcome } from './outcome.ts';
import type { RuleUse } from './report.ts';

/** Counts for one mapping. */
export class RuleCounts {
  readonly #mapping: Mapping;
  readonly #people = new Map<string, number>();

  constructor(mapping: Mapping) {
    this.#mapping = mapping;
  }

  add(outcome: Outcome): void {
    if (outcome.kind !== 'answer') return;
    for (const { id } of outcome.translation.reached) this.#people.set(id, (this.#people.get(id) ?? 0) + 1);
  }

  /** People by id, 0 where nobody; undefined where the mapping has no such rule. */
  of(id: string): number | undefined {
    return this.clause(id) === undefined ? undefined : (this.#people.get(id) ?? 0);
  }

  clause(id: string): Clause | undefined {
    return clausesOf(this.#mapping).find(({ clause }) => clause.origin.id === id)?.clause;
  }

  /** In the order of the file. */
  get clauses(): readonly { readonly kind: 'rule' | 'never'; readonly clause: Clause }[] {
    return clausesOf(this.#mapping);
  }
}

/** Ids are unique over rules and entries, and stand for the same thing in both mappings. */
export function ruleUses(
  before: RuleCounts,
  after: RuleCounts,
  hintsFor: (clause: Clause) => readonly string[],
): RuleUse[] {
  const now = after.clauses.map(({ kind, clause }): RuleUse => {
    const { id } = clause.origin;
    const people = after.of(id);
    const hints = people === 0 ? hintsFor(clause) : [];
    return { kind, rule: clause.origin, before: before.of(id), after: people, hints };
  });
  const gone = before.clauses
    .filter(({ clause }) => after.clause(clause.origin.id) === undefined)
    .map(({ kind, clause: { origin } }): RuleUse => {
      return { kind, rule: origin, before: before.of(origin.id), after: undefined, hints: [] };
    });
  return [...now, ...gone];
}

function clausesOf({ rules, never }: Mapping): { kind: 'rule' | 'never'; clause: Clause }[] {
  return [
    ...rules.map((clause) => ({ kind: 'rule' as const, clause })),
    ...never.map((clause) => ({ kind: 'never' as const, clause })),
  ];
}
