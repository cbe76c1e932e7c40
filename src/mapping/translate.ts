/**
 * A person and a mapping make an answer, with its trace: the union of what all rules give, then what `never` takes.
 * Pure; `serve`, `explain`, `test` and `plan` all call this one function.
 */
import { compareByCodePoint } from '../names/code-points.ts';
import type { Person } from '../person.ts';
import { giveBy, outputText } from './giving.ts';
import type { Mapping } from './mapping.ts';
import { type GroupFact, type PersonFacts, readPerson } from './person-facts.ts';
import { takeBy } from './taking.ts';
import type { Given, NotCounted, Origin, Output, Removed, Translation, Withheld } from './translation.ts';
import { keyOfOutput, OutputUnion } from './union.ts';

/** Never throws for what a directory can hold. */
export function translate(mapping: Mapping, person: Person): Translation {
  const facts = readPerson(person, mapping.scope);
  const named = new Set<GroupFact>();
  const union = new OutputUnion();

  const results = mapping.rules.map((rule) => giveBy(rule, facts, named));
  for (const { given } of results) for (const { output } of given) union.add(output);

  const outputs = new Map(union.entries());
  const taken = mapping.never.map((never) => takeBy(never, facts, outputs, named));
  const removedKeys = new Set(taken.flatMap((removed) => [...removed.keys()]));

  const given = results.flatMap((result) => result.given);
  const withheld = results.flatMap((result) => result.withheld);
  return {
    answer: union.without(removedKeys),
    given: distinct(
      given
        .filter(({ output }) => !removedKeys.has(keyOfOutput(output)))
        .map((each): Given => ({ ...each, output: union.spelled(each.output) })),
      ({ output, rule, facts: because }) => [...orderOfOutput(output), ...orderOfOrigin(rule), ...because],
    ),
    withheld: distinct(
      withheld
        .filter(({ wouldBe }) => wouldBe.length === 0 || !wouldBe.every((output) => union.has(output)))
        .map(({ what, rule, reason }): Withheld => ({ what, rule, reason })),
      ({ what, rule, reason }) => [...orderOfOrigin(rule), what, reason],
    ),
    removed: distinct(
      taken.flatMap((removed): Removed[] => [...removed.values()]),
      ({ output, never }) => [...orderOfOutput(output), ...orderOfOrigin(never)],
    ),
    notCounted: notCounted(mapping, facts, named),
  };
}

function notCounted(mapping: Mapping, facts: PersonFacts, named: ReadonlySet<GroupFact>): NotCounted[] {
  const outside = facts.outside.map(({ dn, name }): NotCounted => {
    const reason = `not under ${mapping.scope.written.join(' or ')}`;
    return { dn, name, cause: 'outside', reason };
  });
  const unnamed = facts.groups
    .filter((group) => !named.has(group))
    .map(({ membership: { dn, name } }): NotCounted => {
      return { dn, name, cause: 'unnamed', reason: 'no rule names it' };
    });
  return distinct([...outside, ...unnamed], ({ cause, dn, name }) => [cause, dn, name]);
}

function orderOfOutput(output: Output): string[] {
  return [output.kind === 'group' ? '1' : '2', outputText(output)];
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
