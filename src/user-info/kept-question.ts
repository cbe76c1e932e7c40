/** A question that is kept for the next time it is asked, by the hundred thousand: no more of it than tells it again. */
import type { Deadline } from '../deadline.ts';
import type { Found, Lookup, Question } from './lookup.ts';

export class KeptQuestion implements Question {
  readonly userid: string;
  readonly key: string;
  readonly unknown: Question['unknown'];
  readonly #lookup: Lookup;

  constructor(lookup: Lookup, userid: string, { key, unknown }: Question) {
    this.#lookup = lookup;
    this.userid = userid;
    this.key = key;
    this.unknown = unknown;
  }

  async find(deadline: Deadline): Promise<Found> {
    const question = this.#lookup.ask(this.userid);
    if (question === undefined) throw new Error('a lookup takes the userids that it took');
    return question.find(deadline);
  }
}
