/**
 * Where groups lie: below which DNs, and whether `groups.under` counts them. Most groups share a few parents, so what
 * is known of a parent is kept, and a group's own DN is parsed only where somebody needs it.
 */
import { type Dn, isAtOrUnder, isUnder, tryParseDn } from '../../names/dn.ts';
import { Memory } from './memory.ts';

/** Which directory groups count. Everywhere where `under` is empty. */
export interface Scope {
  readonly under: readonly Dn[];
  /** As the file writes them. */
  readonly written: readonly string[];
}

/** Where one group lies. */
export interface GroupPlace {
  /** Whether `groups.under` counts it. */
  readonly counts: boolean;
  isUnder(ancestor: Dn): boolean;
}

/** What all groups with one parent have in common. */
class Parent implements GroupPlace {
  readonly counts: boolean;
  readonly #dn: Dn | undefined;

  constructor(text: string, { under }: Scope) {
    const dn = tryParseDn(text);
    this.#dn = dn !== undefined && dn.rdns.length > 0 ? dn : undefined;
    this.counts = under.length === 0 || under.some((ancestor) => this.isUnder(ancestor));
  }

  isUnder(ancestor: Dn): boolean {
    const dn = this.#dn;
    return dn !== undefined && isAtOrUnder(dn, ancestor);
  }
}

// An RDN without escapes and with one value, as almost all are, and the comma behind it.
const PLAIN_RDN = /[A-Za-z][A-Za-z0-9-]*=[^\\,+";<>=#\0\ud800-\udfff]+,/y;
const MOST_PARENTS = 1000;

export class GroupPlaces {
  readonly #scope: Scope;
  readonly #parents = new Memory<Parent>(MOST_PARENTS);

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** @param text the DN as the directory spells it */
  of(text: string): GroupPlace {
    PLAIN_RDN.lastIndex = 0;
    if (PLAIN_RDN.test(text)) return this.#parent(text.slice(PLAIN_RDN.lastIndex));
    const dn = tryParseDn(text);
    const { under } = this.#scope;
    const isBelow = (ancestor: Dn): boolean => dn !== undefined && isUnder(dn, ancestor);
    return { counts: under.length === 0 || under.some(isBelow), isUnder: isBelow };
  }

  #parent(text: string): Parent {
    const known = this.#parents.get(text);
    if (known !== undefined) return known;
    const parent = new Parent(text, this.#scope);
    this.#parents.set(text, parent);
    return parent;
  }
}
