/** Messages for the person at the terminal: always on standard error. */
import { styleText } from 'node:util';
import { plural } from '../text/plural.ts';
import { condensed, type Problem, renderProblem } from '../yaml/problem.ts';

/** Prints problems as compilers do, `error` and `warning` in colour where the terminal has it. */
export function printProblems(problems: readonly Problem[]): void {
  for (const problem of condensed(problems)) {
    const colour = problem.severity === 'error' ? 'red' : 'yellow';
    const text = renderProblem(problem);
    print(
      process.stderr.isTTY
        ? text.replace(`: ${problem.severity}: `, (word) => styleText(colour, word))
        : text,
    );
  }
}

/** Prints one message. */
export function print(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** `1 error, 2 warnings` */
export function countProblems(problems: readonly Problem[]): string {
  const count = (wanted: Problem['severity']) =>
    problems.reduce((sum, { severity, more = 0 }) => (severity === wanted ? sum + 1 + more : sum), 0);
  return `${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}`;
}
