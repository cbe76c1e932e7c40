/**
 * Entries from an LDIF file, searched as a server would. Takes the file as written: no overlay computes memberOf, and
 * an entry of class `referral` is a referral. Reading the file again is the config's reload.
 */

import { type Dn, isUnder, keyOfDn, tryParseDn } from '../../names/dn.ts';
import { canonicalName, type MatchingRule, matchingRuleOf } from '../attribute-types.ts';
import { incomplete } from '../completeness.ts';
import { type Entry, plainValues } from '../entry.ts';
import type { EntrySource, Search, SearchOutcome } from '../entry-source.ts';
import type { Filter } from '../filter.ts';
import type { DirectorySettings } from '../settings.ts';
import { VENDORS } from '../vendors.ts';
import { comparedValues, isOwnDn, matches, UnsupportedFilterError } from './filter-matching.ts';
import { type LdifEntry, parseLdif } from './ldif.ts';
import { comparable, textOrOctets } from './value-comparison.ts';

/** The entries of a file. */
export class LdifSource implements EntrySource {
  readonly bound = true;
  readonly #settings: Pick<DirectorySettings, 'vendor' | 'referrals'>;
  readonly #entries: readonly LdifEntry[];
  readonly #referrals: readonly LdifEntry[];
  readonly #byDn: ReadonlyMap<string, LdifEntry>;
  readonly #indexes = new Map<string, ReadonlyMap<string, readonly LdifEntry[]>>();

  /**
   * Throws {@link LdifError} where the text is no LDIF.
   * @param text the file's content
   */
  constructor(settings: Pick<DirectorySettings, 'vendor' | 'referrals'>, text: string) {
    this.#settings = settings;
    this.#entries = parseLdif(text);
    this.#referrals = this.#entries.filter(isReferral);
    this.#byDn = new Map(this.#entries.map((entry) => [keyOfDn(entry.name), entry]));
  }

  async connect(): Promise<void> {}

  async close(): Promise<void> {}

  ignoresCase(attribute: string): boolean {
    // What no standard defines is compared here, and without regard to case.
    const rule = matchingRuleOf(attribute) ?? 'caseIgnore';
    return rule === 'caseIgnore' || VENDORS[this.#settings.vendor].ignoresCase;
  }

  async search(search: Search): Promise<SearchOutcome> {
    const base = tryParseDn(search.base);
    if (base === undefined) throw incomplete('base', `${search.base} is no DN`);
    if (this.#referrals.some(({ name }) => isAtOrUnder(base, name))) {
      throw incomplete('referral', `${search.base} lies at or below a referral`);
    }
    // The root is no entry, and is always there (RFC 4512 section 5.1).
    if (base.rdns.length > 0 && !this.#byDn.has(keyOfDn(base))) return { base: 'absent' };
    if (this.#settings.referrals === 'error' && search.references !== 'ignored') {
      const referral = this.#referrals.find(({ name }) => isInScope(name, base, search.scope));
      if (referral) throw incomplete('referral', `${referral.dn} is a referral`);
    }
    try {
      const entries = this.#candidates(base, search)
        .filter((entry) => isInScope(entry.name, base, search.scope) && this.#isOwn(entry))
        .filter((entry) => matches(entry, search.filter))
        .map((entry) => selected(entry, search.attributes));
      return { base: 'present', entries };
    } catch (error) {
      if (!(error instanceof UnsupportedFilterError)) throw error;
      throw incomplete('result', error.message);
    }
  }

  async *pages(search: Search, size: number): AsyncGenerator<readonly Entry[]> {
    const outcome = await this.search(search);
    if (outcome.base === 'absent') {
      throw incomplete('base', `there is no entry ${search.base}`);
    }
    for (let i = 0; i < outcome.entries.length; i += size) yield outcome.entries.slice(i, i + size);
  }

  // Not at or below a referral: such entries would be another server's.
  #isOwn(entry: LdifEntry): boolean {
    return !this.#referrals.some(({ name }) => isAtOrUnder(entry.name, name));
  }

  #candidates(base: Dn, { scope, filter }: Search): readonly LdifEntry[] {
    if (scope === 'base') return [this.#byDn.get(keyOfDn(base))].filter((entry) => entry !== undefined);
    return this.#indexed(filter) ?? this.#entries;
  }

  // A superset of what matches, in the file's order or not; undefined where no index narrows it.
  #indexed(filter: Filter): readonly LdifEntry[] | undefined {
    if (filter.kind === 'and') {
      return filter.filters.map((inner) => this.#indexed(inner)).find((found) => found !== undefined);
    }
    if (filter.kind === 'or') {
      const found = filter.filters.map((inner) => this.#indexed(inner));
      return found.every((entries) => entries !== undefined) ? [...new Set(found.flat())] : undefined;
    }
    if (filter.kind !== 'equality') return undefined;
    const name = canonicalName(filter.attribute);
    const rule = matchingRuleOf(name) ?? 'caseIgnore';
    const key = comparable(rule, textOrOctets(filter.value));
    if (isOwnDn(name)) return [this.#byDn.get(String(key))].filter((entry) => entry !== undefined);
    return key === undefined ? undefined : (this.#index(name, rule).get(String(key)) ?? []);
  }

  #index(name: string, rule: MatchingRule): ReadonlyMap<string, readonly LdifEntry[]> {
    let index = this.#indexes.get(name);
    if (index === undefined) {
      index = indexOf(this.#entries, name, rule);
      this.#indexes.set(name, index);
    }
    return index;
  }
}

function indexOf(
  entries: readonly LdifEntry[],
  attribute: string,
  rule: MatchingRule,
): ReadonlyMap<string, readonly LdifEntry[]> {
  const index = new Map<string, LdifEntry[]>();
  for (const entry of entries) {
    const keys = comparedValues(entry, attribute).map((value) => comparable(rule, value));
    for (const key of new Set(keys)) {
      if (key === undefined) continue;
      const same = index.get(String(key));
      if (same === undefined) index.set(String(key), [entry]);
      else same.push(entry);
    }
  }
  return index;
}

function isReferral(entry: Entry): boolean {
  return plainValues(entry, 'objectClass').some(
    (value) => typeof value === 'string' && value.toLowerCase() === 'referral',
  );
}

function isAtOrUnder(dn: Dn, ancestor: Dn): boolean {
  return keyOfDn(dn) === keyOfDn(ancestor) || isUnder(dn, ancestor);
}

function isInScope(dn: Dn, base: Dn, scope: Search['scope']): boolean {
  const depth = dn.keys.length - base.keys.length;
  if (depth === 0) return scope !== 'one' && keyOfDn(dn) === keyOfDn(base);
  return isUnder(dn, base) && (scope === 'sub' || (scope === 'one' && depth === 1));
}

// An attribute asked for brings its values under options too (RFC 4512 section 2.5.2).
function selected(entry: Entry, attributes: readonly string[]): Entry {
  const names = new Set(attributes.map(canonicalName));
  return { dn: entry.dn, forms: entry.forms.filter((form) => names.has(canonicalName(form.type))) };
}
