/**
 * What stands against a person's account, read off the entry by the vendor's signs. Owns that nothing unclear passes
 * for a living account, or for a dead one.
 */

import type { AccountCondition, AttributeValue } from '../person.ts';
import { type AccountSign, AccountValueError, type Judgement } from './account-signs.ts';
import { incomplete } from './completeness.ts';
import { type Entry, plainValues } from './entry.ts';
import type { AccountSettings } from './settings.ts';

/** The signs that the settings do not ignore. Their attributes must be asked for by name: some are operational. */
export function signsThatMatter(
  signs: readonly AccountSign[],
  settings: AccountSettings,
): readonly AccountSign[] {
  return signs.filter(({ status }) => settings[status] !== 'ignore');
}

/**
 * The conditions of the account, in the order of the signs. Throws {@link Failure} `directory_incomplete` for a value
 * that cannot be understood, and where an attribute that every account has cannot be read.
 * @param signs for each status those that the settings do not ignore
 */
export function readAccount(
  entry: Entry,
  signs: readonly AccountSign[],
  settings: AccountSettings,
): readonly AccountCondition[] {
  const decided = new Set<string>();
  const conditions: AccountCondition[] = [];
  for (const { status, attribute, since, always } of signs) {
    const due = settings[status];
    if (due === 'ignore' || decided.has(status)) continue;
    const values = plainValues(entry, attribute);
    if (values.length === 0) {
      if (always) throw incomplete('value', `${entry.dn} has no readable ${attribute}`);
      continue;
    }
    decided.add(status);
    const earliest = earliestOf(values, since, `${entry.dn}: the ${attribute}`);
    if (earliest !== undefined) conditions.push({ status, since: earliest, due });
  }
  return conditions;
}

function earliestOf(values: readonly AttributeValue[], since: Judgement, what: string): number | undefined {
  const moments = values.map((value) => {
    try {
      if (typeof value !== 'string') throw new AccountValueError('no text');
      return since(value);
    } catch (error) {
      if (!(error instanceof AccountValueError)) throw error;
      const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : 'of octets';
      throw incomplete('value', `${what} ${shown} is ${error.message}`);
    }
  });
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
