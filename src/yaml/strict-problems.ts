/**
 * Everything that is wrong with a file that was read strictly: what YAML itself refuses, and what the reader of its
 * data found, without findings that are only an echo of the former.
 */
import type { Finding } from './finding.ts';
import { type Problem, sortProblems } from './problem.ts';
import { valueAt, type YamlSource } from './source.ts';

/** Behind a syntax error what seems to be missing may only not have been read. */
const OF_ABSENCE = /^the key ".*" is missing$|^this rule has no condition/;

/** Each problem once, in the order of the file. */
export function strictProblems(source: YamlSource, findings: readonly Finding[]): Problem[] {
  const { problems } = source;
  const splitDns = problems
    .filter(({ message }) => message.startsWith('a DN that YAML split'))
    .map(({ position }) => position?.line);
  const found = findings
    // An empty scalar is refused as such; the whole file is none of them.
    .filter(({ path }) => path.length === 0 || valueAt(source.data, path) !== '')
    .filter(({ message }) => source.isWhole || !OF_ABSENCE.test(message))
    .map((finding) => source.problem(finding))
    .filter(({ position }) => !splitDns.includes(position?.line))
    .filter(({ position }) => !problems.some((problem) => isAt(problem.position, position)));
  const distinct = new Map([...problems, ...found].map((problem) => [JSON.stringify(problem), problem]));
  return sortProblems([...distinct.values()]);
}

function isAt(a: Problem['position'], b: Problem['position']): boolean {
  return a !== undefined && a.line === b?.line && a.column === b.column;
}
