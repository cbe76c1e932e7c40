/**
 * Which directories are asked for a userid, and what their answers make together: one person, nobody, or a failure.
 * Reading one directory belongs to directory/, remembering to cache.ts.
 */
import type { Deadline } from '../deadline.ts';
import type { Directory, PersonQuestion } from '../directory/directory.ts';
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

/** A userid as the directories of an endpoint understand it. */
export interface Question {
  /** One for all the spellings of one person. */
  readonly key: string;
  /** What is due where nobody is found: an empty answer only where every directory that is asked says so. */
  readonly unknown: 'not_found' | 'empty';
  /** Throws a Failure where the answer is not certain. */
  find(deadline: Deadline): Promise<Found>;
  /** Throws what {@link find} would throw at once, while a directory is known to be failing. */
  check?(): void;
}

/** Finds the person behind a userid. */
export interface Lookup {
  /** Undefined where no directory takes such a userid. */
  ask(userid: string): Question | undefined;
}

/** A directory that takes a userid, with what it is asked then. */
interface Asked {
  readonly of: AskedDirectory;
  readonly question: PersonQuestion;
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

  ask(userid: string): Question | undefined {
    const asked = this.#directories.flatMap((each): Asked[] => {
      const question = each.directory.ask(userid);
      return question === undefined ? [] : [{ of: each, question }];
    });
    if (asked.length === 0) return undefined;
    return {
      key: asked.map(({ of, question }) => `${of.identity}\0${question.key}`).join('\x01'),
      unknown: asked.every(({ of }) => of.unknown === 'empty') ? 'empty' : 'not_found',
      find: (deadline) => find(asked, deadline, this.#now),
      check: () => {
        for (const { question } of asked) question.check?.();
      },
    };
  }
}

async function find(asked: readonly Asked[], deadline: Deadline, now: () => number): Promise<Found> {
  const readAt = now();
  const answers = await Promise.allSettled(
    asked.map(async ({ of: { attributes, identities }, question }) => {
      const person = await question.find(deadline);
      return person === undefined ? [] : [{ person, attributes, identities }];
    }),
  );
  const people = certain(answers).flat();
  if (people.length > 1) {
    const names = people.map(({ person }) => person.directory).join(', ');
    throw new Failure('ambiguous_user', `several directories have this person: ${names}`);
  }
  const [found] = people;
  if (found === undefined) return { person: undefined, readAt, attributes: NO_ATTRIBUTES, identities: false };
  const { person, attributes, identities } = found;
  return { person, readAt: Math.min(readAt, person.readAt), attributes, identities };
}

/** Whether a key of {@link DirectoryLookup} was made of directories with these identities alone. */
export function isKeyOfThese(key: string, identities: ReadonlySet<string>): boolean {
  return key.split('\x01').every((part) => identities.has(part.slice(0, part.indexOf('\0'))));
}

// A directory that failed may have the same person, so what the others found is not certain; that one of them has
// two is.
function certain<T>(answers: readonly PromiseSettledResult<T>[]): T[] {
  const found: T[] = [];
  const reasons: unknown[] = [];
  for (const answer of answers) {
    if (answer.status === 'fulfilled') found.push(answer.value);
    else reasons.push(answer.reason);
  }
  const reason = reasons.find((each) => isFailure(each, 'ambiguous_user')) ?? reasons[0];
  if (reason !== undefined) throw reason;
  return found;
}
