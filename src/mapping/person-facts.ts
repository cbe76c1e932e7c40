/**
 * A person as the rules see them: the memberships that count, by name and by DN, and attribute values folded once.
 */
import { type Dn, isUnder, keyOfDn, tryParseDn } from '../names/dn.ts';
import type { Membership, Person } from '../person.ts';
import type { Scope } from './mapping.ts';
import { type FoldedText, foldText } from './template.ts';

/** A membership that counts. */
export interface GroupFact {
  readonly membership: Membership;
  readonly name: FoldedText;
  /** Undefined where the directory's text is no DN. */
  readonly dn: Dn | undefined;
}

export interface PersonFacts {
  readonly groups: readonly GroupFact[];
  readonly groupsByName: ReadonlyMap<string, readonly GroupFact[]>;
  readonly groupByDn: ReadonlyMap<string, GroupFact>;
  readonly outside: readonly Membership[];
  /** The values of a present attribute by its lower-case name; undefined among them for one that is not text. */
  attribute(key: string): readonly (FoldedText | undefined)[] | undefined;
}

export function readPerson(person: Person, scope: Scope): PersonFacts {
  const groups: GroupFact[] = [];
  const groupsByName = new Map<string, GroupFact[]>();
  const groupByDn = new Map<string, GroupFact>();
  const outside: Membership[] = [];
  for (const membership of person.memberships) {
    const dn = tryParseDn(membership.dn);
    if (!counts(dn, scope)) {
      outside.push(membership);
      continue;
    }
    const fact = { membership, name: foldText(membership.name), dn };
    groups.push(fact);
    const namesakes = groupsByName.get(fact.name.folded);
    if (namesakes === undefined) groupsByName.set(fact.name.folded, [fact]);
    else namesakes.push(fact);
    if (dn !== undefined) groupByDn.set(keyOfDn(dn), fact);
  }
  const attributes = new Map<string, readonly (FoldedText | undefined)[]>();
  return {
    groups,
    groupsByName,
    groupByDn,
    outside,
    attribute(key) {
      const known = attributes.get(key);
      if (known !== undefined) return known;
      const values = person.attributes.get(key);
      if (values === undefined || values.length === 0) return undefined;
      const texts = values.map((value) => (typeof value === 'string' ? foldText(value) : undefined));
      attributes.set(key, texts);
      return texts;
    },
  };
}

function counts(dn: Dn | undefined, scope: Scope): boolean {
  if (scope.under.length === 0) return true;
  return dn !== undefined && scope.under.some((ancestor) => isUnder(dn, ancestor));
}
