/**
 * Runs tests: each person through the very function that answers requests, at the time of the test. People from files
 * come from whoever runs them; nothing is read here.
 */
import { isFailure } from '../../failure.ts';
import type { Person } from '../../person.ts';
import type { Mapping } from '../mapping.ts';
import { translate } from '../translate.ts';
import type { Origin } from '../translation.ts';
import { parseDateLiteral } from '../values/moment.ts';
import { type Difference, differenceOf, isAsExpected, type TestOutcome } from './difference.ts';
import type { MappingTest, SavedPerson, TestSuite } from './suite.ts';
import { personOf } from './user.ts';

/** A person of a file, or why there is none, in words. */
export type PersonFound = Person | { readonly problem: string };

/** Finds people by the file's path as the test writes it, and their user id. */
export type FindSavedPerson = (saved: SavedPerson) => PersonFound;

export interface TestResult {
  readonly test: MappingTest;
  readonly passed: boolean;
  readonly difference: Difference;
  /** Why the test could not be run: its person was not found. */
  readonly problem: string | undefined;
  /** The rules and `never` entries that had a part in it. */
  readonly reached: readonly Origin[];
  /** When the same test will have another result, in milliseconds since 1970; undefined where it stays as it is. */
  readonly changesAt: number | undefined;
}

/**
 * Every test, in the order of the file.
 * @param now milliseconds since 1970, for tests that do not say when they take place
 */
export function runTests(
  mapping: Mapping,
  { tests }: TestSuite,
  people: FindSavedPerson,
  now: number,
): TestResult[] {
  return tests.map((test) => runTest(mapping, test, people, now));
}

export function runTest(
  mapping: Mapping,
  test: MappingTest,
  people: FindSavedPerson,
  now: number,
): TestResult {
  const { person: asked } = test;
  const person = asked.kind === 'saved' ? people(asked) : personOf(asked, test.name, mapping.scope);
  if ('problem' in person) {
    const { problem } = person;
    const difference: Difference = { lines: [], withheld: [] };
    return { test, passed: false, difference, problem, reached: [], changesAt: undefined };
  }
  const outcome = translated(mapping, person, momentOf(test, mapping) ?? now);
  const difference = differenceOf(test.expected, outcome);
  const passed = isAsExpected(difference);
  if ('failure' in outcome)
    return { test, passed, difference, problem: undefined, reached: [], changesAt: undefined };
  const { reached, changesAt } = outcome.translation;
  const isPinned = test.now !== undefined;
  return {
    test,
    passed,
    difference,
    problem: undefined,
    reached,
    changesAt: isPinned ? undefined : changesAt,
  };
}

function momentOf({ now }: MappingTest, { timezone }: Mapping): number | undefined {
  return now === undefined ? undefined : parseDateLiteral(now, timezone)?.from;
}

function translated(mapping: Mapping, person: Person, now: number): TestOutcome {
  try {
    return { translation: translate(mapping, person, now) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { failure: error };
  }
}
