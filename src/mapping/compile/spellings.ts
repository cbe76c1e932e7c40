/** Texts of one kind that differ only in case: most often a slip of the pen, as the answer holds one of them only. */
import { foldCase } from '../../names/case-folding.ts';
import type { Report, TextPlace } from './report.ts';

/** Remembers how texts are spelled, to warn of the second spelling. */
export class Spellings {
  readonly #first = new Map<string, string>();
  readonly #warned = new Set<string>();
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  /** @param kind texts of different kinds never meet */
  add(kind: string, text: string, place: TextPlace): void {
    const key = JSON.stringify([kind, foldCase(text)]);
    const first = this.#first.get(key);
    if (first === undefined) this.#first.set(key, text);
    if (first === undefined || first === text) return;
    const pair = JSON.stringify([first, text].sort());
    if (this.#warned.has(pair)) return;
    this.#warned.add(pair);
    this.#report({
      ...place,
      severity: 'warning',
      message: `"${text}" and "${first}" differ only in case, and so are one`,
      hint: 'write them alike',
    });
  }
}
