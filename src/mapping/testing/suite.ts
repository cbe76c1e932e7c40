/**
 * The text of a test file → its tests, or everything that is wrong with it, in one run. Reads no other file: which
 * mapping and which people are meant is found by whoever runs the suite.
 */
import type { Finding, Path } from '../../yaml/finding.ts';
import type { Problem } from '../../yaml/problem.ts';
import { schemaFindings } from '../../yaml/schema-findings.ts';
import { parseYaml } from '../../yaml/source.ts';
import { strictProblems } from '../../yaml/strict-problems.ts';
import { keysOf } from '../compile/schema.ts';
import type { Output } from '../translation.ts';
import { contentFindings } from './faults.ts';
import { type TestFile, TestFileSchema, type WrittenTest } from './schema.ts';
import { readUser, type WrittenPerson } from './user.ts';

/** A person who stands in an LDIF file. */
export interface SavedPerson {
  readonly kind: 'saved';
  /** The path as the test writes it. */
  readonly from: string;
  readonly userid: string;
}

/** What a person must not get. Without a value every value of an authorization, without a name everything of the kind. */
export type Unwelcome =
  | Output
  | { readonly kind: Output['kind']; readonly name?: undefined; readonly value?: undefined };

export type Expected =
  | { readonly kind: 'error'; readonly code: 'required_attribute_missing' }
  | {
      readonly kind: 'answer';
      /** All that is given; undefined where the test does not say. */
      readonly exactly: readonly Output[] | undefined;
      readonly some: readonly Output[];
      readonly not: readonly Unwelcome[];
    };

export interface MappingTest {
  readonly name: string;
  /** Where it stands in the file. */
  readonly path: Path;
  /** From 1. */
  readonly line: number;
  readonly person: WrittenPerson | SavedPerson;
  /** A date or an instant; undefined where neither the test nor the file says it. */
  readonly now: string | undefined;
  readonly expected: Expected;
}

/** A test file without errors; only compileTests makes one. */
export interface TestSuite {
  readonly file: string;
  /** The path of the mapping file as written. */
  readonly mapping: string;
  readonly tests: readonly MappingTest[];
  /** A finding on the file, shown at its place. */
  problem(finding: Finding): Problem;
}

export interface SuiteCompilation {
  /** Present where no problem is an error. */
  readonly suite: TestSuite | undefined;
  /** In the order of the file. */
  readonly problems: readonly Problem[];
}

/** A longer file would delay every start and reload of the service. */
export const LONGEST_FILE = 2_000_000;

/**
 * Never throws: what is wrong is in `problems`.
 * @param file the name under which problems show it; nothing is read
 */
export function compileTests(file: string, text: string): SuiteCompilation {
  if (text.length > LONGEST_FILE) {
    const message = `the file is longer than ${LONGEST_FILE} characters`;
    const hint = 'take people from LDIF files, or remove tests';
    return { suite: undefined, problems: [{ severity: 'error', file, message, hint }] };
  }
  const source = parseYaml(file, text, { strict: true });
  const { data } = source;
  const findings: Finding[] =
    (data === undefined || data === '') && source.problems.length === 0
      ? [{ path: [], message: 'the file is empty', hint: 'a test file starts with "mapping: FILE.yaml"' }]
      : isMapping(data)
        ? [MAPPING_IN_PLACE_OF_TESTS]
        : [...schemaFindings(TestFileSchema, data).map(explained), ...contentFindings(data)];
  const problems = strictProblems(source, findings);
  const parsed = TestFileSchema.safeParse(data);
  if (problems.some(({ severity }) => severity === 'error') || !parsed.success)
    return { suite: undefined, problems };
  const suite = {
    file,
    mapping: parsed.data.mapping,
    tests: parsed.data.tests.map((test, i) => testOf(test, parsed.data, i, source.lineOf)),
    problem: source.problem,
  };
  return { suite, problems };
}

const MAPPING_IN_PLACE_OF_TESTS: Finding = {
  path: ['rules'],
  on: 'key',
  message: 'this is a mapping, and no file of tests',
  hint: 'the tests of NAME.yaml stand in NAME.test.yaml: name that file',
};

/** The one mistake behind everything that would be said of such a file. */
function isMapping(data: unknown): boolean {
  const keys = keysOf(data);
  return 'rules' in keys && !('tests' in keys);
}

function testOf(
  written: WrittenTest,
  { now }: TestFile,
  index: number,
  lineOf: (path: Path) => number,
): MappingTest {
  const { name, user, from = '', userid = '' } = written;
  const path = ['tests', index];
  return {
    name,
    path,
    line: lineOf([...path, 'name']),
    person: user === undefined ? { kind: 'saved', from, userid } : readUser(user, path, () => undefined),
    now: written.now ?? now,
    expected: expectedOf(written),
  };
}

function expectedOf({ expect, expect_some, expect_not, expect_error }: WrittenTest): Expected {
  if (expect_error !== undefined) return { kind: 'error', code: expect_error };
  return {
    kind: 'answer',
    exactly: expect && outputsOf(expect),
    some: outputsOf(expect_some),
    not: unwelcomeOf(expect_not),
  };
}

function outputsOf({ groups = [], authorizations = {} }: NonNullable<WrittenTest['expect']> = {}): Output[] {
  return [
    ...groups.map((name): Output => ({ kind: 'group', name })),
    ...Object.entries(authorizations).flatMap(([name, values]) =>
      values.map((value): Output => ({ kind: 'authorization', name, value })),
    ),
  ];
}

function unwelcomeOf({
  groups = [],
  authorizations = {},
}: NonNullable<WrittenTest['expect_not']> = {}): Unwelcome[] {
  const named = authorizations === 'all' ? [] : Object.entries(authorizations);
  return [
    ...(groups === 'all' ? [{ kind: 'group' } as const] : outputsOf({ groups })),
    ...(authorizations === 'all' ? [{ kind: 'authorization' } as const] : []),
    ...named.flatMap(([name, values]): Unwelcome[] =>
      values === 'all'
        ? [{ kind: 'authorization', name }]
        : outputsOf({ authorizations: { [name]: values } }),
    ),
  ];
}

function explained(finding: Finding): Finding {
  if (finding.path.at(-1) !== 'expect_error' || finding.on === 'key') return finding;
  const hint = 'a mapping knows no other error; unknown people and failing directories are not its concern';
  return { ...finding, hint: finding.hint ?? hint };
}
