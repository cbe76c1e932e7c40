/**
 * Time as the service measures it: a monotonic clock that tests can turn, and the moment by which a request must be
 * answered, carried down from the route to the search.
 */
import { Failure } from './failure.ts';
import { type Interest, Place } from './place.ts';

/** Milliseconds from an arbitrary start, never going back. */
export interface Clock {
  now(): number;
}

/** The moment, on the clock that made it, after which nobody waits for the result any more. */
export class Deadline {
  readonly at: number;
  /** Where the work that must end by then stands in the lines. */
  readonly place: Place;
  readonly #clock: Clock;

  /** @param milliseconds from now */
  constructor(clock: Clock, milliseconds: number, place: Place = new Place()) {
    this.#clock = clock;
    this.at = clock.now() + milliseconds;
    this.place = place;
  }

  /**
   * For work that this one began and others may wait for too: it came at the same time, and does not end with this one's
   * interest.
   * @param milliseconds from now; the same moment where left out
   */
  apart(milliseconds: number = this.remaining(), interest: Interest = 'caller'): Deadline {
    return new Deadline(this.#clock, milliseconds, new Place(interest, this.place.order));
  }

  /** Milliseconds that are left, never below 0. */
  remaining(): number {
    return Math.max(0, this.at - this.#clock.now());
  }

  /**
   * The work's result, or a `directory_timeout` failure once the deadline has passed. The work itself goes on: who
   * started it ends it.
   * @param what names the work in the failure's message
   */
  limit<T>(work: Promise<T>, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Failure('directory_timeout', `the deadline passed during ${what}`)),
        this.remaining(),
      );
      work.then(
        (result) => {
          clearTimeout(timer);
          resolve(result);
        },
        (error: unknown) => {
          clearTimeout(timer);
          reject(error);
        },
      );
    });
  }
}

/**
 * The work's result; rejects where there is none within so many milliseconds. The work itself is not ended.
 * @param otherwise the message of the error then
 */
export async function within<T>(
  milliseconds: number,
  work: Promise<T>,
  otherwise = `no answer within ${milliseconds} ms`,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(otherwise)), milliseconds);
  });
  return Promise.race([work, expired]).finally(() => clearTimeout(timer));
}
