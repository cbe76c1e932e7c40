/**
 * What a mapping names of its directory: groups, by whatever form, and attributes, each with the rule or entry that
 * names it. Whether the directory has them is visibility/'s to find out.
 */
import { keyOfDn, tryParseDn } from '../names/dn.ts';
import type { Membership } from '../person.ts';
import type { Condition, GroupTest } from './condition.ts';
import type { Mapping } from './mapping.ts';
import { compilePattern, type Pattern, readPattern } from './patterns/pattern.ts';
import { GroupPlaces } from './recognising/group-place.ts';
import type { Clause } from './rule.ts';
import type { Origin } from './translation.ts';
import { foldText } from './values/folded-text.ts';

/** Where it is named. What `never` and `unless` do not see gives access; what a rule does not see gives nothing. */
export type NamingPlace = 'rule' | 'never' | 'unless';

/** One way to name a group in one rule or entry. */
export interface NamedGroup {
  readonly place: NamingPlace;
  readonly origin: Origin;
  /** As the file writes it. */
  readonly written: string;
  /** A name that stands for itself, to find the nearest spelling of; undefined for DNs, identities and patterns. */
  readonly name: string | undefined;
  /** The DN that is meant, where it is one. */
  readonly dn: string | undefined;
  /** Whether a group of the directory, which lies under `groups.under`, is one that is meant. */
  isMeant(group: GroupToName): boolean;
}

/** An attribute that one rule or entry reads. */
export interface NamedAttribute {
  readonly place: NamingPlace;
  readonly origin: Origin;
  readonly name: string;
}

export type GroupToName = Pick<Membership, 'dn' | 'name' | 'names' | 'sid' | 'guid'>;

/** Every group that the mapping names, once for each rule or entry. */
export function* groupsNamedIn(mapping: Mapping): Generator<NamedGroup> {
  const places = new GroupPlaces(mapping.scope);
  const named = new Set<string>();
  for (const { clause, condition, place } of conditionsOf(mapping)) {
    if (condition.on !== 'group') continue;
    for (const [i, test] of condition.tests.entries()) {
      const written = condition.written[i] ?? '';
      const under = 'under' in test && test.under !== undefined ? keyOfDn(test.under) : '';
      const key = JSON.stringify([clause.origin.id, place, written, under]);
      if (named.has(key)) continue;
      named.add(key);
      yield {
        place,
        origin: clause.origin,
        written,
        name: test.kind === 'name' ? written : undefined,
        dn: test.kind === 'dn' ? written : undefined,
        isMeant: meaningOf(test, places),
      };
    }
  }
}

/** Every attribute that the mapping reads, once for each rule or entry. */
export function attributesNamedIn(mapping: Mapping): readonly NamedAttribute[] {
  const named = new Map<string, NamedAttribute>();
  const add = (place: NamingPlace, origin: Origin, name: string): void => {
    const key = JSON.stringify([origin.id, place, name.toLowerCase()]);
    if (!named.has(key)) named.set(key, { place, origin, name });
  };
  for (const { clause, condition, place } of conditionsOf(mapping))
    if (condition.on === 'attribute') add(place, clause.origin, condition.name);
  for (const { origin, validity } of mapping.rules) {
    for (const date of [validity?.from, validity?.until])
      if (date?.kind === 'attribute') add('rule', origin, date.declaration.name);
  }
  return [...named.values()];
}

interface PlacedCondition {
  readonly clause: Clause;
  readonly condition: Condition;
  readonly place: NamingPlace;
}

function* conditionsOf({ rules, never }: Mapping): Generator<PlacedCondition> {
  for (const clause of [...rules, ...never]) {
    const place = 'takes' in clause ? 'never' : 'rule';
    for (const condition of new Set(clause.ways.flat())) yield { clause, condition, place };
    for (const condition of clause.unless) yield { clause, condition, place: 'unless' };
  }
}

function meaningOf(test: GroupTest, places: GroupPlaces): NamedGroup['isMeant'] {
  switch (test.kind) {
    case 'dn':
      return ({ dn }) => {
        const parsed = tryParseDn(dn);
        return parsed !== undefined && keyOfDn(parsed) === test.key;
      };
    case 'sid':
    case 'guid':
      return (group) => group[test.kind] === test.identity;
    case 'name':
      return (group) =>
        namesOf(group).some((name) => foldText(name).folded === test.folded) && isBelow(group.dn, test.under);
    case 'pattern':
      return (group) =>
        namesOf(group).some((name) => isReadBy(test.pattern, name)) && isBelow(group.dn, test.under);
    case 'filled': {
      // Whatever the placeholders of `when` may stand for.
      const pattern = compilePattern(test.template, () => ({ kind: 'open' }));
      return (group) =>
        namesOf(group).some((name) => isReadBy(pattern, name)) && isBelow(group.dn, test.under);
    }
  }

  function isBelow(dn: string, under: Parameters<ReturnType<GroupPlaces['of']>['isUnder']>[0] | undefined) {
    return under === undefined || places.of(dn).isUnder(under);
  }
}

/** All that a group may be named. */
function namesOf({ name, names = [name] }: GroupToName): readonly string[] {
  return names;
}

function isReadBy(pattern: Pattern, name: string): boolean {
  return readPattern(pattern, foldText(name)).kind !== 'none';
}
