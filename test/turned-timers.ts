/**
 * Timers that stand still until a test turns them, in place of the global ones. The mock timers of node:test would stop
 * `until` too, which must go on, and warn on Node.js 20 that they are an experiment.
 */

interface Timer {
  readonly due: number;
  readonly happen: () => void;
  isHolding: boolean;
  unref(): Timer;
}

export class TurnedTimers {
  readonly #real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  readonly #waiting = new Set<Timer>();
  #now = 0;

  /** Takes the place of the global `setTimeout` and `clearTimeout` until {@link giveBack}; timers set before go on. */
  take(): void {
    const set = (happen: () => void, milliseconds = 0): Timer => {
      const timer: Timer = {
        due: this.#now + milliseconds,
        happen,
        isHolding: true,
        unref: () => {
          timer.isHolding = false;
          return timer;
        },
      };
      this.#waiting.add(timer);
      return timer;
    };
    const clear = (timer: Timer | undefined): void => {
      if (timer) this.#waiting.delete(timer);
    };
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  }

  giveBack(): void {
    Object.assign(globalThis, this.#real);
  }

  /** How many of them would keep the process up. */
  get holding(): number {
    return [...this.#waiting].filter(({ isHolding }) => isHolding).length;
  }

  /** Turns time forward by so many milliseconds: what is due by then happens, in its order. */
  turn(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#first(); next !== undefined && next.due <= end; next = this.#first()) {
      this.#now = Math.max(this.#now, next.due);
      this.#waiting.delete(next);
      next.happen();
    }
    this.#now = end;
  }

  #first(): Timer | undefined {
    return [...this.#waiting].reduce<Timer | undefined>(
      (first, timer) => (first === undefined || timer.due < first.due ? timer : first),
      undefined,
    );
  }
}
