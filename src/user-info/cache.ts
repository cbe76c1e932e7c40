/**
 * People in memory around the lookup: for how long they are fresh, when an old one may stand in for a directory that
 * fails, one lookup a person at a time, never a failure remembered. What is asked, and of whom, belongs to lookup.ts;
 * what is made of a person to user-info.ts.
 */
import { type Clock, Deadline } from '../deadline.ts';
import { type Failure, isFailure } from '../failure.ts';
import type { Interest } from '../place.ts';
import { Flight } from './flight.ts';
import type { Found, Question } from './lookup.ts';
import { type PeopleBounds, PeopleMemory } from './people-memory.ts';
import { Remembered } from './remembered.ts';

/** Sizes and times of the config's section `cache`; times in milliseconds. */
export interface CacheSettings extends PeopleBounds {
  readonly fresh: number;
  /** Until when after it was read an answer may stand in for a directory that fails. */
  readonly stale: number;
  readonly unknown: number;
  /** For how long at the most whoever could have an old answer waits for a new one. */
  readonly wait: number;
}

/**
 * Where an answer came from: the directory, or memory with the milliseconds that it stays fresh. An old answer has
 * none left, and the failure for which it stands in.
 */
export type CacheState =
  | { readonly from: 'memory'; readonly ttl: number; readonly insteadOf?: Failure }
  | { readonly from: 'directory' };

/** A question whose answer may be remembered. */
export type RememberedQuestion = Pick<Question, 'key' | 'find' | 'check'>;

/** What whoever asks makes of people, which one question does not tell. */
export interface Reader {
  /** Whether everything was read of the person that the answer needs. */
  suffices(found: Found): boolean;
  /** The deadline of a refresh that begins now, for which nobody waits. */
  refreshDeadline(): Deadline;
}

export interface CacheAnswer {
  readonly remembered: Remembered;
  readonly state: CacheState;
}

/** In this last part of its time a fresh answer is refreshed; a failed refresh is tried again after a quarter of it. */
const REFRESHED_PART = 1 / 5;
const RETRIED_PART = REFRESHED_PART / 4;

const OLD_ANSWER_STANDS_IN_FOR: readonly string[] = [
  'directory_unavailable',
  'directory_timeout',
  'overloaded',
  'directory_refused',
  'directory_incomplete',
];

/** One for all endpoints: endpoints that ask the same directories share what was read. */
export class PeopleCache {
  #settings: CacheSettings;
  readonly #clock: Clock;
  readonly #refreshFailed: (error: unknown) => void;
  readonly #people: PeopleMemory;
  readonly #flights = new Map<string, Flight<Remembered>>();

  /** @param refreshFailed is told why a refresh in the background came to nothing; nobody else is */
  constructor(settings: CacheSettings, clock: Clock, refreshFailed: (error: unknown) => void) {
    this.#settings = settings;
    this.#clock = clock;
    this.#refreshFailed = refreshFailed;
    this.#people = new PeopleMemory(settings, (found) => this.#isPast(found));
  }

  /** How many people are in memory, unknown ones included. */
  get size(): number {
    return this.#people.size;
  }

  /** How many octets they take, by an estimate. */
  get octets(): number {
    return this.#people.octets;
  }

  /**
   * Lets go of those who are past every use, in slices, and resolves when that is done. To be called from time to time:
   * nobody may ask for them again.
   */
  forgetOld(): Promise<void> {
    return this.#people.sweep();
  }

  /**
   * What is remembered while it is fresh; else undefined. It counts as a use of the person, and in the last part of
   * their time it begins a refresh behind it.
   */
  hit(question: RememberedQuestion, reader: Reader): CacheAnswer | undefined {
    const kept = this.#people.get(question.key);
    if (kept === undefined || !reader.suffices(kept.found)) return undefined;
    const ttl = this.#ttlOf(kept.found);
    if (ttl <= 0) return undefined;
    this.#refreshIfDue(question, reader, kept, ttl);
    return { remembered: kept, state: { from: 'memory', ttl } };
  }

  /**
   * What {@link hit} gives, else what is read; those who ask meanwhile wait for the same read. Where that fails, or is not
   * there after `wait`, an old answer within `stale`; the read goes on behind it. Throws what the read throws, or
   * `directory_timeout` once the caller's own deadline has passed.
   */
  async find(question: RememberedQuestion, reader: Reader, deadline: Deadline): Promise<CacheAnswer> {
    const hit = this.hit(question, reader);
    if (hit !== undefined) return hit;
    try {
      const read = this.#readOnce(question, reader, deadline);
      return {
        remembered: await this.#waitedFor(read, question, reader, deadline),
        state: { from: 'directory' },
      };
    } catch (error) {
      return this.#oldAnswer(question, reader, error);
    }
  }

  /**
   * Goes on under other settings, as a reload demands. What was read stays; what was made of it is forgotten.
   * @param isCurrent whether a key is still one under which people are asked for
   */
  renew(settings: CacheSettings, isCurrent: (key: string) => boolean): void {
    this.#settings = settings;
    this.#people.renew(settings, isCurrent);
    // Nobody who comes now is to wait for, or be refused by, what was replaced.
    this.#flights.clear();
  }

  async #readOnce(question: RememberedQuestion, reader: Reader, deadline: Deadline): Promise<Remembered> {
    for (;;) {
      const running = this.#flights.get(question.key);
      // One that began before that was known may hang on for long.
      if (running !== undefined) question.check?.();
      const flight = running ?? this.#startFlight(question, reader, deadline, 'nobody');
      try {
        const remembered = await flight.wait(deadline);
        // A lookup that began before a reload may have left out what the new mapping needs.
        if (running === undefined || reader.suffices(remembered.found)) return remembered;
      } catch (error) {
        // The read had the deadline of whoever began it, and may have been given up; one who has time left asks on.
        const isOthers = running !== undefined && isFailure(error, 'directory_timeout');
        const isWanted = deadline.remaining() > 0 && deadline.place.interest !== 'nobody';
        if (!isOthers || !isWanted) throw error;
      }
    }
  }

  // The read; where something could stand in for it, a failure once `wait` has passed: then it goes on behind others.
  #waitedFor(
    read: Promise<Remembered>,
    { key }: RememberedQuestion,
    reader: Reader,
    { place }: Deadline,
  ): Promise<Remembered> {
    if (this.#insteadOfRead(key, reader) === undefined) return read;
    const patience = new Deadline(this.#clock, this.#settings.wait);
    return patience.limit(read, 'the wait for a new answer (cache.wait)').catch((error: unknown) => {
      // What could have stood in may have become too old meanwhile.
      if (this.#insteadOfRead(key, reader) === undefined) return read;
      place.become('background');
      throw error;
    });
  }

  #oldAnswer({ key }: RememberedQuestion, reader: Reader, error: unknown): CacheAnswer {
    // Asked anew: a fact may have replaced it meanwhile, and a read that came late renewed it.
    const remembered = this.#insteadOfRead(key, reader);
    if (remembered === undefined || !mayBeStoodInFor(error)) throw error;
    const ttl = this.#ttlOf(remembered.found);
    if (ttl > 0) return { remembered, state: { from: 'memory', ttl } };
    return { remembered, state: { from: 'memory', ttl, insteadOf: error } };
  }

  // What is fresh again, or not past `stale` as far as it is about a person.
  #insteadOfRead(key: string, reader: Reader): Remembered | undefined {
    const remembered = this.#people.peek(key);
    if (remembered === undefined || !reader.suffices(remembered.found)) return undefined;
    const { found } = remembered;
    const isWithin = found.person !== undefined && this.#clock.now() - found.readAt < this.#settings.stale;
    return isWithin || this.#ttlOf(found) > 0 ? remembered : undefined;
  }

  #refreshIfDue(question: RememberedQuestion, reader: Reader, kept: Remembered, ttl: number): void {
    const { fresh } = this.#settings;
    const now = this.#clock.now();
    if (kept.found.person === undefined || ttl > fresh * REFRESHED_PART) return;
    if (this.#flights.has(question.key) || now < (kept.noRefreshBefore ?? now)) return;
    kept.noRefreshBefore = now + fresh * RETRIED_PART;
    const deadline = reader.refreshDeadline();
    deadline.place.become('background');
    this.#startFlight(question, reader, deadline, 'background').wait(deadline).catch(this.#refreshFailed);
  }

  #startFlight(
    question: RememberedQuestion,
    reader: Reader,
    deadline: Deadline,
    unasked: Exclude<Interest, 'caller'>,
  ): Flight<Remembered> {
    const { key } = question;
    const read = async (within: Deadline): Promise<Remembered> => {
      const startedAt = this.#clock.now();
      try {
        return this.#remember(key, reader, await question.find(within));
      } catch (error) {
        if (isFailure(error, 'ambiguous_user') && !this.#hasNewerThan(startedAt, key))
          this.#people.delete(key);
        throw error;
      }
    };
    const flight = new Flight(read, deadline, unasked, () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight;
  }

  #remember(key: string, reader: Reader, found: Found): Remembered {
    if (!this.#hasNewerThan(found.readAt, key)) return this.#keep(key, found);
    const newest = this.#people.peek(key);
    return newest !== undefined && reader.suffices(newest.found) ? newest : new Remembered(found);
  }

  #keep(key: string, found: Found): Remembered {
    if (this.#lifetimeOf(found) > 0) return this.#people.set(key, found);
    this.#people.delete(key);
    return new Remembered(found);
  }

  #lifetimeOf({ person }: Found): number {
    const { fresh, stale, unknown } = this.#settings;
    return person === undefined ? unknown : Math.max(fresh, stale);
  }

  #isPast(found: Found): boolean {
    return this.#clock.now() - found.readAt > this.#lifetimeOf(found);
  }

  #hasNewerThan(readAt: number, key: string): boolean {
    const newest = this.#people.peek(key);
    return newest !== undefined && newest.found.readAt > readAt;
  }

  #ttlOf({ person, readAt }: Found): number {
    const lifetime = person === undefined ? this.#settings.unknown : this.#settings.fresh;
    return lifetime - (this.#clock.now() - readAt);
  }
}

function mayBeStoodInFor(error: unknown): error is Failure {
  return isFailure(error) && OLD_ANSWER_STANDS_IN_FOR.includes(error.code);
}
