/**
 * The story of an answer, for one endpoint: the userid is asked of the lookup, its person comes from memory or the
 * directories, what is due to them now is rendered. Who may ask is http/'s concern.
 */
import { type Clock, Deadline } from '../deadline.ts';
import { EMPTY_ANSWER, formatAnswer } from '../mapping/answer.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { translate } from '../mapping/translate.ts';
import type { Translation } from '../mapping/translation.ts';
import type { Completeness } from '../person.ts';
import { AnswerText, EMPTY_TEXT } from './answer-text.ts';
import type { CacheAnswer, CacheState, PeopleCache, Reader } from './cache.ts';
import { type Due, dueTo, type NotFound, notFound } from './due.ts';
import type { ExplainedAnswer, Explanation } from './explanation.ts';
import { KeptQuestion } from './kept-question.ts';
import type { Found, Lookup, Question } from './lookup.ts';
import type { Remembered } from './remembered.ts';
import { checkUserid } from './userid.ts';

/** The JSON text that is due, or `unknown_user` with its reason. */
export type UserInfoAnswer = ({ readonly kind: 'answer'; readonly text: AnswerText } | NotFound) & {
  /** Undefined where no directory takes such a userid, so that nobody was asked. */
  readonly cache: CacheState | undefined;
  /** The verdict on what was read; undefined where there is no person. */
  readonly completeness?: Completeness | undefined;
};

/** Times of an endpoint. */
export interface UserInfoTimes {
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallNow: () => number;
  /** The endpoint's deadline in milliseconds, which refreshes in the background have too. */
  readonly deadline: number;
}

const NOBODY_ASKED = notFound('no `userids` pattern of any directory takes such a userid');
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
  readonly #reader: Reader;

  constructor(lookup: Lookup, people: PeopleCache, mapping: Mapping, times: UserInfoTimes) {
    this.#lookup = lookup;
    this.#people = people;
    this.#mapping = mapping;
    this.#needed = mapping.attributes.map((attribute) => attribute.toLowerCase());
    this.#times = times;
    this.#reader = {
      suffices: (found) => this.#suffices(found),
      refreshDeadline: () => new Deadline(times.clock, times.deadline),
    };
  }

  /** The userid as it is asked, for {@link hit}; undefined where no directory takes such a one. */
  keep(userid: string): KeptQuestion | undefined {
    const question = this.#lookup.ask(userid);
    return question && new KeptQuestion(this.#lookup, userid, question);
  }

  /** What {@link answer} gives where a fresh person is remembered; else undefined, and no directory is asked. */
  hit(question: Question): UserInfoAnswer | undefined {
    const found = this.#people.hit(question, this.#reader);
    return found && this.#answerOf(found, question);
  }

  /** Throws a Failure where the answer is not certain. */
  async answer(userid: string, deadline: Deadline): Promise<UserInfoAnswer> {
    const question = this.#lookup.ask(userid);
    if (question === undefined) return { ...NOBODY_ASKED, cache: undefined };
    return this.#answerOf(await this.#people.find(question, this.#reader, deadline), question);
  }

  /** What is due to the person as the directories hold it now, and why. Throws as {@link answer}, and `bad_userid`. */
  async explain(userid: string, deadline: Deadline): Promise<Explanation> {
    checkUserid(userid);
    const question = this.#lookup.ask(userid);
    if (question === undefined) return NOBODY_ASKED;
    return this.#explanationOf(await question.find(deadline), question);
  }

  /** What {@link answer} sends right now, be it from memory, with its reasons. Throws as {@link explain}. */
  async explainAnswer(userid: string, deadline: Deadline): Promise<ExplainedAnswer> {
    checkUserid(userid);
    const question = this.#lookup.ask(userid);
    if (question === undefined) return NOBODY_ASKED;
    const { remembered, state: cache } = await this.#people.find(question, this.#reader, deadline);
    const { found } = remembered;
    const explanation = this.#explanationOf(found, question);
    if (explanation.kind === 'not_found') return explanation;
    return { ...explanation, cache, age: this.#times.clock.now() - found.readAt };
  }

  #answerOf({ remembered, state: cache }: CacheAnswer, { unknown }: Question): UserInfoAnswer {
    const { person } = remembered.found;
    const now = this.#times.wallNow();
    const due = dueTo(person, unknown, now);
    const completeness = person?.completeness;
    if (due.kind === 'not_found') return { ...due, cache, completeness };
    return { kind: 'answer', text: this.#textOf(due, remembered, now), cache, completeness };
  }

  #suffices({ person, attributes, identities }: Found): boolean {
    if (person === undefined) return true;
    return (
      (identities || !this.#mapping.readsIdentities) &&
      this.#needed.every((attribute) => attributes.has(attribute))
    );
  }

  #textOf(due: Exclude<Due, NotFound>, remembered: Remembered, now: number): AnswerText {
    if (due.kind === 'empty') return EMPTY_TEXT;
    const mapping = this.#mapping;
    return remembered.answerFor(mapping, now, () => {
      const { answer, changesAt } = translate(mapping, due.person, now);
      return { text: new AnswerText(formatAnswer(answer)), changesAt };
    });
  }

  #explanationOf({ person }: Found, { unknown }: Question): Explanation {
    const now = this.#times.wallNow();
    const due = dueTo(person, unknown, now);
    if (due.kind === 'not_found') return due;
    const mapping = this.#mapping;
    const translation = due.kind === 'mapped' ? translate(mapping, due.person, now) : EMPTY_TRANSLATION;
    return { ...due, mapping, translation };
  }
}
