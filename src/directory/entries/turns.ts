/**
 * Turns at a directory: so many pieces of work at once, and so many that wait. Those that somebody waits for go in the
 * order in which they came, then those of the background, which take no more than half of the turns. Who has no time left,
 * or whom nobody waits for any more, leaves the line: that is why it is no bulkhead of a library, which keeps them in it.
 */
import type { Deadline } from '../../deadline.ts';
import { Failure } from '../../failure.ts';
import type { Interest, Place } from '../../place.ts';

/** How many turns there are, and what is said where too many wait. */
export interface TurnRules {
  readonly atOnce: number;
  /** How many may wait for whom somebody waits, and how many besides for the background. */
  readonly waiting: number;
  /** Why work is turned away. */
  readonly crowded: string;
}

interface Waiting {
  order: number;
  isLate(): boolean;
  begin(interest: Interest): void;
  refuse(error: Error): void;
}

export class Turns {
  readonly #rules: TurnRules;
  readonly #mostBehind: number;
  readonly #lines = { caller: new Line(), background: new Line() };
  #running = 0;
  #runningBehind = 0;

  constructor(rules: TurnRules) {
    this.#rules = rules;
    this.#mostBehind = Math.max(1, Math.floor(rules.atOnce / 2));
  }

  /** How many wait. */
  get waiting(): number {
    return this.#lines.caller.length + this.#lines.background.length;
  }

  /**
   * What the work gives, begun at once or when its turn has come.
   * @param deadline none for work that has all the time it needs
   * @throws Failure `overloaded` at once where too many wait; `directory_timeout` where the deadline passes before the
   *   turn has come, or nobody waits for it any more
   */
  async run<T>(work: () => Promise<T>, place: Place, deadline?: Deadline): Promise<T> {
    const interest = this.#mayBegin(place.interest)
      ? this.#begin(place.interest)
      : await this.#turnOf(place, deadline);
    try {
      return await work();
    } finally {
      this.#running--;
      if (interest === 'background') this.#runningBehind--;
      this.#beginNext();
    }
  }

  /** Turns all away that wait. */
  refuseWaiting(error: Error): void {
    for (const line of Object.values(this.#lines))
      for (let next = line.shift(); next !== undefined; next = line.shift()) next.refuse(error);
  }

  #mayBegin(interest: Interest): boolean {
    if (interest === 'nobody') throw nobodyWaits();
    if (this.#running >= this.#rules.atOnce) return false;
    return interest === 'caller' || this.#runningBehind < this.#mostBehind;
  }

  #begin(interest: Interest): Interest {
    this.#running++;
    if (interest === 'background') this.#runningBehind++;
    return interest;
  }

  async #turnOf(place: Place, deadline: Deadline | undefined): Promise<Interest> {
    let leave = () => {};
    const turn = new Promise<Interest>((resolve, reject) => {
      const waiting: Waiting = {
        order: place.order,
        isLate: () => deadline?.remaining() === 0,
        begin: (interest) => resolve(this.#begin(interest)),
        refuse: reject,
      };
      let line = this.#lineFor(place.interest, undefined);
      line.add(waiting);
      const unwatch = place.watch(() => {
        // It may have had its turn, or been turned away.
        if (!line.delete(waiting)) return;
        try {
          line = this.#lineFor(place.interest, line);
          waiting.order = place.order;
          line.add(waiting);
          this.#beginNext();
        } catch (error) {
          reject(error);
        }
      });
      leave = () => {
        unwatch();
        line.delete(waiting);
      };
    });
    try {
      return await (deadline === undefined ? turn : deadline.limit(turn, 'the wait for a turn'));
    } finally {
      leave();
    }
  }

  // Whoever waits in one already is not turned away from the line of those whom somebody waits for.
  #lineFor(interest: Interest, before: Line | undefined): Line {
    if (interest === 'nobody') throw nobodyWaits();
    const line = this.#lines[interest];
    const isGivenPlace = before === line || (before !== undefined && interest === 'caller');
    if (isGivenPlace || line.length < this.#rules.waiting) return line;
    throw new Failure('overloaded', this.#rules.crowded);
  }

  #beginNext(): void {
    while (this.#running < this.#rules.atOnce) {
      const caller = this.#lines.caller.shift();
      const mayBeBehind = this.#runningBehind < this.#mostBehind;
      const next = caller ?? (mayBeBehind ? this.#lines.background.shift() : undefined);
      if (next === undefined) return;
      if (next.isLate()) next.refuse(new Failure('directory_timeout', 'the deadline passed in the queue'));
      else next.begin(caller === undefined ? 'background' : 'caller');
    }
  }
}

function nobodyWaits(): Failure {
  return new Failure('directory_timeout', 'nobody waits for it any more');
}

/** Who waits, in the order of their coming. */
class Line {
  readonly #entries: Waiting[] = [];

  get length(): number {
    return this.#entries.length;
  }

  add(waiting: Waiting): void {
    this.#entries.splice(this.#firstAfter(waiting.order), 0, waiting);
  }

  shift(): Waiting | undefined {
    return this.#entries.shift();
  }

  /** Whether it was in it. */
  delete(waiting: Waiting): boolean {
    for (let at = this.#firstAfter(waiting.order) - 1; at >= 0; at--) {
      const entry = this.#entries[at];
      if (entry === undefined || entry.order !== waiting.order) return false;
      if (entry !== waiting) continue;
      this.#entries.splice(at, 1);
      return true;
    }
    return false;
  }

  /** Most come in their order, and go to the end. */
  #firstAfter(order: number): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.order ?? order) > order) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
