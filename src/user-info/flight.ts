/**
 * One read that several may wait for. It stands in the lines where the one stands who has waited longest; in the
 * background where nobody waits and somebody wants it all the same; and once nobody wants it, it need not be begun.
 */
import type { Deadline } from '../deadline.ts';
import type { Interest, Place } from '../place.ts';

export class Flight<Value> {
  readonly #result: Promise<Value>;
  readonly #own: Place;
  readonly #unasked: Interest;
  readonly #asking = new Set<Place>();

  /**
   * @param deadline of who begins it, which is the read's
   * @param unasked for whom it is while nobody waits for it
   * @param ended is told once it has, before those who wait
   */
  constructor(
    read: (deadline: Deadline) => Promise<Value>,
    deadline: Deadline,
    unasked: Exclude<Interest, 'caller'>,
    ended: () => void,
  ) {
    const own = deadline.apart(undefined, unasked === 'nobody' ? deadline.place.interest : unasked);
    this.#own = own.place;
    this.#unasked = unasked;
    this.#result = read(own);
    this.#result.then(ended, ended);
  }

  /** What is read, or a `directory_timeout` once this deadline has passed. */
  async wait(deadline: Deadline): Promise<Value> {
    const { place } = deadline;
    this.#asking.add(place);
    const unwatch = place.watch(() => this.#stand());
    this.#stand();
    try {
      return await deadline.limit(this.#result, 'the lookup');
    } finally {
      unwatch();
      this.#asking.delete(place);
      this.#stand();
    }
  }

  #stand(): void {
    let interest = this.#unasked;
    let order = Number.POSITIVE_INFINITY;
    for (const place of this.#asking) {
      if (place.interest === 'caller') {
        interest = 'caller';
        order = Math.min(order, place.order);
      } else if (place.interest === 'background' && interest === 'nobody') interest = 'background';
    }
    this.#own.become(interest, Number.isFinite(order) ? order : this.#own.order);
  }
}
