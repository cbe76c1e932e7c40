/** How many people each rule and `never` entry concerns, under one mapping. Matching both mappings by id is here too. */
import type { Mapping } from '../mapping/mapping.ts';
import type { Clause } from '../mapping/rule.ts';
import type { Origin } from '../mapping/translation.ts';
import type { Outcome } from './outcome.ts';
import type { RuleUse } from './report.ts';

/** Counts for one mapping. */
export class RuleCounts {
  /** In the order of the file. */
  readonly clauses: readonly { readonly kind: 'rule' | 'never'; readonly clause: Clause }[];
  readonly #people = new Map<Origin, number>();

  constructor(mapping: Mapping) {
    this.clauses = clausesOf(mapping);
  }

  add(outcome: Outcome): void {
    if (outcome.kind !== 'answer') return;
    for (const origin of outcome.translation.reaching())
      this.#people.set(origin, (this.#people.get(origin) ?? 0) + 1);
  }

  /** People by id, 0 where nobody. */
  get people(): ReadonlyMap<string, number> {
    return new Map(this.clauses.map(({ clause: { origin } }) => [origin.id, this.#people.get(origin) ?? 0]));
  }
}

/** Ids are unique over rules and entries, and stand for the same thing in both mappings. */
export function ruleUses(
  before: RuleCounts,
  after: RuleCounts,
  hintsFor: (clause: Clause) => readonly string[],
): RuleUse[] {
  const [were, are] = [before.people, after.people];
  const now = after.clauses.map(({ kind, clause }): RuleUse => {
    const { id } = clause.origin;
    const people = are.get(id);
    const hints = people === 0 ? hintsFor(clause) : [];
    return { kind, rule: clause.origin, before: were.get(id), after: people, hints };
  });
  const gone = before.clauses
    .filter(({ clause }) => !are.has(clause.origin.id))
    .map(({ kind, clause: { origin } }): RuleUse => {
      return { kind, rule: origin, before: were.get(origin.id), after: undefined, hints: [] };
    });
  return [...now, ...gone];
}

function clausesOf({ rules, never }: Mapping): { kind: 'rule' | 'never'; clause: Clause }[] {
  return [
    ...rules.map((clause) => ({ kind: 'rule' as const, clause })),
    ...never.map((clause) => ({ kind: 'never' as const, clause })),
  ];
}
