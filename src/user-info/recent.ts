/**
 * What was met of late, by a text: as much as a number of octets allows. It forgets in two generations, which costs no
 * order of use: what was met neither in this one nor in the one before is let go. Whoever holds a value goes on holding it.
 */

interface Met<Value> {
  readonly value: Value;
  readonly octets: number;
}

export class Recent<Value> {
  readonly #most: number;
  #octets = 0;
  #young = new Map<string, Met<Value>>();
  #old = new Map<string, Met<Value>>();

  /** @param most octets of both generations together */
  constructor(most: number) {
    this.#most = most;
  }

  get(text: string): Value | undefined {
    const young = this.#young.get(text);
    if (young !== undefined) return young.value;
    const old = this.#old.get(text);
    if (old !== undefined) this.#add(text, old);
    return old?.value;
  }

  /** @param octets what the value takes, with its text */
  set(text: string, value: Value, octets: number): void {
    this.#add(text, { value, octets });
  }

  #add(text: string, met: Met<Value>): void {
    if (this.#octets + met.octets > this.#most / 2) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#octets = 0;
    }
    this.#young.set(text, met);
    this.#octets += met.octets;
  }
}
