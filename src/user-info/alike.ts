/**
 * What people in memory have alike, so that it is kept once: memberships, values of attributes, verdicts, answers. Owns
 * what of a person is shared and how much of it is their own; who is kept, and for how long, is cache.ts's.
 */

import { arrayOctets, mapOctets, NUMBER_OCTETS, objectOctets, textOctets } from '../octets.ts';
import type { AttributeValue, Completeness, Membership, Person, UncountedGroup } from '../person.ts';
import { type RecentMap, recentMap } from '../recent-map.ts';
import type { AnswerText } from './answer-text.ts';

/** A person made of parts that others may have too, and the octets that nobody else was there for before. */
export interface SharingPerson {
  readonly person: Person;
  readonly octets: number;
}

type Values = readonly AttributeValue[];

const WHOLE: Completeness = { isWhole: true, notes: [] };
/** Longer values are hardly anybody else's. */
const LONGEST_SHARED = 64;

/** As long as one. */
const DIGEST = '0'.repeat(64);

/** What an array of octets takes beside them. */
const OCTET_STRING = 300;

export class Alike {
  readonly #memberships: RecentMap<Membership>;
  readonly #values: RecentMap<Values>;
  readonly #uncounted: RecentMap<UncountedGroup>;
  readonly #answers: RecentMap<AnswerText>;
  #octets = 0;

  /** @param most octets of what is looked through for the like */
  constructor(most: number) {
    const part = most / 4;
    this.#memberships = recentMap(part);
    this.#values = recentMap(part);
    this.#uncounted = recentMap(part);
    this.#answers = recentMap(part);
  }

  /** The same person. What is equal to what another one has is no second time in memory. */
  share({
    directory,
    dn,
    attributes,
    memberships,
    uncounted,
    account,
    completeness,
    readAt,
  }: Person): SharingPerson {
    // Objects of one shape, and arrays of the very length: there are millions of them.
    this.#octets = objectOctets(8) + NUMBER_OCTETS + textOctets(dn);
    const person: Person = {
      directory,
      dn,
      attributes: this.#attributes(attributes),
      memberships: this.#all(memberships, this.#membership),
      uncounted: uncounted && this.#all(uncounted, this.#uncountedGroup),
      account,
      completeness: this.#verdict(completeness),
      readAt,
    };
    for (const _ of account ?? []) this.#octets += objectOctets(3) + NUMBER_OCTETS;
    return { person, octets: this.#octets };
  }

  /** The answer, or an equal one, and what that takes besides. */
  answer(text: AnswerText): { readonly text: AnswerText; readonly octets: number } {
    const known = this.#answers.get(text.octets);
    if (known !== undefined) return { text: known, octets: 0 };
    // With its digest.
    const octets = objectOctets(2) + textOctets(text.octets) + textOctets(DIGEST);
    this.#answers.set(text.octets, text, octets);
    return { text, octets };
  }

  #all<Item>(items: readonly Item[], shared: (item: Item) => Item): readonly Item[] {
    this.#octets += arrayOctets(items.length);
    return items.map(shared);
  }

  readonly #membership = (membership: Membership): Membership => {
    const { dn, name, names, via, sid, guid } = membership;
    const key = via.length === 0 ? dn : `${dn}\0${via.join('\0')}`;
    const known = this.#memberships.get(key);
    if (known !== undefined && isSame(known, membership)) return known;
    const octets =
      objectOctets(5) +
      textOctets(dn) +
      textOctets(name) +
      textOctets(sid) +
      textOctets(guid) +
      (via.length === 0 ? 0 : arrayOctets(via.length)) +
      (names === undefined ? 0 : arrayOctets(names.length));
    this.#octets += octets;
    this.#memberships.set(key, membership, octets + textOctets(key));
    return membership;
  };

  readonly #uncountedGroup = (group: UncountedGroup): UncountedGroup => {
    const { dn, name, reason } = group;
    const known = this.#uncounted.get(dn);
    if (known?.name === name && known.reason === reason) return known;
    const octets = objectOctets(3) + textOctets(dn) + textOctets(name) + textOctets(reason);
    this.#octets += octets;
    this.#uncounted.set(dn, group, octets);
    return group;
  };

  #attributes(attributes: Person['attributes']): Person['attributes'] {
    this.#octets += mapOctets(attributes.size);
    const shared = new Map<string, Values>();
    for (const [name, values] of attributes) shared.set(name, this.#valuesOf(values));
    return shared;
  }

  #valuesOf(values: Values): Values {
    const [text] = values;
    const isShared = values.length === 1 && typeof text === 'string' && text.length <= LONGEST_SHARED;
    const known = isShared ? this.#values.get(text) : undefined;
    if (known !== undefined) return known;
    // An array that grew has room for more, and octets may be a few of a connection's many.
    const own = values.map((value) => (typeof value === 'string' ? value : new Uint8Array(value)));
    const octets = own.reduce(
      (sum, value) => sum + (typeof value === 'string' ? textOctets(value) : OCTET_STRING + value.length),
      arrayOctets(own.length),
    );
    this.#octets += octets;
    if (isShared) this.#values.set(text, own, octets);
    return own;
  }

  #verdict(verdict: Completeness | undefined): Completeness | undefined {
    if (verdict === undefined || (verdict.isWhole && verdict.notes.length === 0)) return verdict && WHOLE;
    this.#octets += objectOctets(2) + arrayOctets(verdict.notes.length);
    for (const note of verdict.notes) this.#octets += textOctets(note);
    return verdict;
  }
}

function isSame(a: Membership, b: Membership): boolean {
  return (
    a.dn === b.dn &&
    a.name === b.name &&
    a.sid === b.sid &&
    a.guid === b.guid &&
    areSame(a.via, b.via) &&
    (a.names === b.names || (a.names !== undefined && b.names !== undefined && areSame(a.names, b.names)))
  );
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((text, i) => text === b[i]));
}
