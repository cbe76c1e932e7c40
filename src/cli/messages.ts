/** Messages for the person at the terminal: always on standard error. */
import { styleText } from 'node:util';
import { type Problem, renderProblem } from '../yaml/problem.ts';

/** Prints problems as compilers do, `error` and `warning` in colour where the terminal has it. */
export function printProblems(problems: readonly Problem[]): void {
  for (const problem of problems) {
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
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return `${plural(errors, 'error')}, ${plural(problems.length - errors, 'warning')}`;
}

/** `1 rule`, `2 rules` */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
