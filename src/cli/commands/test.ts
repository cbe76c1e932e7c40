/**
 * `test`: runs the tests of mappings. How the outcome is printed is test-report.ts'; what a test means,
 * mapping/testing's.
 */
import { composeLdifPeople } from '../../compose.ts';
import { type NamedFile, namedFile, readMapping } from '../../setup/mapping-file.ts';
import { mappingOf, readSuite, runSuite, testFileBeside } from '../../setup/mapping-tests.ts';
import { mappingsNamedIn } from '../../setup/setup.ts';
import { printable } from '../../text/printable.ts';
import type { Problem } from '../../yaml/problem.ts';
import { countProblems, print, printProblems } from '../messages.ts';
import { printJson } from '../result.ts';
import { coverages, hasFailed, renderTests, type TestedFile, testsToJson } from '../test-report.ts';

export interface TestOptions {
  readonly config: string;
  readonly json: boolean;
  /** As the command line has it: true without a bound, else a percentage. */
  readonly coverage?: string | true;
}

/** A file to run, and the mapping beside which it may stand; undefined where the file was named itself. */
interface TestFileToRun {
  readonly testFile: NamedFile;
  readonly beside: NamedFile | undefined;
}

/** 0 where every test passes and reaches the share that is asked for; 1 where not, or where something is wrong. */
export async function test(
  named: readonly string[],
  options: TestOptions,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { files, bound } = splitArguments(named, options.coverage);
  if (bound > 100) {
    print(`--coverage ${bound}: a share is between 0 and 100`);
    return 1;
  }
  const wanted =
    files.length > 0
      ? files.map((file): TestFileToRun => ({ testFile: namedFile(file), beside: undefined }))
      : await testsOfConfig(options.config, env);
  const tested: TestedFile[] = [];
  for (const each of wanted) tested.push(await runFile(each));

  const problems = distinct(tested.flatMap((each) => each.problems));
  printProblems(problems);
  if (problems.length > 0) print(countProblems(problems));
  const covered = coverages(tested);
  const shownCoverages = options.coverage === undefined ? [] : covered;
  const { isTTY } = process.stdout;
  if (options.json) printJson(testsToJson(tested, shownCoverages, problems));
  else process.stdout.write(renderTests(tested, shownCoverages, isTTY));
  const tooLittle = covered.filter(({ coverage }) => coverage.percent < bound);
  for (const { shown } of tooLittle)
    print(printable(`${shown}: the tests reach less than the ${bound} % that are asked for`));
  const isWrong = problems.some(({ severity }) => severity === 'error');
  return isWrong || tested.some(hasFailed) || tooLittle.length > 0 ? 1 : 0;
}

// `--coverage FILE` means the file: the share may be left out.
function splitArguments(
  files: readonly string[],
  coverage: string | true | undefined,
): { readonly files: readonly string[]; readonly bound: number } {
  if (typeof coverage !== 'string') return { files, bound: 0 };
  const [, percent] = /^(\d+(?:\.\d+)?)\s*%?$/.exec(coverage) ?? [];
  return percent === undefined
    ? { files: [coverage, ...files], bound: 0 }
    : { files, bound: Number(percent) };
}

// Whoever writes a mapping need not have the secrets that the config asks for.
async function testsOfConfig(file: string, env: NodeJS.ProcessEnv): Promise<readonly TestFileToRun[]> {
  const mappings = await mappingsNamedIn(file, env);
  return mappings.map((beside) => ({ testFile: namedFile(testFileBeside(beside.file)), beside }));
}

async function runFile({ testFile, beside }: TestFileToRun): Promise<TestedFile> {
  const { suite, isMissing, problems } = await readSuite(testFile);
  if (isMissing && beside !== undefined) {
    print(printable(`${beside.shown}: no tests; they would stand in ${testFile.shown}`));
    const { mapping, problems: inMapping } = await readMapping(beside);
    return { testFile, mappingFile: beside, mapping, results: undefined, problems: inMapping };
  }
  if (suite === undefined)
    return { testFile, mappingFile: beside, mapping: undefined, results: undefined, problems };
  const mappingFile = mappingOf(suite, testFile);
  const { mapping, problems: inMapping, failure } = await readMapping(mappingFile);
  const all: Problem[] = [...problems];
  if (failure === undefined) all.push(...inMapping);
  else {
    const message = `cannot read the mapping file ${mappingFile.shown}: ${failure}`;
    const hint = 'the path starts at the folder of this file';
    all.push(suite.problem({ path: ['mapping'], message, hint }));
  }
  if (mapping === undefined) return { testFile, mappingFile, mapping, results: undefined, problems: all };
  const run = await runSuite(suite, mapping, testFile, composeLdifPeople, Date.now());
  return { testFile, mappingFile, mapping, results: run.results, problems: [...all, ...run.problems] };
}

// Several test files may be of one mapping.
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
