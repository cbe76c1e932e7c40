/**
 * What is due to whoever was found, or not found, at one moment: decided here alone, and then rendered as bytes for
 * callers and as an explanation for people.
 */
import { type AccountCondition, deadAccount, type Person } from '../person.ts';

/** What is due. */
export type Due =
  /** The person's account is alive: what the mapping makes of them. */
  | { readonly kind: 'mapped'; readonly person: Person }
  /** An answer with nothing in it, whatever the mapping says: nobody was found, or the account is dead. */
  | {
      readonly kind: 'empty';
      readonly person: Person | undefined;
      /** Why nothing is due to a person who is there. */
      readonly account: AccountCondition | undefined;
    }
  | NotFound;

/** No answer is due: `unknown_user`. */
export interface NotFound {
  readonly kind: 'not_found';
  /** For the log, which may be one that names nobody. */
  readonly reason: string;
  /** For whoever asks about the person, whom it names. */
  readonly explanation: string;
}

/**
 * To be asked at every serving: what is due to a person in memory changes as time goes by.
 * @param person undefined where the directories were read and have nobody
 * @param unknown what is due where nobody is found
 * @param now milliseconds of the wall clock since 1970
 */
export function dueTo(person: Person | undefined, unknown: 'not_found' | 'empty', now: number): Due {
  if (person === undefined) {
    return unknown === 'empty'
      ? { kind: 'empty', person, account: undefined }
      : notFound('no directory has such a person');
  }
  const account = deadAccount(person, now);
  if (account === undefined) return { kind: 'mapped', person };
  return account.due === 'empty'
    ? { kind: 'empty', person, account }
    : notFound(`the account is ${account.status}`, `the account of ${person.dn} is ${account.status}`);
}

/** @param explanation the reason where that says all there is to say */
export function notFound(reason: string, explanation = reason): NotFound {
  return { kind: 'not_found', reason, explanation };
}
