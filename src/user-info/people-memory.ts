/**
 * People in memory, under bounds: a count, and octets by an estimate. Who was asked for longest ago goes first; who is
 * past every use goes a slice at a time, so that no request waits for it. How old somebody may be is cache.ts's.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { NUMBER_OCTETS, objectOctets, textOctets } from '../octets.ts';
import { Alike } from './alike.ts';
import type { AnswerText } from './answer-text.ts';
import type { Found } from './lookup.ts';
import { Remembered } from './remembered.ts';

export interface PeopleBounds {
  /** So many at the most, unknown ones included. */
  readonly people: number;
  /** So many octets at the most, by an estimate. */
  readonly memory: number;
}

/** What one takes beside the key and the person: places in the order of use, {@link Remembered}, {@link Found}. */
const PLACE = 150 + objectOctets(6) + objectOctets(4) + NUMBER_OCTETS;
/** Looking for the like costs this part of the memory. */
const ALIKE_PART = 1 / 16;
const EACH_SLICE = 1000;
const TRIES = 3;

export class PeopleMemory {
  readonly #isPast: (found: Found) => boolean;
  readonly #kept: LRUCache<string, Remembered>;
  #bounds: PeopleBounds;
  #isCurrent: (key: string) => boolean = () => true;
  #alike: Alike;
  #octets = 0;
  #renewals = 0;
  /** After how many of them the answers from before are gone. */
  #sweptOf = 0;
  #sweep: Promise<void> | undefined;

  /** @param isPast whether nobody will be answered by it any more */
  constructor(bounds: PeopleBounds, isPast: (found: Found) => boolean) {
    this.#bounds = bounds;
    this.#isPast = isPast;
    this.#alike = new Alike(bounds.memory * ALIKE_PART);
    // By a `max` it would take memory ahead for all of them, and no reload could set another.
    this.#kept = new LRUCache({
      maxSize: Number.MAX_SAFE_INTEGER,
      sizeCalculation: () => 1,
      dispose: (remembered) => {
        this.#octets -= remembered.octets + remembered.octetsOfAnswers;
        remembered.letGo();
      },
    });
  }

  get size(): number {
    return this.#kept.size;
  }

  /** How many octets all of them take, by the estimate. */
  get octets(): number {
    return this.#octets;
  }

  /** Counts as a use. */
  get(key: string): Remembered | undefined {
    return this.#kept.get(key);
  }

  /** Who is not past every use. */
  peek(key: string): Remembered | undefined {
    const remembered = this.#kept.peek(key);
    return remembered === undefined || this.#isPast(remembered.found) ? undefined : remembered;
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }

  /** What was found is remembered in place of what was known before. */
  set(key: string, found: Found): Remembered {
    const { person, readAt, attributes, identities } = found;
    const shared = person && this.#alike.share(person);
    const remembered = new Remembered({ person: shared?.person, readAt, attributes, identities }, this);
    remembered.octets = PLACE + textOctets(key) + (shared?.octets ?? 0);
    this.#octets += remembered.octets;
    this.#kept.set(key, remembered);
    this.#makeRoom();
    return remembered;
  }

  /** The answer, or the equal one of somebody else, which the person then takes memory for too. */
  keepAnswer(remembered: Remembered, text: AnswerText): AnswerText {
    const shared = this.#alike.answer(text);
    remembered.octetsOfAnswers += shared.octets;
    this.#octets += shared.octets;
    this.#makeRoom();
    return shared.text;
  }

  /**
   * Goes on under other bounds, without the answers that were made.
   * @param isCurrent whether a key is still one under which people are asked for
   */
  renew(bounds: PeopleBounds, isCurrent: (key: string) => boolean): void {
    if (bounds.memory !== this.#bounds.memory) this.#alike = new Alike(bounds.memory * ALIKE_PART);
    this.#bounds = bounds;
    this.#isCurrent = isCurrent;
    this.#renewals++;
    void this.sweep();
  }

  /** Lets go of who is past every use, or beyond the bounds. Resolves when that is done. */
  sweep(): Promise<void> {
    this.#sweep ??= this.#sweepSlices().finally(() => {
      this.#sweep = undefined;
    });
    return this.#sweep;
  }

  async #sweepSlices(): Promise<void> {
    let isWhole = false;
    for (let tried = 0; tried < TRIES && !isWhole; tried++) isWhole = await this.#sweepOnce();
    while (this.#isOver()) {
      this.#makeRoom();
      await turn();
    }
  }

  /** Whether all were met. The order ends early where it changed just at the place between two slices. */
  async #sweepOnce(): Promise<boolean> {
    const renewals = this.#renewals;
    const due = this.#kept.size;
    let met = 0;
    for (const key of this.#kept.rkeys()) {
      const remembered = this.#kept.peek(key);
      if (remembered === undefined) continue;
      if (!this.#isCurrent(key) || this.#isPast(remembered.found)) this.#kept.delete(key);
      else if (renewals !== this.#sweptOf) this.#octets -= remembered.forgetAnswers();
      if (++met >= due) break;
      if (met % EACH_SLICE === 0) await turn();
    }
    if (met < due) return false;
    this.#sweptOf = renewals;
    return renewals === this.#renewals;
  }

  // Few at once also where the bounds have become much narrower: a sweep does the rest.
  #makeRoom(): void {
    for (let i = 0; i < EACH_SLICE && this.#isOver(); i++) this.#kept.pop();
  }

  #isOver(): boolean {
    const { people, memory } = this.#bounds;
    return this.#kept.size > people || (this.#octets > memory * (1 - ALIKE_PART) && this.#kept.size > 0);
  }
}
