/** The outcome of mappings' tests, as text for people and as data for programs. Runs nothing. */
import { styleText } from 'node:util';
import type { Mapping } from '../mapping/mapping.ts';
import { type Coverage, coverageOf } from '../mapping/testing/coverage.ts';
import type { DifferenceLine } from '../mapping/testing/difference.ts';
import type { TestResult } from '../mapping/testing/run.ts';
import type { Origin } from '../mapping/translation.ts';
import type { NamedFile } from '../setup/mapping-file.ts';
import { plural } from '../text/plural.ts';
import { printable } from '../text/printable.ts';
import type { Problem } from '../yaml/problem.ts';

/** A test file and what came of it. */
export interface TestedFile {
  readonly testFile: NamedFile;
  readonly mappingFile: NamedFile | undefined;
  /** Undefined where it has errors. */
  readonly mapping: Mapping | undefined;
  /** Undefined where the tests could not be run, or there are none. */
  readonly results: readonly TestResult[] | undefined;
  readonly problems: readonly Problem[];
}

/** A mapping, and what all its tests reached together. */
export interface CoveredMapping {
  readonly shown: string;
  readonly coverage: Coverage;
}

/** Whether a test of the file failed. */
export function hasFailed({ results = [] }: TestedFile): boolean {
  return results.some(({ passed }) => !passed);
}

/** For each mapping once, in the order of the test files; mappings with errors left out. */
export function coverages(tested: readonly TestedFile[]): CoveredMapping[] {
  const byMapping = new Map<string, { shown: string; mapping: Mapping; reached: Origin[] }>();
  for (const { mappingFile, mapping, results = [] } of tested) {
    if (mappingFile === undefined || mapping === undefined) continue;
    const { file, shown } = mappingFile;
    const known = byMapping.get(file) ?? { shown, mapping, reached: [] };
    byMapping.set(file, known);
    known.reached.push(...results.flatMap(({ reached }) => reached));
  }
  return [...byMapping.values()].map(({ shown, mapping, reached }) => ({
    shown,
    coverage: coverageOf(mapping, reached),
  }));
}

/** Lines of text, a line of counts before each file's failures. */
export function renderTests(
  tested: readonly TestedFile[],
  covered: readonly CoveredMapping[],
  isColoured: boolean,
): string {
  const style: Style = (colour, text) => (isColoured ? styleText(colour, text) : text);
  const lines = [...tested.flatMap((each) => linesOfFile(each, style)), ...covered.flatMap(linesOfCoverage)];
  return lines.map((line) => `${line}\n`).join('');
}

/** As {@link renderTests}, for `JSON.stringify`. */
export function testsToJson(
  tested: readonly TestedFile[],
  covered: readonly CoveredMapping[],
  problems: readonly Problem[],
): object {
  return {
    files: tested.flatMap(({ testFile, mappingFile, results }) =>
      results === undefined
        ? []
        : [
            {
              file: testFile.shown,
              mapping: mappingFile?.shown ?? null,
              passed: results.filter(({ passed }) => passed).length,
              failed: results.filter(({ passed }) => !passed).length,
              tests: results.map(resultToJson),
            },
          ],
    ),
    coverage: covered.map(({ shown, coverage: { total, percent, unreached } }) => ({
      mapping: shown,
      total,
      percent,
      unreached: unreached.map(({ kind, origin }) => ({ kind, ...origin })),
    })),
    problems: problems.map(({ severity, file, position, message, hint }) => ({
      severity,
      file,
      line: position?.line ?? null,
      column: position?.column ?? null,
      message,
      hint: hint ?? null,
    })),
  };
}

type Style = (colour: 'red' | 'green' | 'bold', text: string) => string;

function linesOfFile({ testFile, results }: TestedFile, style: Style): string[] {
  if (results === undefined) return [];
  const failures = results.filter(({ passed }) => !passed);
  const passed = `${results.length - failures.length} passed`;
  const failed = failures.length === 0 ? '' : `, ${style('red', `${failures.length} failed`)}`;
  return [
    `${printable(testFile.shown)}: ${passed}${failed}`,
    ...failures.flatMap((result) => linesOfFailure(result, testFile.shown, style)),
  ];
}

function linesOfFailure({ test, difference, problem }: TestResult, file: string, style: Style): string[] {
  const lines = difference.lines.flatMap((line) => linesOfDifference(line, style));
  const withheld = difference.withheld.map((text) => printable(`      ${text}`));
  return [
    '',
    `  ${style('bold', printable(test.name))} (${printable(file)}:${test.line})`,
    ...(problem === undefined ? lines : [printable(`    ${problem}`)]),
    ...(withheld.length === 0 ? [] : ['    withheld besides', ...withheld]),
  ];
}

function linesOfDifference({ sign, text, reasons }: DifferenceLine, style: Style): string[] {
  const line = printable(`${sign} ${text}`);
  const coloured = sign === '-' ? style('red', line) : sign === '+' ? style('green', line) : line;
  return [`    ${coloured}`, ...reasons.map((reason) => printable(`        ${reason}`))];
}

function linesOfCoverage({ shown, coverage: { total, unreached, percent } }: CoveredMapping): string[] {
  const reached = `${total - unreached.length} of ${plural(total, 'rule and never entry', 'rules and never entries')}`;
  return [
    '',
    // Rounded down, so that only all of them are 100 %.
    printable(`${shown}: the tests reach ${reached} (${Math.floor(percent)} %)`),
    ...unreached.map(({ kind, origin: { id, file, line } }) =>
      printable(`  not reached: ${kind} ${id} (${file}:${line})`),
    ),
  ];
}

function resultToJson({ test, passed, difference, problem }: TestResult): object {
  return {
    name: test.name,
    line: test.line,
    passed,
    problem: problem ?? null,
    difference: passed ? [] : difference.lines.map(({ sign, text, reasons }) => ({ sign, text, reasons })),
    withheld: difference.withheld,
  };
}
