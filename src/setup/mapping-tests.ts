/**
 * Test files and what they name, read and run: by `test`, and by every load of a mapping, so that the service never
 * takes one whose tests fail. What a test means is mapping/testing's; bounded, as a reload waits for it.
 */
import { basename, dirname, extname, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { LdifError } from '../directory/ldif/ldif.ts';
import { ldifText } from '../directory/ldif/ldif-octets.ts';
import { isFailure } from '../failure.ts';
import { NO_SUCH_FILE, readText, shownPath } from '../files/text-file.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { coverageOf, unreachedWarnings, unreadAttributes } from '../mapping/testing/coverage.ts';
import { summaryOf } from '../mapping/testing/difference.ts';
import { type PersonFound, runTest, type TestResult } from '../mapping/testing/run.ts';
import {
  compileTests,
  type MappingTest,
  type SavedPerson,
  type TestSuite,
} from '../mapping/testing/suite.ts';
import type { Person } from '../person.ts';
import type { Problem } from '../yaml/problem.ts';
import { type NamedFile, namedFile } from './mapping-file.ts';

/** The people of one LDIF file. */
export interface SavedPeople {
  /** Undefined where the file certainly has no such person. Throws a Failure where it is not certain. */
  find(userid: string): Promise<Person | undefined>;
}

/**
 * Opens an LDIF file's text, to read of each person what the mapping needs; or says why its people are not to be
 * believed. Throws {@link LdifError}.
 */
export type OpenPeople = (
  file: string,
  text: string,
  mapping: Mapping,
) => SavedPeople | { readonly problem: string };

export interface SuiteReading {
  /** Undefined where the file is missing or has errors. */
  readonly suite: TestSuite | undefined;
  readonly isMissing: boolean;
  readonly problems: readonly Problem[];
}

export interface SuiteRun {
  /** Of the tests that were run, in the order of the file. */
  readonly results: readonly TestResult[];
  /** Errors of the LDIF files, of the time that the tests took; warnings. No failing test. */
  readonly problems: readonly Problem[];
  /** Absolute paths of the LDIF files that the tests name, whether or not they could be read. */
  readonly files: readonly string[];
}

/** How long the tests of one file may take together, in milliseconds, and how large an LDIF file of theirs may be. */
const LONGEST_RUN = 10_000;
const LARGEST_LDIF = 20_000_000;

/** `acme.test.yaml` for `acme.yaml`. */
export function testFileBeside(mappingFile: string): string {
  const extension = extname(mappingFile);
  return `${mappingFile.slice(0, mappingFile.length - extension.length)}.test${extension || '.yaml'}`;
}

/** Never throws. */
export async function readSuite({ file, shown }: NamedFile): Promise<SuiteReading> {
  const { text, failure } = await readText(file);
  if (text !== undefined) return { isMissing: false, ...compileTests(shown, text) };
  const message = `cannot read the test file: ${failure}`;
  return {
    suite: undefined,
    isMissing: failure === NO_SUCH_FILE,
    problems: [{ severity: 'error', file: shown, message }],
  };
}

/** The mapping file that the tests name. */
export function mappingOf({ mapping }: TestSuite, testFile: NamedFile): NamedFile {
  return namedFile(resolve(dirname(testFile.file), mapping));
}

/**
 * Runs all tests, lets other work happen between them, and gives up where they take too long. Never throws for what is
 * wrong in the files.
 * @param now milliseconds since 1970, for tests that do not say when they take place
 * @param elapsed milliseconds on any clock that only goes forward
 */
export async function runSuite(
  suite: TestSuite,
  mapping: Mapping,
  testFile: NamedFile,
  openPeople: OpenPeople,
  now: number,
  elapsed: () => number = () => performance.now(),
): Promise<SuiteRun> {
  const people = new PeopleOfFiles(dirname(testFile.file), mapping, openPeople);
  const problems: Problem[] = [...unreadAttributes(suite, mapping)];
  const results: TestResult[] = [];
  const end = elapsed() + LONGEST_RUN;
  for (const test of suite.tests) {
    if (elapsed() > end) {
      const message = `the tests take more than ${LONGEST_RUN / 1000} s: given up after ${results.length} of ${suite.tests.length}`;
      const hint = 'take people from smaller LDIF files, or remove tests';
      problems.push(suite.problem({ path: test.path, message, hint }));
      break;
    }
    const person = test.person.kind === 'saved' ? await people.find(test.person) : undefined;
    const result = runTest(mapping, test, () => person ?? { problem: 'nobody was looked for' }, now);
    results.push(result);
    if (result.changesAt !== undefined) problems.push(dateWarning(result.changesAt, test, suite));
    await setImmediate();
  }
  return { results, problems: [...problems, ...people.problems], files: people.files };
}

// Else the day comes on which nobody changed anything, and the service does not start.
function dateWarning(changesAt: number, { path }: MappingTest, suite: TestSuite): Problem {
  const day = new Date(changesAt).toISOString().slice(0, 10);
  return suite.problem({
    path: [...path, 'name'],
    severity: 'warning',
    message: `the answer to this test changes on ${day}, and the test may fail from then on`,
    hint: 'say when it takes place: write "now" here, or for all tests at the top of the file',
  });
}

/** A failing test as an error at its place, in one line. */
export function failureOf({ test, difference, problem }: TestResult, suite: TestSuite): Problem {
  return suite.problem({
    path: [...test.path, problem === undefined ? 'name' : 'from'],
    message: `test "${test.name}" fails: ${problem ?? `the answer ${summaryOf(difference)}`}`,
    ...(problem === undefined ? { hint: 'ldap-user-info test prints the whole difference' } : {}),
  });
}

/** What a load of a mapping must know of the tests beside it. */
export interface TestsBeside {
  /** An error for each failing test, and what is wrong in the files; warnings. Empty where there are no tests. */
  readonly problems: readonly Problem[];
  /** Absolute paths of the test file, though there may be none, and of the LDIF files that it names. */
  readonly files: readonly string[];
  readonly ldif: readonly string[];
}

/**
 * Runs the tests beside a mapping, where there are any. Never throws for what is wrong in the files.
 * @param text of the mapping file
 */
export async function runTestsBeside(
  mappingFile: NamedFile,
  mapping: Mapping,
  text: string,
  openPeople: OpenPeople,
  now: number,
): Promise<TestsBeside> {
  const testFile = namedFile(testFileBeside(mappingFile.file));
  const { suite, isMissing, problems } = await readSuite(testFile);
  const files = [testFile.file];
  if (isMissing) return misnamedTests(mappingFile, files);
  if (suite === undefined) return { problems, files, ldif: [] };
  if (mappingOf(suite, testFile).file !== mappingFile.file) {
    const message = `the tests beside ${mappingFile.shown} must be its own`;
    const hint = 'name that mapping here, or give the test file another name';
    return { problems: [...problems, suite.problem({ path: ['mapping'], message, hint })], files, ldif: [] };
  }
  const run = await runSuite(suite, mapping, testFile, openPeople, now);
  const failing = run.results.filter(({ passed }) => !passed);
  const reached = run.results.flatMap((result) => result.reached);
  return {
    problems: [
      ...problems,
      ...run.problems,
      ...failing.map((result) => failureOf(result, suite)),
      ...unreachedWarnings(mappingFile.shown, text, coverageOf(mapping, reached).unreached),
    ],
    files: [...files, ...run.files],
    ldif: run.files,
  };
}

/** A warning where there is no file of tests beside the mapping. */
export async function untestedWarning(mappingFile: NamedFile): Promise<Problem | undefined> {
  const testFile = testFileBeside(mappingFile.file);
  const { failure } = await readText(testFile);
  if (failure !== NO_SUCH_FILE) return undefined;
  const message = `this mapping has no tests: there is no ${basename(testFile)} beside it`;
  return { severity: 'warning', file: mappingFile.shown, message };
}

// Tests that nobody runs look like tests that pass.
async function misnamedTests(mappingFile: NamedFile, files: readonly string[]): Promise<TestsBeside> {
  const extension = extname(mappingFile.file) === '.yml' ? '.yaml' : '.yml';
  const expected = testFileBeside(mappingFile.file);
  const other = namedFile(expected.slice(0, expected.length - extname(expected).length) + extension);
  const { suite } = await readSuite(other);
  if (suite === undefined || mappingOf(suite, other).file !== mappingFile.file)
    return { problems: [], files, ldif: [] };
  const message = `the tests of ${mappingFile.shown} are not run, as they are not in ${basename(expected)}`;
  const problem = suite.problem({ path: ['mapping'], message, hint: 'rename this file' });
  return { problems: [problem], files: [...files, other.file], ldif: [] };
}

/** The LDIF files of one test file, each read once. */
class PeopleOfFiles {
  readonly #folder: string;
  readonly #mapping: Mapping;
  readonly #open: OpenPeople;
  readonly #opened = new Map<string, Promise<SavedPeople | { readonly problem: string }>>();
  readonly problems: Problem[] = [];

  constructor(folder: string, mapping: Mapping, open: OpenPeople) {
    this.#folder = folder;
    this.#mapping = mapping;
    this.#open = open;
  }

  get files(): readonly string[] {
    return [...this.#opened.keys()];
  }

  async find({ from, userid }: SavedPerson): Promise<PersonFound> {
    const file = resolve(this.#folder, from);
    const opening = this.#opened.get(file) ?? this.#openFile(file);
    this.#opened.set(file, opening);
    const people = await opening;
    if ('problem' in people) return people;
    try {
      return (await people.find(userid)) ?? { problem: `${shownPath(file)} has no person ${userid}` };
    } catch (error) {
      if (!isFailure(error)) throw error;
      return { problem: `${shownPath(file)}, person ${userid}: ${error.message}` };
    }
  }

  async #openFile(file: string): Promise<SavedPeople | { readonly problem: string }> {
    const shown = shownPath(file);
    const { text, failure } = await readText(file, { decode: ldifText, most: Number.POSITIVE_INFINITY });
    if (text === undefined) return { problem: `cannot read ${shown}: ${failure}` };
    if (text.length > LARGEST_LDIF)
      return { problem: `${shown} is too large: more than ${LARGEST_LDIF / 1_000_000} million characters` };
    try {
      return this.#open(shown, text, this.#mapping);
    } catch (error) {
      if (!(error instanceof LdifError)) throw error;
      for (const { line, message, more } of error.problems)
        this.problems.push({ severity: 'error', file: shown, position: { line, column: 1 }, message, more });
      return { problem: `${shown} is no sound LDIF` };
    }
  }
}
