/**
 * Findings that may be very many: of each kind the first few, and how many more there are. What makes two findings one
 * kind is the caller's to say; memory does not grow with their number.
 */

/** So many of one kind are told one by one; of more only {@link FIRST_OF_MANY}, and the number of the others. */
export const MOST_OF_A_KIND = 20;
export const FIRST_OF_MANY = 3;
// Beyond it whatever is new is of one kind.
const MOST_KINDS = 200;
const OTHERS = Symbol('others');

interface KindTally<Finding> {
  readonly first: Finding[];
  count: number;
}

/** A finding, and how many others like it are not told. */
export interface Told<Finding> {
  readonly finding: Finding;
  readonly more: number;
}

export class Tally<Finding> {
  readonly #kinds = new Map<string | typeof OTHERS, KindTally<Finding>>();

  add(kind: string, finding: Finding): void {
    const isNew = !this.#kinds.has(kind);
    const key = isNew && this.#kinds.size >= MOST_KINDS ? OTHERS : kind;
    const known = this.#kinds.get(key);
    if (known === undefined) this.#kinds.set(key, { first: [finding], count: 1 });
    else if (++known.count <= MOST_OF_A_KIND) known.first.push(finding);
    else known.first.length = FIRST_OF_MANY;
  }

  /** By kind, in the order in which they came. */
  told(): readonly Told<Finding>[] {
    return [...this.#kinds.values()].flatMap(({ first, count }) =>
      first.map((finding, i) => ({ finding, more: i === first.length - 1 ? count - first.length : 0 })),
    );
  }
}

/** The kind of a message that quotes what it is about: the message without quoted texts and numbers. */
export function kindOfMessage(message: string): string {
  return message.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/[0-9]+/g, '0');
}
