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
  /** Names in lower case of the attributes that were asked for, whether or not the person has them. */
  readonly attributes: ReadonlySet<string>;
  /** Whether the groups' SIDs and GUIDs were asked for. */
  readonly identities: boolean;
}

/** A directory of an endpoint, with what the lookup must know of it. */
export interface AskedDirectory {
  readonly directory: Directory;
  /** Differs where the same name may mean other people, or the same ones seen otherwise. Without control characters. */
  readonly identity: string;
  /** Names in lower case of the attributes that it reads for mappings. */
  readonly attributes: ReadonlySet<string>;
  /** Whether it reads the groups' SIDs and GUIDs. */
  readonly identities: boolean;
  /** What is due to people whom it does not have. */
  readonly unknown: 'not_found' | 'empty';
}

/** Finds the person behind a userid. */
export interface Lookup {
  /** One key for all the spellings of one person; undefined where no directory answers such a userid. */
  keyOf(userid: string): string | undefined;
  /** Throws a Failure where the answer is not certain. */
  find(userid: string, deadline: Deadline): Promise<Found>;
  /** Whether an empty answer is due where nobody is found: only where every directory that was asked says so. */
  unknownIsEmpty(userid: string): boolean;
}

const NO_ATTRIBUTES: ReadonlySet<string> = new Set();

/** Asks every directory of an endpoint whose `userids` patterns match, all at once. */
export class DirectoryLookup implements Lookup {
  readonly #directories: readonly AskedDirectory[];
  readonly #now: () => number;

  constructor(directories: readonly AskedDirectory[], now: () => number) {
    this.#directories = directories;
    this.#now = now;
  }

  keyOf(userid: string): string | undefined {
    const keys = this.#asked(userid).map(
      ({ directory, identity, name }) => `${identity}\0${directory.keyOf(name, userid)}`,
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
    const people = answers.flatMap((answer, i) =>
      answer.status === 'fulfilled' && answer.value
        ? [
            {
              person: answer.value,
              attributes: asked[i]?.attributes ?? NO_ATTRIBUTES,
              identities: asked[i]?.identities ?? false,
            },
          ]
        : [],
    );
    if (people.length > 1) {
      const names = people.map(({ person }) => person.directory).join(', ');
      throw new Failure('ambiguous_user', `several directories have this person: ${names}`);
    }
    const [found] = people;
    if (found === undefined)
      return { person: undefined, readAt, attributes: NO_ATTRIBUTES, identities: false };
    return { ...found, readAt: Math.min(readAt, found.person.readAt) };
  }

  unknownIsEmpty(userid: string): boolean {
    const asked = this.#asked(userid);
    return asked.length > 0 && asked.every(({ unknown }) => unknown === 'empty');
  }

  #asked(userid: string): (AskedDirectory & { readonly name: string })[] {
    return this.#directories.flatMap((asked) => {
      const name = asked.directory.nameFor(userid);
      return name === undefined ? [] : [{ ...asked, name }];
    });
  }
}

/** Whether a key of {@link DirectoryLookup} was made of directories with these identities alone. */
export function isKeyOfThese(key: string, identities: ReadonlySet<string>): boolean {
  return key.split('\x01').every((part) => identities.has(part.slice(0, part.indexOf('\0'))));
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
