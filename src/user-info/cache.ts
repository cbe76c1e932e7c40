/**
 * People in memory around the lookup: how long they are fresh, one lookup a person at a time, never a failure
 * remembered. What is asked, and of whom, belongs to lookup.ts; what is made of a person to user-info.ts.
 */
import { LRUCache } from 'lru-cache';
import type { Clock, Deadline } from '../deadline.ts';
import { isFailure } from '../failure.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { Found } from './lookup.ts';

/** Sizes and times of the config's section `cache`; times in milliseconds. */
export interface CacheSettings {
  /** People kept at the most; the least recently asked for go first. */
  readonly people: number;
  readonly fresh: number;
  readonly unknown: number;
}

/** Where an answer came from: memory, with the milliseconds that it stays fresh, or the directory. */
export type CacheState = { readonly from: 'memory'; readonly ttl: number } | { readonly from: 'directory' };

/** What was found, with the bytes of the answers that were made of it. */
export class Remembered {
  readonly found: Found;
  #answer: { readonly mapping: Mapping; readonly bytes: Buffer } | undefined;
  #others: Map<Mapping, Buffer> | undefined;

  constructor(found: Found) {
    this.found = found;
  }

  /** The bytes that `make` gave for this mapping, made once. One endpoint is usual, so a second one costs a map. */
  answerFor(mapping: Mapping, make: () => Buffer): Buffer {
    if (this.#answer !== undefined && this.#answer.mapping === mapping) return this.#answer.bytes;
    const known = this.#others?.get(mapping);
    if (known !== undefined) return known;
    const bytes = make();
    if (this.#answer === undefined) {
      this.#answer = { mapping, bytes };
    } else {
      this.#others ??= new Map();
      this.#others.set(mapping, bytes);
    }
    return bytes;
  }
}

/** One for all endpoints: endpoints that ask the same directories share what was read. */
export class PeopleCache {
  readonly #settings: CacheSettings;
  readonly #clock: Clock;
  readonly #people: LRUCache<string, Remembered>;
  readonly #flights = new Map<string, Promise<Remembered>>();

  constructor(settings: CacheSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#people = new LRUCache({ max: settings.people });
  }

  /**
   * What is remembered while it is fresh, else what `read` finds; those who ask meanwhile wait for the same read.
   * Throws what `read` throws, or `directory_timeout` once the caller's own deadline has passed.
   */
  async find(
    key: string,
    read: (deadline: Deadline) => Promise<Found>,
    deadline: Deadline,
  ): Promise<{ readonly remembered: Remembered; readonly state: CacheState }> {
    const remembered = this.#people.get(key);
    if (remembered !== undefined) {
      const ttl = this.#lifetimeOf(remembered.found) - (this.#clock.now() - remembered.found.readAt);
      if (ttl > 0) return { remembered, state: { from: 'memory', ttl } };
    }
    for (;;) {
      const running = this.#flights.get(key);
      const flight = running ?? this.#startFlight(key, () => read(deadline));
      try {
        return { remembered: await deadline.limit(flight, 'the lookup'), state: { from: 'directory' } };
      } catch (error) {
        // The read had the deadline of whoever began it; one who has time left asks on.
        const isOthers = running !== undefined && isFailure(error, 'directory_timeout');
        if (!isOthers || deadline.remaining() === 0) throw error;
      }
    }
  }

  #startFlight(key: string, read: () => Promise<Found>): Promise<Remembered> {
    const flight = read()
      .then((found) => this.#remember(key, found))
      .finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }

  #remember(key: string, found: Found): Remembered {
    const newest = this.#people.peek(key);
    if (newest !== undefined && newest.found.readAt > found.readAt) return newest;
    const remembered = new Remembered(found);
    this.#people.set(key, remembered);
    return remembered;
  }

  #lifetimeOf(found: Found): number {
    return found.person === undefined ? this.#settings.unknown : this.#settings.fresh;
  }
}
