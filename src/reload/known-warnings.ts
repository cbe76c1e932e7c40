/** Which warnings of a setup its predecessor did not have: known ones are not told at each reload again. */
import { type Problem, renderProblem } from '../yaml/problem.ts';

export class KnownWarnings {
  #known: readonly Problem[] = [];

  /** Takes the warnings of what is in use now; returns what the log says of them. */
  replace(warnings: readonly Problem[]): { readonly warnings?: number; readonly new_warnings?: string[] } {
    const known = new Map<string, number>();
    for (const warning of this.#known) known.set(keyOf(warning), (known.get(keyOf(warning)) ?? 0) + 1);
    const added = warnings.filter((warning) => {
      const left = known.get(keyOf(warning)) ?? 0;
      known.set(keyOf(warning), left - 1);
      return left <= 0;
    });
    this.#known = warnings;
    return {
      ...(warnings.length === 0 ? {} : { warnings: warnings.length }),
      ...(added.length === 0 ? {} : { new_warnings: added.map(renderProblem) }),
    };
  }
}

// Without the place: a line that stands lower than before is the same one.
function keyOf({ file, message, hint, excerpt }: Problem): string {
  return JSON.stringify([file, message, hint, excerpt?.text]);
}
