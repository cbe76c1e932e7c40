/**
 * The operations of one connection whose result is not there yet: what came of each so far, and how much of all of them is
 * held at most. Sending and reading are connection.ts's.
 */
import type { BindResponse, SearchResponse } from 'ldapts';
import type { Entry } from '../entries/entry.ts';
import type { Reference } from '../forests/references.ts';

/** A search brought more than its limits let it: whatever follows, its answer is not whole. */
export class AnswerTooLargeError extends Error {}

/** How much may come before the results are there. */
export interface AnswerBounds {
  /** Entries and references of one search. */
  readonly entries: number;
  /** Octets of all searches together, and of one message. */
  readonly octets: number;
}

export interface EndedOperation {
  readonly entries: Entry[];
  readonly references: Reference[];
  readonly response: SearchResponse | BindResponse;
}

export interface PendingOperation {
  /** The one message that ends it: a result of another operation must not pass for it. */
  readonly ends: typeof SearchResponse | typeof BindResponse;
  /** Whether as much may come as there is. */
  readonly isUnbounded: boolean;
  readonly entries: Entry[];
  readonly references: Reference[];
  /** Since when it waits, as {@link performance.now} tells it. */
  readonly sentAt: number;
  readonly resolve: (ended: EndedOperation) => void;
  readonly reject: (error: Error) => void;
  octets: number;
  timer: NodeJS.Timeout;
}

export class PendingOperations {
  readonly #bounds: AnswerBounds;
  readonly #byId = new Map<number, PendingOperation>();
  #octets = 0;

  constructor(bounds: AnswerBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#byId.size;
  }

  get ids(): readonly number[] {
    return [...this.#byId.keys()];
  }

  get(id: number): PendingOperation | undefined {
    return this.#byId.get(id);
  }

  add(id: number, operation: PendingOperation): void {
    this.#byId.set(id, operation);
  }

  /** The operation, which from now on is none of those that wait. */
  take(id: number): PendingOperation | undefined {
    const operation = this.#byId.get(id);
    if (operation === undefined) return undefined;
    clearTimeout(operation.timer);
    this.#byId.delete(id);
    this.#octets -= operation.octets;
    return operation;
  }

  /**
   * Notes that so much came of it.
   * @returns what must end for it, and why: itself where it has too many entries, the one that holds most where all
   *   together hold too much
   */
  hold(id: number, operation: PendingOperation, octets: number): { id: number; reason: string } | undefined {
    if (operation.isUnbounded) return undefined;
    operation.octets += octets;
    this.#octets += octets;
    if (operation.entries.length + operation.references.length > this.#bounds.entries)
      return { id, reason: `more than ${this.#bounds.entries} entries came for one search (limits.entries)` };
    if (this.#octets <= this.#bounds.octets) return undefined;
    const [most = id] = [...this.#byId].reduce((one, other) =>
      other[1].octets > one[1].octets ? other : one,
    );
    return {
      id: most,
      reason: `more than ${this.#bounds.octets} octets came for one search (limits.octets)`,
    };
  }
}
