/**
 * The story of an answer, for one endpoint: the userid's person, from memory or the directories, translated by the
 * mapping. Who may ask is http/'s concern.
 */
import type { Deadline } from '../deadline.ts';
import { Failure } from '../failure.ts';
import { formatAnswer } from '../mapping/answer.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { translate } from '../mapping/translate.ts';
import type { Translation } from '../mapping/translation.ts';
import type { Person } from '../person.ts';
import type { CacheState, PeopleCache } from './cache.ts';
import type { Lookup } from './lookup.ts';
import { checkUserid } from './userid.ts';

/** The answer's JSON text as bytes; undefined where the directories were read and have no such person. */
export interface UserInfoAnswer {
  readonly bytes: Buffer | undefined;
  readonly cache: CacheState;
}

/** A person with everything that the mapping decided about, and why. */
export interface Explanation {
  readonly person: Person;
  readonly translation: Translation;
}

/** What one endpoint answers. */
export class UserInfo {
  readonly #lookup: Lookup;
  readonly #people: PeopleCache;
  readonly #mapping: Mapping;

  constructor(lookup: Lookup, people: PeopleCache, mapping: Mapping) {
    this.#lookup = lookup;
    this.#people = people;
    this.#mapping = mapping;
  }

  /** Throws a Failure where the answer is not certain, and `unknown_user` where no directory takes such a userid. */
  async answer(userid: string, deadline: Deadline): Promise<UserInfoAnswer> {
    const key = this.#keyOf(userid);
    const { remembered, state } = await this.#people.find(
      key,
      (within) => this.#lookup.find(userid, within),
      deadline,
    );
    const { person } = remembered.found;
    const mapping = this.#mapping;
    const bytes =
      person &&
      remembered.answerFor(mapping, () =>
        Buffer.from(formatAnswer(translate(mapping, person).answer), 'utf8'),
      );
    return { bytes, cache: state };
  }

  /** The person as the directories hold it now, and the translation that {@link answer} would send. */
  async explain(userid: string, deadline: Deadline): Promise<Explanation> {
    checkUserid(userid);
    this.#keyOf(userid);
    const { person } = await this.#lookup.find(userid, deadline);
    if (person === undefined) throw new Failure('unknown_user', 'no directory has such a person');
    return { person, translation: translate(this.#mapping, person) };
  }

  #keyOf(userid: string): string {
    const key = this.#lookup.keyOf(userid);
    if (key === undefined)
      throw new Failure('unknown_user', 'no `userids` pattern of any directory takes such a userid');
    return key;
  }
}
