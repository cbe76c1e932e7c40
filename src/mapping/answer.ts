/**
 * What leaves the service about a person: group names and authorizations, in the one order that makes the same facts
 * the same bytes. How it came to be is translation.ts.
 */

/** Everything is sorted by code point; no authorization is without values. */
export interface Answer {
  readonly groups: readonly string[];
  readonly authorizations: ReadonlyMap<string, readonly string[]>;
}

/** Nothing is due. */
export const EMPTY_ANSWER: Answer = { groups: [], authorizations: new Map() };

/**
 * The canonical JSON text. Written key by key: an object would move names that look like integers (`"10"`) to the
 * front.
 */
export function formatAnswer(answer: Answer): string {
  const groups = answer.groups.map((name) => `{"name":${JSON.stringify(name)}}`);
  const authorizations = [...answer.authorizations].map(
    ([name, values]) => `${JSON.stringify(name)}:${JSON.stringify(values)}`,
  );
  return `{"groups":[${groups.join(',')}],"authorizations":{${authorizations.join(',')}}}`;
}
