/**
 * Which of the files that changed may be half-written, and until when to leave them alone. Owns what each file was: as
 * it was last read, as it is in use, and as it was seen since. Looking again, reading and telling are reloader.ts's.
 */
import type { Clock } from '../deadline.ts';
import { type Content, HEAD, isBeginning, isSameContent, readContent } from './content.ts';
import { type FileStates, laterBy, lookAt } from './file-states.ts';

/** For how long a changed file must have been still, in milliseconds. */
export interface StillTimes {
  readonly still: number;
  /** Where it is now a beginning of what it was. */
  readonly beginning: number;
}

/** A changed file that is not to be read yet. */
export interface Wait {
  readonly file: string;
  /** It changed just now; it is a beginning of what it was; it is an LDIF whose last line is not ended. */
  readonly why: 'changing' | 'beginning' | 'unended';
  /** The clock's time at which it may be, if it stays as it is; Infinity where it may not. */
  readonly until: number;
}

/** What one look at the files saw. */
export interface Look {
  /** The clock's time at which all of it had been seen. */
  readonly time: number;
  /** By these, what is read after the look can be told to be what was looked at. */
  readonly states: FileStates;
  /** The files that are not as they were last read, those that are waited for included; none that was never read. */
  readonly changed: readonly string[];
  /** None where nothing has changed: what named a file that was never read is then as it was. */
  readonly waits: readonly Wait[];
  /** What the files hold, but for those that changed just now. */
  readonly contents: ReadonlyMap<string, Content | undefined>;
}

interface Judged {
  readonly file: string;
  readonly isChanged: boolean;
  readonly content: Content | undefined;
  readonly wait?: Wait;
}

interface Known {
  readonly state: string | undefined;
  readonly content: Content | undefined;
}

interface Seen extends Known {
  readonly state: string;
  /** The clock's time at which the file was seen in this state first. Only of one that is named now its times are asked. */
  readonly since: number;
  /** As it was at first sight, before it was known to be still; undefined where it is large or not there. */
  readonly glimpse: Content | undefined;
  /** What it was seen as since it was last read, and may now be a beginning of. */
  readonly before: readonly Content[];
  readonly isRead: boolean;
}

export class HalfWritten {
  readonly #clock: Clock;
  readonly #times: StillTimes;
  /** Also what a reading that was refused did not come to. */
  #read: ReadonlyMap<string, Known> = new Map();
  #used: ReadonlyMap<string, Content | undefined> = new Map();
  /** Of files that are not as they were last read. */
  readonly #seen = new Map<string, Seen>();
  #looked: ReadonlySet<string> = new Set();

  constructor(clock: Clock, times: StillTimes) {
    this.#clock = clock;
    this.#times = times;
  }

  /**
   * @param lines files that are whole only where their last line is ended
   * @param still in place of the time for which files that just changed must be still
   */
  async look(
    files: readonly string[],
    lines: ReadonlySet<string>,
    still: number = this.#times.still,
  ): Promise<Look> {
    const before = await lookAt(files);
    await Promise.all(files.map((file) => this.#see(file, before.get(file) ?? '', still)));
    const states = await lookAt(files);
    this.#looked = new Set(files);
    const looks = files.map((file) => this.#judge(file, states.get(file) ?? '', lines.has(file), still));
    const changed = looks.flatMap(({ file, isChanged }) => (isChanged && this.#read.has(file) ? file : []));
    return {
      time: this.#clock.now(),
      states,
      changed,
      waits: changed.length === 0 ? [] : looks.flatMap(({ wait }) => wait ?? []),
      contents: new Map(looks.map(({ file, content }) => [file, content])),
    };
  }

  /** Whether what was read between the two looks is what both saw; the later may be at more files, and at fewer. */
  isOneReading(before: Look, after: Look): boolean {
    return [...after.states].every(([file, state]) => {
      if (before.states.has(file)) return before.states.get(file) === state;
      return this.#read.get(file)?.state === state || this.#hasBeen(file, state, before.time);
    });
  }

  /** Notes that the files were read as that look saw them. */
  noteRead({ states, contents }: Look): void {
    const read = [...contents].map(
      ([file, content]) => [file, { state: states.get(file), content }] as const,
    );
    this.#read = new Map([...this.#read, ...read]);
    this.#seen.clear();
  }

  /** Notes that what was read as that look saw it is in use: nothing else is known any more. */
  noteUse({ contents }: Look): void {
    this.#read = new Map([...this.#read].filter(([file]) => contents.has(file)));
    this.#used = contents;
  }

  #hasBeen(file: string, state: string, time: number): boolean {
    const seen = this.#seen.get(file);
    return seen?.state === state && seen.since < time;
  }

  /** Reads it once it has been still. */
  async #see(file: string, state: string, still: number): Promise<void> {
    if (this.#read.get(file)?.state === state) return;
    const known = this.#seen.get(file);
    const seen = known?.state === state ? known : await this.#glimpse(file, state, known);
    const isStill = this.#clock.now() - seen.since >= still;
    const content = isStill && !seen.isRead ? await readContent(file) : seen.content;
    this.#seen.set(file, { ...seen, content, isRead: seen.isRead || isStill });
  }

  // What was whole for a moment only is seen by that: the next writing may be cut short.
  async #glimpse(file: string, state: string, last: Seen | undefined): Promise<Seen> {
    const since = this.#looked.has(file) ? this.#clock.now() : this.#sinceOfNamed(state);
    const glimpse = await readContent(file, HEAD);
    const seen = last?.content ?? last?.glimpse;
    const before = [...(last?.before ?? []), ...(seen === undefined ? [] : [seen])].filter(
      (was) => glimpse === undefined || isBeginning(glimpse, was),
    );
    return { state, since, content: undefined, glimpse, before, isRead: false };
  }

  /**
   * A file that is named now was not watched: it has been still for as long as one that was, if by the times of both it
   * was not changed later.
   */
  #sinceOfNamed(state: string): number {
    const now = this.#clock.now();
    const watched = [...this.#seen].filter(([file]) => this.#looked.has(file));
    return Math.min(now, ...watched.map(([, seen]) => seen.since + Math.max(0, laterBy(state, seen.state))));
  }

  #judge(file: string, state: string, mustEndLine: boolean, still: number): Judged {
    const read = this.#read.get(file);
    if (read !== undefined && read.state === state) {
      this.#seen.delete(file);
      return { file, isChanged: false, content: read.content };
    }
    const seen = this.#seen.get(file);
    const waiting = (why: Wait['why'], milliseconds: number): Judged => {
      const until = (seen?.since ?? this.#clock.now()) + milliseconds;
      return { file, isChanged: true, content: seen?.content, wait: { file, why, until } };
    };
    // Where the state is another one, it changed while it was looked at.
    if (seen?.state !== state || !seen.isRead) return waiting('changing', still);
    const { content, since } = seen;
    const now = this.#clock.now();
    if (now < since + still) return waiting('changing', still);
    if (isSameContent(content, read?.content)) return { file, isChanged: false, content };
    if (mustEndLine && content?.endsLine === false) return waiting('unended', Number.POSITIVE_INFINITY);
    const { beginning } = this.#times;
    if (this.#isCutShort(content, file) && now < since + beginning) return waiting('beginning', beginning);
    return { file, isChanged: true, content };
  }

  #isCutShort(content: Content | undefined, file: string): boolean {
    const used = this.#used.get(file);
    if (content === undefined || isSameContent(content, used)) return false;
    return [used, this.#read.get(file)?.content, ...(this.#seen.get(file)?.before ?? [])].some(
      (was) => was !== undefined && isBeginning(content, was),
    );
  }
}
