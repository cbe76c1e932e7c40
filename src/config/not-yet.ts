/**
 * What the config file may say one day and this version refuses. Deleting a row makes a key, or its values,
 * available to the checks; the rest of the config knows nothing of this list.
 */
import type { Path } from '../yaml/source.ts';
import type { CheckFinding, Draft } from './draft.ts';

interface NotYet {
  /** Keys from the top; `*` is any name. */
  readonly key: string;
  /** The values meant, or their beginning where it ends with `:`; every one where absent. */
  readonly values?: readonly string[];
  readonly hint?: string;
}

const NOT_YET: readonly NotYet[] = [
  { key: 'listen.tls.client_ca', hint: 'callers prove themselves by password' },
  { key: 'admin.callers' },
  { key: 'callers.*.certificate', hint: 'callers prove themselves by password' },
  {
    key: 'directories.*.vendor',
    values: ['active-directory', 'entra-ds'],
    hint: 'its primary groups would be missing from every answer',
  },
  { key: 'directories.*.urls', values: ['srv:'], hint: 'write the servers as ldaps://HOST' },
  { key: 'directories.*.tls.starttls', values: ['yes', 'true'], hint: 'write ldaps:// URLs' },
  { key: 'directories.*.tls.certificate', hint: 'bind with dn and password' },
  { key: 'directories.*.tls.key', hint: 'bind with dn and password' },
  { key: 'directories.*.bind.sasl', hint: 'bind with dn and password' },
  { key: 'directories.*.users.unknown', values: ['empty'], hint: 'write not_found' },
  {
    key: 'directories.*.memberships.from',
    values: ['token-groups'],
    hint: 'write attribute or search',
  },
  { key: 'directories.*.memberships.partial', values: ['yes', 'true'] },
  { key: 'directories.*.accounts.disabled', values: ['empty', 'not_found'], hint: 'write ignore' },
  { key: 'directories.*.accounts.expired', values: ['empty', 'not_found'], hint: 'write ignore' },
  { key: 'directories.*.accounts.locked', values: ['empty', 'not_found'], hint: 'write ignore' },
];

/** Everything in the file that this version does not have. */
export function notYetFindings(draft: Draft): CheckFinding[] {
  return NOT_YET.flatMap(({ key, values, hint }) =>
    pathsOf(draft, key.split('.')).flatMap((path): CheckFinding[] => {
      if (values === undefined) {
        return [{ path, on: 'key', message: `${last(key)} is not available in this version yet`, hint }];
      }
      return draft
        .texts(path)
        .filter(({ text }) => values.some((value) => isMeant(value, text)))
        .map((place) => ({
          path: place.path,
          message: `${last(key)}: ${values.find((value) => isMeant(value, place.text))} is not available in this version yet`,
          hint,
        }));
    }),
  );
}

/** Whether the value of the key, which may come from a default and so stand nowhere, is on the list. */
export function isNotYet(key: string, value: string): boolean {
  return NOT_YET.some(
    (row) => row.key === key && (row.values ?? [value]).some((each) => isMeant(each, value)),
  );
}

function isMeant(value: string, text: string): boolean {
  return value.endsWith(':') ? text.toLowerCase().startsWith(value) : text === value;
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
