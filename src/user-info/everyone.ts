/**
 * Everyone whom an endpoint could be asked for, from all of its directories, each person once. Owns who is found more
 * than once, and so would not be answered; reading one directory is directory/'s.
 */
import type { Directory } from '../directory/directory.ts';
import { missingPart } from '../directory/entries/completeness.ts';
import type { PeopleWalk, WalkedPerson } from '../directory/people/people-walk.ts';
import { Failure, isFailure } from '../failure.ts';

/** What there is to say of a walk besides its people. */
export interface WalkSummary {
  /** User ids of which several entries or directories have the person; those were not met. */
  readonly ambiguous: readonly string[];
  /** How many were left out because no pattern of `userids` makes a user id of their login values. */
  readonly skipped: number;
}

/** One directory's part of a walk. */
interface Met {
  readonly directory: Directory;
  readonly walk: PeopleWalk;
  /** User ids by the directory's key. */
  readonly userids: Map<string, string>;
  /** Keys met more than once. */
  readonly repeated: Set<string>;
}

/**
 * Goes through all people. Throws {@link Failure} where they cannot be read completely: what was met is then worth
 * nothing.
 * @param begin called before the first person, and again where it turns out that some are there more than once, and once
 * where a server failed in the middle, as there may be another: all is then read anew, and what was met before is to be
 * forgotten. Gives what is to be called for each person.
 */
export async function meetEveryone(
  directories: readonly Directory[],
  begin: () => (met: WalkedPerson) => void,
): Promise<WalkSummary> {
  // Nobody knows of a person that another will come; keeping all until the end would cost more than reading again.
  let known: ReadonlyMap<string, string> = new Map();
  let hasFailed = false;
  for (let attempt = 1; attempt <= 2; attempt++) {
    let parts: readonly Met[];
    try {
      parts = await walkAll(directories, known, begin());
    } catch (error) {
      if (hasFailed || !anotherMayDoBetter(error)) throw error;
      hasFailed = true;
      parts = await walkAll(directories, known, begin());
    }
    const found = ambiguousIn(parts);
    if ([...found.keys()].every((key) => known.has(key))) {
      const skipped = parts.reduce((sum, { walk }) => sum + walk.skipped, 0);
      return { ambiguous: [...new Set(known.values())], skipped };
    }
    known = found;
  }
  throw new Failure('directory_incomplete', 'the people changed while they were read; try again');
}

/** Whether a walk that failed so may be whole at another server of the directory, where there is one. */
export function anotherMayDoBetter(error: unknown): boolean {
  if (!isFailure(error)) return false;
  return (
    error.code === 'directory_unavailable' ||
    error.code === 'directory_timeout' ||
    missingPart(error) === 'page'
  );
}

async function walkAll(
  directories: readonly Directory[],
  ambiguous: ReadonlyMap<string, string>,
  meet: (met: WalkedPerson) => void,
): Promise<Met[]> {
  const parts: Met[] = [];
  for (const directory of directories) {
    const part: Met = { directory, walk: directory.people(), userids: new Map(), repeated: new Set() };
    for await (const met of part.walk) {
      const key = keyIn(directory, met.userid);
      if (key === undefined) continue;
      if (part.userids.has(key)) part.repeated.add(key);
      else part.userids.set(key, met.userid);
      if (!ambiguous.has(identityOf(directory, key))) meet(met);
    }
    parts.push(part);
  }
  return parts;
}

/** Those who are there more than once, and those whom another directory would find by the same user id. */
function ambiguousIn(parts: readonly Met[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { directory, userids, repeated } of parts) {
    const others = parts.filter((other) => other.directory !== directory);
    if (others.length === 0 && repeated.size === 0) continue;
    for (const [key, userid] of userids) {
      const isElsewhere = others.some((other) => {
        const theirs = keyIn(other.directory, userid);
        return theirs !== undefined && other.userids.has(theirs);
      });
      if (isElsewhere || repeated.has(key)) found.set(identityOf(directory, key), userid);
    }
  }
  return found;
}

function keyIn(directory: Directory, userid: string): string | undefined {
  return directory.ask(userid)?.key;
}

function identityOf({ name }: Directory, key: string): string {
  return `${name}\0${key}`;
}
