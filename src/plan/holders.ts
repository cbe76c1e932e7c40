/**
 * Who has one group or one value of an authorization, and by which rule: people in, rows out. Texts are compared as
 * the mapping language does, without regard to case.
 */
import type { Mapping } from '../mapping/mapping.ts';
import { type Given, type Output, originText, outputText } from '../mapping/translation.ts';
import { compareByCodePoint } from '../names/code-points.ts';
import { comparisonKey } from '../names/insignificant-spaces.ts';
import type { Person } from '../person.ts';
import { inColumns } from '../text/columns.ts';
import { outcomeOf } from './outcome.ts';

/** Somebody who has it. */
export interface Holder {
  readonly userid: string;
  readonly directory: string;
  readonly dn: string;
  /** Every rule and fact that gives it; never empty. */
  readonly given: readonly Given[];
}

/** Why the person has it; undefined where they do not, or get no answer. */
export function holderOf(
  wanted: Output,
  mapping: Mapping,
  userid: string,
  person: Person,
  now: number,
): Holder | undefined {
  const outcome = outcomeOf(mapping, person, now);
  if (outcome.kind !== 'answer') return undefined;
  // By the whole text, as the name of an authorization may hold a ": " itself.
  const text = comparisonKey(outputText(wanted));
  const given = outcome.translation.given.filter(
    ({ output }) => output.kind === wanted.kind && comparisonKey(outputText(output)) === text,
  );
  if (given.length === 0) return undefined;
  return { userid, directory: person.directory, dn: person.dn, given };
}

/** By user id, in code point order. */
export function sortHolders(holders: readonly Holder[]): Holder[] {
  return [...holders].sort((a, b) => compareByCodePoint(a.userid, b.userid));
}

/** A line for each rule and fact; empty where nobody has it. */
export function renderHolders(holders: readonly Holder[]): string {
  const rows = holders.flatMap(({ userid, dn, given }) =>
    given.map(({ rule, facts }) => [userid, dn, `rule ${originText(rule)}`, facts.join(', ')]),
  );
  return inColumns(rows)
    .map((line) => `${line.slice(2)}\n`)
    .join('');
}

/** As data for `JSON.stringify`. */
export function holdersToJson(holders: readonly Holder[]): object[] {
  return holders.map(({ userid, directory, dn, given }) => ({
    userid,
    directory,
    dn,
    given: given.map(({ output, rule, facts }) => ({ output: outputText(output), rule, facts })),
  }));
}
