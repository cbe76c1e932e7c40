/** What is due, with its reasons, as `explain` and the admin listener's `/explain` tell it. */
import { translationToJson } from '../mapping/explaining/explain.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { Translation } from '../mapping/translation.ts';
import type { CacheState } from './cache.ts';
import type { Due, NotFound } from './due.ts';

/** An answer that is due, with everything that the mapping decided about it, and why. */
export type Explained = Exclude<Due, NotFound> & {
  /** The mapping of the endpoint. It was asked only where `kind` is `mapped`. */
  readonly mapping: Mapping;
  readonly translation: Translation;
};

export type Explanation = Explained | NotFound;

/** An explanation of an answer that may come from memory. */
export type ExplainedAnswer =
  | (Explained & {
      readonly cache: CacheState;
      /** Milliseconds since the oldest read in it. */
      readonly age: number;
    })
  | NotFound;

/** As JSON prints it, in the command's output and the admin listener's alike. */
export function explanationToJson(explained: Explained): object {
  const { person, translation } = explained;
  const { directory = null, dn = null } = person ?? {};
  const account = explained.kind === 'empty' ? explained.account : undefined;
  const { isWhole = true, notes = [] } = person?.completeness ?? {};
  return {
    directory,
    dn,
    complete: isWhole,
    left_out: notes,
    account: account === undefined ? null : { status: account.status, due: account.due },
    ...translationToJson(translation),
  };
}
