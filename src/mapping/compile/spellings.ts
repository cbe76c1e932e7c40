/** Texts of one kind that differ only in case, or in spaces that mean nothing: most often a slip of the pen, as the answer holds one of them only. */
import { comparisonKey, exactComparisonKey } from '../../names/insignificant-spaces.ts';
import type { Report, TextPlace } from './report.ts';

/** Remembers how texts are spelled, to warn of the second spelling. */
export class Spellings {
  readonly #first = new Map<string, string>();
  readonly #warned = new Set<string>();
  readonly #report: Report;
  readonly #hasExact: boolean;

  /** @param hasExact whether codes and lists may be compared exactly, so that case alone makes two of them */
  constructor(report: Report, hasExact = false) {
    this.#report = report;
    this.#hasExact = hasExact;
  }

  /** @param kind texts of different kinds never meet */
  add(kind: string, text: string, place: TextPlace): void {
    const key = JSON.stringify([kind, comparisonKey(text)]);
    const first = this.#first.get(key);
    if (first === undefined) this.#first.set(key, text);
    if (first === undefined || first === text) return;
    const onlySpaces = isOnlySpaces(first, text);
    if (this.#hasExact && !onlySpaces && /^(?:codes|list) /.test(kind)) return;
    const pair = JSON.stringify([first, text].sort());
    if (this.#warned.has(pair)) return;
    this.#warned.add(pair);
    this.#report({
      ...place,
      severity: 'warning',
      message: `"${text}" and "${first}" differ only in ${onlySpaces ? 'spaces' : 'case'}, and so are one`,
      hint: 'write them alike',
    });
  }
}

function isOnlySpaces(a: string, b: string): boolean {
  return exactComparisonKey(a) === exactComparisonKey(b);
}
