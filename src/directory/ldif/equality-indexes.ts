/**
 * Which entries of a file may match a filter, by the values that it compares for equality: an index for each attribute
 * that is asked for, made at the first question. Whether an entry matches is filter-matching.ts's.
 */
import { addUnder } from '../../multimap.ts';
import { textOrOctets } from '../../names/utf8.ts';
import { inSlices } from '../../slices.ts';
import { canonicalName, type MatchingRule } from '../entries/attribute-types.ts';
import { comparable } from '../entries/value-comparison.ts';
import type { Filter } from '../filters/filter.ts';
import { comparedValues } from './filter-matching.ts';
import type { LdifEntry } from './ldif-record.ts';
import { equalityOf, isOwnDn, ruleKindOf } from './matching-rules.ts';

/** Entries among which are all that match, in the file's order or not. */
export interface Candidates {
  readonly entries: readonly LdifEntry[];
  /** Whether all of them do. */
  readonly areCertain: boolean;
}

type Index = ReadonlyMap<string, readonly LdifEntry[]>;

interface Comparison {
  readonly name: string;
  readonly rule: MatchingRule;
  readonly value: Uint8Array;
  /** No where it is about values under options: an index knows nothing of these. */
  readonly isWhole: boolean;
}

export class EqualityIndexes {
  readonly #entries: readonly LdifEntry[];
  readonly #at: (key: string) => readonly LdifEntry[];
  readonly #indexes = new Map<string, Promise<Index>>();

  /** @param at the entry at a DN, by its key */
  constructor(entries: readonly LdifEntry[], at: (key: string) => readonly LdifEntry[]) {
    this.#entries = entries;
    this.#at = at;
  }

  /** Undefined where no index narrows it. */
  async candidates(filter: Filter): Promise<Candidates | undefined> {
    if (filter.kind === 'and') {
      for (const inner of filter.filters) {
        const found = await this.candidates(inner);
        if (found !== undefined) return { ...found, areCertain: false };
      }
      return undefined;
    }
    if (filter.kind === 'or') {
      const found: Candidates[] = [];
      for (const inner of filter.filters) {
        const here = await this.candidates(inner);
        if (here === undefined) return undefined;
        found.push(here);
      }
      return {
        entries: [...new Set(found.flatMap(({ entries }) => entries))],
        areCertain: found.every(({ areCertain }) => areCertain),
      };
    }
    const compared = comparisonOf(filter);
    const key = compared && comparable(compared.rule, textOrOctets(compared.value));
    if (compared === undefined || key === undefined) return undefined;
    const { name, rule, isWhole: areCertain } = compared;
    if (isOwnDn(name)) return { entries: this.#at(String(key)), areCertain: false };
    return { entries: (await this.#index(name, rule)).get(String(key)) ?? [], areCertain };
  }

  #index(name: string, rule: MatchingRule): Promise<Index> {
    const key = `${name} ${rule}`;
    const index = this.#indexes.get(key) ?? inSlices(indexOf(this.#entries, name, rule));
    this.#indexes.set(key, index);
    return index;
  }
}

// Under the attribute's own rule or one that the filter names.
function comparisonOf(filter: Filter): Comparison | undefined {
  if (filter.kind === 'equality') {
    const { attribute, value } = filter;
    const name = canonicalName(attribute);
    return { name, rule: equalityOf(name), value, isWhole: !attribute.includes(';') };
  }
  if (filter.kind !== 'extensible' || filter.attribute === undefined || filter.dnAttributes) return undefined;
  const { attribute, value } = filter;
  const kind = ruleKindOf(attribute, filter.rule);
  if (kind?.kind !== 'equality') return undefined;
  return { name: canonicalName(attribute), rule: kind.rule, value, isWhole: !attribute.includes(';') };
}

function* indexOf(
  entries: readonly LdifEntry[],
  attribute: string,
  rule: MatchingRule,
): Generator<void, Index> {
  const index = new Map<string, LdifEntry[]>();
  for (const entry of entries) {
    const keys = comparedValues(entry, attribute).map((value) => comparable(rule, value));
    for (const key of new Set(keys)) {
      if (key !== undefined) addUnder(index, String(key), entry);
    }
    yield;
  }
  return index;
}
