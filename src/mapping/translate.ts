/**
 * A person and a mapping make an answer, with its trace. The way: patterns read the person's texts, which are recognised
 * so (recognising/); conditions are judged into matches, the matches of a rule are combined, and each combination gives
 * (deciding/) what it expands to, into the union of all rules (outputs/); from the union `never` takes, and of what is
 * left `keep` keeps. Pure; `serve`, `explain`, `test` and `plan` all call this one function.
 */
import { Failure } from '../failure.ts';
import type { Person } from '../person.ts';
import { giveBy, type RuleResult } from './deciding/giving.ts';
import { outrank } from './deciding/keeping.ts';
import { type GroupFact, PersonFacts } from './deciding/person-facts.ts';
import { takeBy } from './deciding/taking.ts';
import type { Mapping } from './mapping.ts';
import type { Expansion } from './outputs/expansion.ts';
import { OutputUnion } from './outputs/union.ts';
import type { Rule } from './rule.ts';
import { type Evaluation, Trace } from './tracing/trace.ts';
import type { CountableTranslation, Translation } from './translation.ts';

/**
 * Never throws for what a directory can hold, but for `required_attribute_missing`.
 * @param now milliseconds since 1970
 */
export function translate(mapping: Mapping, person: Person, now: number): Translation & CountableTranslation {
  const facts = new PersonFacts(mapping, person);
  refuseAbsence(mapping, person, facts);
  const named = new Set<GroupFact>();
  const results = rulesFor(mapping, facts).map((rule) => giveBy(rule, facts, now, named));
  const union = unionOf(facts, results);
  return new Trace({ mapping, facts, named, union, results, ...leaveOf(union, mapping, facts, named) });
}

/** What all rules give, those that one recognised text decides among them; nothing that must not leave. */
function unionOf({ sole }: PersonFacts, results: readonly RuleResult[]): OutputUnion {
  const union = new OutputUnion();
  const add = ({ output, key, fault }: Expansion): void => {
    if (fault === undefined) union.add(output, key);
  };
  for (const { hit } of sole) hit.expansions?.forEach(add);
  for (const { given } of results) given.forEach(add);
  return union;
}

/** What `never` takes from the union, what `keep` then does not keep, and the answer that is left. */
function leaveOf(
  union: OutputUnion,
  { never, rankings }: Mapping,
  facts: PersonFacts,
  named: Set<GroupFact>,
): Pick<Evaluation, 'taken' | 'outranked' | 'answer'> {
  if (never.length + rankings.size === 0)
    return { taken: [], outranked: new Map(), answer: union.without(new Set()) };
  const outputs = new Map(union.entries());
  const taken = never.map((entry) => takeBy(entry, facts, outputs, named));
  for (const keys of taken) for (const key of keys.keys()) outputs.delete(key);
  const outranked = outrank(outputs, rankings);
  const answer = union.without({ has: (key) => !outputs.has(key) || outranked.has(key) });
  return { taken, outranked, answer };
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
