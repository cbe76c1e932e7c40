/**
 * A person and a mapping make an answer, with its trace: the union of what all rules give, then what `never` takes,
 * then what `keep` leaves. Pure; `serve`, `explain`, `test` and `plan` all call this one function.
 */
import { Failure } from '../failure.ts';
import type { Person } from '../person.ts';
import { giveBy } from './deciding/giving.ts';
import { outrank } from './deciding/keeping.ts';
import { type GroupFact, PersonFacts } from './deciding/person-facts.ts';
import { takeBy } from './deciding/taking.ts';
import type { Mapping } from './mapping.ts';
import { OutputUnion } from './outputs/union.ts';
import type { Rule } from './rule.ts';
import { Trace } from './tracing/trace.ts';
import type { Translation } from './translation.ts';

/**
 * Never throws for what a directory can hold, but for `required_attribute_missing`.
 * @param now milliseconds since 1970
 */
export function translate(mapping: Mapping, person: Person, now: number): Translation {
  const facts = new PersonFacts(mapping, person);
  refuseAbsence(mapping, person, facts);
  const named = new Set<GroupFact>();
  const union = new OutputUnion();

  for (const { hit } of facts.sole) {
    for (const { output, key, fault } of hit.contributions ?? [])
      if (fault === undefined) union.add(output, key);
  }
  const results = rulesFor(mapping, facts).map((rule) => giveBy(rule, facts, now, named));
  for (const { given } of results) {
    for (const { output, key, fault } of given) if (fault === undefined) union.add(output, key);
  }

  const outputs = mapping.never.length + mapping.rankings.size === 0 ? undefined : new Map(union.entries());
  const taken =
    outputs === undefined ? [] : mapping.never.map((never) => takeBy(never, facts, outputs, named));
  for (const keys of taken) for (const key of keys.keys()) outputs?.delete(key);
  const outranked = outrank(outputs ?? new Map(), mapping.rankings);

  const answer =
    outputs === undefined
      ? union.without(new Set())
      : union.without({ has: (key) => !outputs.has(key) || outranked.has(key) });
  return new Trace({ mapping, facts, named, union, results, taken, outranked, answer });
}

/** Rules that may give the person something beyond the sightings that decide alone. */
function rulesFor({ recognition }: Mapping, { touched }: PersonFacts): Rule[] {
  const rules = [...touched].filter((clause) => 'gives' in clause);
  return [...rules, ...recognition.alwaysJudged.filter((rule) => !touched.has(rule))];
}

// An account without it would get an answer that nobody meant.
function refuseAbsence({ required, file }: Mapping, { dn }: Person, facts: PersonFacts): void {
  for (const declaration of required) {
    const { values, unreadable } = facts.attribute(declaration);
    const [fault] = unreadable;
    if (fault !== undefined)
      throw new Failure('required_attribute_missing', `${dn}: ${fault.shown}: ${fault.reason} (${file})`);
    if (values.length === 0)
      throw new Failure(
        'required_attribute_missing',
        `${dn} has no ${declaration.name}, which ${file} requires`,
      );
  }
}
