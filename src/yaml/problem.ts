/**
 * What is wrong in a file that people write, and how it is shown: `file:line:col`, the line, a caret, what to do.
 * Finding problems is the business of those who read the file.
 */
import { printable } from '../text/printable.ts';
import { kindOfMessage, Tally } from '../text/tally.ts';

/** One finding. Lines and columns count from 1; columns count UTF-16 units. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** Absent where the file as a whole is meant, for example where it cannot be read. */
  readonly position?: { readonly line: number; readonly column: number };
  /** The line with secrets masked, and how many characters the carets cover. */
  readonly excerpt?: { readonly text: string; readonly carets: number };
  readonly message: string;
  /** What to do, for example `did you mean "when"?`; stands behind the carets. */
  readonly hint?: string;
  /** How many more like it were found, which are told by their number alone; none where absent. */
  readonly more?: number;
}

/** The files that were read hold errors: all of them, found in one run. */
export class ProblemsError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(condensed(problems).map(renderProblem).join('\n'));
    this.name = 'ProblemsError';
    this.problems = problems;
  }
}

const WIDEST_EXCERPT = 160;

/** One to three lines of text without a trailing newline, as compilers print them. */
export function renderProblem(problem: Problem): string {
  const { file, position, excerpt, severity, hint, more = 0 } = problem;
  const message = more === 0 ? problem.message : `${problem.message}; and ${more} more like it`;
  const place = position === undefined ? file : `${file}:${position.line}:${position.column}`;
  const head = `${printable(place)}: ${severity}: ${printable(message)}`;
  if (position === undefined || excerpt === undefined)
    return hint === undefined ? head : `${head} (${printable(hint)})`;
  const start = Math.max(0, position.column - 1 - WIDEST_EXCERPT / 2);
  const text = printable(excerpt.text.slice(start, start + WIDEST_EXCERPT));
  const indent = ' '.repeat(position.column - 1 - start);
  const carets = '^'.repeat(Math.max(1, Math.min(excerpt.carets, text.length - indent.length)));
  const gutter = String(position.line).padStart(5);
  const under = hint === undefined ? carets : `${carets} ${printable(hint)}`;
  return `${head}\n${gutter} | ${text}\n${' '.repeat(gutter.length)} | ${indent}${under}`;
}

/** Of one mistake that was made again and again the first places, and how many more there are. */
export function condensed(problems: readonly Problem[]): readonly Problem[] {
  const tally = new Tally<Problem>();
  for (const problem of problems) {
    tally.add(JSON.stringify([problem.file, problem.severity, kindOfMessage(problem.message)]), problem);
  }
  const told = new Map(tally.told().map(({ finding, more }) => [finding, more]));
  return problems.flatMap((problem) => {
    const more = told.get(problem);
    if (more === undefined) return [];
    return more === 0 ? [problem] : [{ ...problem, more: (problem.more ?? 0) + more }];
  });
}

/** By file, then position, as the reader walks through the file. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      (a.position?.line ?? 0) - (b.position?.line ?? 0) ||
      (a.position?.column ?? 0) - (b.position?.column ?? 0),
  );
}
