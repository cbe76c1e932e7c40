/**
 * Which directories are asked for a userid, and what their answers make together: one person, nobody, or a failure.
 * Reading one directory belongs to directory/, remembering to cache.ts.
 */
import type { Deadline } from '../deadline.ts';
import type { Directory } from '../directory/directory.ts';
import { Failure, isFailure } from '../failure.ts';
import type { Person } from '../person.ts';

/** What all the directories together hold of a userid; no person where all were read and none has it. */
export interface Found {
  readonly person: Person | undefined;
  /** When the oldest read in it began, on the service's clock in milliseconds. */
  readonly readAt: number;
}

/** Finds the person behind a userid. */
export interface Lookup {
  /** One key for all the spellings of one person; undefined where no directory answers such a userid. */
  keyOf(userid: string): string | undefined;
  /** Throws a Failure where the answer is not certain. */
  find(userid: string, deadline: Deadline): Promise<Found>;
}

/** Asks every directory of an endpoint whose `userids` patterns match, all at once. */
export class DirectoryLookup implements Lookup {
  readonly #directories: readonly Directory[];
  readonly #now: () => number;

  constructor(directories: readonly Directory[], now: () => number) {
    this.#directories = directories;
    this.#now = now;
  }

  keyOf(userid: string): string | undefined {
    const keys = this.#asked(userid).map(
      ({ directory, name }) => `${directory.name}\0${directory.keyOf(name, userid)}`,
    );
    return keys.length === 0 ? undefined : keys.join('\x01');
  }

  async find(userid: string, deadline: Deadline): Promise<Found> {
    const readAt = this.#now();
    const asked = this.#asked(userid);
    const answers = await Promise.allSettled(
      asked.map(({ directory, name }) => directory.findPerson(name, userid, deadline)),
    );
    throwWhereUncertain(answers);
    const people = answers.flatMap((answer) =>
      answer.status === 'fulfilled' && answer.value ? [answer.value] : [],
    );
    if (people.length > 1) {
      const names = people.map(({ directory }) => directory).join(', ');
      throw new Failure('ambiguous_user', `several directories have this person: ${names}`);
    }
    const person = people[0];
    return { person, readAt: person === undefined ? readAt : Math.min(readAt, person.readAt) };
  }

  #asked(userid: string): { directory: Directory; name: string }[] {
    return this.#directories.flatMap((directory) => {
      const name = directory.nameFor(userid);
      return name === undefined ? [] : [{ directory, name }];
    });
  }
}

// A directory that failed may have the same person, so what the others found is not certain; that one of them has
// two is.
function throwWhereUncertain(answers: readonly PromiseSettledResult<unknown>[]): void {
  const reasons = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [answer.reason as unknown] : [],
  );
  const reason = reasons.find((each) => isFailure(each, 'ambiguous_user')) ?? reasons[0];
  if (reason !== undefined) throw reason;
}
