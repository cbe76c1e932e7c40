/** A clock that stands still until a test turns it. */
import type { Clock } from '../src/deadline.ts';

export class TurnedClock implements Clock {
  #now = 1_000_000;

  now(): number {
    return this.#now;
  }

  /** Turns the clock forward by so many milliseconds. */
  turn(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
