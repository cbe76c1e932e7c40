/**
 * The union of what all rules give, in which texts that differ only in case are one; what `never` entries leave of it
 * is the answer.
 */
import { addUnder } from '../../multimap.ts';
import { compareByCodePoint } from '../../names/code-points.ts';
import { comparisonKey } from '../../names/insignificant-spaces.ts';
import type { Answer } from '../answer.ts';
import type { Output } from '../translation.ts';

/** Which spelling stands does not depend on the order in which outputs come. */
export class OutputUnion {
  /** Spellings of groups and values by key, of authorization names by folded name. */
  readonly #outputs = new Map<string, Output>();
  readonly #names = new Map<string, string>();

  /** @param key that of {@link keyOfOutput} */
  add(output: Output, key: string): void {
    const known = this.#outputs.get(key);
    if (known === undefined || compareByCodePoint(spelling(output), spelling(known)) < 0) {
      this.#outputs.set(key, output);
    }
    if (output.kind === 'authorization') {
      const folded = comparisonKey(output.name);
      const name = this.#names.get(folded);
      if (name === undefined || compareByCodePoint(output.name, name) < 0)
        this.#names.set(folded, output.name);
    }
  }

  has(key: string): boolean {
    return this.#outputs.has(key);
  }

  /** The output with this key, in the spelling that stands; the given one where there is none. */
  spelled(output: Output, key: string): Output {
    return this.#named(this.#outputs.get(key) ?? output);
  }

  /** Every output by its key, in the spelling that stands. */
  entries(): [key: string, output: Output][] {
    return [...this.#outputs].map(([key, output]) => [key, this.#named(output)]);
  }

  /** Everything but the outputs with these keys. */
  without(removed: { has(key: string): boolean }): Answer {
    const groups: string[] = [];
    const valuesByName = new Map<string, string[]>();
    for (const [key, output] of this.#outputs) {
      if (removed.has(key)) continue;
      const { name, value } = this.#named(output);
      if (value === undefined) groups.push(name);
      else addUnder(valuesByName, name, value);
    }
    const authorizations = [...valuesByName]
      .sort(([a], [b]) => compareByCodePoint(a, b))
      .map(([name, values]) => [name, values.sort(compareByCodePoint)] as const);
    return { groups: groups.sort(compareByCodePoint), authorizations: new Map(authorizations) };
  }

  /** With the spelling of the authorization's name that stands. */
  #named(output: Output): Output {
    const { kind, name, value } = output;
    return value === undefined ? output : { kind, name: this.#names.get(comparisonKey(name)) ?? name, value };
  }
}

function spelling({ name, value }: Output): string {
  return value ?? name;
}
