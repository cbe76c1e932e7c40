/**
 * What the schema of a test file does not see: how its parts must fit each other. Reads data that the schema refused,
 * too, so that all is told in one run.
 */
import { comparisonKey } from '../../names/insignificant-spaces.ts';
import type { Finding, Path } from '../../yaml/finding.ts';
import { keysOf, listOf, textOf } from '../compile/schema.ts';
import { parseDateLiteral } from '../values/moment.ts';
import { EXPECTATIONS } from './schema.ts';
import { readUser } from './user.ts';

/** More tests would delay every start and reload of the service. */
export const MOST_TESTS = 2000;

export function contentFindings(data: unknown): Finding[] {
  const tests = listOf(keysOf(data)['tests']);
  const findings = [...dateFindings(data, []), ...sameNames(tests)];
  if (tests.length > MOST_TESTS) {
    const hint = 'divide them among several mappings, or remove some';
    findings.push({ path: ['tests'], on: 'key', message: `more than ${MOST_TESTS} tests`, hint });
  }
  for (const [i, test] of tests.entries()) {
    const path = ['tests', i];
    findings.push(...dateFindings(test, path), ...personFindings(test, path), ...expectFindings(test, path));
  }
  return findings;
}

function dateFindings(part: unknown, path: Path): Finding[] {
  const now = textOf(keysOf(part)['now']);
  if (now === undefined || parseDateLiteral(now, 'UTC') !== undefined) return [];
  const hint = 'write it like 2026-11-22 or 2026-11-22T09:00:00Z';
  return [{ path: [...path, 'now'], message: 'this is no date', hint }];
}

function sameNames(tests: readonly unknown[]): Finding[] {
  const first = new Map<string, number>();
  return tests.flatMap((test, i): Finding[] => {
    const name = textOf(keysOf(test)['name']);
    if (name === undefined) return [];
    const earlier = first.get(comparisonKey(name));
    if (earlier === undefined) first.set(comparisonKey(name), i);
    if (earlier === undefined) return [];
    const hint = 'failures are told by name: give each test its own';
    return [
      { path: ['tests', i, 'name'], message: `another test is named so, the ${ordinal(earlier)}`, hint },
    ];
  });
}

function ordinal(index: number): string {
  return index === 0 ? 'first of the file' : `one at place ${index + 1} of the file`;
}

function personFindings(test: unknown, path: Path): Finding[] {
  const { user, from, userid } = keysOf(test);
  const findings: Finding[] = [];
  if (user !== undefined && from !== undefined) {
    const hint = 'keep one of the two';
    findings.push({
      path: [...path, 'from'],
      on: 'key',
      message: 'the person is given by "user" already',
      hint,
    });
  } else if (user === undefined && from === undefined) {
    const hint = 'or take the person from an LDIF file: from: people.ldif, userid: jdoe';
    findings.push({ path, message: 'the key "user" is missing', hint });
  }
  if (from !== undefined && userid === undefined)
    findings.push({
      path,
      message: 'the key "userid" is missing',
      hint: 'it says who in the LDIF file is meant',
    });
  if (from === undefined && userid !== undefined) {
    const hint = 'write the LDIF file too: from: people.ldif';
    findings.push({
      path: [...path, 'userid'],
      on: 'key',
      message: '"userid" stands beside "from" only',
      hint,
    });
  }
  readUser(keysOf(user), path, (finding) => findings.push(finding));
  return findings;
}

function expectFindings(test: unknown, path: Path): Finding[] {
  const keys = keysOf(test);
  const written = EXPECTATIONS.filter((key) => keys[key] !== undefined);
  if (written.length === 0)
    return [{ path, message: 'nothing is expected', hint: `write one of ${EXPECTATIONS.join(', ')}` }];
  const findings: Finding[] = [];
  if (written.length > 1 && written.includes('expect_error')) {
    const message = '"expect_error" stands alone: where there is an error, nothing is given';
    findings.push({ path: [...path, 'expect_error'], on: 'key', message });
  }
  for (const key of ['expect_some', 'expect_not'] as const) {
    if (keys[key] === undefined || countTexts(keys[key]) > 0) continue;
    const hint = 'that a person gets nothing at all is written expect: {}';
    findings.push({ path: [...path, key], on: 'key', message: `"${key}" names nothing`, hint });
  }
  return findings;
}

function countTexts(part: unknown): number {
  if (typeof part === 'string') return 1;
  return [...listOf(part), ...Object.values(keysOf(part))].reduce<number>(
    (sum, each) => sum + countTexts(each),
    0,
  );
}
