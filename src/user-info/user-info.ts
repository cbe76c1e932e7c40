/**
 * The story of an answer, for one endpoint: the userid's person, from memory or the directories, whose account is
 * alive, translated by the mapping. Who may ask is http/'s concern.
 */
import { type Clock, Deadline } from '../deadline.ts';
import { Failure } from '../failure.ts';
import { EMPTY_ANSWER, formatAnswer } from '../mapping/answer.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { translate } from '../mapping/translate.ts';
import type { Translation } from '../mapping/translation.ts';
import { type AccountCondition, type Completeness, deadAccount, type Person } from '../person.ts';
import type { CacheState, PeopleCache, Reading } from './cache.ts';
import type { Found, Lookup } from './lookup.ts';
import type { Remembered } from './remembered.ts';
import { checkUserid } from './userid.ts';

/** The answer's JSON text as bytes; undefined where the directories were read and nothing is due but `unknown_user`. */
export interface UserInfoAnswer {
  readonly bytes: Buffer | undefined;
  readonly cache: CacheState;
  /** The verdict on what was read; undefined where there is no person. */
  readonly completeness?: Completeness | undefined;
}

/** A person with everything that the mapping decided about, and why. */
export interface Explanation {
  /** Undefined where no directory has such a person and an empty answer is due to them. */
  readonly person: Person | undefined;
  /** The mapping that was asked. */
  readonly mapping: Mapping;
  /** Why nothing is due to the person; the mapping was not asked then. */
  readonly account: AccountCondition | undefined;
  readonly translation: Translation;
}

/** An explanation of an answer that may come from memory. */
export interface ExplainedAnswer extends Explanation {
  readonly cache: CacheState;
  /** Milliseconds since the oldest read in it. */
  readonly age: number;
}

/** Times of an endpoint. */
export interface UserInfoTimes {
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallNow: () => number;
  /** The endpoint's deadline in milliseconds, which refreshes in the background have too. */
  readonly deadline: number;
}

const EMPTY_BYTES = Buffer.from(formatAnswer(EMPTY_ANSWER), 'utf8');
const EMPTY_TRANSLATION: Translation = {
  answer: EMPTY_ANSWER,
  given: [],
  withheld: [],
  removed: [],
  notCounted: [],
  nearTexts: [],
  reached: [],
  changesAt: undefined,
};

/** What one endpoint answers. */
export class UserInfo {
  readonly #lookup: Lookup;
  readonly #people: PeopleCache;
  readonly #mapping: Mapping;
  readonly #needed: readonly string[];
  readonly #times: UserInfoTimes;

  constructor(lookup: Lookup, people: PeopleCache, mapping: Mapping, times: UserInfoTimes) {
    this.#lookup = lookup;
    this.#people = people;
    this.#mapping = mapping;
    this.#needed = mapping.attributes.map((attribute) => attribute.toLowerCase());
    this.#times = times;
  }

  /** Throws a Failure where the answer is not certain, and `unknown_user` where no directory takes such a userid. */
  async answer(userid: string, deadline: Deadline): Promise<UserInfoAnswer> {
    const key = this.#keyOf(userid);
    const { remembered, state } = await this.#people.find(key, this.#readingOf(userid), deadline);
    const { person } = remembered.found;
    return {
      bytes: this.#bytesNow(remembered, userid),
      cache: state,
      completeness: person?.completeness,
    };
  }

  /** The person as the directories hold it now, and the translation that {@link answer} would send. */
  async explain(userid: string, deadline: Deadline): Promise<Explanation> {
    checkUserid(userid);
    this.#keyOf(userid);
    const { person } = await this.#lookup.find(userid, deadline);
    return this.#explanationOf(person, userid);
  }

  /** What {@link answer} sends right now, be it from memory, with its reasons. Throws as it does. */
  async explainAnswer(userid: string, deadline: Deadline): Promise<ExplainedAnswer> {
    checkUserid(userid);
    const key = this.#keyOf(userid);
    const { remembered, state } = await this.#people.find(key, this.#readingOf(userid), deadline);
    const { person, readAt } = remembered.found;
    return {
      ...this.#explanationOf(person, userid),
      cache: state,
      age: this.#times.clock.now() - readAt,
    };
  }

  #explanationOf(person: Person | undefined, userid: string): Explanation {
    if (person === undefined) {
      if (!this.#lookup.unknownIsEmpty(userid))
        throw new Failure('unknown_user', 'no directory has such a person');
      return { person, mapping: this.#mapping, account: undefined, translation: EMPTY_TRANSLATION };
    }
    const now = this.#times.wallNow();
    const account = deadAccount(person, now);
    if (account?.due === 'not_found')
      throw new Failure('unknown_user', `the account of ${person.dn} is ${account.status}`);
    const translation = account === undefined ? translate(this.#mapping, person, now) : EMPTY_TRANSLATION;
    return { person, mapping: this.#mapping, account, translation };
  }

  // Asked at every serving: what is due to a remembered person changes as time goes by.
  #bytesNow(remembered: Remembered, userid: string): Buffer | undefined {
    const { person } = remembered.found;
    if (person === undefined) return this.#lookup.unknownIsEmpty(userid) ? EMPTY_BYTES : undefined;
    const now = this.#times.wallNow();
    const dead = deadAccount(person, now);
    if (dead !== undefined) return dead.due === 'empty' ? EMPTY_BYTES : undefined;
    const mapping = this.#mapping;
    return remembered.answerFor(mapping, now, () => {
      const { answer, changesAt } = translate(mapping, person, now);
      return { bytes: Buffer.from(formatAnswer(answer), 'utf8'), changesAt };
    });
  }

  #readingOf(userid: string): Reading {
    const { clock, deadline } = this.#times;
    return {
      read: (within) => this.#lookup.find(userid, within),
      suffices: (found) => this.#suffices(found),
      refreshDeadline: () => new Deadline(clock, deadline),
    };
  }

  #suffices({ person, attributes, identities }: Found): boolean {
    if (person === undefined) return true;
    return (
      (identities || !this.#mapping.readsIdentities) &&
      this.#needed.every((attribute) => attributes.has(attribute))
    );
  }

  #keyOf(userid: string): string {
    const key = this.#lookup.keyOf(userid);
    if (key === undefined)
      throw new Failure('unknown_user', 'no `userids` pattern of any directory takes such a userid');
    return key;
  }
}
