/**
 * A person as the rules see them: the memberships that count, the values of attributes by their types, and which
 * conditions recognise each of them. Judging the conditions is judging.ts.
 */
import { addUnder, groupedBy } from '../../multimap.ts';
import { type Dn, tryParseDn } from '../../names/dn.ts';
import { comparisonKey } from '../../names/insignificant-spaces.ts';
import type { Membership, Person, UncountedGroup } from '../../person.ts';
import type { Condition } from '../condition.ts';
import type { Mapping } from '../mapping.ts';
import type { Hit, RecognisedGroup, Recognition } from '../recognising/recognition.ts';
import type { Clause } from '../rule.ts';
import {
  type AttributeDeclaration,
  type AttributeReading,
  readValues,
} from '../values/attribute-declaration.ts';
import { attributeFact, type Fact, groupFact } from './fact.ts';

/** A membership that counts. */
export interface GroupFact {
  readonly membership: Membership;
  readonly known: RecognisedGroup;
}

/** A value or group that a condition recognised. */
export interface Sighting {
  readonly hit: Hit;
  /** @param table the table that translated it */
  fact(table?: string): Fact;
}

// There is one for each group of each person, so that none has functions of its own.

class GroupSighting implements Sighting {
  readonly hit: Hit;
  readonly #membership: Membership;

  constructor(hit: Hit, membership: Membership) {
    this.hit = hit;
    this.#membership = membership;
  }

  fact(table?: string): Fact {
    return groupFact(this.#membership, table);
  }
}

class ValueSighting implements Sighting {
  readonly hit: Hit;
  readonly #name: string;
  readonly #text: string;

  constructor(hit: Hit, name: string, text: string) {
    this.hit = hit;
    this.#name = name;
    this.#text = text;
  }

  fact(table?: string): Fact {
    return attributeFact(this.#name, this.#text, table);
  }
}

export class PersonFacts {
  /** Sightings of rules that one condition alone decides about. */
  readonly sole: readonly Sighting[];
  /** Rules and entries that have a part in this person beyond those of {@link sole}. */
  readonly touched: ReadonlySet<Clause>;
  readonly #recognition: Recognition;
  readonly #person: Person;
  readonly #timezone: string;
  readonly #sightings = new Map<Condition, Sighting[]>();
  readonly #readings = new Map<string, AttributeReading>();
  #groups: readonly GroupFact[] | undefined;
  #dn: { readonly parsed: Dn | undefined } | undefined;
  #groupsByName: ReadonlyMap<string, readonly GroupFact[]> | undefined;
  #groupsOfUncertainName: readonly GroupFact[] | undefined;

  constructor({ recognition, timezone }: Pick<Mapping, 'recognition' | 'timezone'>, person: Person) {
    const sole: Sighting[] = [];
    const touched = new Set<Clause>();
    this.#recognition = recognition;
    this.#person = person;
    this.#timezone = timezone;
    const sight = (sighting: Sighting): void => {
      const { expansions, condition, clause } = sighting.hit;
      if (expansions !== undefined) {
        sole.push(sighting);
        return;
      }
      touched.add(clause);
      addUnder(this.#sightings, condition, sighting);
    };
    for (const membership of person.memberships) {
      for (const hit of recognition.group(membership).hits) sight(new GroupSighting(hit, membership));
    }
    for (const attribute of recognition.attributes.values()) {
      const { name } = attribute.declaration;
      const { values, unreadable } = this.attribute(attribute.declaration);
      for (const value of values) {
        for (const hit of recognition.value(attribute, value))
          sight(new ValueSighting(hit, name, value.text.text));
      }
      if (unreadable.length > 0) for (const clause of attribute.clauses) touched.add(clause);
    }
    this.sole = sole;
    this.touched = touched;
  }

  // These are made when first asked for, which most answers never do.

  /** The memberships that count. */
  get groups(): readonly GroupFact[] {
    this.#groups ??= this.#person.memberships.flatMap((membership) => {
      const known = this.#recognition.group(membership);
      return known.counts ? [{ membership, known }] : [];
    });
    return this.#groups;
  }

  get outside(): readonly Membership[] {
    return this.#person.memberships.filter((membership) => !this.#recognition.group(membership).counts);
  }

  /** Groups that were seen and are no memberships. */
  get uncounted(): readonly UncountedGroup[] {
    return this.#person.uncounted ?? [];
  }

  /** Undefined where the directory's text is no DN. */
  get dn(): Dn | undefined {
    this.#dn ??= { parsed: tryParseDn(this.#person.dn) };
    return this.#dn.parsed;
  }

  /** What the condition recognised, apart from what is in {@link sole}. */
  sightings(condition: Condition): readonly Sighting[] {
    return this.#sightings.get(condition) ?? NONE;
  }

  attribute(declaration: AttributeDeclaration): AttributeReading {
    const key = declaration.name.toLowerCase();
    const known = this.#readings.get(key);
    if (known !== undefined) return known;
    const reading = readValues(declaration, this.#person.attributes.get(key), this.#timezone);
    this.#readings.set(key, reading);
    return reading;
  }

  isGroupUnder({ membership }: GroupFact, ancestor: Dn): boolean {
    return this.#recognition.isUnder(membership, ancestor);
  }

  /** The groups that count of which the name is not certain. */
  get groupsOfUncertainName(): readonly GroupFact[] {
    this.#groupsOfUncertainName ??= this.groups.filter(({ membership }) => membership.names !== undefined);
    return this.#groupsOfUncertainName;
  }

  /** The groups that count with this name but for case and any spaces: those among which to look for it. */
  groupsLike(text: string): readonly GroupFact[] {
    this.#groupsByName ??= groupedBy(this.groups, ({ membership: { names, name } }) =>
      names === undefined ? withoutSpaces(name) : undefined,
    );
    return this.#groupsByName.get(withoutSpaces(text)) ?? [];
  }
}

const NONE: readonly Sighting[] = [];

function withoutSpaces(text: string): string {
  return comparisonKey(text).replaceAll(' ', '');
}
