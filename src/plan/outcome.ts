/**
 * What one person gets under one mapping, as a plan compares it: by the very function that answers requests, and with
 * the cases in which a request has no answer. Adding up people is comparison.ts'.
 */
import { isFailure } from '../failure.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { translate } from '../mapping/translate.ts';
import type { CountableTranslation, Translation } from '../mapping/translation.ts';
import { deadAccount, type Person } from '../person.ts';

/** `dead`: nothing is due, whatever a mapping says. `none`: the request would not be answered. */
export type Outcome =
  | { readonly kind: 'answer'; readonly translation: Translation & CountableTranslation }
  | { readonly kind: 'dead' }
  | { readonly kind: 'none' };

/**
 * What a request would get at that moment.
 * @param now milliseconds since 1970
 */
export function outcomeOf(mapping: Mapping, person: Person, now: number): Outcome {
  if (deadAccount(person, now) !== undefined) return { kind: 'dead' };
  try {
    return { kind: 'answer', translation: translate(mapping, person, now) };
  } catch (error) {
    if (!isFailure(error, 'required_attribute_missing')) throw error;
    return { kind: 'none' };
  }
}
