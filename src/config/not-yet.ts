/**
 * What the config file may say one day and this version refuses. Deleting a row makes a key, or its values,
 * available to the checks; the rest of the config knows nothing of this list.
 */
import type { Path } from '../yaml/finding.ts';
import type { CheckFinding, Draft } from './draft.ts';

interface NotYet {
  /** Keys from the top; `*` is any name. */
  readonly key: string;
  /** The values meant; every one where absent. */
  readonly values?: readonly string[];
  readonly hint?: string;
}

const NOT_YET: readonly NotYet[] = [{ key: 'admin.callers' }];

/** Everything in the file that this version does not have. */
export function notYetFindings(draft: Draft): CheckFinding[] {
  return NOT_YET.flatMap(({ key, values, hint }) =>
    pathsOf(draft, key.split('.')).flatMap((path): CheckFinding[] => {
      if (values === undefined) {
        return [{ path, on: 'key', message: `${last(key)} is not available in this version yet`, hint }];
      }
      return draft
        .texts(path)
        .filter(({ text }) => values.includes(text))
        .map((place) => ({
          path: place.path,
          message: `${last(key)}: ${place.text} is not available in this version yet`,
          hint,
        }));
    }),
  );
}

function pathsOf(draft: Draft, steps: readonly string[]): Path[] {
  let paths: Path[] = [[]];
  for (const step of steps) {
    paths = paths.flatMap((path) =>
      (step === '*' ? draft.keys(path) : [step]).map((key) => [...path, key]).filter((at) => draft.has(at)),
    );
  }
  return paths;
}

function last(key: string): string {
  return key.slice(key.lastIndexOf('*') + 1).replace(/^\./, '');
}
